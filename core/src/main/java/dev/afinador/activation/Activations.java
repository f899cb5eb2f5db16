package dev.afinador.activation;

import dev.afinador.access.Principal;
import dev.afinador.job.Checkpoint;
import dev.afinador.job.Job;
import dev.afinador.job.JobStatus;
import dev.afinador.job.JobStore;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.ProviderStore;
import dev.afinador.work.Refusal;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Points aliases at models. Every change is a new entry of an append-only history; going back is one too.
public final class Activations {

    /// The alias that applications use when nobody says another.
    public static final String DEFAULT_ALIAS = "principal";

    private static final Pattern ALIAS = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final int MAX_REASON = 500;
    private static final int TRIES = 10;

    private final ActivationStore store;
    private final JobStore jobs;
    private final ProviderStore providers;
    private final InstantSource clock;

    public Activations(
            ActivationStore store, JobStore jobs, ProviderStore providers, InstantSource clock) {
        this.store = store;
        this.jobs = jobs;
        this.providers = providers;
        this.clock = clock;
    }

    /// Activates the model of a succeeded job, or the model of one of its checkpoints.
    ///
    /// @param checkpointId null for the final model
    /// @throws Refusal `job_has_no_model` while the job has not succeeded, `checkpoint_unknown`
    public Activation activate(
            Job job,
            @Nullable String checkpointId,
            String alias,
            Principal by,
            @Nullable String reason) {
        String model;
        if (checkpointId != null) {
            model =
                    jobs.checkpoints(job.id()).stream()
                            .filter(c -> c.id().equals(checkpointId))
                            .map(Checkpoint::model)
                            .findFirst()
                            .orElseThrow(
                                    () -> Refusal.notFound("checkpoint_unknown", checkpointId));
        } else if (job.status() == JobStatus.SUCCEEDED && job.fineTunedModel() != null) {
            model = job.fineTunedModel();
        } else {
            throw Refusal.conflict("job_has_no_model", job.status().word());
        }
        return append(alias, job.providerId(), model, job.id().toString(), by, reason, null);
    }

    /// Activates any model of a provider.
    ///
    /// @throws Refusal when alias, provider or model are not usable
    public Activation activate(
            String alias,
            ProviderId provider,
            String model,
            Principal by,
            @Nullable String reason) {
        if (providers.find(provider).isEmpty()) {
            throw Refusal.notFound("provider_unknown", provider.value());
        }
        if (model.isBlank()
                || model.length() > 512
                || model.chars().anyMatch(c -> c <= ' ' || c == 0x7F)) {
            throw Refusal.invalid(List.of(Refusal.Violation.of("model", "required")));
        }
        return append(alias, provider, model, null, by, reason, null);
    }

    /// Goes back to what the alias meant before: a new activation of an earlier one's model.
    ///
    /// @param to number of the activation to go back to; null for the latest one with another model than now
    /// @throws Refusal `nothing_to_roll_back`, `activation_unknown`
    public Activation rollBack(
            String alias, @Nullable Long to, Principal by, @Nullable String reason) {
        List<Activation> history = history(alias, 1000);
        if (history.isEmpty()) {
            throw Refusal.notFound("alias_unknown", alias);
        }
        Activation current = history.getFirst();
        Activation target =
                history.stream()
                        .skip(1)
                        .filter(a ->
                                to == null
                                        ? !(a.model().equals(current.model())
                                                && a.provider().equals(current.provider()))
                                        : a.number() == to)
                        .findFirst()
                        .orElseThrow(() ->
                                to == null
                                        ? Refusal.conflict("nothing_to_roll_back", alias)
                                        : Refusal.notFound("activation_unknown", alias, to));
        return append(
                alias,
                target.provider(),
                target.model(),
                target.job(),
                by,
                reason,
                current.number());
    }

    private Activation append(
            String alias,
            ProviderId provider,
            String model,
            @Nullable String job,
            Principal by,
            @Nullable String reason,
            @Nullable Long rollbackOf) {
        if (!ALIAS.matcher(alias).matches()) {
            throw Refusal.invalid(
                    List.of(Refusal.Violation.of("alias", "characters", "a-z 0-9 . _ -")));
        }
        if (reason != null && reason.length() > MAX_REASON) {
            throw Refusal.invalid(
                    List.of(
                            Refusal.Violation.of(
                                    "reason", "too_long", MAX_REASON, reason.length())));
        }
        for (int i = 0; i < TRIES; i++) {
            Optional<Activation> current = store.current(alias);
            Activation next =
                    new Activation(
                            alias,
                            current.map(Activation::number).orElse(0L) + 1,
                            provider,
                            model,
                            job,
                            current.map(Activation::model).orElse(null),
                            by.name(),
                            reason == null || reason.isBlank() ? null : reason.strip(),
                            rollbackOf,
                            clock.instant().truncatedTo(ChronoUnit.MILLIS));
            if (store.append(next)) {
                return next;
            }
        }
        throw new IllegalStateException(
                "alias " + alias + " was changed by others " + TRIES + " times in a row");
    }

    public Optional<Activation> current(String alias) {
        return store.current(alias);
    }

    /// What every alias means now, by alias.
    public List<Activation> current() {
        return store.current();
    }

    /// Newest first.
    public List<Activation> history(String alias, int limit) {
        return store.history(alias, limit);
    }
}
