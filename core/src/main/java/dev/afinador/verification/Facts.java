package dev.afinador.verification;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFinding;
import dev.afinador.job.Job;
import dev.afinador.job.JobTransition;
import dev.afinador.provider.ModelLifecycle.Closing;
import dev.afinador.provider.ModelLifecycle.Retirement;
import dev.afinador.provider.Provider;
import dev.afinador.sync.SyncState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that a verification looks at.
///
/// @param job             our record as it was *before* the lookup was taken over, so that differences can be seen
/// @param transitions     oldest first
/// @param pastWaits       between acceptance and start of this provider's latest jobs
/// @param pastRuns        training times of this provider's latest successful jobs
/// @param retirement      of the base model, where anybody says when it ends
/// @param closing         of this kind of provider to new jobs, where it is announced
/// @param dataset         the training file, null when it is not ours or was deleted
/// @param datasetFindings in file order
/// @param lastStepAt      when the provider last reported a step of training
/// @param clockOffset     the provider's clock minus ours, null when no answer told it
/// @param freshness       how old an answer of the list may be
/// @param pollInterval    between two syncs of a provider with live jobs
public record Facts(
        Instant now,
        Job job,
        List<JobTransition> transitions,
        Provider provider,
        SyncState sync,
        Lookup lookup,
        List<Duration> pastWaits,
        List<Duration> pastRuns,
        @Nullable Retirement retirement,
        @Nullable Closing closing,
        @Nullable Dataset dataset,
        List<DatasetFinding> datasetFindings,
        @Nullable Instant lastStepAt,
        @Nullable Duration clockOffset,
        Duration freshness,
        Duration pollInterval) {

    public Facts {
        transitions = List.copyOf(transitions);
        pastWaits = List.copyOf(pastWaits);
        pastRuns = List.copyOf(pastRuns);
        datasetFindings = List.copyOf(datasetFindings);
    }
}
