package dev.afinador.engine.protocol;

import static dev.afinador.engine.protocol.Wire.object;

import dev.afinador.engine.EngineCheckpoint;
import dev.afinador.engine.EngineEvent;
import dev.afinador.engine.EngineFile;
import dev.afinador.engine.EngineJob;
import dev.afinador.engine.EngineMethod;
import dev.afinador.engine.EngineModels;
import dev.afinador.engine.Upload;
import dev.afinador.engine.WebhookEndpoint;
import dev.afinador.engine.Webhooks;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Things of the engine in the protocol's shapes. Where the published schema and recorded answers differ, the schema wins: an
/// absent member passes every client's check where a null does not.
final class Shapes {

    private Shapes() {}

    static Map<String, Object> list(List<Map<String, Object>> data, boolean more) {
        return object("object", "list", "data", data, "has_more", more);
    }

    /// A list that also names its ends.
    ///
    /// @param none what stands for an end that is not there
    static Map<String, Object> listWithEnds(
            List<Map<String, Object>> data, boolean more, @Nullable String none) {
        Map<String, Object> list = object("object", "list", "data", data);
        list.putAll(
                object(
                        "first_id",
                        data.isEmpty() ? none : data.getFirst().get("id"),
                        "last_id",
                        data.isEmpty() ? none : data.getLast().get("id"),
                        "has_more",
                        more));
        return list;
    }

    static <T> List<Map<String, Object>> all(
            List<T> things, Function<T, Map<String, Object>> shape) {
        return things.stream().map(shape).toList();
    }

    static Map<String, Object> deleted(String object, String id) {
        return object("id", id, "object", object, "deleted", true);
    }

    static Map<String, Object> file(EngineFile file) {
        Map<String, Object> shape =
                object(
                        "object", "file",
                        "id", file.id(),
                        "purpose", file.purpose(),
                        "filename", file.filename(),
                        "bytes", file.bytes(),
                        "created_at", seconds(file.createdAt()),
                        "status", "processed");
        if (file.expiresAt() != null) {
            shape.put("expires_at", file.expiresAt().getEpochSecond());
        }
        return shape;
    }

    /// @param file what it became, or null
    static Map<String, Object> upload(Upload upload, @Nullable EngineFile file) {
        Map<String, Object> shape =
                object(
                        "id", upload.id(),
                        "object", "upload",
                        "bytes", upload.bytes(),
                        "created_at", seconds(upload.createdAt()),
                        "filename", upload.filename(),
                        "purpose", upload.purpose(),
                        "status", upload.status().name().toLowerCase(Locale.ROOT),
                        "expires_at", seconds(upload.expiresAt()));
        if (file != null) {
            shape.put("file", file(file));
        }
        return shape;
    }

    static Map<String, Object> part(Upload.Part part) {
        return object(
                "id", part.id(),
                "object", "upload.part",
                "created_at", seconds(part.createdAt()),
                "upload_id", part.uploadId());
    }

    static Map<String, Object> job(EngineJob job, String organization) {
        EngineJob.Asked asked = job.asked();
        EngineJob.State state = job.state();
        Map<String, Object> settings = hyperparameters(job);
        return object(
                "object", "fine_tuning.job",
                "id", job.id(),
                "model", asked.model(),
                "created_at", seconds(job.createdAt()),
                "finished_at", secondsOrNull(state.finishedAt()),
                "fine_tuned_model", state.fineTunedModel(),
                "organization_id", "org-" + organization,
                "result_files",
                        state.resultFile() == null ? List.of() : List.of(state.resultFile()),
                "status", state.status().word(),
                "validation_file", asked.validationFile(),
                "training_file", asked.trainingFile(),
                // An object for every method: official clients trip over a null here.
                "hyperparameters", asked.method() == EngineMethod.SUPERVISED ? settings : Map.of(),
                "trained_tokens", state.trainedTokens(),
                "error", state.failure() == null ? null : failure(state.failure()),
                "user_provided_suffix", asked.suffix(),
                "seed", asked.seed(),
                "estimated_finish", secondsOrNull(state.estimatedFinish()),
                "integrations", List.of(),
                "metadata", asked.metadata(),
                "method",
                        object(
                                "type",
                                asked.method().word(),
                                asked.method().word(),
                                object("hyperparameters", settings)));
    }

    private static Map<String, Object> failure(EngineJob.Failure failure) {
        return object(
                "code", failure.code(), "message", failure.message(), "param", failure.param());
    }

    /// What was asked for, or what became of it once that is known.
    private static Map<String, Object> hyperparameters(EngineJob job) {
        Map<String, Object> settings = object();
        Map<String, String> resolved = job.state().resolved();
        for (String name : job.asked().method().hyperparameters()) {
            String value = job.asked().hyperparameters().getOrDefault(name, "auto");
            if (resolved != null) {
                value = resolved.getOrDefault(name, value);
            }
            settings.put(name, value.equals("auto") ? value : number(value));
        }
        return settings;
    }

    private static Number number(String text) {
        BigDecimal number = new BigDecimal(text);
        return number.stripTrailingZeros().scale() <= 0 ? number.toBigInteger() : number;
    }

    static Map<String, Object> event(EngineEvent event) {
        return object(
                "object", "fine_tuning.job.event",
                "id", event.id(),
                "created_at", seconds(event.at()),
                "level", event.level().name().toLowerCase(Locale.ROOT),
                "message", event.message(),
                "type", event.type().name().toLowerCase(Locale.ROOT),
                "data", numbers(event.data()));
    }

    static Map<String, Object> checkpoint(EngineCheckpoint checkpoint, String jobId) {
        return object(
                "object", "fine_tuning.job.checkpoint",
                "id", checkpoint.id(),
                "created_at", seconds(checkpoint.createdAt()),
                "fine_tuned_model_checkpoint", checkpoint.model(),
                "step_number", checkpoint.step(),
                "metrics", numbers(checkpoint.metrics()),
                "fine_tuning_job_id", jobId);
    }

    /// Counts are whole numbers to clients.
    private static Map<String, Object> numbers(Map<String, Double> values) {
        Map<String, Object> numbers = object();
        new TreeMap<>(values)
                .forEach((name, value) ->
                        numbers.put(
                                name,
                                name.equals("step") || name.equals("total_steps")
                                        ? (Object) value.longValue()
                                        : value));
        return numbers;
    }

    static Map<String, Object> model(EngineModels.Model model) {
        return object(
                "id", model.name(),
                "object", "model",
                "created", seconds(model.created()),
                "owned_by", model.owner(),
                // Nobody but the owner of this machine ends a model of it.
                "shutdown_date", null);
    }

    static Map<String, Object> endpoint(WebhookEndpoint endpoint) {
        return object(
                "id", endpoint.id(),
                "object", "webhook_endpoint",
                "created_at", seconds(endpoint.createdAt()),
                "updated_at", seconds(endpoint.updatedAt()),
                "event_types", endpoint.eventTypes(),
                "name", endpoint.name(),
                "url", endpoint.url().toString(),
                "signing_secret_hint", endpoint.hint());
    }

    static Map<String, Object> endpoint(Webhooks.WithSecret endpoint) {
        Map<String, Object> shape = endpoint(endpoint.endpoint());
        shape.put("signing_secret", endpoint.secret().reveal());
        return shape;
    }

    private static long seconds(Instant at) {
        return at.getEpochSecond();
    }

    private static @Nullable Long secondsOrNull(@Nullable Instant at) {
        return at == null ? null : at.getEpochSecond();
    }
}
