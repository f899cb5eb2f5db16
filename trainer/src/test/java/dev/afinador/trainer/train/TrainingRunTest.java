package dev.afinador.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.afinador.trainer.Failure;
import dev.afinador.trainer.TinyBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TrainingRunTest {

    @TempDir static Path shared;
    @TempDir Path folder;
    @TempDir Path other;

    private static Path base;

    @BeforeAll
    static void makeBase() {
        base = TinyBase.in(shared.resolve("base"));
    }

    @Test
    void a_run_tells_its_losses_which_fall_and_ends_with_a_checkpoint_per_epoch()
            throws IOException {
        write("run.json", spec("\"n_epochs\": 10, \"batch_size\": 4", ""));
        run(Control.NONE);
        List<JsonNode> log = log();
        assertThat(log)
                .extracting(r -> r.path("kind").asString())
                .startsWith("started", "validated", "resolved")
                .endsWith("checkpoint", "succeeded");
        assertThat(of(log, "resolved").getFirst().path("total_steps").asInt()).isEqualTo(30);
        assertThat(of(log, "checkpoint"))
                .extracting(r -> r.path("step").asInt())
                .hasSize(10)
                .startsWith(3, 6, 9);
        double[] losses =
                of(log, "metrics").stream()
                        .mapToDouble(r -> r.path("train_loss").asDouble())
                        .toArray();
        assertThat(losses).hasSize(30);
        // a frozen head that learned nothing does not allow more
        assertThat(losses[29]).isLessThan(losses[0] - 0.15);
        JsonNode last = of(log, "metrics").getLast();
        assertThat(last.path("full_valid_loss").asDouble()).isPositive();
        assertThat(last.path("train_mean_token_accuracy").asDouble()).isBetween(0.0, 1.0);
        String result = log.getLast().path("folder").asString();
        assertThat(folder.resolve(result).resolve("adapter_model.safetensors")).exists();
        assertThat(folder.resolve(result).resolve("adapter_config.json")).exists();
    }

    @Test
    void a_run_that_was_cut_off_goes_on_with_the_numbers_of_an_unbroken_one() throws IOException {
        write(
                "run.json",
                spec(
                        "\"n_epochs\": 4, \"batch_size\": 4",
                        ", \"tuning\": {\"kind\": \"lora\", \"dropout\": 0.1}"));
        run(Control.NONE);
        Map<Integer, Double> unbroken = losses();
        for (String end : List.of("pause", "cancel")) {
            Files.walk(folder)
                    .sorted(java.util.Comparator.reverseOrder())
                    .filter(p ->
                            p.startsWith(folder.resolve("checkpoints"))
                                    || p.getFileName().toString().startsWith("resume-")
                                    || p.toString().contains("resume-")
                                    || p.endsWith("log.jsonl"))
                    .forEach(TrainingRunTest::delete);
            Control.Wish wish = end.equals("pause") ? Control.Wish.PAUSE : Control.Wish.CANCEL;
            run(after(5, wish)); // in the middle of the second epoch
            assertThat(losses()).hasSize(5);
            run(Control.NONE);
            assertThat(losses()).as(end).isEqualTo(unbroken);
            JsonNode resumed = of(log(), "started").getLast();
            // a cancelled run keeps the end of its last epoch; a paused one the step it stopped at
            assertThat(resumed.path("resumed_from_step").asInt())
                    .isEqualTo(end.equals("pause") ? 5 : 3);
        }
    }

    @Test
    void full_tuning_resumes_with_the_same_numbers_too() throws IOException {
        write(
                "run.json",
                spec("\"n_epochs\": 2, \"batch_size\": 6", ", \"tuning\": {\"kind\": \"full\"}"));
        run(Control.NONE);
        Map<Integer, Double> unbroken = losses();
        Path other = this.other.resolve("again");
        Files.createDirectories(other);
        for (String file : List.of("run.json", "train.jsonl", "valid.jsonl")) {
            Files.copy(folder.resolve(file), other.resolve(file));
        }
        run(other, after(1, Control.Wish.PAUSE));
        run(other, Control.NONE);
        assertThat(losses(other)).isEqualTo(unbroken);
        assertThat(folder.resolve("checkpoints/step-000004/model.safetensors")).exists();
        assertThat(folder.resolve("checkpoints/step-000004/tokenizer.json")).exists();
    }

    @Test
    void an_adapter_leaves_every_byte_of_the_base_as_it_was() throws IOException {
        byte[] before = Files.readAllBytes(base.resolve("model.safetensors"));
        write("run.json", spec("\"n_epochs\": 2, \"batch_size\": 4", ""));
        run(Control.NONE);
        assertThat(Files.readAllBytes(base.resolve("model.safetensors"))).isEqualTo(before);
    }

    @Test
    void preferences_pull_the_two_answers_apart() throws IOException {
        var lines = new ArrayList<String>();
        for (int i = 0; i < 12; i++) {
            lines.add(
                    "{\"input\": {\"messages\": [{\"role\": \"user\", \"content\": \"say "
                            + i
                            + "\"}]}, \"preferred_output\": [{\"role\": \"assistant\", \"content\": \"good dog\"}],"
                            + " \"non_preferred_output\": [{\"role\": \"assistant\", \"content\": \"lazy fox\"}]}");
        }
        write("train.jsonl", String.join("\n", lines));
        write(
                "run.json",
                spec(
                                "\"n_epochs\": 8, \"batch_size\": 4, \"learning_rate_multiplier\": 5",
                                ", \"method\": \"dpo\"")
                        .replace(
                                ", \"validation_file\": \"" + folder.resolve("valid.jsonl") + "\"",
                                ""));
        run(Control.NONE);
        List<JsonNode> metrics = of(log(), "metrics");
        assertThat(metrics.getFirst().path("train_loss").asDouble())
                .isCloseTo(Math.log(2), org.assertj.core.api.Assertions.within(1e-4));
        assertThat(metrics.getLast().path("train_loss").asDouble()).isLessThan(0.55);
        assertThat(metrics.getLast().path("train_preference_accuracy").asDouble()).isEqualTo(1.0);
        assertThat(of(log(), "resolved").getFirst().path("hyperparameters").path("beta").asDouble())
                .isEqualTo(0.1);
    }

    @Test
    void training_goes_on_from_an_adapter() throws IOException {
        write("run.json", spec("\"n_epochs\": 6, \"batch_size\": 4", ""));
        run(Control.NONE);
        double last = losses().get(18);
        Path other = this.other.resolve("more");
        Files.createDirectories(other);
        Files.copy(folder.resolve("train.jsonl"), other.resolve("train.jsonl"));
        Files.copy(folder.resolve("valid.jsonl"), other.resolve("valid.jsonl"));
        Files.writeString(
                other.resolve("run.json"),
                Files.readString(folder.resolve("run.json"))
                        .replace(
                                "\"seed\"",
                                "\"start_from\": \""
                                        + folder.resolve("checkpoints/step-000018")
                                        + "\", \"seed\""));
        run(other, Control.NONE);
        assertThat(losses(other).get(1)).isLessThan(last * 1.5);
    }

    @Test
    void a_line_that_cannot_be_used_is_named() throws IOException {
        write("run.json", spec("", ""));
        String good = Files.readString(folder.resolve("train.jsonl"));
        write(
                "train.jsonl",
                good + "\n{\"messages\": [{\"role\": \"user\", \"content\": \"alone\"}]}\n");
        Failure failure = fails();
        assertThat(failure.code()).isEqualTo(Failure.Code.INVALID_TRAINING_FILE);
        assertThat(failure.param()).isEqualTo("training_file");
        assertThat(failure.line()).isEqualTo(13);
        assertThat(failure).hasMessageContaining("Line 13");
    }

    @Test
    void fewer_than_ten_examples_are_refused() throws IOException {
        write("run.json", spec("", ""));
        write(
                "train.jsonl",
                Files.readString(folder.resolve("train.jsonl"))
                        .lines()
                        .limit(9)
                        .collect(java.util.stream.Collectors.joining("\n")));
        Failure failure = fails();
        assertThat(failure.code()).isEqualTo(Failure.Code.INVALID_N_EXAMPLES);
        assertThat(failure)
                .hasMessage("Training file has 9 example(s), but must have at least 10 examples");
    }

    @Test
    void a_loss_that_is_no_number_ends_the_run_with_advice() throws IOException {
        write(
                "run.json",
                spec(
                        "\"n_epochs\": 50, \"learning_rate_multiplier\": 1000",
                        ", \"tuning\": {\"kind\": \"full\"}"));
        corruptBase();
        Failure failure = fails();
        assertThat(failure.code()).isEqualTo(Failure.Code.LOSS_NOT_FINITE);
        assertThat(failure).hasMessageContaining("learning_rate_multiplier");
    }

    @Test
    void hyperparameters_out_of_range_are_named() throws IOException {
        for (String wrong :
                List.of(
                        "\"n_epochs\": 0",
                        "\"n_epochs\": 51",
                        "\"batch_size\": 1.5",
                        "\"learning_rate_multiplier\": -2",
                        "\"beta\": 3")) {
            write("run.json", spec(wrong, ""));
            Failure failure = fails();
            assertThat(failure.code()).isEqualTo(Failure.Code.HYPERPARAMETERS_INVALID);
            assertThat(failure.param()).isEqualTo(wrong.substring(1, wrong.indexOf('"', 1)));
        }
    }

    // ------------------------------------------------------------------------------------------------- small things

    private Path usedBase = base;

    private void corruptBase() throws IOException {
        usedBase = folder.resolve("broken");
        Files.createDirectories(usedBase);
        try (var files = Files.list(base)) {
            for (Path file : files.toList()) {
                Files.copy(file, usedBase.resolve(file.getFileName()));
            }
        }
        byte[] bytes = Files.readAllBytes(usedBase.resolve("model.safetensors"));
        Arrays.fill(
                bytes,
                bytes.length - 128,
                bytes.length,
                (byte) 0xFF); // the last norm: not a number
        Files.write(usedBase.resolve("model.safetensors"), bytes);
        write(
                "run.json",
                Files.readString(folder.resolve("run.json"))
                        .replace(base.toString(), usedBase.toString()));
    }

    private String spec(String hyperparameters, String more) throws IOException {
        if (!Files.exists(folder.resolve("train.jsonl"))) {
            write("train.jsonl", examples(12));
            write("valid.jsonl", examples(5));
        }
        return "{\"base_model\": \""
                + base
                + "\", \"training_file\": \""
                + folder.resolve("train.jsonl")
                + "\", \"validation_file\": \""
                + folder.resolve("valid.jsonl")
                + "\", \"device\": \"cpu\", \"seed\": 7, \"hyperparameters\": {"
                + hyperparameters
                + "}"
                + more
                + "}";
    }

    private static String examples(int count) {
        var lines = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            lines.add(
                    "{\"messages\": [{\"role\": \"user\", \"content\": \""
                            + "say ".repeat(1 + i % 4)
                            + i
                            + "\"}, {\"role\": \"assistant\", \"content\": \"good morning "
                            + i % 3
                            + "\"}]}");
        }
        return String.join("\n", lines);
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
    }

    private void run(Control control) throws IOException {
        run(folder, control);
    }

    private static void run(Path folder, Control control) throws IOException {
        InstantSource clock = InstantSource.fixed(Instant.EPOCH);
        try (var log = new RunLog(folder, clock)) {
            new TrainingRun(RunSpec.read(folder), log, control, clock).run();
        }
    }

    private Failure fails() {
        Failure failure = catchThrowableOfType(Failure.class, () -> run(Control.NONE));
        assertThat(failure).isNotNull();
        return failure;
    }

    /// Says so when this many steps have been asked for.
    private static Control after(int steps, Control.Wish wish) {
        int[] asked = {0};
        return () -> asked[0]++ < steps ? Control.Wish.GO_ON : wish;
    }

    private List<JsonNode> log() throws IOException {
        return log(folder);
    }

    private static List<JsonNode> log(Path folder) throws IOException {
        return Files.readAllLines(folder.resolve("log.jsonl")).stream()
                .map(line -> JsonMapper.shared().readTree(line))
                .toList();
    }

    private static List<JsonNode> of(List<JsonNode> log, String kind) {
        return log.stream().filter(r -> r.path("kind").asString().equals(kind)).toList();
    }

    private Map<Integer, Double> losses() throws IOException {
        return losses(folder);
    }

    private static Map<Integer, Double> losses(Path folder) throws IOException {
        var losses = new LinkedHashMap<Integer, Double>();
        of(log(folder), "metrics")
                .forEach(r -> losses.put(r.path("step").asInt(), r.path("train_loss").asDouble()));
        return losses;
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
