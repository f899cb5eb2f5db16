package dev.afinador.server.config;

import dev.afinador.work.TaskQueue.Kind;
import dev.afinador.work.TaskQueue.Step;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.MDC;

/// Puts what a step works on into every line it logs, so that the log can be searched by job.
public final class LoggedSteps {

    private LoggedSteps() {}

    public static Map<Kind, Step> of(Map<Kind, Step> steps) {
        Map<Kind, Step> logged = new EnumMap<>(Kind.class);
        steps.forEach((kind, step) ->
                logged.put(
                        kind,
                        instance -> {
                            String key =
                                    switch (kind) {
                                        case SUBMIT_JOB,
                                                CANCEL_JOB,
                                                FETCH_JOB,
                                                VALIDATE_FILES,
                                                TRAIN ->
                                                "job";
                                        case SYNC_PROVIDER -> "provider";
                                        case CHECK_DATASET -> "dataset";
                                        case TAKE_IN_UPLOAD,
                                                MAKE_DATASET,
                                                DELETE_CONTENT,
                                                TIDY_DATASETS,
                                                PRUNE,
                                                TIDY_ENGINE,
                                                DELIVER_WEBHOOK ->
                                                "task";
                                    };
                            try (MDC.MDCCloseable unused = MDC.putCloseable(key, instance)) {
                                return step.run(instance);
                            }
                        }));
        return logged;
    }
}
