package dev.afinador.server.web.gallery;

import dev.afinador.job.JobStatus;
import dev.afinador.server.web.datasets.DatasetView;
import dev.afinador.server.web.datasets.DatasetsView;
import dev.afinador.server.web.datasets.NumbersView;
import dev.afinador.server.web.jobs.CallsView;
import dev.afinador.server.web.jobs.JobView;
import dev.afinador.server.web.jobs.JobsView;
import dev.afinador.server.web.jobs.ReportView;
import dev.afinador.server.web.jobs.StartForm;
import dev.afinador.server.web.jobs.StartView;
import dev.afinador.server.web.jobs.SyncView;
import dev.afinador.server.web.models.ModelsView;
import dev.afinador.server.web.providers.ProvidersView;
import dev.afinador.server.web.shared.FindingView;
import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.Option;
import dev.afinador.server.web.shared.StatusView;
import dev.afinador.server.web.shared.TimeView;
import dev.afinador.server.web.shared.Tone;
import dev.afinador.server.web.shared.Words;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Made-up content for every page.
final class Samples {

    private static final String FTJOB = "ftjob-ddfvCr8xa0rAOlfWqFcTMqBO";
    private static final String LONG =
            "Clasificador de reclamos de la región metropolitana con etiquetas revisadas a mano por"
                    + " dos personas y desempate";
    private static final String NASTY = "<script>alert('hola')</script> & \"comillas\"";
    private static final String RTL = "نموذج دعم العملاء";

    private final Words words;
    private final Instant now = Instant.now();

    Samples(Words words) {
        this.words = words;
    }

    private StatusView status(JobStatus status) {
        return StatusView.of(status, words);
    }

    private TimeView ago(String duration) {
        return words.ago(now.minus(Duration.parse(duration)));
    }

    JobsView jobs(String kind) {
        List<JobsView.Row> rows = new ArrayList<>();
        rows.add(
                row(
                        1,
                        "Soporte v4",
                        "afinador-nano",
                        "Local",
                        JobStatus.RUNNING,
                        62,
                        false,
                        "paso 124 de 200 · quedan 38 s",
                        "plain",
                        null,
                        "ftjob-7Qm2kX91bTz",
                        "PT1M"));
        rows.add(
                row(
                        2,
                        "Cobranza tono amable",
                        "gpt-4.1-mini-2025-04-14",
                        "OpenAI",
                        JobStatus.PENDING,
                        null,
                        false,
                        words.say("phase.queued"),
                        "plain",
                        words.elapsed(now.minus(Duration.parse("PT2H14M"))),
                        FTJOB,
                        "PT2H16M"));
        rows.add(
                row(
                        3,
                        LONG,
                        "gpt-4.1-nano-2025-04-14",
                        "Azure producción Sudamérica Este",
                        JobStatus.SUCCEEDED,
                        null,
                        false,
                        "18 min · 412 300 tokens",
                        "plain",
                        null,
                        "ftjob-9f31c2a7d0",
                        "PT26H"));
        rows.add(
                row(
                        4,
                        "Soporte v3",
                        "qwen2.5-0.5b",
                        "Local",
                        JobStatus.FAILED,
                        null,
                        false,
                        "training_file, línea 87: falta la respuesta del asistente",
                        "fail",
                        null,
                        "ftjob-M3pLr8sQe",
                        "PT33H"));
        rows.add(
                row(
                        5,
                        "Prueba corta",
                        "afinador-nano",
                        "Local",
                        JobStatus.CANCELLED,
                        null,
                        false,
                        "cancelado en el paso 12",
                        "plain",
                        null,
                        "ftjob-A81kfOq0",
                        "PT80H"));
        rows.add(
                row(
                        6,
                        "Resumen de llamadas",
                        "gpt-4.1-2025-04-14",
                        "OpenAI",
                        JobStatus.PAUSED,
                        40,
                        false,
                        "paso 400 de 1 000",
                        "plain",
                        null,
                        "ftjob-P2",
                        "PT90H"));
        rows.add(
                row(
                        7,
                        NASTY,
                        "<b>modelo</b>",
                        "OpenAI",
                        JobStatus.PENDING,
                        null,
                        false,
                        "clave rechazada por OpenAI: revisa la clave del proveedor",
                        "trouble",
                        null,
                        null,
                        "PT3H"));
        rows.add(
                row(
                        8,
                        RTL,
                        "gpt-4o-mini-2024-07-18",
                        "OpenAI",
                        JobStatus.RUNNING,
                        8,
                        true,
                        "quedan 1 h 12 min",
                        "plain",
                        null,
                        "x".repeat(90),
                        "PT30M"));
        if (kind.equals("many")) {
            for (int i = 9; i < 201; i++) {
                rows.add(
                        row(
                                i,
                                "Corrida " + i,
                                "gpt-4.1-mini-2025-04-14",
                                "OpenAI",
                                JobStatus.values()[i % 6],
                                i % 6 == 1 ? i % 100 : null,
                                false,
                                "detalle " + i,
                                "plain",
                                null,
                                "ftjob-" + i,
                                "P" + i + "D"));
            }
        }
        boolean none = kind.startsWith("no-");
        boolean stale = kind.equals("stale");
        return new JobsView(
                "/jobs",
                List.of(
                        chip("jobs.filter.all", 28, true),
                        chip("jobs.filter.pending", 2, false),
                        chip("jobs.filter.running", 2, false),
                        chip("jobs.filter.succeeded", 19, false),
                        chip("jobs.filter.failed", 4, false),
                        chip("jobs.filter.cancelled", 0, false),
                        chip("jobs.filter.paused", 1, false)),
                List.of(new Option("1", "OpenAI", false), new Option("2", "Local", false)),
                "",
                kind.equals("no-hit") ? "zzz" : "",
                none ? List.of() : rows,
                kind.equals("usual") ? "/jobs?limit=100" : null,
                kind.equals("many") ? "/jobs?after=x" : null,
                null,
                kind.equals("usual") ? words.say("jobs.shown", "40", "28") : null,
                words.say("jobs.total", 28, "28"),
                new SyncView(
                        kind.equals("no-provider")
                                ? List.of()
                                : List.of(
                                        new SyncView.Link(
                                                "OpenAI",
                                                "/providers/1",
                                                stale ? "stale" : "ok",
                                                words.say(stale ? "sync.stale" : "sync.ok"),
                                                ago(stale ? "PT42M" : "PT3S")),
                                        new SyncView.Link(
                                                "Azure producción Sudamérica Este",
                                                "/providers/2",
                                                "syncing",
                                                words.say("sync.syncing"),
                                                null),
                                        new SyncView.Link(
                                                "Local",
                                                "/providers/3",
                                                "idle",
                                                words.say("sync.idle"),
                                                null)),
                        stale
                                ? List.of(
                                        new NoticeView(
                                                Tone.ERROR,
                                                words.say("sync.stale.title", "OpenAI"),
                                                words.say("sync.since", "42 min")
                                                        + " La clave fue rechazada (401).",
                                                "Pega una clave vigente en la página del proveedor.",
                                                "provider_key_rejected · req_81f2",
                                                "/providers/1",
                                                words.say("sync.stale.edit")))
                                : List.of()),
                switch (kind) {
                    case "no-provider" -> JobsView.Empty.NO_PROVIDER;
                    case "no-job" -> JobsView.Empty.NO_JOB;
                    case "no-hit" -> JobsView.Empty.NO_HIT;
                    default -> JobsView.Empty.NONE;
                });
    }

    private JobsView.Chip chip(String key, int count, boolean current) {
        return new JobsView.Chip(
                key.endsWith("all") ? "" : key.substring(key.lastIndexOf('.') + 1),
                words.say(key),
                String.valueOf(count),
                count == 0,
                "/jobs",
                current);
    }

    private JobsView.Row row(
            int id,
            String name,
            String model,
            String provider,
            JobStatus status,
            @Nullable Integer percent,
            boolean estimate,
            String detail,
            String tone,
            @Nullable TimeView since,
            @Nullable String remoteId,
            String age) {
        return new JobsView.Row(
                String.valueOf(id),
                1,
                "/gallery/job/running",
                name,
                model,
                provider,
                status(status),
                percent,
                estimate,
                detail,
                tone,
                since,
                "elapsed",
                remoteId,
                ago(age));
    }

    JobView job(String kind) {
        JobStatus status =
                switch (kind) {
                    case "pending", "trouble" -> JobStatus.PENDING;
                    case "succeeded" -> JobStatus.SUCCEEDED;
                    case "failed" -> JobStatus.FAILED;
                    case "cancelled" -> JobStatus.CANCELLED;
                    default -> JobStatus.RUNNING;
                };
        boolean live = !status.isFinal();
        boolean waiting = status == JobStatus.PENDING;
        List<NoticeView> notices = new ArrayList<>();
        if (kind.equals("failed")) {
            notices.add(
                    new NoticeView(
                            Tone.ERROR,
                            words.say("job.failed.title"),
                            "The job failed due to an invalid training file. Line 87: missing"
                                    + " assistant message.",
                            "Abre el archivo en Datos, corrige la línea 87 y vuelve a iniciar.",
                            "invalid_training_file · training_file",
                            "/datasets/1",
                            "Abrir soporte-v3.jsonl"));
        }
        if (kind.equals("trouble")) {
            notices.add(
                    new NoticeView(
                            Tone.WARNING,
                            words.say("job.trouble.title"),
                            "OpenAI rechazó la clave. El job sigue solo en cuanto la clave sirva.",
                            "Pega una clave vigente en la página del proveedor.",
                            "provider_key_rejected",
                            "/providers/1",
                            words.say("sync.stale.edit")));
        }
        List<JobView.CurvePoint> table = new ArrayList<>();
        for (int i = 0; i <= 6; i++) {
            table.add(
                    new JobView.CurvePoint(
                            String.valueOf(i * 20),
                            words.decimal(3.6 / (1 + i)),
                            words.decimal(3.8 / (1 + i)),
                            words.decimal(0.3 + i * 0.08),
                            null));
        }
        var flow = new ArrayList<JobView.FlowStep>();
        flow.add(
                new JobView.FlowStep(
                        status(JobStatus.PENDING),
                        waiting ? "now" : "done",
                        words.clockTime(now.minusSeconds(110))));
        flow.add(
                new JobView.FlowStep(
                        status(JobStatus.RUNNING),
                        waiting ? "next" : status == JobStatus.RUNNING ? "now" : "done",
                        waiting ? null : words.clockTime(now.minusSeconds(90))));
        flow.add(
                new JobView.FlowStep(
                        status(status.isFinal() ? status : JobStatus.SUCCEEDED),
                        status.isFinal() ? "now" : "next",
                        status.isFinal() ? words.clockTime(now.minusSeconds(9)) : null));
        return new JobView(
                "1",
                "/jobs/1",
                "/providers/1",
                kind.equals("trouble") ? NASTY : kind.equals("cancelled") ? LONG : "Soporte v4",
                status(status),
                status(status).word(),
                "afinador-nano · Local",
                live,
                !live,
                new JobView.Actions(
                        status == JobStatus.RUNNING,
                        false,
                        live,
                        status == JobStatus.SUCCEEDED,
                        !live,
                        null,
                        status == JobStatus.SUCCEEDED
                                ? "ft:afinador-nano:local::7Qm2kX91bTz"
                                : null,
                        List.of("principal", "pruebas")),
                notices,
                flow,
                new JobView.ProgressPanel(
                        waiting ? null : status == JobStatus.SUCCEEDED ? 100 : 62,
                        waiting
                                ? words.say("phase.word.queued")
                                : words.percent(status == JobStatus.SUCCEEDED ? 100 : 62),
                        waiting,
                        false,
                        waiting
                                ? List.of(
                                        new JobView.Stat(
                                                words.say("job.progress.waiting"), "",
                                                words.elapsed(now.minusSeconds(8_040)), "elapsed"))
                                : List.of(
                                        new JobView.Stat(
                                                words.say("job.progress.step"),
                                                "124 de 200",
                                                null,
                                                null),
                                        new JobView.Stat(
                                                words.say("job.progress.epoch"),
                                                "2 de 3",
                                                null,
                                                null),
                                        new JobView.Stat(
                                                words.say("job.progress.left"), "",
                                                words.remaining(now.plusSeconds(38)), "remaining"),
                                        new JobView.Stat(
                                                words.say("job.progress.loss"),
                                                words.decimal(0.612),
                                                null,
                                                null)),
                        status.word()),
                new JobView.Curves(
                        !waiting, true, true, "/jobs/1/chart.json", waiting ? List.of() : table),
                new JobView.Events(
                        List.of(
                                event(
                                        2,
                                        "info",
                                        "Step 124/200: training loss=0.61, validation loss=0.74"),
                                event(20, "warn", "Rate limit reached, waiting 12 s"),
                                event(40, "info", "Checkpoint created at step 100"),
                                event(90, "info", "Fine-tuning job started"),
                                event(95, "info", "Files validated, moving job to queued state"),
                                event(96, "error", NASTY),
                                event(100, "info", "Created fine-tuning job: ftjob-7Qm2kX91bTz")),
                        "/jobs/1/events?after=x"),
                waiting
                        ? List.of()
                        : List.of(
                                new JobView.CheckpointRow(
                                        "b",
                                        "100",
                                        "ft:afinador-nano:local:soporte:7Qm2kX91bTz:ckpt-step-100",
                                        words.decimal(0.71),
                                        words.decimal(0.8),
                                        null,
                                        null,
                                        null),
                                new JobView.CheckpointRow(
                                        "a",
                                        "50",
                                        "ft:afinador-nano:local:soporte:7Qm2kX91bTz:ckpt-step-50",
                                        words.decimal(1.3),
                                        null,
                                        null,
                                        null,
                                        "pruebas")),
                kind.equals("pending") ? List.of() : findings(),
                kind.equals("pending") ? null : ago("PT3S"),
                List.of(
                        new JobView.Detail("Modelo base", "gpt-4.1-mini", true, false, null, null),
                        new JobView.Detail(
                                "Modelo resuelto",
                                "gpt-4.1-mini-2025-04-14",
                                true,
                                false,
                                null,
                                null),
                        new JobView.Detail("Método", "Supervisado", false, false, null, null),
                        new JobView.Detail("Épocas", "3", false, false, null, null),
                        new JobView.Detail("Tamaño de lote", "auto", false, false, null, null),
                        new JobView.Detail(
                                "Datos", "soporte-v4.jsonl", false, false, "/datasets/1", null),
                        new JobView.Detail("ID en el proveedor", FTJOB, true, true, null, null),
                        new JobView.Detail(
                                "Creado",
                                "",
                                false,
                                false,
                                null,
                                words.moment(now.minusSeconds(110)))),
                List.of(
                        new JobView.Transition(
                                status(JobStatus.PENDING),
                                "preparando",
                                words.clockTime(now.minusSeconds(110))),
                        new JobView.Transition(
                                status(JobStatus.PENDING),
                                "validating_files",
                                words.clockTime(now.minusSeconds(100))),
                        new JobView.Transition(
                                status(JobStatus.RUNNING),
                                null,
                                words.clockTime(now.minusSeconds(90)))),
                "https://platform.openai.com/finetune/" + FTJOB,
                true);
    }

    private JobView.Event event(int secondsAgo, String level, String text) {
        return new JobView.Event(
                "ftevent-" + secondsAgo,
                words.clockTime(now.minusSeconds(secondsAgo)),
                level,
                text);
    }

    private List<FindingView> findings() {
        return List.of(
                new FindingView(
                        Tone.OK,
                        "Está en el proveedor",
                        "Consultado ahora: running, solicitud req_81f2",
                        null),
                new FindingView(
                        Tone.OK,
                        "El estado está sincronizado",
                        "Última diferencia: ninguna · retraso 3 s",
                        null),
                new FindingView(
                        Tone.INFO,
                        "Avanza con normalidad",
                        "1,9 pasos/s; suele tardar 1 min 50 s",
                        null),
                new FindingView(
                        Tone.WARNING,
                        "Conjunto pequeño",
                        "50 ejemplos",
                        "Agrega ejemplos: se recomiendan 100 o más."));
    }

    CallsView calls(String kind) {
        return new CallsView(
                "1",
                "/gallery/job/running",
                "Soporte v4",
                status(JobStatus.RUNNING),
                kind.equals("empty")
                        ? List.of()
                        : List.of(
                                call(
                                        3,
                                        "GET /fine_tuning/jobs?limit=100",
                                        Tone.OK,
                                        "200",
                                        214,
                                        "req_81f2",
                                        null,
                                        true),
                                call(
                                        60,
                                        "POST /fine_tuning/jobs",
                                        Tone.ERROR,
                                        words.say("log.no-answer"),
                                        30_000,
                                        null,
                                        "connection reset before the answer came",
                                        false),
                                call(
                                        64,
                                        "POST /files",
                                        Tone.OK,
                                        "200",
                                        1_204,
                                        "req_" + "a".repeat(60),
                                        null,
                                        false),
                                call(
                                        70,
                                        "GET /fine_tuning/jobs/"
                                                + FTJOB
                                                + "/events?limit=100&after=ftevent-"
                                                + "b".repeat(50),
                                        Tone.ERROR,
                                        "429",
                                        12,
                                        "req_9",
                                        "Rate limit reached for requests",
                                        false)),
                kind.equals("full"),
                false);
    }

    private CallsView.Call call(
            int secondsAgo,
            String call,
            Tone tone,
            String status,
            long millis,
            @Nullable String request,
            @Nullable String error,
            boolean bulk) {
        return new CallsView.Call(
                words.clockTime(now.minusSeconds(secondsAgo)),
                call,
                tone,
                status,
                words.number(millis),
                request,
                error,
                bulk,
                bulk ? words.say("log.again", words.number(12)) : null,
                bulk ? words.clockTime(now.minusSeconds(secondsAgo + 120)) : null);
    }

    ReportView report() {
        return new ReportView(
                "1",
                "/gallery/job/pending",
                "Asistente de soporte",
                status(JobStatus.PENDING),
                "Verificación del Estado del Entrenamiento",
                "23 nov 2026, 15:33:02 (America/Santiago)",
                Tone.WARNING,
                "El job está en OpenAI y espera su turno, pero lleva más de 2 horas y su modelo"
                        + " base ya fue retirado.",
                List.of(
                        section(
                                "job",
                                "El job",
                                null,
                                List.of(
                                        new ReportView.Fact("ID en el proveedor", FTJOB, true),
                                        new ReportView.Fact("Modelo base", "gpt-3.5-turbo", true),
                                        new ReportView.Fact(
                                                "Creado", "16 nov 2025, 15:31:21", false)),
                                List.of(),
                                null,
                                List.of()),
                        section(
                                "presence",
                                "¿Está realmente en el proveedor?",
                                new ReportView.Answer(Tone.OK, "Sí"),
                                List.of(
                                        new ReportView.Fact("Estado del proveedor", "queued", true),
                                        new ReportView.Fact("Solicitud", "req_81f2", true)),
                                List.of(),
                                null,
                                List.of()),
                        section(
                                "states",
                                "Estados posibles",
                                null,
                                List.of(),
                                List.of(
                                        new ReportView.Step("Creado", "15:31", "done", "check"),
                                        new ReportView.Step("En cola", "15:32", "now", "arrow"),
                                        new ReportView.Step("Entrenando", "", "next", "dot")),
                                new ReportView.Table(
                                        List.of("Estado", "Significado", "Acción"),
                                        List.of(
                                                new ReportView.TableRow(
                                                        status(JobStatus.PENDING),
                                                        List.of("Pendiente", "En cola", "Esperar"),
                                                        true),
                                                new ReportView.TableRow(
                                                        status(JobStatus.FAILED),
                                                        List.of("Fallido", NASTY, "Leer el error"),
                                                        false))),
                                List.of()),
                        section(
                                "findings",
                                "Señales y posibles problemas",
                                null,
                                List.of(),
                                List.of(),
                                null,
                                findings())),
                "/api/v1/x",
                "/api/v1/x.md",
                "https://platform.openai.com/finetune/" + FTJOB);
    }

    private static ReportView.Section section(
            String id,
            String title,
            ReportView.@Nullable Answer answer,
            List<ReportView.Fact> facts,
            List<ReportView.Step> flow,
            ReportView.@Nullable Table table,
            List<FindingView> findings) {
        return new ReportView.Section(
                id, title, answer, List.of("Un párrafo."), facts, flow, table, findings);
    }

    StartView start(String kind) {
        boolean errors = kind.equals("errors");
        return new StartView(
                errors
                        ? new StartForm(
                                "",
                                "",
                                "1",
                                "",
                                "",
                                "x".repeat(70),
                                "-1",
                                "dpo",
                                "900",
                                "auto",
                                "muchísimo",
                                "3")
                        : StartForm.empty(),
                errors
                        ? Map.of(
                                "file",
                                words.say("start.error.data"),
                                "baseModel",
                                words.say("start.error.base-model"),
                                "suffix",
                                words.say("start.error.suffix"),
                                "nEpochs",
                                words.say(
                                        "start.error.range",
                                        words.say("start.field.nEpochs.range")),
                                "learningRateMultiplier",
                                words.say("start.error.number"),
                                "seed",
                                words.say("start.error.seed"))
                        : Map.of(),
                List.of(),
                "k-1",
                List.of(new Option("1", "OpenAI", true), new Option("2", "Local", false)),
                kind.equals("no-dataset")
                        ? List.of()
                        : List.of(new Option("1", "soporte-v4.jsonl · 50 ejemplos", false)),
                List.of(new Option("2", "soporte-validación.jsonl · 12 ejemplos", false)),
                List.of(
                        new StartView.Model(
                                "gpt-4.1-mini-2025-04-14",
                                words.say("start.base.ends", "14 ene 2027")),
                        new StartView.Model("afinador-nano", "")),
                List.of(
                        setting("nEpochs", "", true, errors ? "900" : "auto"),
                                setting("batchSize", "", true, "auto"),
                        setting("learningRateMultiplier", "", false, errors ? "muchísimo" : "auto"),
                                setting("beta", "dpo", false, errors ? "3" : "auto")));
    }

    private StartView.Setting setting(String name, String only, boolean whole, String value) {
        return new StartView.Setting(
                name,
                words.say("start.field." + name),
                words.say("start.field." + name + ".help"),
                words.say("start.field." + name + ".range"),
                value,
                only,
                whole);
    }

    ProvidersView providers(String kind) {
        return new ProvidersView(
                kind.equals("empty")
                        ? List.of()
                        : List.of(
                                new ProvidersView.Row(
                                        "1",
                                        "/gallery/provider/edit",
                                        "OpenAI",
                                        "OpenAI",
                                        "https://api.openai.com/v1",
                                        words.say("provider.key.stored", "a1b2"),
                                        Tone.OK,
                                        words.say("provider.state.ok"),
                                        ago("PT3S"),
                                        null,
                                        "2"),
                                new ProvidersView.Row(
                                        "2",
                                        "/gallery/provider/edit",
                                        LONG,
                                        "Azure OpenAI",
                                        "https://mi-recurso-con-un-nombre-muy-largo-en-sudamerica.openai.azure.com/openai/v1",
                                        words.say(
                                                "provider.key.environment",
                                                "AZURE_OPENAI_API_KEY",
                                                "9f9f"),
                                        Tone.ERROR,
                                        words.say("provider.state.error"),
                                        ago("PT42M"),
                                        "El nombre mi-recurso… no existe (DNS). Revisa la dirección.",
                                        "1"),
                                new ProvidersView.Row(
                                        "3",
                                        "/gallery/provider/edit",
                                        "Local",
                                        "Compatible",
                                        "http://127.0.0.1:8080/engine/v1",
                                        words.say("provider.key.none"),
                                        Tone.INFO,
                                        words.say("provider.state.never"),
                                        null,
                                        null,
                                        "0")));
    }

    ProvidersView.Edit provider(String kind) {
        boolean edit = !kind.equals("new");
        boolean refused = kind.equals("refused");
        return new ProvidersView.Edit(
                edit ? "1" : null,
                edit ? "OpenAI" : words.say("provider.new"),
                edit ? "/providers/1" : "/providers",
                edit
                        ? new ProvidersView.Form(
                                "OpenAI",
                                "openai",
                                refused ? "api.openai.com" : "https://api.openai.com/v1",
                                "org-1",
                                "",
                                "3")
                        : ProvidersView.Form.empty(),
                refused
                        ? Map.of(
                                "baseUrl",
                                "Empieza con https:// o http://, p. ej. https://api.openai.com/v1")
                        : Map.of(),
                List.of(),
                List.of(
                        new Option("openai", words.say("provider.kind.openai"), true),
                        new Option("azure", words.say("provider.kind.azure"), false),
                        new Option("compatible", words.say("provider.kind.compatible"), false)),
                List.of(new ProvidersView.Preset("OpenAI", "https://api.openai.com/v1", "openai")),
                edit ? words.say("provider.key.stored", "a1b2") : null,
                edit,
                edit ? "https://afinador.example.com/webhooks/providers/1" : null,
                edit
                        ? refused
                                ? new ProvidersView.Probe(
                                        Tone.ERROR,
                                        words.say("provider.probe.failed"),
                                        "OpenAI rechazó la clave (401 invalid_api_key).",
                                        "Crea una clave nueva en el panel de OpenAI y pégala aquí.",
                                        ago("PT1S"),
                                        List.of())
                                : new ProvidersView.Probe(
                                        Tone.OK,
                                        words.say("provider.probe.ok"),
                                        words.say("provider.probe.ok.text", "214 ms"),
                                        null,
                                        ago("PT1S"),
                                        List.of(
                                                new FindingView(Tone.OK, "Jobs", null, null),
                                                new FindingView(Tone.OK, "Archivos", null, null),
                                                new FindingView(
                                                        Tone.INFO,
                                                        "Filtro por metadata",
                                                        "el proveedor lo ignora",
                                                        null)))
                        : null,
                !refused);
    }

    ProvidersView.Import importing(String kind) {
        return new ProvidersView.Import(
                "1",
                "OpenAI",
                "/providers/1/import",
                kind.equals("empty")
                        ? List.of()
                        : List.of(
                                new ProvidersView.Remote(
                                        FTJOB,
                                        status(JobStatus.RUNNING),
                                        "running",
                                        "gpt-4.1-mini-2025-04-14",
                                        ago("PT3H"),
                                        false),
                                new ProvidersView.Remote(
                                        "ftjob-2",
                                        status(JobStatus.SUCCEEDED),
                                        "succeeded",
                                        "gpt-4.1-mini-2025-04-14",
                                        ago("PT90H"),
                                        true)),
                "/providers/1/import?after=x",
                List.of());
    }

    DatasetsView datasets(String kind) {
        boolean empty = kind.equals("empty");
        return new DatasetsView(
                empty
                        ? List.of()
                        : List.of(
                                dataset(1, "soporte-v4", Tone.OK),
                                dataset(2, LONG, Tone.ERROR),
                                dataset(3, RTL, Tone.WARNING)),
                List.of(),
                empty
                        ? null
                        : new DatasetsView.FilterView(
                                "",
                                List.of(new Option("soporte", "soporte", false)),
                                List.of(new Option("ready", "Listos", true)),
                                true),
                words.say("datasets.total", 3, "3"),
                empty
                        ? List.of()
                        : List.of(
                                new DatasetsView.UploadRow(
                                        "1",
                                        "/api/v1/ai/training/datasets/uploads/1",
                                        LONG + ".jsonl",
                                        4_000_000_000L,
                                        43,
                                        words.say("uploads.received"),
                                        true,
                                        null)),
                empty
                        ? List.of()
                        : List.of(
                                new DatasetsView.MakingRow(
                                        "/datasets/makings/1",
                                        RTL,
                                        words.say("making.kind.repair"),
                                        12)),
                null,
                empty ? null : "/datasets?after=3",
                8_000_000_000L,
                words.bytes(8_000_000_000L));
    }

    private DatasetsView.Row dataset(int id, String name, Tone tone) {
        return new DatasetsView.Row(
                String.valueOf(id),
                "/gallery/dataset/broken",
                name,
                name + ".jsonl",
                "v" + id,
                words.say("datasets.kind.chat"),
                words.number(12_450),
                words.bytes(48_211_004),
                tone,
                switch (tone) {
                    case ERROR -> words.say("datasets.verdict.errors", 3);
                    case WARNING -> words.say("datasets.verdict.warnings", 1);
                    case OK, INFO -> words.say("datasets.verdict.ready");
                },
                ago("PT5H"));
    }

    DatasetView dataset(String kind) {
        boolean broken = kind.equals("broken");
        boolean checking = kind.equals("checking");
        return new DatasetView(
                dataset(1, "soporte-v4", broken ? Tone.ERROR : Tone.OK),
                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                words.number(12_453),
                !broken,
                NoticeView.of(
                        broken ? Tone.ERROR : Tone.OK,
                        broken
                                ? words.say("dataset.verdict.error.title", 3)
                                : words.say(
                                        "dataset.verdict.ok.title", 12_450, words.number(12_450)),
                        words.say(
                                broken ? "dataset.verdict.error.text" : "dataset.verdict.ok.text")),
                checking
                        ? new DatasetView.CheckingView(
                                "/datasets/1/check",
                                41,
                                words.say("dataset.checking.text", "1,2 GB", "2,9 GB"),
                                false,
                                groups())
                        : null,
                broken ? groups() : List.of(),
                false,
                false,
                null,
                new DatasetView.Origin(
                        words.say("dataset.way.repair"),
                        "/datasets/2",
                        "soporte-v4 v1",
                        List.of("Líneas en blanco quitadas: 3")),
                List.of("soporte", LONG),
                "soporte, " + LONG,
                "Del equipo de soporte, sin datos personales.",
                List.of(
                        version(1, Tone.ERROR, false),
                        version(2, Tone.OK, true),
                        version(3, Tone.WARNING, false)),
                List.of(),
                broken ? null : "/jobs/new?dataset=1",
                "/datasets/1/examples",
                "/datasets/1/repair",
                null,
                "/datasets/1/diff",
                checking ? null : numbers());
    }

    private NumbersView numbers() {
        return new NumbersView(
                List.of(new NumbersView.Stat(words.say("numbers.per-epoch"), "1 204 311")),
                List.of(new NumbersView.ByRole("Usuario", "12 450", "402 113")),
                List.of(
                        new NumbersView.Plot(
                                "example",
                                words.say("numbers.plot.example"),
                                words.say("numbers.spread", "90", "310", "2 048"),
                                List.of(new NumbersView.Column(1, 20, 8, 80)),
                                "0",
                                "2 048",
                                List.of(new NumbersView.Stat("0–31", "40")))),
                words.say("numbers.note", "o200k_base"));
    }

    private DatasetView.Version version(int number, Tone tone, boolean here) {
        return new DatasetView.Version(
                "v" + number,
                "/datasets/" + number,
                words.say("dataset.way.repair"),
                tone,
                words.say("datasets.verdict.ready"),
                words.say("dataset.examples", 12_450, words.number(12_450)),
                ago("PT5H"),
                here,
                here ? null : "/datasets/1/diff?with=" + number,
                number - 1);
    }

    private List<DatasetView.Group> groups() {
        return List.of(
                new DatasetView.Group(
                        "json_broken",
                        Tone.ERROR,
                        words.say("dataset.severity.error"),
                        "La línea no es JSON válido (columna 212)",
                        "12 450",
                        "Mira la columna 212.",
                        List.of(
                                new DatasetView.Finding(
                                        words.say("dataset.line", "87"),
                                        "/datasets/1/lines/87",
                                        null,
                                        null),
                                new DatasetView.Finding(
                                        words.say("dataset.line", "12 450"),
                                        "/datasets/1/lines/12450",
                                        "$.messages[12].content",
                                        "La línea no es JSON válido (columna 3)")),
                        "/datasets/1/findings/json_broken",
                        null),
                new DatasetView.Group(
                        "blank_line",
                        Tone.WARNING,
                        words.say("dataset.severity.warning"),
                        "La línea está en blanco",
                        "1",
                        "Quítala.",
                        List.of(
                                new DatasetView.Finding(
                                        words.say("dataset.place.whole"), null, null, null)),
                        null,
                        "/datasets/1/repair?fix=blank_lines"));
    }

    ModelsView models(String kind) {
        if (kind.equals("empty")) {
            return new ModelsView(
                    "principal",
                    null,
                    List.of(),
                    List.of(),
                    List.of(new Option("1", "OpenAI", true)),
                    ModelsView.Form.empty(),
                    Map.of(),
                    List.of());
        }
        String model = "ft:gpt-4.1-mini-2025-04-14:acme:soporte:Bx91kQ2z";
        return new ModelsView(
                "principal",
                new ModelsView.Active(
                        "principal",
                        "/models?alias=principal",
                        model,
                        "OpenAI",
                        "Soporte v4",
                        "/gallery/job/succeeded",
                        "admin",
                        ago("PT5H"),
                        "pasó la evaluación",
                        "curl -H \"Authorization: Bearer $AFINADOR_TOKEN\" http://127.0.0.1:8080/api/v1/ai/models/active",
                        NoticeView.of(
                                Tone.WARNING,
                                "Este modelo termina el 14 ene 2027",
                                "Su modelo base gpt-4.1-mini deja de responder ese día.")),
                List.of(
                        new ModelsView.Active(
                                "pruebas",
                                "/models?alias=pruebas",
                                "gpt-4.1-mini-2025-04-14",
                                "OpenAI",
                                null,
                                null,
                                "admin",
                                ago("PT50H"),
                                null,
                                "curl -H \"Authorization: Bearer $AFINADOR_TOKEN\" http://127.0.0.1:8080/api/v1/ai/models/active",
                                null)),
                List.of(
                        new ModelsView.Entry(
                                "3",
                                model,
                                "gpt-4.1-mini-2025-04-14",
                                "OpenAI",
                                "Soporte v4",
                                "/gallery/job/succeeded",
                                "admin",
                                ago("PT5H"),
                                "pasó la evaluación",
                                null,
                                true,
                                false),
                        new ModelsView.Entry(
                                "2",
                                "gpt-4.1-mini-2025-04-14",
                                "ft:gpt-4.1-mini:acme:soporte-v3:Aq8",
                                "OpenAI",
                                null,
                                null,
                                "admin",
                                ago("PT30H"),
                                NASTY,
                                "1",
                                false,
                                true),
                        new ModelsView.Entry(
                                "1",
                                "ft:gpt-4.1-mini:acme:soporte-v3:Aq8",
                                null,
                                "OpenAI",
                                "Soporte v3",
                                "/gallery/job/succeeded",
                                "admin",
                                ago("PT90H"),
                                null,
                                null,
                                false,
                                true)),
                List.of(new Option("1", "OpenAI", true)),
                ModelsView.Form.empty(),
                Map.of(),
                List.of());
    }

    static Map<String, Object> chart() {
        var random = new Random(4);
        List<Integer> steps = new ArrayList<>();
        List<Double> train = new ArrayList<>();
        List<@Nullable Double> valid = new ArrayList<>();
        List<Double> accuracy = new ArrayList<>();
        for (int i = 0; i <= 124; i++) {
            steps.add(i);
            train.add(0.5 + 3.1 * Math.exp(-i / 28.0) + random.nextGaussian() * 0.07);
            valid.add(i % 20 == 0 ? 0.68 + 3.1 * Math.exp(-i / 30.0) : null);
            accuracy.add(
                    Math.min(1, 0.9 - 0.6 * Math.exp(-i / 35.0) + random.nextGaussian() * 0.012));
        }
        Map<String, Object> series = new java.util.HashMap<>();
        series.put("train_loss", train);
        series.put("valid_loss", valid);
        series.put("train_accuracy", accuracy);
        return Map.of("steps", steps, "total_steps", 200, "series", series);
    }
}
