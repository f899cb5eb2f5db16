package dev.afinador.testkit.provider;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One thing that goes wrong. Several may strike the same request.
///
/// [Moment] decides the question that matters to a caller who gets no answer: has the request taken effect?
public sealed interface Fault {

    enum Moment {
        /// The request has no effect (or, for a wait, has it only after the wait).
        BEFORE_ACTING,
        /// The request takes its effect, then the fault strikes.
        AFTER_ACTING
    }

    /// The answer comes late.
    record Late(Duration delay, Moment moment) implements Fault {}

    /// The answer waits until a test opens the gate.
    record Held(Gate gate, Moment moment) implements Fault {}

    /// No answer ever comes; the connection stays open.
    record Stalled(Moment moment) implements Fault {}

    /// The connection is reset without a byte of answer.
    ///
    /// The JDK's HTTP client repeats a GET (never a POST) by itself when a kept connection dies like this, so that a
    /// single cut of a GET goes unnoticed; plan two, or [FaultPlan#always].
    record Cut(Moment moment) implements Fault {}

    /// The request takes its effect, half of the answer's body arrives, the connection ends.
    record CutMidBody() implements Fault {}

    /// Another answer instead of the true one.
    record Replaced(
            int status, String contentType, Map<String, String> headers, String body, Moment moment)
            implements Fault {
        public Replaced {
            headers = Map.copyOf(headers);
        }

        /// The same answer, given after the request has taken effect.
        public Replaced afterActing() {
            return new Replaced(status, contentType, headers, body, Moment.AFTER_ACTING);
        }
    }

    /// The request takes its effect; the answer's JSON ends in the middle, with a matching length.
    record BrokenJson() implements Fault {}

    /// Every job in the answer bears this status word.
    record StatusWord(String word) implements Fault {}

    /// Answers that are valid, but bent.
    enum Bent implements Fault {
        /// A created job loses its metadata, as behind a LiteLLM proxy.
        METADATA_STRIPPED,
        /// The job list ignores its metadata filter.
        FILTER_IGNORED,
        /// Lists come in an arbitrary (but steady) order instead of newest first.
        SHUFFLED_PAGES,
        /// After each page of jobs that is served, a foreign job appears at the head of the list.
        GROWING_PAGES,
        /// Lists lack `has_more`.
        HAS_MORE_MISSING,
        /// "No error" as `{}`.
        ERROR_EMPTY_OBJECT,
        /// "No error" as an object of nulls.
        ERROR_NULL_MEMBERS,
        /// "No error" as null.
        ERROR_NULL,
        HYPERPARAMETERS_NULL
    }

    /// Something else answers at this address.
    enum Stranger implements Fault {
        /// Same paths, another protocol: Mistral's lists and upper-case states.
        MISTRAL,
        /// A JSON API of something else altogether; every call answers 200.
        FOREIGN_JSON,
        /// A web site; every call answers 200 with a page.
        HTML_SITE
    }

    /// The effect happens at once, the answer after `delay`.
    static Fault late(Duration delay) {
        return new Late(delay, Moment.AFTER_ACTING);
    }

    /// Effect and answer after `delay`: what the caller gave up on may still happen.
    static Fault actsLate(Duration delay) {
        return new Late(delay, Moment.BEFORE_ACTING);
    }

    /// The effect happens at once, the answer when the gate opens.
    static Fault heldBack(Gate gate) {
        return new Held(gate, Moment.AFTER_ACTING);
    }

    /// Effect and answer when the gate opens.
    static Fault actsWhenOpened(Gate gate) {
        return new Held(gate, Moment.BEFORE_ACTING);
    }

    static Fault stalled() {
        return new Stalled(Moment.BEFORE_ACTING);
    }

    static Fault stalledAfterActing() {
        return new Stalled(Moment.AFTER_ACTING);
    }

    /// Cut before the job (or whatever was asked for) exists.
    static Fault cutBefore() {
        return new Cut(Moment.BEFORE_ACTING);
    }

    /// Cut after the job exists: the answer is lost, the effect is not.
    static Fault cutAfter() {
        return new Cut(Moment.AFTER_ACTING);
    }

    static Fault cutMidBody() {
        return new CutMidBody();
    }

    static Fault brokenJson() {
        return new BrokenJson();
    }

    static Fault statusWord(String word) {
        return new StatusWord(word);
    }

    /// An error in the protocol's own form.
    static Replaced error(int status, String type, @Nullable String code, String message) {
        return new Replaced(
                status,
                "application/json",
                Map.of(),
                Json.write(Refusal.body(type, code, null, message)),
                Moment.BEFORE_ACTING);
    }

    /// 401 `invalid_api_key`.
    static Replaced keyRejected() {
        return error(
                401,
                "invalid_request_error",
                "invalid_api_key",
                "Incorrect API key provided: sk-****. Keys are found in the account's settings.");
    }

    /// 403 without a more exact code.
    static Replaced forbidden() {
        return error(403, "invalid_request_error", null, "This key may not do that");
    }

    /// 403 of an account that may not train any more.
    static Replaced trainingNotAvailable() {
        return error(
                403,
                "invalid_request_error",
                "training_not_available",
                "Fine-tuning is being wound down: this organization can no longer create training jobs");
    }

    /// 404 in the protocol's form.
    static Replaced notFound() {
        return error(404, "invalid_request_error", null, "Not found");
    }

    /// 404 as servers answer that have no such path at all.
    static Replaced endpointMissing() {
        return new Replaced(
                404,
                "application/json",
                Map.of(),
                "{\"detail\":\"Not Found\"}",
                Moment.BEFORE_ACTING);
    }

    static Replaced conflict() {
        return error(409, "invalid_request_error", null, "The request collides with another one");
    }

    /// 429 that heals by itself.
    static Replaced rateLimited(Duration retryAfter) {
        Replaced plain = rateLimited();
        return new Replaced(
                plain.status,
                plain.contentType,
                Map.of("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds()))),
                plain.body,
                plain.moment);
    }

    /// 429 that heals by itself and does not say when.
    static Replaced rateLimited() {
        return error(429, "requests", "rate_limit_exceeded", "Rate limit reached for requests");
    }

    /// 429 that only a person can heal; bears no `Retry-After`.
    static Replaced quotaExceeded() {
        return error(
                429,
                "insufficient_quota",
                "insufficient_quota",
                "The current quota is used up; check plan and billing");
    }

    /// 500, 503 and their like.
    static Replaced serverError(int status) {
        return error(
                status,
                "server_error",
                null,
                "The server had an error while processing the request");
    }

    /// A page instead of JSON, as gateways send it.
    static Replaced html(int status) {
        return new Replaced(
                status,
                "text/html; charset=utf-8",
                Map.of(),
                "<!doctype html><html><head><title>"
                        + status
                        + "</title></head><body><h1>Gateway</h1></body></html>",
                Moment.BEFORE_ACTING);
    }
}
