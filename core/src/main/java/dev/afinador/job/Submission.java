package dev.afinador.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Brings a job to its provider exactly once.
public final class Submission {

    private Submission() {}

    /// How far the creation at the provider is. Stored before anything is sent, so that a killed process knows whether
    /// the
    /// provider may already have the job.
    ///
    /// @param attempts   create requests sent so far
    /// @param firstSentAt when the first create request was about to be sent
    /// @param lastSentAt  when the last create request was about to be sent
    /// @param failures    tries in a row that got nowhere, for the backoff
    public record State(
            Outcome outcome,
            int attempts,
            @Nullable Instant firstSentAt,
            @Nullable Instant lastSentAt,
            int failures) {

        public static final State NOT_SENT = new State(Outcome.NOT_SENT, 0, null, null, 0);
        public static final State IMPORTED = new State(Outcome.ACCEPTED, 0, null, null, 0);
    }

    public enum Outcome {
        /// No create request has left this machine.
        NOT_SENT,
        /// A create request was sent and nobody knows what became of it: look before sending again.
        UNKNOWN,
        /// The provider said that it created nothing.
        NOT_CREATED,
        /// The provider has the job.
        ACCEPTED
    }
}
