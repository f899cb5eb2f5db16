package dev.afinador.trainer.serve;

import dev.afinador.trainer.Failure;
import dev.afinador.trainer.tensor.Compute;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Records on standard output, each on the way as soon as it is written.
final class Answers {

    private final PrintStream out;

    Answers(PrintStream out) {
        this.out = out;
    }

    void ready(Compute compute) {
        write(
                record("ready")
                        .put("device", compute.kind().word())
                        .put("precision", compute.precision().word())
                        .put("threads", compute.threads()));
    }

    void started(String id, int promptTokens) {
        write(record("started").put("id", id).put("prompt_tokens", promptTokens));
    }

    void text(String id, int index, String text, int tokens, List<ObjectNode> logprobs) {
        ObjectNode record =
                record("text")
                        .put("id", id)
                        .put("index", index)
                        .put("text", text)
                        .put("tokens", tokens);
        if (!logprobs.isEmpty()) {
            logprobs.forEach(record.putArray("logprobs")::add);
        }
        write(record);
    }

    void finished(String id, int index, String reason, int tokens, @Nullable JsonNode message) {
        ObjectNode record =
                record("finished")
                        .put("id", id)
                        .put("index", index)
                        .put("reason", reason)
                        .put("completion_tokens", tokens);
        if (message != null) {
            record.set("message", message);
        }
        write(record);
    }

    void failed(String id, Failure failure) {
        write(
                record("failed")
                        .put("id", id)
                        .put("code", failure.code().word())
                        .put("message", failure.getMessage())
                        .put("param", failure.param()));
    }

    private static ObjectNode record(String kind) {
        return JsonMapper.shared().createObjectNode().put("kind", kind);
    }

    private synchronized void write(ObjectNode record) {
        out.println(record);
        out.flush();
    }
}
