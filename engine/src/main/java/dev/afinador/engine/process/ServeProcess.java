package dev.afinador.engine.process;

import dev.afinador.engine.process.Sampling.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One `serve` process: a base model in memory, answering many requests at once.
final class ServeProcess {

    private static final Logger log = LoggerFactory.getLogger(ServeProcess.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path base;
    private final Process process;
    private final ErrorTail errors;
    private final ReentrantLock writing = new ReentrantLock();
    private final Map<String, Generation> running = new ConcurrentHashMap<>();
    private volatile boolean ended;

    ServeProcess(TrainerCommand command, int heap, Path base) throws IOException {
        this.base = base;
        this.process = command.start(heap, true, "serve");
        this.errors =
                new ErrorTail(process.getErrorStream(), null, "serve-errors-" + process.pid());
        Thread.ofPlatform().daemon().name("serve-" + process.pid()).start(this::read);
    }

    boolean isAlive() {
        return !ended && process.isAlive();
    }

    boolean isBusy() {
        return !running.isEmpty();
    }

    int requests() {
        return running.size();
    }

    long pid() {
        return process.pid();
    }

    /// @param id new and unique
    Generation ask(String id, @Nullable Path adapter, Sampling.Request request, Runnable release) {
        Generation generation =
                new Generation(
                        request.n(),
                        () -> send(Map.of("kind", "cancel", "id", id)),
                        () -> {
                            running.remove(id);
                            release.run();
                        });
        running.put(id, generation);
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("kind", "generate");
        line.put("id", id);
        line.put("base_model", base.toString());
        line.put("adapter", adapter == null ? null : adapter.toString());
        if (request.messages() != null) {
            line.put("messages", request.messages());
        } else {
            line.put("prompt", request.prompt());
        }
        if (request.tools() != null) {
            line.put("tools", request.tools());
        }
        line.put("temperature", request.temperature());
        line.put("top_p", request.topP());
        line.put("max_tokens", request.maxTokens());
        line.put("stop", request.stop());
        line.put("seed", request.seed());
        line.put("n", request.n());
        line.put("logprobs", request.logprobs());
        if (!send(line) || ended) {
            generation.add(lost());
        }
        return generation;
    }

    private boolean send(Map<String, Object> line) {
        byte[] bytes = (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
        writing.lock();
        try {
            OutputStream in = process.getOutputStream();
            in.write(bytes);
            in.flush();
            return true;
        } catch (IOException e) {
            return false; // it has ended, and everybody who waits is told so
        } finally {
            writing.unlock();
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                take(line);
            }
        } catch (IOException e) {
            log.debug("the end of a model's process", e);
        } finally {
            ended = true;
            process.destroyForcibly();
            Answer lost = lost();
            running.values().forEach(generation -> generation.add(lost));
        }
    }

    private void take(String line) {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JacksonException e) {
            return; // a library printed something
        }
        Generation generation = running.get(node.path("id").asString(""));
        if (generation == null) {
            return; // `ready`, or for somebody who has gone
        }
        Answer answer = answer(node);
        if (answer != null) {
            generation.add(answer);
        }
    }

    private static @Nullable Answer answer(JsonNode node) {
        return switch (node.path("kind").asString("")) {
            case "started" -> new Answer.Started(node.path("prompt_tokens").asInt(0));
            case "text" ->
                    new Answer.Text(
                            node.path("index").asInt(0),
                            node.path("text").asString(""),
                            node.path("tokens").asInt(0),
                            node.path("logprobs").isArray() ? node.get("logprobs") : null);
            case "finished" ->
                    new Answer.Finished(
                            node.path("index").asInt(0),
                            node.path("reason").asString("stop"),
                            node.path("completion_tokens").asInt(0),
                            node.path("message").isObject() ? node.get("message") : null);
            case "failed" ->
                    new Answer.Failed(
                            node.path("code").asString("model_failed"),
                            node.path("message").asString("The model failed without saying why."),
                            node.path("param").isString()
                                    ? node.path("param").stringValue()
                                    : null);
            default -> null;
        };
    }

    private Answer lost() {
        String how = "";
        try {
            if (process.waitFor(2, java.util.concurrent.TimeUnit.SECONDS)) {
                how = ": " + Ending.of(process.exitValue(), errors.lastLine());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Answer.Failed(
                "model_process_ended",
                "The model's process ended unexpectedly"
                        + how
                        + ". The next request starts it again.",
                null);
    }

    /// Ends it: by the end of its input, and for certain.
    void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            log.debug("the input of a model's process", e);
        }
        process.destroyForcibly();
    }
}
