package dev.afinador.testkit.provider;

import java.time.Duration;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// Faults by name, for the control API and the command line.
final class FaultReader {
    private FaultReader() {}

    /// @param options `millis`, `status`, `code`, `message`, `retry_after`, `word`, `after_acting`, as the fault needs
    static Fault read(String name, JsonNode options) {
        Duration millis = Duration.ofMillis(Json.number(options, "millis", 1000));
        Fault fault =
                switch (name) {
                    case "late" -> Fault.late(millis);
                    case "acts_late" -> Fault.actsLate(millis);
                    case "stalled" -> Fault.stalled();
                    case "stalled_after" -> Fault.stalledAfterActing();
                    case "cut_before" -> Fault.cutBefore();
                    case "cut_after" -> Fault.cutAfter();
                    case "cut_mid_body" -> Fault.cutMidBody();
                    case "broken_json" -> Fault.brokenJson();
                    case "html" -> Fault.html(Json.number(options, "status", 502));
                    case "key_rejected" -> Fault.keyRejected();
                    case "forbidden" -> Fault.forbidden();
                    case "training_not_available" -> Fault.trainingNotAvailable();
                    case "not_found" -> Fault.notFound();
                    case "endpoint_missing" -> Fault.endpointMissing();
                    case "conflict" -> Fault.conflict();
                    case "rate_limited" -> rateLimited(Json.number(options, "retry_after", 0));
                    case "quota" -> Fault.quotaExceeded();
                    case "server_error" -> Fault.serverError(Json.number(options, "status", 500));
                    case "error" ->
                            Fault.error(
                                    Json.number(options, "status", 400),
                                    Json.text(options, "type", "invalid_request_error"),
                                    Json.text(options, "code"),
                                    Json.text(options, "message", "Refused"));
                    case "status_word" ->
                            Fault.statusWord(Json.text(options, "word", "safety_review"));
                    case "mistral", "foreign_json", "html_site" ->
                            Fault.Stranger.valueOf(name.toUpperCase(Locale.ROOT));
                    default -> bent(name);
                };
        boolean afterActing = options.path("after_acting").asBoolean(false);
        return fault instanceof Fault.Replaced replaced && afterActing
                ? replaced.afterActing()
                : fault;
    }

    private static Fault rateLimited(int retryAfter) {
        return retryAfter > 0
                ? Fault.rateLimited(Duration.ofSeconds(retryAfter))
                : Fault.rateLimited();
    }

    private static Fault bent(String name) {
        for (Fault.Bent bent : Fault.Bent.values()) {
            if (bent.name().equals(name.toUpperCase(Locale.ROOT))) {
                return bent;
            }
        }
        throw new IllegalArgumentException("No such fault: " + name);
    }
}
