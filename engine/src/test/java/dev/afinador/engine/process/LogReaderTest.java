package dev.afinador.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.engine.EngineEvent;
import dev.afinador.engine.Trainer.LogRead;
import dev.afinador.engine.TrainerRecord;
import dev.afinador.engine.TrainerRecord.LastWord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LogReaderTest {

    @TempDir Path temp;

    static Stream<Arguments> records() {
        return Stream.of(
                Arguments.of(
                        "{\"at\":1,\"kind\":\"started\",\"device\":\"cpu\",\"precision\":\"fp32\",\"threads\":2,\"resumed_from_step\":7}",
                        new TrainerRecord.Started("cpu", "fp32", 2, 7)),
                Arguments.of(
                        "{\"kind\":\"validated\",\"examples\":50,\"validation_examples\":5,\"skipped\":1,\"trained_tokens_per_epoch\":900}",
                        new TrainerRecord.Validated(50, 5, 1, 900)),
                Arguments.of(
                        "{\"kind\":\"resolved\",\"hyperparameters\":{\"n_epochs\":3,\"learning_rate_multiplier\":1.80,\"beta\":null},\"total_steps\":30,\"steps_per_epoch\":10}",
                        new TrainerRecord.Resolved(
                                Map.of("n_epochs", "3", "learning_rate_multiplier", "1.8"), 30)),
                Arguments.of(
                        "{\"kind\":\"message\",\"level\":\"warn\",\"code\":\"cut\",\"message\":\"Cortado\",\"line\":9}",
                        new TrainerRecord.Message(EngineEvent.Level.WARN, "cut", "Cortado", 9)),
                Arguments.of(
                        "{\"at\":5,\"kind\":\"metrics\",\"step\":2,\"total_steps\":30,\"train_loss\":1.5,\"valid_loss\":\"NaN\",\"note\":\"x\"}",
                        new TrainerRecord.Metrics(
                                2, Map.of("step", 2.0, "total_steps", 30.0, "train_loss", 1.5))),
                Arguments.of(
                        "{\"kind\":\"checkpoint\",\"step\":10,\"epoch\":1,\"folder\":\"checkpoints/step-10\",\"metrics\":{\"train_loss\":1.25}}",
                        new TrainerRecord.Checkpoint(
                                10,
                                "checkpoints/step-10",
                                Map.of("step", 10.0, "train_loss", 1.25))),
                Arguments.of("{\"kind\":\"paused\",\"step\":4}", new LastWord.Paused(4)),
                Arguments.of(
                        "{\"kind\":\"failed\",\"code\":\"disk_full\",\"message\":\"Lleno\",\"param\":null,\"line\":null}",
                        new LastWord.Failed("disk_full", "Lleno", null, 0)),
                Arguments.of(
                        "{\"kind\":\"succeeded\",\"step\":30,\"folder\":\"checkpoints/step-30\",\"trained_tokens\":2700}",
                        new LastWord.Succeeded(30, "checkpoints/step-30", 2700)));
    }

    @ParameterizedTest
    @MethodSource("records")
    void every_record_of_the_contract_is_read(String line, TrainerRecord record) {
        assertThat(LogReader.record(line)).isEqualTo(record);
    }

    @Test
    void what_is_no_record_is_passed_over() {
        for (String line :
                List.of(
                        "",
                        "x",
                        "[]",
                        "7",
                        "{}",
                        "{\"kind\":7}",
                        "{\"kind\":\"of a later version\"}",
                        "{\"kind\":")) {
            assertThat(LogReader.record(line)).as(line).isNull();
        }
    }

    @Test
    void a_line_that_is_still_being_written_waits_for_its_end() throws IOException {
        Path log = temp.resolve("log.jsonl");
        assertThat(LogReader.read(log, 0, 10)).isEqualTo(new LogRead(List.of(), 0));
        Files.writeString(log, "{\"kind\":\"paused\",\"step\":1}\n{\"kind\":\"paused\",\"st");

        LogRead first = LogReader.read(log, 0, 10);
        assertThat(first.records()).containsExactly(new LastWord.Paused(1));
        assertThat(LogReader.read(log, first.next(), 10))
                .isEqualTo(new LogRead(List.of(), first.next()));
        Files.writeString(log, "ep\":2}\n", java.nio.file.StandardOpenOption.APPEND);
        assertThat(LogReader.read(log, first.next(), 10).records())
                .containsExactly(new LastWord.Paused(2));
    }

    @Test
    void however_a_log_is_cut_into_pieces_every_record_is_read_once_and_in_order()
            throws IOException {
        Path log = temp.resolve("log.jsonl");
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 3_000; i++) {
            text.append("{\"kind\":\"paused\",\"step\":").append(i).append("}\n");
            if (i % 50 == 0) {
                text.append("torn { ñ\n\n");
            }
            if (i == 1_500) { // longer than what is read at once
                text.append("{\"kind\":\"message\",\"message\":\"")
                        .append("ñ".repeat(400_000))
                        .append("\"}\n");
            }
        }
        Files.writeString(log, text);
        Random random = new Random(7);
        List<Long> steps = new ArrayList<>();
        long at = 0;
        while (true) {
            LogRead read = LogReader.read(log, at, 1 + random.nextInt(300));
            if (read.next() == at) {
                break;
            }
            at = read.next();
            read.records()
                    .forEach(r -> {
                        if (r instanceof LastWord.Paused(long step)) {
                            steps.add(step);
                        }
                    });
        }
        assertThat(steps).hasSize(3_000).isSorted().doesNotHaveDuplicates();
        assertThat(at).isEqualTo(Files.size(log));
    }
}
