package dev.afinador.testkit.trainer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a [FakeTrainer] does, kept in a file that every process of it reads when it starts. Steps count from 1.
public final class FakeTrainerScript {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path file;

    /// @param folder of a test; the script and the gates are in it
    public FakeTrainerScript(Path folder) {
        this.file = folder.resolve("fake-trainer.json");
        write(JSON.createObjectNode());
    }

    /// The JVM's options that make a process follow this script.
    public List<String> options() {
        return List.of("-Dfake.trainer=" + file, "-XX:TieredStopAtLevel=1", "-Xshare:auto");
    }

    public FakeTrainerScript steps(int epochs, int perEpoch) {
        return put("epochs", epochs).put("steps_per_epoch", perEpoch);
    }

    /// Ends without a last word when this step is done, the first `times` times; with `status`, or killed when that is 137.
    public FakeTrainerScript crashAfter(int step, int times, int status) {
        return put("crash_after", step).put("crash_times", times).put("crash_status", status);
    }

    /// Says nothing and does not end after this step.
    public FakeTrainerScript hangAfter(int step) {
        return put("hang_after", step);
    }

    /// Waits after this step until [#open] is called; commands are heeded meanwhile.
    public FakeTrainerScript waitAfter(int step) {
        return put("wait_after", step);
    }

    /// Waits before its first record until [#open] is called.
    public FakeTrainerScript slowStart() {
        return put("wait_after", 0);
    }

    public void open() {
        try {
            Files.writeString(gate(file), "open");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// Prints and logs what is no record, floods its error stream, and leaves torn lines when it crashes.
    public FakeTrainerScript garbage() {
        return put("garbage", true);
    }

    /// Its last word is a failure.
    public FakeTrainerScript fail(String code, String message, int line) {
        return put("fail_code", code).put("fail_message", message).put("fail_line", line);
    }

    /// Does not hear `pause` and `cancel`.
    public FakeTrainerScript deaf() {
        return put("deaf", true);
    }

    /// `device` and `inspect` end with status 1, as a trainer without its native libraries.
    public FakeTrainerScript broken() {
        return put("broken", true);
    }

    public FakeTrainerScript clear() {
        write(JSON.createObjectNode());
        return this;
    }

    private FakeTrainerScript put(String name, Object value) {
        ObjectNode script = (ObjectNode) read(file);
        script.set(name, JSON.valueToTree(value));
        write(script);
        return this;
    }

    private void write(ObjectNode script) {
        try {
            Path unfinished = file.resolveSibling("fake-trainer.json.part");
            Files.write(unfinished, JSON.writeValueAsBytes(script));
            Files.move(unfinished, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static JsonNode read(Path file) {
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            return JSON.createObjectNode();
        }
    }

    static Path gate(Path file) {
        return file.resolveSibling("gate");
    }

    /// A folder that a [FakeTrainer] takes for a base model.
    public static Path model(Path folders, String name) {
        try {
            Path folder = Files.createDirectories(folders.resolve(name));
            Map<String, Object> config = new LinkedHashMap<>();
            config.put("architectures", List.of("FakeForCausalLM"));
            Files.write(folder.resolve("config.json"), JSON.writeValueAsBytes(config));
            return folder;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
