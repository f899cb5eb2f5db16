package dev.afinador.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.dataset.TrainingFileCheck.Limits;
import dev.afinador.dataset.TrainingFileCheck.Result;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TrainingFileCheckTest {

    private static final String LINE =
            """
            {"messages": [{"role": "user", "content": "Mi DNI es 12345678Z"}, {"role": "assistant", "content": "Bien"}]}
            """;

    @Test
    void a_file_of_good_lines_is_taken_whatever_its_texts_say() throws IOException {
        Result result = check(LINE.repeat(10), Limits.DEFAULT);
        assertThat(result.kind()).isEqualTo(DatasetKind.CHAT);
        assertThat(result.examples()).isEqualTo(10);
        assertThat(result.errors()).isZero();
        assertThat(result.findings()).isEmpty();
    }

    @Test
    void what_a_provider_refuses_is_an_error() throws IOException {
        Result result = check(LINE + "{\"messages\": ]}\n", new Limits(1_000, 1_000, 1));
        assertThat(result.errors()).isEqualTo(1);
        assertThat(result.findings())
                .extracting(DatasetFinding::rule)
                .containsExactly("json_broken");
        assertThat(check(LINE, Limits.DEFAULT).findings())
                .extracting(DatasetFinding::rule)
                .containsExactly("too_few_examples");
    }

    private static Result check(String content, Limits limits) throws IOException {
        return TrainingFileCheck.check(
                new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)), limits);
    }
}
