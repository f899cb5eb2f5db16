package dev.afinador.testkit.provider;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A job that stands at the provider without having been created through the protocol.
///
/// @param id        null for a fresh one
/// @param createdAt  null for now
/// @param step       steps done; all of them when the status is `succeeded`
/// @param script     what happens to it next; null for the provider's usual one
public record JobSeed(
        @Nullable String id,
        String status,
        String model,
        String trainingFile,
        @Nullable String suffix,
        Map<String, String> metadata,
        @Nullable Instant createdAt,
        int step,
        int totalSteps,
        @Nullable JobScript script) {

    /// Stands for a good file of 100 examples that need not be on the shelf.
    static final String GOOD_FILE = "file-" + "0".repeat(22);

    public JobSeed {
        metadata = Map.copyOf(metadata);
    }

    /// A job of `gpt-4o-mini` with 100 steps in this status; half done when it is `running`.
    public static JobSeed in(String status) {
        return new JobSeed(
                null,
                status,
                "gpt-4o-mini-2024-07-18",
                GOOD_FILE,
                null,
                Map.of(),
                null,
                status.equals("running") ? 50 : 0,
                100,
                null);
    }

    /// Gives it a chosen id instead of a fresh one.
    public JobSeed id(String value) {
        return new JobSeed(
                value,
                status,
                model,
                trainingFile,
                suffix,
                metadata,
                createdAt,
                step,
                totalSteps,
                script);
    }

    public JobSeed model(String value) {
        return new JobSeed(
                id,
                status,
                value,
                trainingFile,
                suffix,
                metadata,
                createdAt,
                step,
                totalSteps,
                script);
    }

    public JobSeed trainingFile(String value) {
        return new JobSeed(
                id, status, model, value, suffix, metadata, createdAt, step, totalSteps, script);
    }

    public JobSeed suffix(String value) {
        return new JobSeed(
                id,
                status,
                model,
                trainingFile,
                value,
                metadata,
                createdAt,
                step,
                totalSteps,
                script);
    }

    public JobSeed metadata(Map<String, String> value) {
        return new JobSeed(
                id,
                status,
                model,
                trainingFile,
                suffix,
                value,
                createdAt,
                step,
                totalSteps,
                script);
    }

    public JobSeed createdAt(Instant value) {
        return new JobSeed(
                id, status, model, trainingFile, suffix, metadata, value, step, totalSteps, script);
    }

    public JobSeed steps(int done, int total) {
        return new JobSeed(
                id, status, model, trainingFile, suffix, metadata, createdAt, done, total, script);
    }

    public JobSeed script(JobScript value) {
        return new JobSeed(
                id,
                status,
                model,
                trainingFile,
                suffix,
                metadata,
                createdAt,
                step,
                totalSteps,
                value);
    }
}
