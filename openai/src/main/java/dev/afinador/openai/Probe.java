package dev.afinador.openai;

import dev.afinador.openai.Reply.Answered;
import dev.afinador.provider.FineTuningBackend.MetadataFilter;
import dev.afinador.provider.Page;
import dev.afinador.provider.ProbeReport;
import dev.afinador.provider.ProbeReport.Part;
import dev.afinador.provider.ProbeReport.Presence;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderError.Kind;
import dev.afinador.provider.ProviderException;
import dev.afinador.provider.RemoteJob;
import dev.afinador.provider.RemoteJobId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Finds out, by reading only, whether a provider can be used and which parts of the protocol it has.
///
/// The job list decides: without it nothing here works. Whether the account may still create jobs cannot be seen by reading,
/// so no part speaks of it.
final class Probe {

    private final OpenAiBackend backend;
    private final InstantSource clock;
    private final List<Part> parts = new ArrayList<>();
    private @Nullable Instant serverTime;

    Probe(OpenAiBackend backend, InstantSource clock) {
        this.backend = backend.observedBy(this::sawAnswer);
        this.clock = clock;
    }

    private void sawAnswer(Answered answer) {
        Instant date = answer.date();
        serverTime = date == null ? serverTime : date;
    }

    ProbeReport run() {
        Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        ProviderError error = look();
        Duration took = Duration.between(at, clock.instant()).truncatedTo(ChronoUnit.MILLIS);
        return new ProbeReport(
                at, took.isNegative() ? Duration.ZERO : took, error, parts, serverTime);
    }

    private @Nullable ProviderError look() {
        Page<RemoteJob> jobs;
        try {
            jobs = backend.listJobs(null, 1, null);
        } catch (ProviderException e) {
            ProviderError error = e.error();
            parts.add(new Part("jobs", presenceAfter(error), error));
            if (stopsEverything(error.kind())) {
                untried("models", "files");
            } else {
                lookAtTheRest();
            }
            untried("metadata_filter", "events", "checkpoints");
            return error;
        }
        parts.add(new Part("jobs", Presence.PRESENT, null));
        lookAtTheRest();
        if (jobs.data().isEmpty()) {
            untried("metadata_filter", "events", "checkpoints");
            return null;
        }
        RemoteJobId job = jobs.data().getFirst().id();
        lookAt("metadata_filter", this::filterIsHonoured);
        lookAt("events", present(() -> backend.listEvents(job, null, 1)));
        lookAt("checkpoints", present(() -> backend.checkpoints(job, null, 1)));
        return null;
    }

    private void lookAtTheRest() {
        lookAt("models", present(backend::listModels));
        lookAt("files", present(backend::listFirstFiles));
    }

    /// A marker that no job can have must find none of the jobs that are there.
    private boolean filterIsHonoured() {
        var impossible = new MetadataFilter("afinador_probe", UUID.randomUUID().toString());
        return backend.listJobs(null, 1, impossible).data().isEmpty();
    }

    /// That it answers at all is enough.
    private static BooleanSupplier present(Supplier<?> call) {
        return () -> {
            var _ = call.get();
            return true;
        };
    }

    private void lookAt(String part, BooleanSupplier look) {
        try {
            Presence presence = look.getAsBoolean() ? Presence.PRESENT : Presence.ABSENT;
            parts.add(new Part(part, presence, null));
        } catch (ProviderException e) {
            parts.add(new Part(part, presenceAfter(e.error()), e.error()));
        }
    }

    private void untried(String... names) {
        for (String name : names) {
            parts.add(new Part(name, Presence.UNTRIED, null));
        }
    }

    private static Presence presenceAfter(ProviderError error) {
        return OpenAiBackend.isAbsent(error) ? Presence.ABSENT : Presence.UNTRIED;
    }

    /// Whether any other call would meet the same trouble.
    private static boolean stopsEverything(Kind kind) {
        return switch (kind) {
            case KEY_MISSING,
                    KEY_REJECTED,
                    DNS,
                    REFUSED,
                    ENGINE_OFF,
                    TLS,
                    TIMEOUT,
                    CONNECTION_LOST ->
                    true;
            case FORBIDDEN,
                    TRAINING_NOT_AVAILABLE,
                    NOT_FOUND,
                    BAD_REQUEST,
                    RATE_LIMITED,
                    QUOTA,
                    SERVER_ERROR,
                    NOT_THIS_PROTOCOL ->
                    false;
        };
    }
}
