package dev.afinador.testkit.trainer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The scripted trainer's `main`. See [FakeTrainerScript].
public final class FakeTrainer {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final PrintStream OUT = System.out;

    private final JsonNode script;
    private final Path gate;

    private FakeTrainer(Path script) {
        this.script = FakeTrainerScript.read(script);
        this.gate = FakeTrainerScript.gate(script);
    }

    public static void main(String[] args) throws Exception {
        FakeTrainer trainer =
                new FakeTrainer(Path.of(System.getProperty("fake.trainer", "no-script.json")));
        switch (args[0]) {
            case "train" -> trainer.new Training(Path.of(args[1])).run();
            case "serve" -> trainer.new Serving().run();
            case "inspect" -> trainer.inspect(Path.of(args[1]));
            case "device" -> trainer.device();
            default -> System.exit(2);
        }
        System.exit(0);
    }

    private void device() {
        breakDown();
        OUT.println(
                "{\"device\":\"cpu\",\"name\":\"fake\",\"threads\":2,\"native\":\"cpu\",\"why\":\"no card: this is a fake\"}");
    }

    private void inspect(Path folder) {
        breakDown();
        JsonNode config = FakeTrainerScript.read(folder.resolve("config.json"));
        String architecture = config.path("architectures").path(0).asString("?");
        OUT.println("a library says hello");
        OUT.println(
                architecture.equals("FakeForCausalLM")
                        ? "{\"usable\":true,\"architecture\":\"FakeForCausalLM\",\"parameters\":1000,\"layers\":1,"
                                + "\"hidden_size\":8,\"vocabulary\":100,\"context\":512,\"tied_embeddings\":true,"
                                + "\"precision\":\"fp32\",\"bytes\":4000}"
                        : "{\"usable\":false,\"code\":\"model_unsupported\",\"message\":\"The architecture "
                                + architecture
                                + " is not known.\"}");
    }

    private void breakDown() {
        if (script.path("broken").asBoolean(false)) {
            System.err.println("no native libraries for this platform");
            System.exit(1);
        }
    }

    /// Lines of standard input; an end of it ends the process.
    private static LinkedBlockingQueue<String> commands() {
        LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try (BufferedReader in =
                            new BufferedReader(
                                    new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                        for (String line = in.readLine(); line != null; line = in.readLine()) {
                            lines.add(line);
                        }
                    } catch (IOException e) {
                        // the same as its end
                    }
                    Runtime.getRuntime().halt(0);
                });
        return lines;
    }

    private final class Training {
        private final Path folder;
        private final LinkedBlockingQueue<String> commands = commands();
        private int step;

        Training(Path folder) {
            this.folder = folder;
        }

        void run() throws IOException, InterruptedException {
            boolean garbage = script.path("garbage").asBoolean(false);
            if (garbage) {
                OUT.println("{\"kind\":\"succeeded\",\"step\":1}");
                System.err.println("x".repeat(3 << 20));
                append("no json at all\n{\"kind\":\"of a later version\"}\n[1,2]\n\n");
            }
            if (script.path("wait_after").asInt(-1) == 0) {
                pass();
            }
            JsonNode run = FakeTrainerScript.read(folder.resolve("run.json"));
            long examples = lines(Path.of(run.path("training_file").asString("")));
            int perEpoch = script.path("steps_per_epoch").asInt(4);
            int epochs =
                    run.path("hyperparameters").path("n_epochs").isNumber()
                            ? run.path("hyperparameters").path("n_epochs").asInt(1)
                            : script.path("epochs").asInt(3);
            int total = epochs * perEpoch;
            step = resumed();
            log(
                    "started",
                    Map.of(
                            "device",
                            "cpu",
                            "precision",
                            "fp32",
                            "threads",
                            2,
                            "resumed_from_step",
                            step));
            log(
                    "validated",
                    Map.of(
                            "examples",
                            examples,
                            "validation_examples",
                            0,
                            "skipped",
                            0,
                            "trained_tokens_per_epoch",
                            100));
            String failure = script.path("fail_code").asString("");
            if (!failure.isEmpty()) {
                Map<String, Object> last = new LinkedHashMap<>();
                last.put("code", failure);
                last.put("message", script.path("fail_message").asString(""));
                last.put(
                        "param",
                        failure.endsWith("_file") ? failure.replace("invalid_", "") : null);
                int line = script.path("fail_line").asInt(0);
                last.put("line", line == 0 ? null : line);
                log("failed", last);
                return;
            }
            log(
                    "resolved",
                    Map.of(
                            "hyperparameters",
                            Map.of(
                                    "n_epochs",
                                    epochs,
                                    "batch_size",
                                    1,
                                    "learning_rate_multiplier",
                                    1.5),
                            "total_steps",
                            total,
                            "steps_per_epoch",
                            perEpoch));
            while (step < total) {
                heed();
                step++;
                Map<String, Object> metrics = new LinkedHashMap<>();
                metrics.put("step", step);
                metrics.put("total_steps", total);
                metrics.put("epoch", (double) step / perEpoch);
                metrics.put("train_loss", loss(step));
                metrics.put("train_mean_token_accuracy", 1 - loss(step) / 4);
                log("metrics", metrics);
                if (step % perEpoch == 0) {
                    checkpoint();
                }
                if (script.path("hang_after").asInt(-1) == step) {
                    new LinkedBlockingQueue<String>().take();
                }
                if (script.path("wait_after").asInt(-1) == step) {
                    pass();
                }
                if (script.path("crash_after").asInt(-1) == step
                        && crashes() < script.path("crash_times").asInt(1)) {
                    crash();
                }
            }
            log(
                    "succeeded",
                    Map.of(
                            "step",
                            total,
                            "folder",
                            "checkpoints/step-" + total,
                            "trained_tokens",
                            100L * epochs));
        }

        private static double loss(int step) {
            return 3.0 / (1 + step * 0.1);
        }

        private static long lines(Path file) throws IOException {
            try (var lines = Files.lines(file)) {
                return lines.count();
            }
        }

        /// Heeds what was said so far.
        private void heed() throws IOException {
            for (String line = commands.poll(); line != null; line = commands.poll()) {
                heed(line);
            }
        }

        private void heed(String line) throws IOException {
            if (script.path("deaf").asBoolean(false)) {
                return;
            }
            switch (line) {
                case "pause" -> {
                    checkpoint();
                    log("paused", Map.of("step", step));
                    System.exit(0);
                }
                case "cancel" -> System.exit(0);
                default -> {}
            }
        }

        /// Waits for the gate to open.
        private void pass() throws IOException, InterruptedException {
            while (!Files.exists(gate)) {
                String line = commands.poll(20, TimeUnit.MILLISECONDS);
                if (line != null) {
                    heed(line);
                }
            }
        }

        private int resumed() {
            return FakeTrainerScript.read(folder.resolve("resume.json")).path("step").asInt(0);
        }

        private void checkpoint() throws IOException {
            Path done = folder.resolve("checkpoints/step-" + step);
            if (!Files.exists(done)) {
                Path fresh = Files.createDirectories(folder.resolve("checkpoints/new-" + step));
                Files.writeString(fresh.resolve("adapter_config.json"), "{\"step\":" + step + "}");
                Files.move(fresh, done, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.writeString(folder.resolve("resume.json"), "{\"step\":" + step + "}");
            log(
                    "checkpoint",
                    Map.of(
                            "step",
                            step,
                            "epoch",
                            1.0,
                            "folder",
                            "checkpoints/step-" + step,
                            "metrics",
                            Map.of("train_loss", loss(step))));
        }

        private int crashes() throws IOException {
            Path count = folder.resolve("crashes");
            return Files.exists(count) ? Integer.parseInt(Files.readString(count)) : 0;
        }

        private void crash() throws IOException {
            Files.writeString(folder.resolve("crashes"), String.valueOf(crashes() + 1));
            if (script.path("garbage").asBoolean(false)) {
                append("{\"kind\":\"metrics\",\"step\":99");
            }
            int status = script.path("crash_status").asInt(1);
            System.err.println("native trouble of the fake kind");
            if (status == 137) {
                ProcessHandle.current().pid();
                new ProcessBuilder("kill", "-9", String.valueOf(ProcessHandle.current().pid()))
                        .start();
                try {
                    new LinkedBlockingQueue<String>().take();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            Runtime.getRuntime().halt(status);
        }

        private void log(String kind, Map<String, ?> members) throws IOException {
            Map<String, Object> record = new LinkedHashMap<>();
            record.put("at", System.currentTimeMillis());
            record.put("kind", kind);
            record.putAll(members);
            append(JSON.writeValueAsString(record) + "\n");
        }

        private void append(String text) throws IOException {
            Files.writeString(
                    folder.resolve("log.jsonl"),
                    text,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }

    /// Says `eco: ` and the last message's words, one by one. A message may hold orders: `[crash]`, `[endless]`, `[fail CODE]`,
    /// `[tool]`.
    private final class Serving {
        private final Map<String, AtomicBoolean> running = new ConcurrentHashMap<>();

        void run() throws InterruptedException {
            LinkedBlockingQueue<String> commands = commands();
            say(Map.of("kind", "ready", "device", "cpu", "precision", "fp32", "threads", 2));
            OUT.println("a library prints something");
            while (true) {
                JsonNode line = JSON.readTree(commands.take());
                String id = line.path("id").asString("");
                switch (line.path("kind").asString("")) {
                    case "generate" -> {
                        AtomicBoolean cancelled = new AtomicBoolean();
                        running.put(id, cancelled);
                        Thread.ofVirtual().start(() -> generate(id, line, cancelled));
                    }
                    case "cancel" -> {
                        AtomicBoolean flag = running.get(id);
                        if (flag != null) {
                            flag.set(true);
                        }
                    }
                    default -> {}
                }
            }
        }

        private void generate(String id, JsonNode ask, AtomicBoolean cancelled) {
            String asked = asked(ask);
            if (asked.contains("[crash]")) {
                System.err.println("native trouble of the fake kind");
                Runtime.getRuntime().halt(139);
            }
            if (asked.contains("[fail ")) {
                String code = asked.substring(asked.indexOf("[fail ") + 6, asked.indexOf(']'));
                fail(id, code);
                return;
            }
            say(Map.of("kind", "started", "id", id, "prompt_tokens", asked.split(" ").length));
            int n = ask.path("n").asInt(1);
            for (int index = 0; index < n; index++) {
                if (!choice(id, index, ask, asked, cancelled)) {
                    fail(id, "cancelled");
                    return;
                }
            }
        }

        private boolean choice(
                String id, int index, JsonNode ask, String asked, AtomicBoolean cancelled) {
            if (asked.contains("[tool]") && ask.path("tools").isArray()) {
                Map<String, Object> call =
                        Map.of(
                                "id",
                                "call_1",
                                "type",
                                "function",
                                "function",
                                Map.of("name", "clima", "arguments", "{\"ciudad\":\"Lima\"}"));
                Map<String, Object> message = new LinkedHashMap<>();
                message.put("role", "assistant");
                message.put("content", null);
                message.put("tool_calls", List.of(call));
                say(
                        Map.of(
                                "kind",
                                "finished",
                                "id",
                                id,
                                "index",
                                index,
                                "reason",
                                "tool_calls",
                                "completion_tokens",
                                7,
                                "message",
                                message));
                return true;
            }
            String adapter = ask.path("adapter").asString("");
            List<String> words =
                    new ArrayList<>(List.of(adapter.isEmpty() ? "eco:" : "eco afinado:"));
            words.addAll(List.of(asked.split(" ")));
            int most = ask.path("max_tokens").asInt(Integer.MAX_VALUE);
            int tokens = 0;
            while (true) {
                for (String word : words) {
                    if (cancelled.get()) {
                        return false;
                    }
                    if (tokens == most) {
                        finish(id, index, "length", tokens);
                        return true;
                    }
                    text(id, index, tokens == 0 ? word : " " + word, ask.path("logprobs"));
                    tokens++;
                }
                if (!asked.contains("[endless]")) {
                    finish(id, index, "stop", tokens);
                    return true;
                }
                Thread.onSpinWait();
            }
        }

        private static String asked(JsonNode ask) {
            if (ask.path("prompt").isString()) {
                return ask.path("prompt").stringValue();
            }
            JsonNode messages = ask.path("messages");
            return messages.path(messages.size() - 1).path("content").asString("");
        }

        private void text(String id, int index, String text, JsonNode logprobs) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("kind", "text");
            answer.put("id", id);
            answer.put("index", index);
            answer.put("text", text);
            answer.put("tokens", 1);
            if (logprobs.isNumber()) {
                Map<String, Object> top = new LinkedHashMap<>();
                top.put("token", text);
                top.put("bytes", bytes(text));
                top.put("logprob", -0.25);
                Map<String, Object> token = new LinkedHashMap<>(top);
                List<Map<String, Object>> tops = new ArrayList<>();
                for (int i = 0; i < logprobs.asInt(0); i++) {
                    tops.add(top);
                }
                token.put("top", tops);
                answer.put("logprobs", List.of(token));
            }
            say(answer);
        }

        private static List<Integer> bytes(String text) {
            List<Integer> bytes = new ArrayList<>();
            for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
                bytes.add(b & 0xFF);
            }
            return bytes;
        }

        private void finish(String id, int index, String reason, int tokens) {
            running.remove(id);
            say(
                    Map.of(
                            "kind",
                            "finished",
                            "id",
                            id,
                            "index",
                            index,
                            "reason",
                            reason,
                            "completion_tokens",
                            tokens));
        }

        private void fail(String id, String code) {
            running.remove(id);
            Map<String, @Nullable Object> answer = new LinkedHashMap<>();
            answer.put("kind", "failed");
            answer.put("id", id);
            answer.put("code", code);
            answer.put("message", "The fake failed with " + code);
            answer.put("param", null);
            say(answer);
        }

        private static void say(Map<String, ?> answer) {
            String line = JSON.writeValueAsString(answer);
            synchronized (OUT) {
                OUT.println(line);
                OUT.flush();
            }
        }
    }
}
