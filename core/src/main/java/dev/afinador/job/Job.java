package dev.afinador.job;

import dev.afinador.dataset.DatasetId;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.RemoteJobId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A fine-tuning job as we keep it.
///
/// @param remoteId         `openai_job_id` in the API; null until the provider has accepted the job
/// @param providerStatus   the provider's raw word, null until it accepted the job
/// @param phase            set while pending, null afterwards
/// @param baseModel        as the user asked for it
/// @param resolvedModel    as the provider calls it (often a dated snapshot)
/// @param hyperparameters  as the provider resolved them; before that as the user asked, values as JSON scalars in text
/// @param error            why it failed; null otherwise
/// @param trouble          what holds it up right now (key rejected, no connection …); null when all is well
/// @param submission       how far the creation at the provider is
/// @param missingSince     since when the provider says that it knows no such job; null when it knows it
/// @param cancelRequestedAt set when the user asked to cancel and the provider has not confirmed yet
/// @param syncedAt         when the provider last told us this job's state
/// @param version          goes up with every change
public record Job(
        JobId id,
        String name,
        ProviderId providerId,
        Origin origin,
        @Nullable RemoteJobId remoteId,
        JobStatus status,
        @Nullable String providerStatus,
        @Nullable JobPhase phase,
        Progress progress,
        @Nullable Instant eta,
        String baseModel,
        @Nullable String resolvedModel,
        @Nullable String suffix,
        @Nullable Long seed,
        String method,
        Map<String, String> hyperparameters,
        @Nullable DatasetId trainingDataset,
        @Nullable DatasetId validationDataset,
        @Nullable String trainingFile,
        @Nullable String validationFile,
        @Nullable String fineTunedModel,
        @Nullable JobError error,
        @Nullable JobError trouble,
        @Nullable Long trainedTokens,
        List<String> resultFiles,
        Submission.State submission,
        @Nullable Instant missingSince,
        @Nullable Instant cancelRequestedAt,
        Instant createdAt,
        @Nullable Instant submittedAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Instant syncedAt,
        long version) {

    public Job {
        hyperparameters = Map.copyOf(hyperparameters);
        resultFiles = List.copyOf(resultFiles);
    }

    /// Where the job came from.
    public enum Origin {
        /// Started here.
        CREATED,
        /// Found at the provider and adopted.
        IMPORTED
    }

    /// A copy to change.
    public Builder toBuilder() {
        return new Builder(this);
    }

    /// Collects changes to a job; [#build()] gives the changed copy.
    public static final class Builder {
        private JobId id;
        private String name;
        private ProviderId providerId;
        private Origin origin;
        private @Nullable RemoteJobId remoteId;
        private JobStatus status;
        private @Nullable String providerStatus;
        private @Nullable JobPhase phase;
        private Progress progress;
        private @Nullable Instant eta;
        private String baseModel;
        private @Nullable String resolvedModel;
        private @Nullable String suffix;
        private @Nullable Long seed;
        private String method;
        private Map<String, String> hyperparameters;
        private @Nullable DatasetId trainingDataset;
        private @Nullable DatasetId validationDataset;
        private @Nullable String trainingFile;
        private @Nullable String validationFile;
        private @Nullable String fineTunedModel;
        private @Nullable JobError error;
        private @Nullable JobError trouble;
        private @Nullable Long trainedTokens;
        private List<String> resultFiles;
        private Submission.State submission;
        private @Nullable Instant missingSince;
        private @Nullable Instant cancelRequestedAt;
        private Instant createdAt;
        private @Nullable Instant submittedAt;
        private @Nullable Instant startedAt;
        private @Nullable Instant finishedAt;
        private @Nullable Instant syncedAt;
        private long version;

        private Builder(Job job) {
            this.id = job.id;
            this.name = job.name;
            this.providerId = job.providerId;
            this.origin = job.origin;
            this.remoteId = job.remoteId;
            this.status = job.status;
            this.providerStatus = job.providerStatus;
            this.phase = job.phase;
            this.progress = job.progress;
            this.eta = job.eta;
            this.baseModel = job.baseModel;
            this.resolvedModel = job.resolvedModel;
            this.suffix = job.suffix;
            this.seed = job.seed;
            this.method = job.method;
            this.hyperparameters = job.hyperparameters;
            this.trainingDataset = job.trainingDataset;
            this.validationDataset = job.validationDataset;
            this.trainingFile = job.trainingFile;
            this.validationFile = job.validationFile;
            this.fineTunedModel = job.fineTunedModel;
            this.error = job.error;
            this.trouble = job.trouble;
            this.trainedTokens = job.trainedTokens;
            this.resultFiles = job.resultFiles;
            this.submission = job.submission;
            this.missingSince = job.missingSince;
            this.cancelRequestedAt = job.cancelRequestedAt;
            this.createdAt = job.createdAt;
            this.submittedAt = job.submittedAt;
            this.startedAt = job.startedAt;
            this.finishedAt = job.finishedAt;
            this.syncedAt = job.syncedAt;
            this.version = job.version;
        }

        public Builder name(String name) {
            this.name = name;
            return this;
        }

        public Builder remoteId(@Nullable RemoteJobId remoteId) {
            this.remoteId = remoteId;
            return this;
        }

        public Builder status(JobStatus status) {
            this.status = status;
            return this;
        }

        public Builder providerStatus(@Nullable String providerStatus) {
            this.providerStatus = providerStatus;
            return this;
        }

        public Builder phase(@Nullable JobPhase phase) {
            this.phase = phase;
            return this;
        }

        public Builder progress(Progress progress) {
            this.progress = progress;
            return this;
        }

        public Builder eta(@Nullable Instant eta) {
            this.eta = eta;
            return this;
        }

        public Builder baseModel(String baseModel) {
            this.baseModel = baseModel;
            return this;
        }

        public Builder resolvedModel(@Nullable String resolvedModel) {
            this.resolvedModel = resolvedModel;
            return this;
        }

        public Builder suffix(@Nullable String suffix) {
            this.suffix = suffix;
            return this;
        }

        public Builder seed(@Nullable Long seed) {
            this.seed = seed;
            return this;
        }

        public Builder method(String method) {
            this.method = method;
            return this;
        }

        public Builder hyperparameters(Map<String, String> hyperparameters) {
            this.hyperparameters = hyperparameters;
            return this;
        }

        public Builder trainingDataset(@Nullable DatasetId trainingDataset) {
            this.trainingDataset = trainingDataset;
            return this;
        }

        public Builder validationDataset(@Nullable DatasetId validationDataset) {
            this.validationDataset = validationDataset;
            return this;
        }

        public Builder trainingFile(@Nullable String trainingFile) {
            this.trainingFile = trainingFile;
            return this;
        }

        public Builder validationFile(@Nullable String validationFile) {
            this.validationFile = validationFile;
            return this;
        }

        public Builder fineTunedModel(@Nullable String fineTunedModel) {
            this.fineTunedModel = fineTunedModel;
            return this;
        }

        public Builder error(@Nullable JobError error) {
            this.error = error;
            return this;
        }

        public Builder trouble(@Nullable JobError trouble) {
            this.trouble = trouble;
            return this;
        }

        public Builder trainedTokens(@Nullable Long trainedTokens) {
            this.trainedTokens = trainedTokens;
            return this;
        }

        public Builder resultFiles(List<String> resultFiles) {
            this.resultFiles = resultFiles;
            return this;
        }

        public Builder submission(Submission.State submission) {
            this.submission = submission;
            return this;
        }

        public Builder missingSince(@Nullable Instant missingSince) {
            this.missingSince = missingSince;
            return this;
        }

        public Builder cancelRequestedAt(@Nullable Instant cancelRequestedAt) {
            this.cancelRequestedAt = cancelRequestedAt;
            return this;
        }

        public Builder submittedAt(@Nullable Instant submittedAt) {
            this.submittedAt = submittedAt;
            return this;
        }

        public Builder startedAt(@Nullable Instant startedAt) {
            this.startedAt = startedAt;
            return this;
        }

        public Builder finishedAt(@Nullable Instant finishedAt) {
            this.finishedAt = finishedAt;
            return this;
        }

        public Builder syncedAt(@Nullable Instant syncedAt) {
            this.syncedAt = syncedAt;
            return this;
        }

        public Job build() {
            return new Job(
                    id,
                    name,
                    providerId,
                    origin,
                    remoteId,
                    status,
                    providerStatus,
                    phase,
                    progress,
                    eta,
                    baseModel,
                    resolvedModel,
                    suffix,
                    seed,
                    method,
                    hyperparameters,
                    trainingDataset,
                    validationDataset,
                    trainingFile,
                    validationFile,
                    fineTunedModel,
                    error,
                    trouble,
                    trainedTokens,
                    resultFiles,
                    submission,
                    missingSince,
                    cancelRequestedAt,
                    createdAt,
                    submittedAt,
                    startedAt,
                    finishedAt,
                    syncedAt,
                    version);
        }
    }
}
