package dev.afinador.testkit.provider;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A request that is answered with the protocol's error body. Thrown by handlers, mapped in one place.
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String type;
    private final @Nullable String code;
    private final @Nullable String param;

    Refusal(
            int status,
            String type,
            @Nullable String code,
            @Nullable String param,
            String message) {
        super(message, null, false, false);
        this.status = status;
        this.type = type;
        this.code = code;
        this.param = param;
    }

    /// 400 `invalid_request_error`.
    static Refusal badRequest(@Nullable String code, @Nullable String param, String message) {
        return new Refusal(400, "invalid_request_error", code, param, message);
    }

    static Refusal notFound(@Nullable String code, @Nullable String param, String message) {
        return new Refusal(404, "invalid_request_error", code, param, message);
    }

    static Refusal unknownJob(String id) {
        return notFound("fine_tune_not_found", "fine_tune_id", "Could not find fine tune: " + id);
    }

    static Refusal unknownModel(String name) {
        return notFound("model_not_found", "model", "The model '" + name + "' does not exist");
    }

    static Refusal unknownFile(String id) {
        return notFound(null, "id", "No such File object: " + id);
    }

    static Refusal unknownAddress(String method, String path) {
        return notFound("unknown_url", null, "Nothing answers to " + method + " " + path + " here");
    }

    Answer answer() {
        String message = String.valueOf(getMessage());
        ObjectNode body = body(type, code, param, message);
        if (status == 404 && "id".equals(param)) {
            // recorded for files only: the same message once more beside the error
            body.putObject("detail").put("message", message).putNull("code");
        }
        return Answer.json(status, body);
    }

    static ObjectNode body(
            String type, @Nullable String code, @Nullable String param, String message) {
        ObjectNode body = Json.object();
        body.putObject("error")
                .put("message", message)
                .put("type", type)
                .put("param", param)
                .put("code", code);
        return body;
    }
}
