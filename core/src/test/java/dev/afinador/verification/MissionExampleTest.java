package dev.afinador.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.job.Job;
import dev.afinador.job.Submission;
import dev.afinador.provider.ModelLifecycle;
import dev.afinador.provider.ProviderKind;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.verification.Finding.Code;
import dev.afinador.verification.Finding.Severity;
import dev.afinador.verification.Report.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The example that the product was asked for: a job on gpt-3.5-turbo that shows as pending.
class MissionExampleTest {

    static final ZoneId ZONE = ZoneId.of("America/Bogota");
    static final Instant CREATED =
            LocalDateTime.of(2025, 11, 16, 15, 31, 21).atZone(ZONE).toInstant();
    private static final Locale SPANISH = Locale.of("es", "CO");

    static Scene at(Instant now) {
        var scene = new Scene();
        scene.now = now;
        scene.kind = ProviderKind.OPENAI;
        scene.providerName = "OpenAI";
        scene.job =
                new Job(
                        Scene.ID,
                        "Asistente de ventas",
                        Scene.PROVIDER,
                        Job.Origin.CREATED,
                        new RemoteJobId("ftjob-ddfvCr8xa0rAOlfWqFcTMqBO"),
                        scene.job.status(),
                        "queued",
                        scene.job.phase(),
                        scene.job.progress(),
                        null,
                        "gpt-3.5-turbo",
                        "gpt-3.5-turbo-0125",
                        null,
                        null,
                        "supervised",
                        Map.of(),
                        null,
                        null,
                        "file-abc123",
                        null,
                        null,
                        null,
                        null,
                        null,
                        List.of(),
                        new Submission.State(Submission.Outcome.ACCEPTED, 1, CREATED, CREATED, 0),
                        null,
                        null,
                        CREATED,
                        CREATED,
                        null,
                        null,
                        now.minusSeconds(4),
                        3);
        var lifecycle = ModelLifecycle.shipped();
        scene.retirement =
                lifecycle.of(ProviderKind.OPENAI, "gpt-3.5-turbo", Optional.empty()).orElseThrow();
        scene.closing = lifecycle.closing(ProviderKind.OPENAI).orElseThrow();
        return scene;
    }

    @Test
    void twenty_minutes_after_its_creation_all_is_normal_and_one_only_has_to_wait() {
        Report report = at(CREATED.plus(Duration.ofMinutes(20))).verify();

        assertThat(report.presence().answer()).isEqualTo(Answer.YES);
        assertThat(report.sync().answer()).isEqualTo(Answer.YES);
        assertThat(report.outlook().state()).isEqualTo("pending.queued");
        assertThat(report.findings())
                .extracting(Finding::severity)
                .allMatch(severity -> severity.compareTo(Severity.WARNING) < 0);
        assertThat(report.findings())
                .extracting(Finding::code)
                .contains(Code.AT_PROVIDER, Code.SYNC_FRESH, Code.WAITING_NORMAL)
                .doesNotContain(Code.PENDING_OVER_2_HOURS, Code.BASE_MODEL_RETIRED);
        assertThat(report.conclusion().severity()).isEqualTo(Severity.OK);

        ReportDocument document = ReportDocument.of(report, SPANISH, ZONE);
        assertThat(document.title()).isEqualTo("Verificación del Estado del Entrenamiento");
        assertThat(document.conclusion()).contains("Todo está en orden", "Solo hay que esperar");
        assertThat(ReportMarkdown.render(document))
                .contains(
                        "ftjob-ddfvCr8xa0rAOlfWqFcTMqBO",
                        "Pendiente",
                        "gpt-3.5-turbo",
                        "16 nov 2025, 15:31:21");
    }

    @Test
    void a_year_later_it_is_still_there_and_queued_but_its_base_model_is_retired() {
        Report report = at(Instant.parse("2026-11-23T12:00:00Z")).verify();

        assertThat(report.presence().answer()).isEqualTo(Answer.YES);
        assertThat(report.outlook().state()).isEqualTo("pending.queued");
        assertThat(report.findings())
                .extracting(Finding::code)
                .contains(
                        Code.AT_PROVIDER,
                        Code.WAITING_NORMAL,
                        Code.PENDING_OVER_2_HOURS,
                        Code.BASE_MODEL_RETIRED,
                        Code.PROVIDER_CLOSING);
        assertThat(report.findings().getFirst().code()).isEqualTo(Code.BASE_MODEL_RETIRED);
        assertThat(report.conclusion().code()).isEqualTo("pending_in_vain");
        assertThat(ReportDocument.of(report, SPANISH, ZONE).conclusion())
                .contains("espera su turno", "gpt-3.5-turbo", "23 de octubre de 2026");
    }
}
