package dev.afinador.engine;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A request that the engine does not grant, in the words of the protocol: what goes into the `error` object of an answer.
public final class EngineRefusal extends RuntimeException {

    private final Status status;
    private final @Nullable String param;
    private final @Nullable String code;
    private final @Nullable Duration retryAfter;

    private EngineRefusal(
            Status status,
            @Nullable String param,
            @Nullable String code,
            String message,
            @Nullable Duration retryAfter) {
        super(message);
        this.status = status;
        this.param = param;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /// The request is wrong, or the state of things does not allow it. Never 409: official clients send such a request again.
    public static EngineRefusal badRequest(
            @Nullable String param, @Nullable String code, String message) {
        return new EngineRefusal(Status.BAD_REQUEST, param, code, message, null);
    }

    public static EngineRefusal notFound(
            @Nullable String param, @Nullable String code, String message) {
        return new EngineRefusal(Status.NOT_FOUND, param, code, message, null);
    }

    /// The caller may not do this to this thing, whatever its state.
    public static EngineRefusal forbidden(@Nullable String code, String message) {
        return new EngineRefusal(Status.FORBIDDEN, null, code, message, null);
    }

    public static EngineRefusal tooLarge(@Nullable String param, String message) {
        return new EngineRefusal(Status.TOO_LARGE, param, null, message, null);
    }

    /// Too much at once: the same request will do after a while.
    ///
    /// @param retryAfter at most a minute: some clients give up on longer waits
    public static EngineRefusal busy(String message, Duration retryAfter) {
        return new EngineRefusal(Status.BUSY, null, "rate_limit_exceeded", message, retryAfter);
    }

    /// Something broke; the same request may do after all.
    public static EngineRefusal failed(String code, String message) {
        return new EngineRefusal(Status.FAILED, null, code, message, null);
    }

    /// The machine cannot: asking again changes nothing until somebody mends it.
    public static EngineRefusal broken(String code, String message) {
        return new EngineRefusal(Status.BROKEN, null, code, message, null);
    }

    public static EngineRefusal unknownJob(String id) {
        return notFound(
                "fine_tune_id", "fine_tune_not_found", "Could not find fine tune: " + cut(id));
    }

    public static EngineRefusal unknownModel(String name) {
        return notFound("model", "model_not_found", "The model '" + cut(name) + "' does not exist");
    }

    public static EngineRefusal unknownFile(String id) {
        return notFound("id", null, "No such File object: " + cut(id));
    }

    public static EngineRefusal unknownUpload(String id) {
        return notFound("upload_id", null, "No such Upload object: " + cut(id));
    }

    /// What a caller sent, short enough to be sent back.
    static String cut(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }

    public Status status() {
        return status;
    }

    public @Nullable String param() {
        return param;
    }

    public @Nullable String code() {
        return code;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    @Override
    public String getMessage() {
        return java.util.Objects.requireNonNull(super.getMessage());
    }

    /// Why, as the protocol's HTTP status and `type` tell it.
    public enum Status {
        BAD_REQUEST,
        FORBIDDEN,
        NOT_FOUND,
        TOO_LARGE,
        BUSY,
        FAILED,
        BROKEN
    }
}
