package dev.afinador.server.api;

import dev.afinador.job.Job;
import dev.afinador.job.JobError;
import dev.afinador.server.config.Texts;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// A job in the API.
///
/// @param openaiJobId    the provider's id; null until the provider has accepted the job
/// @param status         `pending`, `running`, `paused`, `succeeded`, `failed` or `cancelled`
/// @param providerStatus the provider's own word
/// @param phase          while pending: `preparing`, `uploading`, `submitting`, `validating`, `queued`
/// @param error          why it failed
/// @param trouble        what holds it up right now
@JsonNaming(SnakeCaseStrategy.class)
public record JobJson(
        String id,
        @Nullable String openaiJobId,
        String name,
        String providerId,
        String origin,
        String status,
        @Nullable String providerStatus,
        @Nullable String phase,
        ProgressJson progress,
        @Nullable Instant eta,
        String baseModel,
        @Nullable String resolvedModel,
        @Nullable String fineTunedModel,
        @Nullable String suffix,
        @Nullable Long seed,
        String method,
        Map<String, Object> hyperparameters,
        @Nullable String datasetId,
        @Nullable String validationDatasetId,
        @Nullable String trainingFile,
        @Nullable String validationFile,
        List<String> resultFiles,
        @Nullable ErrorJson error,
        @Nullable ErrorJson trouble,
        @Nullable Long trainedTokens,
        boolean cancelRequested,
        @Nullable Instant missingSince,
        Instant createdAt,
        @Nullable Instant submittedAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Instant syncedAt) {

    @JsonNaming(SnakeCaseStrategy.class)
    public record ProgressJson(
            @Nullable Integer percent,
            @Nullable Long step,
            @Nullable Long totalSteps,
            String kind) {}

    /// @param hint what to do, in the caller's language
    @JsonNaming(SnakeCaseStrategy.class)
    public record ErrorJson(
            String code, @Nullable String message, @Nullable String param, String hint) {

        static @Nullable ErrorJson of(@Nullable JobError error, Texts texts, Locale locale) {
            return error == null
                    ? null
                    : new ErrorJson(
                            error.code(),
                            error.message().isBlank() ? null : error.message(),
                            error.param(),
                            texts.hint(locale, error.code()));
        }
    }

    public static JobJson of(Job job, Texts texts, Locale locale) {
        return new JobJson(
                job.id().toString(),
                job.remoteId() == null ? null : job.remoteId().value(),
                job.name(),
                job.providerId().value(),
                job.origin().name().toLowerCase(Locale.ROOT),
                job.status().word(),
                job.providerStatus(),
                job.phase() == null ? null : job.phase().word(),
                new ProgressJson(
                        job.progress().percent(),
                        job.progress().step(),
                        job.progress().totalSteps(),
                        job.progress().kind().word()),
                job.eta(),
                job.baseModel(),
                job.resolvedModel(),
                job.fineTunedModel(),
                job.suffix(),
                job.seed(),
                job.method(),
                scalars(job.hyperparameters()),
                job.trainingDataset() == null ? null : job.trainingDataset().toString(),
                job.validationDataset() == null ? null : job.validationDataset().toString(),
                job.trainingFile(),
                job.validationFile(),
                job.resultFiles(),
                ErrorJson.of(job.error(), texts, locale),
                ErrorJson.of(job.trouble(), texts, locale),
                job.trainedTokens(),
                job.cancelRequestedAt() != null,
                job.missingSince(),
                job.createdAt(),
                job.submittedAt(),
                job.startedAt(),
                job.finishedAt(),
                job.syncedAt());
    }

    /// Numbers as numbers, words as words.
    private static Map<String, Object> scalars(Map<String, String> values) {
        Map<String, Object> found = new TreeMap<>();
        values.forEach((name, value) -> {
            if (value.matches("-?\\d{1,15}")) {
                found.put(name, Long.valueOf(value));
            } else if (value.matches("-?\\d{1,15}\\.\\d{1,15}([eE]-?\\d{1,3})?")) {
                found.put(name, Double.valueOf(value));
            } else {
                found.put(name, value);
            }
        });
        return found;
    }

    /// The state of the link to a provider.
    @JsonNaming(SnakeCaseStrategy.class)
    public record LinkJson(
            String providerId,
            String providerName,
            @Nullable Instant syncedAt,
            boolean live,
            boolean stale,
            boolean running,
            @Nullable ErrorJson error) {
        static LinkJson of(
                dev.afinador.sync.Synchronization.Link link, Texts texts, Locale locale) {
            String code = link.state().errorCode();
            return new LinkJson(
                    link.provider().id().value(),
                    link.provider().name(),
                    link.state().syncedAt(),
                    link.live(),
                    link.stale(),
                    link.running(),
                    code == null
                            ? null
                            : new ErrorJson(
                                    code,
                                    link.state().errorMessage(),
                                    null,
                                    texts.hint(locale, code)));
        }
    }
}
