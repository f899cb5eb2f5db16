package dev.afinador.e2e.browser;

import static org.awaitility.Awaitility.await;

import dev.afinador.e2e.AfinadorProcess;
import dev.afinador.e2e.ApiClient;
import dev.afinador.testkit.SettableClock;
import dev.afinador.testkit.provider.FakeProvider;
import dev.afinador.testkit.provider.JobScript;
import dev.afinador.testkit.provider.JobSeed;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/// A server that looks lived in: two providers, jobs in every state with a past, files good and bad, activations.
///
/// The jobs were trained before the server knew them: it adopted them, so their times and curves are those of hours.
final class House implements AutoCloseable {

    private static final String CONVERSATIONS = "/api/v1/ai/training/conversations";
    private static final String MINI = "gpt-4.1-mini-2025-04-14";
    private static final String SMALL = "gpt-4o-mini-2024-07-18";

    private static final int STEPS = 450;

    private final AfinadorProcess afinador;
    private final SettableClock past =
            new SettableClock(Instant.now().truncatedTo(ChronoUnit.SECONDS));

    /// The past while moving in, then the time of day.
    private final AtomicReference<InstantSource> clock = new AtomicReference<>(past);

    private final FakeProvider main =
            FakeProvider.builder()
                    .clock(() -> clock.get().instant())
                    .organization("org-tienda", "tienda")
                    .start();
    private final FakeProvider second =
            FakeProvider.builder()
                    .clock(() -> clock.get().instant())
                    .organization("org-local", "local")
                    .start();
    private final Map<String, String> jobs = new LinkedHashMap<>();
    private String mainId = "";
    private String secondId = "";
    private String goodFile = "";
    private String badFile = "";
    private String table = "";
    private String pairs = "";
    private String conversation = "";

    House(AfinadorProcess afinador) {
        this.afinador = afinador;
    }

    /// Moves in: takes a few seconds.
    House furnish() {
        mainId = afinador.api().addProvider("OpenAI", main);
        secondId = afinador.api().addProvider("Taller local", second);
        past(second, secondId, "resenas-v1", SMALL, 49 * 60, Duration.ofMinutes(38), "succeeded");
        past(main, mainId, "soporte-v3", MINI, 26 * 60, Duration.ofMinutes(52), "succeeded");
        past(main, mainId, "tono-de-marca", SMALL, 22 * 60, Duration.ofMinutes(9), "cancelled");
        past(main, mainId, "catalogo", MINI, 7 * 60, Duration.ofMinutes(3), "failed");
        past(main, mainId, "preguntas-v2", MINI, 5 * 60, Duration.ofMinutes(47), "succeeded");
        past(second, secondId, "facturas", SMALL, 100, Duration.ofMinutes(31), "paused");
        past(main, mainId, "soporte-v4", MINI, 64, Duration.ofMinutes(41), "running");
        clock.set(InstantSource.system());

        goodFile = file("conversaciones-soporte.jsonl", "soporte.train.jsonl");
        file("conversaciones-validacion.jsonl", "soporte.validation.jsonl");
        badFile = file("catalogo-exportado.jsonl", "soporte.con-errores.jsonl");
        table = upload("tabla.csv", "pregunta;respuesta\n" + "¿Dónde está?;En camino\n".repeat(12));
        pairs =
                upload(
                        "preferencias.jsonl",
                        """
                        {"input":{"messages":[{"role":"user","content":"¿Y mi pedido?"}]},\
                        "preferred_output":[{"role":"assistant","content":"Va en camino."}],\
                        "non_preferred_output":[{"role":"assistant","content":"No sé."}]}
                        """
                                .repeat(12));
        conversation = conversation("crm-1", "¿Dónde está mi pedido?", 4);
        conversation("crm-2", "¿Cómo lo devuelvo?", 0);
        afinador.api()
                .put(
                        CONVERSATIONS + "/" + conversation + "/answers/1",
                        ApiClient.object().put("text", "Va en camino: llega mañana."))
                .expect(200);
        main.script(JobScript.staysQueued());
        var ask =
                ApiClient.ask(mainId, goodFile, "clasificador")
                        .put("name", "Clasificador de tickets")
                        .put("base_model", MINI);
        String queued =
                afinador.api().post(ApiClient.JOBS, ask).expect(202).json().path("id").asString();
        jobs.put("queued", queued);
        awaitField(queued, "openai_job_id");
        main.advance(afinador.api().job(queued).path("openai_job_id").asString());

        activate("soporte-v3", "pasó la evaluación del lunes");
        activate("preguntas-v2", "prueba de una hora");
        activate("soporte-v3", "las respuestas de devoluciones empeoraron");
        main.seedJob(
                JobSeed.in("succeeded")
                        .suffix("hecho-por-script")
                        .createdAt(Instant.now().minusSeconds(9000)));
        main.seedJob(JobSeed.in("running").model(MINI).createdAt(Instant.now().minusSeconds(1300)));
        return this;
    }

    private void past(
            FakeProvider at,
            String provider,
            String suffix,
            String model,
            int minutesAgo,
            Duration trained,
            String end) {
        past.set(
                Instant.now()
                        .minus(Duration.ofMinutes(minutesAgo))
                        .truncatedTo(ChronoUnit.SECONDS));
        JobScript script =
                end.equals("failed")
                        ? JobScript.failsValidation()
                        : JobScript.staysRunning().withTotalSteps(STEPS);
        String remote =
                at.seedJob(
                        JobSeed.in("validating_files")
                                .steps(0, STEPS)
                                .suffix(suffix)
                                .model(model)
                                .trainingFile(
                                        at.seedFile(
                                                suffix + ".jsonl",
                                                Stage.text("soporte.train.jsonl")
                                                        .getBytes(
                                                                java.nio.charset.StandardCharsets
                                                                        .UTF_8)))
                                .script(script));
        if (!end.equals("failed")) {
            past.advance(Duration.ofMinutes(1));
            at.advance(remote);
            past.advance(Duration.ofMinutes(6));
            int last =
                    switch (end) {
                        case "succeeded" -> STEPS;
                        case "running" -> 283;
                        case "paused" -> 214;
                        default -> 120;
                    };
            for (int step = 1; step <= last; step += 6) {
                at.progress(remote, step);
                past.advance(trained.dividedBy(Math.ceilDiv(last, 6)));
            }
            at.progress(remote, last);
        }
        switch (end) {
            case "succeeded", "failed" -> at.finish(remote);
            case "paused", "cancelled" -> at.setStatus(remote, end);
            default -> {}
        }
        var ids = ApiClient.object();
        ids.putArray("openai_job_ids").add(remote);
        String id =
                afinador.api()
                        .post(ApiClient.PROVIDERS + "/" + provider + "/jobs", ids)
                        .expect(200)
                        .json()
                        .path("data")
                        .path(0)
                        .path("id")
                        .asString();
        jobs.put(suffix, id);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> afinador.api().job(id).path("status").asString(), end::equals);
        if (end.equals("succeeded")) {
            awaitField(id, "fine_tuned_model");
        }
    }

    private void awaitField(String job, String field) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> afinador.api().job(job).path(field).isString());
    }

    private String file(String name, String content) {
        return upload(name, Stage.text(content));
    }

    private String upload(String name, String content) {
        return afinador.api().upload(name, content).json().path("dataset").path("id").asString();
    }

    private String conversation(String name, String question, int stars) {
        var body =
                ApiClient.object()
                        .put("external_id", name)
                        .put("question", question)
                        .put("answer", "Va en camino.");
        if (stars > 0) {
            body.put("stars", stars);
        }
        return afinador.api()
                .post(CONVERSATIONS, body)
                .expect(201)
                .json()
                .path("conversation")
                .path("id")
                .asString();
    }

    private void activate(String job, String why) {
        afinador.api()
                .post(
                        ApiClient.JOBS + "/" + jobs.get(job) + "/activate",
                        ApiClient.object().put("reason", why))
                .expect(200);
    }

    /// Address of the page of the job with this suffix, or of the one that waits: `queued`.
    String job(String name) {
        return "/jobs/" + jobs.get(name);
    }

    /// By the name that the page is to be known by.
    Map<String, String> pages() {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("jobs", "/jobs");
        pages.put("jobs-none", "/jobs?q=nada+se+llama+asi");
        pages.put("start", "/jobs/new?dataset=" + goodFile);
        pages.put("job", job("soporte-v4"));
        pages.put("job-queued", job("queued"));
        pages.put("job-paused", job("facturas"));
        pages.put("job-succeeded", job("soporte-v3"));
        pages.put("job-failed", job("catalogo"));
        pages.put("job-cancelled", job("tono-de-marca"));
        pages.put("verification", job("soporte-v4") + "/verification");
        pages.put("verification-failed", job("catalogo") + "/verification");
        pages.put("log", job("queued") + "/log");
        pages.put("raw", job("queued") + "/raw");
        pages.put("events", job("soporte-v4") + "/events");
        pages.put("datasets", "/datasets");
        pages.put("dataset", "/datasets/" + goodFile);
        pages.put("dataset-broken", "/datasets/" + badFile);
        pages.put("dataset-table", "/datasets/" + table);
        pages.put("dataset-line", "/datasets/" + badFile + "/lines/7?rule=role_missing");
        pages.put("dataset-findings", "/datasets/" + badFile + "/findings/role_missing");
        pages.put("dataset-examples", "/datasets/" + goodFile + "/examples");
        pages.put("dataset-pairs", "/datasets/" + pairs + "/examples");
        pages.put("dataset-repair", "/datasets/" + pairs + "/repair?percent=20");
        pages.put("dataset-convert", "/datasets/" + table + "/convert");
        pages.put("dataset-diff", "/datasets/" + badFile + "/diff?with=" + goodFile);
        pages.put("conversations", "/conversations");
        pages.put("conversation", "/conversations/" + conversation);
        pages.put("prepare", "/conversations/prepare");
        pages.put("models", "/models");
        pages.put("providers", "/providers");
        pages.put("provider", "/providers/" + mainId);
        pages.put("provider-new", "/providers/new");
        pages.put("import", "/providers/" + mainId + "/import");
        return pages;
    }

    String importOfTheSecond() {
        return "/providers/" + secondId + "/import";
    }

    /// The second provider goes away.
    void lose() {
        second.stop();
    }

    @Override
    public void close() {
        main.close();
        second.close();
    }
}
