package dev.afinador.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.dataset.DatasetFinding;
import dev.afinador.job.JobError;
import dev.afinador.job.JobPhase;
import dev.afinador.job.JobStatus;
import dev.afinador.job.JobTransition;
import dev.afinador.job.Progress;
import dev.afinador.provider.ProviderError.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whole documents, compared with files that a person has read. To accept a change of words, run with
/// `-Dafinador.golden=write` and read the difference.
class ReportGoldenTest {

    static Stream<Arguments> scenarios() {
        return Stream.of("mission", "running", "failed", "unreachable")
                .flatMap(name ->
                        Stream.of("es", "en").map(language -> Arguments.of(name, language)));
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void the_document_reads_as_agreed(String name, String language) throws IOException {
        Scene scene =
                switch (name) {
                    case "mission" -> MissionExampleTest.at(Instant.parse("2026-11-23T12:00:00Z"));
                    case "running" -> running();
                    case "failed" -> failed();
                    case "unreachable" -> unreachable();
                    default -> throw new IllegalArgumentException(name);
                };
        String markdown =
                ReportMarkdown.render(scene.verify(), Locale.of(language), MissionExampleTest.ZONE);
        String file = name + "." + language + ".md";
        if ("write".equals(System.getProperty("afinador.golden"))) {
            Path place = Path.of("src/test/resources/dev/afinador/verification", file);
            Files.writeString(place, markdown);
        }
        try (InputStream golden =
                Objects.requireNonNull(ReportGoldenTest.class.getResourceAsStream(file), file)) {
            assertThat(markdown)
                    .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static Scene running() {
        var scene = new Scene();
        scene.now = Scene.CREATED.plus(Duration.ofMinutes(80));
        Instant started = Scene.CREATED.plus(Duration.ofMinutes(32));
        scene.running(started, new Progress(64, 192L, 300L, Progress.Kind.STEPS))
                .job(b ->
                        b.eta(Scene.CREATED.plus(Duration.ofMinutes(107)))
                                .syncedAt(scene.now.minusSeconds(7)));
        scene.lastStepAt = scene.now.minusSeconds(41);
        scene.waits = minutes(3, 8, 12, 20, 45);
        scene.runs = minutes(50, 61, 75, 90);
        scene.transitions.add(transition(0, JobStatus.PENDING, JobPhase.PREPARING));
        scene.transitions.add(transition(3, JobStatus.PENDING, JobPhase.VALIDATING));
        scene.transitions.add(transition(95, JobStatus.PENDING, JobPhase.QUEUED));
        scene.transitions.add(transition(32 * 60, JobStatus.RUNNING, null));
        return scene.dataset(449, 0);
    }

    private static Scene failed() {
        var scene = new Scene();
        return scene.over(JobStatus.FAILED)
                .job(b ->
                        b.startedAt(null)
                                .error(
                                        new JobError(
                                                "invalid_training_file",
                                                "The job failed due to an invalid training"
                                                        + " file. Invalid file format."
                                                        + " Example 12, message 2"
                                                        + " Discriminator 'role' is missing"
                                                        + " in value",
                                                "training_file")))
                .dataset(
                        48,
                        1,
                        new DatasetFinding(
                                "role_missing",
                                DatasetFinding.Severity.ERROR,
                                12,
                                "$.messages[1]",
                                List.of()));
    }

    private static Scene unreachable() {
        var scene = new Scene();
        scene.now = Scene.CREATED.plus(Duration.ofHours(3));
        return scene.syncFailing(
                        "provider_dns",
                        "api.example.com: Name or service not known",
                        7,
                        Scene.CREATED.plus(Duration.ofMinutes(90)))
                .failedLookup(Kind.DNS, null, "api.example.com: Name or service not known");
    }

    private static List<Duration> minutes(long... minutes) {
        return Arrays.stream(minutes).mapToObj(Duration::ofMinutes).toList();
    }

    private static JobTransition transition(long second, JobStatus to, JobPhase phase) {
        return new JobTransition(Scene.CREATED.plusSeconds(second), null, to, phase, null);
    }
}
