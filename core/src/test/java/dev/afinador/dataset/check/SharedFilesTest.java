package dev.afinador.dataset.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.dataset.DatasetKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files that others have published, where somebody has them: `-Dafinador.samples=FOLDER`. Counts are those of other programs:
/// `wc -l`, and `tiktoken` 0.14 over the contents of the messages.
@EnabledIfSystemProperty(named = "afinador.samples", matches = ".+")
class SharedFilesTest {

    private static final Path FOLDER = Path.of(System.getProperty("afinador.samples", "."));

    @ParameterizedTest
    @CsvSource({
        "chartqa-vision.train.jsonl, CHAT, 100, 100",
        "countdown-rft.train.jsonl, REINFORCEMENT, 100, 0",
        "gsm8k-chat.train.jsonl, CHAT, 449, 0",
        "gsm8k-chat.validation.jsonl, CHAT, 50, 0",
        "orca-dpo.train.jsonl, PREFERENCE, 284, 0",
        "stock-tool-calling.train.jsonl, CHAT, 86, 0",
        "stock-tool-calling.validation.jsonl, CHAT, 10, 0"
    })
    void a_published_file_has_its_kind_and_counts_and_no_errors(
            String name, DatasetKind kind, long examples, long images) throws IOException {
        FileReport report = check(name, CheckOptions.everything());
        assertThat(report.kind()).isEqualTo(kind);
        assertThat(report.examples()).isEqualTo(examples);
        assertThat(report.lines()).isEqualTo(examples);
        assertThat(report.errors()).isZero();
        assertThat(report.numbers().images()).isEqualTo(images);
        assertThat(report.counts())
                .isEqualTo(name.startsWith("orca") ? Map.of("mojibake", 1L) : Map.of());
    }

    @ParameterizedTest
    @CsvSource({
        "chartqa-vision.train.jsonl, 0, 1743, 152",
        "countdown-rft.train.jsonl, 0, 35200, 0",
        "gsm8k-chat.train.jsonl, 3592, 27009, 46990",
        "gsm8k-chat.validation.jsonl, 400, 3092, 4825",
        "orca-dpo.train.jsonl, 11360, 48648, 128154"
    })
    void tokens_by_role_are_those_of_tiktoken(String name, long system, long user, long assistant)
            throws IOException {
        FileReport report = check(name, CheckOptions.everything());
        assertThat(report.numbers().tokens().getOrDefault(Role.SYSTEM, 0L)).isEqualTo(system);
        assertThat(report.numbers().tokens().getOrDefault(Role.USER, 0L)).isEqualTo(user);
        assertThat(report.numbers().tokens().getOrDefault(Role.ASSISTANT, 0L)).isEqualTo(assistant);
    }

    @Test
    void validation_files_do_not_overlap_with_their_training_files() throws IOException {
        for (String name : new String[] {"gsm8k-chat", "stock-tool-calling"}) {
            FileReport training = check(name + ".train.jsonl", CheckOptions.everything());
            FileReport validation =
                    check(
                            name + ".validation.jsonl",
                            CheckOptions.everything().asValidation(training.fingerprints()));
            assertThat(validation.counts()).as(name).isEmpty();
        }
    }

    private static FileReport check(String name, CheckOptions options) throws IOException {
        try (InputStream content = Files.newInputStream(FOLDER.resolve(name))) {
            return TrainingFile.check(content, options);
        }
    }
}
