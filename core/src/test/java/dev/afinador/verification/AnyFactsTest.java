package dev.afinador.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.dataset.DatasetFinding;
import dev.afinador.job.JobError;
import dev.afinador.job.JobPhase;
import dev.afinador.job.JobStatus;
import dev.afinador.job.JobTransition;
import dev.afinador.job.Progress;
import dev.afinador.job.Submission;
import dev.afinador.provider.KeySource;
import dev.afinador.provider.ModelLifecycle;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderKind;
import dev.afinador.provider.RemoteJob;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.sync.SyncState;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Whatever the facts are, also those that cannot be true together, there is a report that ends in a conclusion, is
/// complete in both languages and gives no key away.
class AnyFactsTest {

    private static final int TRIES = 2_000;
    private static final String SECRET = "sk-proj-Ab12Cd34Ef56Gh78";
    private static final List<String> WORDS =
            List.of(
                    "",
                    "queued",
                    "running",
                    "RUNNING",
                    "paused",
                    "succeeded",
                    "failed",
                    "cancelled",
                    "validating_files",
                    "défragmentation",
                    "<script>alert(1)</script>",
                    "{0} '' {unclosed",
                    "a | b\n# c",
                    "provider_dns",
                    "provider_key_rejected",
                    "provider_",
                    "outcome_unknown",
                    "cancel_refused",
                    "invalid_training_file",
                    "Example 999999999, message 1",
                    "Incorrect API key provided: " + SECRET,
                    "Authorization: Bearer " + SECRET,
                    "https://user:" + SECRET + "@api.example.com/v1",
                    "x".repeat(3_000));

    private Random random = new Random(0);

    @Test
    void any_facts_give_a_whole_report_without_secrets() {
        for (int seed = 0; seed < TRIES; seed++) {
            random = new Random(seed);
            Facts facts = facts();
            Report report = Verifier.verify(facts);
            assertThat(report.conclusion().code()).as("seed %d", seed).isNotBlank();
            assertThat(report.findings().toString()).as("seed %d", seed).doesNotContain(SECRET);
            for (Locale locale : List.of(Locale.ENGLISH, Locale.of("es", "MX"))) {
                ReportDocument document =
                        ReportDocument.of(report, locale, ZoneId.of("America/Mexico_City"));
                assertThat(document.conclusion()).as("seed %d", seed).isNotBlank();
                assertThat(document.sections()).hasSize(7);
                assertThat(document.sections().getLast().paragraphs())
                        .as("seed %d", seed)
                        .hasSize(2)
                        .noneMatch(String::isBlank);
                assertThat(document.toString()).as("seed %d", seed).doesNotContain(SECRET);
                assertThat(ReportMarkdown.render(document))
                        .as("seed %d", seed)
                        .doesNotContain(SECRET, "<script>");
            }
        }
    }

    private Facts facts() {
        Scene scene = new Scene();
        scene.now = instant();
        JobStatus status = one(JobStatus.values());
        scene.job =
                scene.job.toBuilder()
                        .name(word())
                        .baseModel(word())
                        .remoteId(maybe(() -> new RemoteJobId("ftjob-" + word().length())))
                        .status(status)
                        .providerStatus(maybe(this::word))
                        .phase(maybe(() -> one(JobPhase.values())))
                        .progress(progress())
                        .eta(maybe(this::instant))
                        .resolvedModel(maybe(this::word))
                        .fineTunedModel(maybe(this::word))
                        .error(maybe(this::error))
                        .trouble(maybe(this::error))
                        .trainedTokens(maybe(random::nextLong))
                        .submission(
                                new Submission.State(
                                        one(Submission.Outcome.values()),
                                        random.nextInt(5),
                                        maybe(this::instant),
                                        maybe(this::instant),
                                        random.nextInt(9)))
                        .missingSince(maybe(this::instant))
                        .cancelRequestedAt(maybe(this::instant))
                        .submittedAt(maybe(this::instant))
                        .startedAt(maybe(this::instant))
                        .finishedAt(maybe(this::instant))
                        .syncedAt(maybe(this::instant))
                        .build();
        scene.kind = one(ProviderKind.values());
        scene.providerName = word();
        scene.key =
                one(
                        new KeySource.None(),
                        new KeySource.Stored("1234"),
                        new KeySource.Environment("OPENAI_API_KEY", "1234"));
        scene.sync =
                new SyncState(
                        Scene.PROVIDER,
                        maybe(this::instant),
                        maybe(this::instant),
                        maybe(this::instant),
                        maybe(this::instant),
                        random.nextInt(3),
                        maybe(this::word),
                        maybe(this::word),
                        maybe(() -> 400 + random.nextInt(200)),
                        maybe(this::instant));
        scene.lookup = lookup();
        scene.waits = durations();
        scene.runs = durations();
        scene.retirement =
                ModelLifecycle.shipped()
                        .of(
                                ProviderKind.OPENAI,
                                one("gpt-3.5-turbo", "gpt-4.1", "o4-mini", "llama"),
                                Optional.ofNullable(maybe(() -> LocalDate.of(2026, 12, 24))))
                        .orElse(null);
        scene.closing = ModelLifecycle.shipped().closing(scene.kind).orElse(null);
        if (random.nextBoolean()) {
            scene.dataset(
                    random.nextInt(100),
                    random.nextInt(3),
                    new DatasetFinding(
                            one("json_broken", "role_missing", "unheard_of"),
                            one(DatasetFinding.Severity.values()),
                            random.nextInt(3),
                            maybe(() -> "$.x"),
                            List.of(word())));
        }
        scene.lastStepAt = maybe(this::instant);
        scene.clockOffset = maybe(() -> Duration.ofSeconds(random.nextInt(-9_999, 9_999)));
        for (int i = random.nextInt(4); i > 0; i--) {
            scene.transitions.add(
                    new JobTransition(
                            instant(),
                            null,
                            one(JobStatus.values()),
                            maybe(() -> one(JobPhase.values())),
                            null));
        }
        return scene.facts();
    }

    private Lookup lookup() {
        return switch (random.nextInt(6)) {
            case 0 -> new Lookup.NotTried();
            case 1 -> new Lookup.NotSubmitted();
            case 2 -> new Lookup.Unknown404(maybe(this::word), Duration.ofMillis(5), instant());
            case 3 ->
                    new Lookup.Failed(
                            new ProviderError(
                                    one(ProviderError.Kind.values()),
                                    maybe(() -> 500),
                                    maybe(this::word),
                                    word(),
                                    maybe(this::word),
                                    maybe(this::word),
                                    maybe(this::instant)),
                            instant());
            default ->
                    new Lookup.Found(remote(), maybe(this::word), Duration.ofMillis(9), instant());
        };
    }

    private RemoteJob remote() {
        return new RemoteJob(
                new RemoteJobId("ftjob-1"),
                word(),
                word(),
                maybe(this::instant),
                maybe(this::instant),
                maybe(this::instant),
                maybe(this::word),
                maybe(this::word),
                maybe(this::word),
                List.of(),
                maybe(random::nextLong),
                maybe(() ->
                        new RemoteJob.RemoteFailure(maybe(this::word), maybe(this::word), null)),
                Map.of(),
                maybe(this::word),
                null,
                null,
                Map.of(),
                "{}");
    }

    private Progress progress() {
        return new Progress(
                maybe(() -> random.nextInt(101)),
                maybe(() -> (long) random.nextInt(500)),
                maybe(() -> (long) random.nextInt(500)),
                one(Progress.Kind.values()));
    }

    private JobError error() {
        return new JobError(word(), word(), maybe(this::word));
    }

    private Instant instant() {
        return Scene.CREATED.plusSeconds(random.nextInt(-9_000_000, 9_000_000));
    }

    private List<Duration> durations() {
        List<Duration> durations = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            durations.add(Duration.ofSeconds(random.nextInt(-10, 100_000)));
        }
        return durations;
    }

    private String word() {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    @SafeVarargs
    private <T> T one(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private <T> @Nullable T maybe(Supplier<T> value) {
        return random.nextBoolean() ? value.get() : null;
    }
}
