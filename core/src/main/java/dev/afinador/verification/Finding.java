package dev.afinador.verification;

import dev.afinador.dataset.DatasetFinding;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A sign that the job works, or a problem with it. Its words are in the bundle under
/// `finding.<code>[.<variant>].title|evidence|action`.
///
/// @param variant the more exact case within the code, or null
/// @param args    the evidence, in the order that the placeholders have
/// @param lines   places in the training file that it is about
public record Finding(
        Code code,
        @Nullable String variant,
        Severity severity,
        List<Arg> args,
        Action action,
        List<DatasetFinding> lines) {

    public Finding {
        args = List.copyOf(args);
        lines = lines.stream().map(Finding::clean).toList();
    }

    /// A key or a role out of the file can be any text.
    private static DatasetFinding clean(DatasetFinding line) {
        return new DatasetFinding(
                line.rule(),
                line.severity(),
                line.line(),
                line.path(),
                line.args().stream().map(Redaction::clean).toList());
    }

    static Finding of(Code code, Severity severity, Action action, Arg... args) {
        return new Finding(code, null, severity, List.of(args), action, List.of());
    }

    Finding variant(@Nullable String name) {
        return new Finding(code, name, severity, args, action, lines);
    }

    Finding lines(List<DatasetFinding> found) {
        return new Finding(code, variant, severity, args, action, found);
    }

    /// From the best to the worst.
    public enum Severity {
        OK,
        INFO,
        WARNING,
        PROBLEM;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What the page can offer as a button or a link beside the words.
    public enum Action {
        NONE,
        /// Nothing to do but time.
        WAIT,
        /// Sync now.
        REFRESH,
        ACTIVATE,
        RESUME,
        /// The settings of the provider.
        CHECK_PROVIDER,
        /// The training file's page.
        FIX_FILE,
        /// The form for a new job, filled like this one.
        START_AGAIN,
        /// The vendor's own page of the job.
        OPEN_DASHBOARD,
        /// The journal of calls.
        READ_LOG;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Stable words of the findings, in the order in which they are told among equals.
    public enum Code {
        AT_PROVIDER,
        NOT_YET_AT_PROVIDER,
        UNKNOWN_TO_PROVIDER,
        OUTCOME_UNKNOWN,
        SUBMISSION_HELD_UP,

        FAILED_WITH_ERROR,
        BASE_MODEL_RETIRED,

        KEY_MISSING,
        KEY_REJECTED,
        FORBIDDEN,
        TRAINING_NOT_AVAILABLE,
        NO_CONNECTION,
        QUOTA,
        RATE_LIMITED,
        SERVER_ERROR,
        NOT_THIS_PROTOCOL,
        REQUEST_REFUSED,

        SYNC_FRESH,
        SYNC_STALE,
        SYNC_FAILING,
        RECORD_DIFFERED,

        UNKNOWN_STATUS,
        WAITING_NORMAL,
        PENDING_OVER_2_HOURS,
        WAITING_LONGER_THAN_P90,
        RUNNING_PROGRESSING,
        RUNNING_NO_PROGRESS_YET,
        PROGRESS_STALLED,
        RUNNING_LONGER_THAN_P90,
        PAUSED,
        SUCCEEDED_CAN_ACTIVATE,
        CANCELLED,
        CANCEL_PENDING,
        CANCEL_REFUSED,

        FILE_FORMAT,
        SMALL_DATASET,
        BASE_MODEL_RETIRING,
        PROVIDER_CLOSING,
        CLOCK_SKEW;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
