package dev.afinador.bench;

import dev.afinador.access.Principal;
import dev.afinador.access.Role;
import dev.afinador.access.SignIn;
import dev.afinador.job.Job;
import dev.afinador.job.JobError;
import dev.afinador.job.JobId;
import dev.afinador.job.JobStatus;
import dev.afinador.job.JobTransition;
import dev.afinador.job.Progress;
import dev.afinador.job.Submission;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.storage.Database;
import dev.afinador.storage.JdbcJobStore;
import dev.afinador.storage.JdbcSessionStore;
import dev.afinador.work.Uuid7;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Writes all of the provider's jobs into a stopped server's database, as if they had been adopted, and opens a session.
///
/// @param live    our id by the provider's, of the jobs that are not over
/// @param session value of the session cookie
record Import(Map<String, String> live, String session) {

    static Import into(Path database, String providerId, Provider from) {
        InstantSource clock = Clock.tickMillis(ZoneOffset.UTC);
        Map<String, String> live = new LinkedHashMap<>();
        try (Database db = Database.sqlite(database)) {
            var store = new JdbcJobStore(db, clock);
            var ids = new Uuid7(clock);
            String after = "";
            boolean more = true;
            while (more) {
                JsonNode page = from.page(after);
                db.runInTransaction(() -> {
                    for (JsonNode remote : page.path("data")) {
                        Job job = job(new JobId(ids.next()), providerId, remote, clock.instant());
                        store.insert(job);
                        store.putRaw(Map.of(job.id(), Http.JSON.writeValueAsString(remote)));
                        store.addTransition(
                                job.id(),
                                new JobTransition(
                                        job.createdAt(),
                                        null,
                                        job.status(),
                                        null,
                                        job.providerStatus()));
                        if (!job.status().isFinal()) {
                            live.put(remote.path("id").asString(), job.id().toString());
                        }
                    }
                });
                more = page.path("has_more").asBoolean() && !page.path("data").isEmpty();
                after =
                        more
                                ? page.path("data")
                                        .get(page.path("data").size() - 1)
                                        .path("id")
                                        .asString()
                                : "";
            }
            String session =
                    new SignIn(new JdbcSessionStore(db), clock)
                            .newSession(new Principal("admin", Role.ADMIN));
            return new Import(Map.copyOf(live), session);
        }
    }

    private static Job job(JobId id, String providerId, JsonNode remote, Instant now) {
        String word = remote.path("status").asString();
        JobStatus status = JobStatus.valueOf(word.toUpperCase(java.util.Locale.ROOT));
        Instant created = Instant.ofEpochSecond(remote.path("created_at").asLong());
        String model = remote.path("model").asString();
        boolean done = status == JobStatus.SUCCEEDED;
        return new Job(
                id,
                "team-" + word + " " + id.toString().substring(30),
                new ProviderId(providerId),
                Job.Origin.IMPORTED,
                new RemoteJobId(remote.path("id").asString()),
                status,
                word,
                null,
                done ? new Progress(100, 100L, 100L, Progress.Kind.STEPS) : Progress.UNKNOWN,
                null,
                model,
                model,
                remote.path("user_provided_suffix").asString(null),
                remote.path("seed").asLong(),
                "supervised",
                Map.of("n_epochs", "3", "batch_size", "8", "learning_rate_multiplier", "1.8"),
                null,
                null,
                remote.path("training_file").asString(null),
                null,
                remote.path("fine_tuned_model").asString(null),
                status == JobStatus.FAILED
                        ? new JobError("invalid_training_file", "The training file is bad.", null)
                        : null,
                null,
                done ? 20_000L : null,
                List.of(),
                Submission.State.IMPORTED,
                null,
                null,
                created,
                created,
                created.plusSeconds(60),
                status.isFinal() ? created.plusSeconds(1800) : null,
                now,
                0);
    }
}
