package dev.afinador.openai;

import dev.afinador.provider.RemoteCheckpoint;
import dev.afinador.provider.RemoteEvent;
import dev.afinador.provider.RemoteFile;
import dev.afinador.provider.RemoteJob;
import dev.afinador.provider.RemoteJob.RemoteFailure;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.provider.RemoteModel;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads the protocol's objects as vendors really send them. An object without what makes it one (a job without an id) is
/// empty; everything else that is odd is settled here, so that nobody inside has to guess.
final class Reader {

    private static final String JOB = "fine_tuning.job";
    private static final int LONGEST_ID = 512;
    private static final int LONGEST_WORD = 200;
    private static final int LONGEST_LINE = 8_000;

    /// What an event carries beyond its line is numbers and names.
    private static final int LARGEST_DATA = 64 << 10;

    /// Azure's way to say "auto".
    private static final String AZURE_AUTO = "-1";

    private Reader() {}

    /// Whether this can only be a job of this protocol, whatever else is wrong with it.
    static boolean claimsToBeJob(JsonNode node) {
        return node.isObject() && JOB.equals(Json.text(node, "object"));
    }

    static Optional<RemoteJob> job(@Nullable JsonNode node) {
        if (node == null || !node.isObject()) {
            return Optional.empty();
        }
        String id = id(node);
        String status = Json.text(node, "status");
        // Mistral serves jobs of its own kind on the same path; they list `training_files`.
        boolean another = node.path("training_files").isArray() && !node.has("training_file");
        if (id == null || another || (status == null && !claimsToBeJob(node))) {
            return Optional.empty();
        }
        JsonNode method = node.path("method");
        String type = method.isString() ? Json.text(method) : Json.text(method, "type");
        String suffix = Json.text(node, "user_provided_suffix");
        return Optional.of(
                new RemoteJob(
                        new RemoteJobId(id),
                        status == null ? "unknown" : cut(status, LONGEST_WORD),
                        cut(orEmpty(Json.text(node, "model")), LONGEST_ID),
                        Json.time(node, "created_at"),
                        Json.time(node, "finished_at"),
                        Json.time(node, "estimated_finish"),
                        Json.text(node, "fine_tuned_model"),
                        Json.text(node, "training_file"),
                        Json.text(node, "validation_file"),
                        texts(node.path("result_files")),
                        Json.whole(node, "trained_tokens"),
                        failure(node.path("error")),
                        hyperparameters(node, type),
                        type,
                        Json.whole(node, "seed"),
                        suffix != null ? suffix : Json.text(node, "suffix"),
                        Json.scalars(node.path("metadata")),
                        node.toString()));
    }

    /// `null`, `{}` and an object of nulls all mean that there is none.
    private static @Nullable RemoteFailure failure(JsonNode error) {
        String text = Json.text(error);
        if (text != null) {
            return new RemoteFailure(null, cut(text, LONGEST_LINE), null);
        }
        String code = Json.text(error, "code");
        String message = Json.text(error, "message");
        String param = Json.text(error, "param");
        return code == null && message == null && param == null
                ? null
                : new RemoteFailure(
                        code == null ? null : cut(code, LONGEST_WORD),
                        message == null ? null : cut(message, LONGEST_LINE),
                        param == null ? null : cut(param, LONGEST_WORD));
    }

    /// Settings stand at the top (older form), under `method.<type>.hyperparameters`, or in both; a resolved value wins over
    /// `auto`.
    private static Map<String, String> hyperparameters(JsonNode job, @Nullable String type) {
        var settings = new LinkedHashMap<String, String>();
        var places = new ArrayList<JsonNode>();
        places.add(job.path("hyperparameters"));
        if (type != null) {
            places.add(job.path("method").path(type).path("hyperparameters"));
        }
        for (JsonNode place : places) {
            Json.scalars(place)
                    .forEach((name, value) -> {
                        String settled = AZURE_AUTO.equals(value) ? "auto" : value;
                        String other = settings.get(name);
                        if (other == null || !"auto".equals(settled)) {
                            settings.put(name, settled);
                        }
                    });
        }
        return settings;
    }

    /// @param otherwise when the event does not say when it happened
    static Optional<RemoteEvent> event(JsonNode node, Instant otherwise) {
        String message = node.isObject() ? Json.text(node, "message") : null;
        String id = node.isObject() ? id(node) : null;
        JsonNode data = node.path("data");
        if (id == null && message == null && !data.isObject()) {
            return Optional.empty();
        }
        Instant at = Json.time(node, "created_at");
        String level = Json.text(node, "level");
        String type = Json.text(node, "type");
        String json = data.isMissingNode() || data.isNull() ? null : data.toString();
        return Optional.of(
                new RemoteEvent(
                        id != null ? id : idFrom(node),
                        at != null ? at : otherwise,
                        level != null ? cut(level, LONGEST_WORD) : "info",
                        type != null ? cut(type, LONGEST_WORD) : "message",
                        cut(orEmpty(message), LONGEST_LINE),
                        Json.numbers(data),
                        json == null || json.length() > LARGEST_DATA ? null : json));
    }

    /// The same for the same event each time it is listed.
    private static String idFrom(JsonNode node) {
        return "event-" + UUID.nameUUIDFromBytes(node.toString().getBytes(StandardCharsets.UTF_8));
    }

    static Optional<RemoteCheckpoint> checkpoint(JsonNode node) {
        String model = node.isObject() ? Json.text(node, "fine_tuned_model_checkpoint") : null;
        if (model == null) {
            return Optional.empty();
        }
        String id = id(node);
        JsonNode metrics = node.path("metrics");
        Long step = Json.whole(node, "step_number");
        if (step == null) {
            step = Json.whole(metrics, "step");
        }
        return Optional.of(
                new RemoteCheckpoint(
                        id != null ? id : model,
                        model,
                        step == null ? 0 : step,
                        Json.numbers(metrics),
                        Json.time(node, "created_at")));
    }

    static Optional<RemoteFile> file(@Nullable JsonNode node) {
        String id = node != null && node.isObject() ? id(node) : null;
        if (node == null || id == null) {
            return Optional.empty();
        }
        Long bytes = Json.whole(node, "bytes");
        return Optional.of(
                new RemoteFile(
                        id,
                        orEmpty(Json.text(node, "filename")),
                        bytes == null ? 0 : bytes,
                        Json.text(node, "status"),
                        Json.time(node, "created_at")));
    }

    /// Some servers list files of every purpose whatever they are asked for.
    static boolean isForFineTuning(JsonNode file) {
        String purpose = Json.text(file, "purpose");
        return purpose == null || "fine-tune".equals(purpose);
    }

    static Optional<RemoteModel> model(JsonNode node) {
        String id = node.isObject() ? id(node) : null;
        return id == null
                ? Optional.empty()
                : Optional.of(new RemoteModel(id, Json.text(node, "owned_by"), shutdown(node)));
    }

    /// OpenAI: `shutdown_date`, a day. Azure: `deprecation.inference`, Unix seconds.
    private static @Nullable LocalDate shutdown(JsonNode model) {
        String day = Json.text(model, "shutdown_date");
        if (day != null) {
            try {
                return LocalDate.parse(day);
            } catch (DateTimeException _) {
                return null;
            }
        }
        Instant end = Json.time(model.path("deprecation"), "inference");
        return end == null ? null : end.atZone(ZoneOffset.UTC).toLocalDate();
    }

    static @Nullable String id(JsonNode node) {
        String id = Json.text(node, "id");
        return id == null || id.length() > LONGEST_ID ? null : id;
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        if (array.isArray()) {
            for (JsonNode element : array) {
                String text = element.isObject() ? id(element) : Json.text(element);
                if (text != null) {
                    texts.add(text);
                }
            }
        }
        return texts;
    }

    private static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
        return text.substring(0, end) + "…";
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
