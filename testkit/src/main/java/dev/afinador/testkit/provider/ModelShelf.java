package dev.afinador.testkit.provider;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Base models with their aliases, and the models that were tuned here. Safe for use by many threads.
final class ModelShelf {
    private static final Instant LONG_AGO = Instant.parse("2024-07-16T23:32:21Z");
    private static final Map<String, String> ALIASES =
            Map.of(
                    "gpt-3.5-turbo", "gpt-3.5-turbo-0125",
                    "gpt-4o", "gpt-4o-2024-08-06",
                    "gpt-4o-mini", "gpt-4o-mini-2024-07-18",
                    "gpt-4.1", "gpt-4.1-2025-04-14",
                    "gpt-4.1-mini", "gpt-4.1-mini-2025-04-14");

    private final Map<String, Model> models = new LinkedHashMap<>();
    private final String organization;

    /// @param shutdown day in the form `2027-01-14`, or null
    private record Model(
            String name, Instant created, String owner, boolean tuned, @Nullable String shutdown) {
        ObjectNode json() {
            return Json.object()
                    .put("id", name)
                    .put("object", "model")
                    .put("created", created.getEpochSecond())
                    .put("owned_by", owner)
                    .put("shutdown_date", shutdown);
        }
    }

    ModelShelf(String organization) {
        this.organization = organization;
        clear();
    }

    /// The dated snapshot that a name means, or empty when it cannot be tuned.
    synchronized Optional<String> tunable(String name) {
        String snapshot = ALIASES.getOrDefault(name, name);
        return models.containsKey(snapshot) ? Optional.of(snapshot) : Optional.empty();
    }

    synchronized boolean answers(String name) {
        return tunable(name).isPresent();
    }

    synchronized void publish(String name, Instant created) {
        models.put(name, new Model(name, created, organization, true, null));
    }

    /// Takes a model out of service.
    synchronized void retire(String name) {
        models.remove(ALIASES.getOrDefault(name, name));
    }

    synchronized ObjectNode list() {
        ArrayNode data = Json.array();
        models.values().forEach(model -> data.add(model.json()));
        // this list alone has no has_more
        ObjectNode list = Json.object().put("object", "list");
        list.set("data", data);
        return list;
    }

    synchronized ObjectNode get(String name) {
        Model model = models.get(ALIASES.getOrDefault(name, name));
        if (model == null) {
            throw Refusal.unknownModel(name);
        }
        return model.json();
    }

    synchronized ObjectNode delete(String name) {
        Model model = models.get(name);
        if (model == null) {
            throw Refusal.unknownModel(name);
        }
        if (!model.tuned) {
            throw new Refusal(
                    403,
                    "invalid_request_error",
                    null,
                    null,
                    "Only models that were tuned here can be deleted");
        }
        models.remove(name);
        return Json.object().put("id", name).put("object", "model").put("deleted", true);
    }

    synchronized void clear() {
        models.clear();
        base("gpt-3.5-turbo-0125", "2026-10-23");
        base("gpt-4o-2024-08-06", "2027-01-14");
        base("gpt-4o-mini-2024-07-18", "2027-01-14");
        base("gpt-4.1-2025-04-14", "2027-01-14");
        base("gpt-4.1-mini-2025-04-14", "2027-01-14");
        base("afinador-nano", null);
    }

    private void base(String name, @Nullable String shutdown) {
        models.put(name, new Model(name, LONG_AGO, "system", false, shutdown));
    }
}
