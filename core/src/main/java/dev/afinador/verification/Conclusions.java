package dev.afinador.verification;

import dev.afinador.job.Job;
import dev.afinador.job.Submission;
import dev.afinador.verification.Finding.Code;
import dev.afinador.verification.Finding.Severity;
import dev.afinador.verification.Report.Answer;
import dev.afinador.verification.Report.Conclusion;
import dev.afinador.verification.Report.Presence;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The one sentence that a report ends with: chosen by the state of the job and the worst finding.
final class Conclusions {

    private static final Set<Code> LINK = EnumSet.range(Code.KEY_MISSING, Code.REQUEST_REFUSED);

    private Conclusions() {}

    /// @param findings worst first
    static Conclusion draw(Job job, Presence presence, List<Finding> findings) {
        return switch (job.status()) {
            case FAILED ->
                    because("failed", Severity.PROBLEM, first(findings, Code.FAILED_WITH_ERROR));
            case CANCELLED -> because("cancelled", Severity.INFO, null);
            case SUCCEEDED -> succeeded(job, findings);
            case PENDING, RUNNING, PAUSED -> alive(job, presence, findings);
        };
    }

    private static Conclusion succeeded(Job job, List<Finding> findings) {
        Finding retired = first(findings, Code.BASE_MODEL_RETIRED);
        if (retired != null) {
            return because("succeeded_retired", Severity.PROBLEM, retired);
        }
        if (job.fineTunedModel() == null) {
            return because("succeeded_no_model", Severity.WARNING, null);
        }
        return goodOrLook("succeeded", Severity.OK, findings);
    }

    private static Conclusion alive(Job job, Presence presence, List<Finding> findings) {
        Finding link = first(findings, LINK);
        if (presence.answer() == Answer.NO) {
            return because(
                    "not_there", Severity.PROBLEM, first(findings, Code.UNKNOWN_TO_PROVIDER));
        }
        if (job.remoteId() == null) {
            if (job.submission().outcome() == Submission.Outcome.UNKNOWN) {
                return because("may_be_there", Severity.WARNING, link);
            }
            return link != null || job.trouble() != null
                    ? because("held_up", severity(link), link)
                    : goodOrLook("not_yet", Severity.OK, findings);
        }
        if (presence.answer() == Answer.UNKNOWN) {
            return presence.reason().equals("not_asked") && link == null
                    ? because("not_asked", Severity.INFO, null)
                    : because("cannot_tell", severity(link), link);
        }
        String state = job.status().word();
        Finding retired = first(findings, Code.BASE_MODEL_RETIRED);
        if (retired != null) {
            return because(state + "_in_vain", Severity.PROBLEM, retired);
        }
        Finding odd = first(findings, Code.UNKNOWN_STATUS);
        if (odd != null) {
            return because("unknown_status", Severity.WARNING, odd);
        }
        return goodOrLook(state, state.equals("paused") ? Severity.INFO : Severity.OK, findings);
    }

    private static Conclusion goodOrLook(String code, Severity good, List<Finding> findings) {
        Finding worst = findings.isEmpty() ? null : findings.getFirst();
        return worst != null && worst.severity().compareTo(Severity.WARNING) >= 0
                ? because(code + "_look", worst.severity(), worst)
                : because(code, good, null);
    }

    private static Conclusion because(String code, Severity severity, @Nullable Finding finding) {
        return new Conclusion(code, severity, finding);
    }

    private static Severity severity(@Nullable Finding link) {
        return link == null ? Severity.WARNING : link.severity();
    }

    private static @Nullable Finding first(List<Finding> findings, Code code) {
        return first(findings, EnumSet.of(code));
    }

    private static @Nullable Finding first(List<Finding> findings, Set<Code> codes) {
        return findings.stream()
                .filter(finding -> codes.contains(finding.code()))
                .findFirst()
                .orElse(null);
    }
}
