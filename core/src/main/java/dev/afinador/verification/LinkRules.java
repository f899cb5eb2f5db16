package dev.afinador.verification;

import dev.afinador.job.Job;
import dev.afinador.job.JobError;
import dev.afinador.provider.KeySource;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderError.Kind;
import dev.afinador.provider.ProviderKind;
import dev.afinador.verification.Finding.Action;
import dev.afinador.verification.Finding.Code;
import dev.afinador.verification.Finding.Severity;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Findings about the link to the provider: key, network, limits, clock. The freshest trouble is told, each sort once.
final class LinkRules {

    private static final Duration CLOCKS_AGREE = Duration.ofSeconds(60);

    private LinkRules() {}

    /// Something that went wrong, from whichever source.
    private record Trouble(
            Kind kind, String message, @Nullable Instant retryNotBefore, Severity atMost) {}

    static void add(Facts facts, Job job, List<Finding> findings) {
        Set<Kind> told = EnumSet.noneOf(Kind.class);
        boolean works = facts.lookup() instanceof Lookup.Found;
        if (facts.lookup() instanceof Lookup.Failed(ProviderError error, Instant _)) {
            tell(
                    facts,
                    new Trouble(
                            error.kind(),
                            error.message(),
                            error.retryNotBefore(),
                            Severity.PROBLEM),
                    told,
                    findings);
        }
        JobError heldUpBy = job.trouble();
        if (!works && heldUpBy != null && !job.status().isFinal()) {
            kind(heldUpBy.code())
                    .ifPresent(kind ->
                            tell(
                                    facts,
                                    new Trouble(kind, heldUpBy.message(), null, Severity.PROBLEM),
                                    told,
                                    findings));
        }
        // after a lookup that failed, the sync's older trouble says nothing new
        if (!(facts.lookup() instanceof Lookup.Failed)
                && facts.sync().failures() > 0
                && !job.status().isFinal()) {
            kind(facts.sync().errorCode())
                    .ifPresent(kind ->
                            tell(
                                    facts,
                                    new Trouble(
                                            kind,
                                            facts.sync().errorMessage() == null
                                                    ? ""
                                                    : facts.sync().errorMessage(),
                                            facts.sync().retryNotBefore(),
                                            works ? Severity.WARNING : Severity.PROBLEM),
                                    told,
                                    findings));
        }
        if (!works
                && told.isEmpty()
                && facts.provider().key() instanceof KeySource.None
                && facts.provider().kind() != ProviderKind.COMPATIBLE
                && facts.provider().kind() != ProviderKind.LOCAL) {
            tell(facts, new Trouble(Kind.KEY_MISSING, "", null, Severity.PROBLEM), told, findings);
        }
        clock(facts, findings);
    }

    private static Optional<Kind> kind(@Nullable String stableCode) {
        if (stableCode == null || !stableCode.startsWith("provider_")) {
            return Optional.empty();
        }
        String name = stableCode.substring("provider_".length()).toUpperCase(Locale.ROOT);
        for (Kind kind : Kind.values()) {
            if (kind.name().equals(name)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    private static void tell(Facts facts, Trouble trouble, Set<Kind> told, List<Finding> findings) {
        if (!told.add(trouble.kind())) {
            return;
        }
        Finding finding = finding(facts, trouble);
        if (finding.severity().compareTo(trouble.atMost()) > 0) {
            finding =
                    new Finding(
                            finding.code(),
                            finding.variant(),
                            trouble.atMost(),
                            finding.args(),
                            finding.action(),
                            finding.lines());
        }
        findings.add(finding);
    }

    private static Finding finding(Facts facts, Trouble trouble) {
        return switch (trouble.kind()) {
            case KEY_MISSING ->
                    facts.provider().key() instanceof KeySource.Environment environment
                            ? Finding.of(
                                            Code.KEY_MISSING,
                                            Severity.PROBLEM,
                                            Action.CHECK_PROVIDER,
                                            Arg.text(facts.provider().name()),
                                            Arg.text(environment.variable()))
                                    .variant("environment")
                            : link(facts, trouble, Code.KEY_MISSING, Severity.PROBLEM);
            case KEY_REJECTED -> link(facts, trouble, Code.KEY_REJECTED, Severity.PROBLEM);
            case FORBIDDEN -> link(facts, trouble, Code.FORBIDDEN, Severity.PROBLEM);
            case TRAINING_NOT_AVAILABLE ->
                    link(facts, trouble, Code.TRAINING_NOT_AVAILABLE, Severity.PROBLEM);
            case DNS -> noConnection(facts, trouble, "dns");
            case REFUSED -> noConnection(facts, trouble, "refused");
            case ENGINE_OFF -> noConnection(facts, trouble, "engine_off");
            case TLS -> noConnection(facts, trouble, "tls");
            case TIMEOUT -> noConnection(facts, trouble, "timeout");
            case CONNECTION_LOST -> noConnection(facts, trouble, "lost");
            case NOT_FOUND ->
                    link(facts, trouble, Code.NOT_THIS_PROTOCOL, Severity.PROBLEM)
                            .variant("not_found");
            case BAD_REQUEST ->
                    link(facts, trouble, Code.REQUEST_REFUSED, Severity.WARNING, Action.READ_LOG);
            case RATE_LIMITED ->
                    link(facts, trouble, Code.RATE_LIMITED, Severity.WARNING, Action.WAIT)
                            .variant(trouble.retryNotBefore() == null ? null : "until");
            case QUOTA -> link(facts, trouble, Code.QUOTA, Severity.PROBLEM, Action.OPEN_DASHBOARD);
            case SERVER_ERROR ->
                    link(facts, trouble, Code.SERVER_ERROR, Severity.WARNING, Action.WAIT);
            case NOT_THIS_PROTOCOL ->
                    link(facts, trouble, Code.NOT_THIS_PROTOCOL, Severity.PROBLEM);
        };
    }

    private static Finding noConnection(Facts facts, Trouble trouble, String variant) {
        return link(facts, trouble, Code.NO_CONNECTION, Severity.PROBLEM).variant(variant);
    }

    private static Finding link(Facts facts, Trouble trouble, Code code, Severity severity) {
        return link(facts, trouble, code, severity, Action.CHECK_PROVIDER);
    }

    private static Finding link(
            Facts facts, Trouble trouble, Code code, Severity severity, Action action) {
        return Finding.of(
                code,
                severity,
                action,
                Arg.text(facts.provider().name()),
                Arg.text(host(facts.provider().baseUrl())),
                Arg.text(trouble.message()),
                Arg.time(trouble.retryNotBefore()));
    }

    private static String host(URI url) {
        return url.getHost() == null ? url.toString() : url.getHost();
    }

    private static void clock(Facts facts, List<Finding> findings) {
        Duration offset = facts.clockOffset();
        if (offset != null && offset.abs().compareTo(CLOCKS_AGREE) > 0) {
            findings.add(
                    Finding.of(
                                    Code.CLOCK_SKEW,
                                    Severity.WARNING,
                                    Action.NONE,
                                    Arg.span(offset.abs()),
                                    Arg.text(facts.provider().name()))
                            .variant(offset.isNegative() ? "ahead" : "behind"));
        }
    }
}
