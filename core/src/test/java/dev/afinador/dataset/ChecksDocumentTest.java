package dev.afinador.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// `docs/checks.md` lists the rules as they are.
class ChecksDocumentTest {

    private static String document;

    @BeforeAll
    static void read() throws IOException {
        document = Files.readString(Path.of("..", "docs", "checks.md"));
    }

    @ParameterizedTest
    @EnumSource
    void every_rule_is_listed_with_its_severity_and_title(TrainingFileRule rule) {
        String row =
                "| `%s` | %s%s | %s | "
                        .formatted(
                                rule.id(),
                                rule.severity().name().toLowerCase(Locale.ROOT),
                                rule.holds() ? ", held" : "",
                                DatasetText.in(Locale.ENGLISH).title(rule).replace("|", "\\|"));
        assertThat(document.lines().filter(line -> line.startsWith(row))).hasSize(1);
    }
}
