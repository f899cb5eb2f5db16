package dev.afinador.testkit.provider;

import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Bends the JSON of a finished answer.
final class Shapes {
    private Shapes() {}

    static void bend(JsonNode json, List<Fault> faults) {
        for (Fault fault : faults) {
            switch (fault) {
                case Fault.StatusWord(String word) -> jobs(json, job -> job.put("status", word));
                case Fault.Bent bent -> bend(json, bent);
                case Fault.Late _,
                        Fault.Held _,
                        Fault.Stalled _,
                        Fault.Cut _,
                        Fault.CutMidBody _,
                        Fault.Replaced _,
                        Fault.BrokenJson _,
                        Fault.Stranger _ -> {}
            }
        }
    }

    private static void bend(JsonNode json, Fault.Bent bent) {
        switch (bent) {
            case HAS_MORE_MISSING -> {
                if (json instanceof ObjectNode list) {
                    list.remove("has_more");
                }
            }
            case ERROR_EMPTY_OBJECT -> healthyJobs(json, job -> job.putObject("error"));
            case ERROR_NULL_MEMBERS ->
                    healthyJobs(
                            json,
                            job ->
                                    job.putObject("error")
                                            .putNull("code")
                                            .putNull("message")
                                            .putNull("param"));
            case ERROR_NULL -> healthyJobs(json, job -> job.putNull("error"));
            case HYPERPARAMETERS_NULL -> jobs(json, job -> job.putNull("hyperparameters"));
            // these change what is done or chosen, not how it is told
            case METADATA_STRIPPED, FILTER_IGNORED, SHUFFLED_PAGES, GROWING_PAGES -> {}
        }
    }

    private static void healthyJobs(JsonNode json, Consumer<ObjectNode> change) {
        jobs(
                json,
                job -> {
                    if (!job.path("error").has("code") || job.path("error").path("code").isNull()) {
                        change.accept(job);
                    }
                });
    }

    private static void jobs(JsonNode json, Consumer<ObjectNode> change) {
        if (json instanceof ObjectNode object) {
            if ("fine_tuning.job".equals(Json.text(object, "object"))) {
                change.accept(object);
            } else {
                object.path("data").forEach(element -> jobs(element, change));
            }
        }
    }
}
