package dev.afinador.engine.protocol;

import dev.afinador.engine.CreateJob;
import dev.afinador.engine.EngineCheckpoint;
import dev.afinador.engine.EngineEvent;
import dev.afinador.engine.EngineJob;
import dev.afinador.engine.EngineJobs;
import dev.afinador.engine.EngineRefusal;
import dev.afinador.engine.Listed;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/// `/fine_tuning/jobs`.
@Controller
final class JobsResource {

    private static final int MOST = 1_000;

    /// A pause is asked for and then awaited for so long: clients expect to read `paused` in the answer.
    private static final Duration PAUSE_PATIENCE = Duration.ofSeconds(15);

    private final EngineJobs jobs;
    private final String organization;

    JobsResource(EngineJobs jobs, String organization) {
        this.jobs = jobs;
        this.organization = organization;
    }

    @PostMapping("/engine/v1/fine_tuning/jobs")
    void create(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Ask ask = Ask.of(request);
        if (ask.has("integrations")
                && !(ask.raw("integrations").isArray() && ask.raw("integrations").isEmpty())) {
            throw EngineRefusal.badRequest(
                    "integrations",
                    "unsupported_parameter",
                    "Integrations are not available here: events and metrics are in the job's events.");
        }
        EngineJob job = jobs.create(wanted(ask), request.getHeader("Idempotency-Key"));
        send(response, job);
    }

    /// The method's own settings, or the older ones beside it when the method has none: those are for supervised jobs only.
    private static CreateJob wanted(Ask ask) {
        Ask method = ask.object("method");
        String type = method == null ? null : method.text("type");
        if (method != null && type == null) {
            throw EngineRefusal.badRequest(
                    "method.type", null, "'type' is a required property - 'method'");
        }
        String place = "hyperparameters";
        Map<String, String> settings = Map.of();
        Ask own = method == null || type == null ? null : method.object(type);
        Ask ownSettings = own == null ? null : own.object("hyperparameters");
        Ask old = ask.object("hyperparameters");
        if (ownSettings != null) {
            place = "method." + type + ".hyperparameters";
            settings = ownSettings.settings();
        } else if (old != null && (type == null || type.equals("supervised"))) {
            settings = old.settings();
        }
        return new CreateJob(
                ask.text("model"),
                ask.text("training_file"),
                ask.text("validation_file"),
                ask.text("suffix"),
                ask.integer("seed"),
                type,
                settings,
                place,
                ask.pairs("metadata"),
                fingerprint(ask));
    }

    private static String fingerprint(Ask ask) {
        try {
            byte[] bytes = ask.whole().toString().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @GetMapping("/engine/v1/fine_tuning/jobs")
    void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Listed<EngineJob> page =
                jobs.list(
                        Query.text(request, "after"),
                        Query.limit(request, 20, MOST),
                        Query.metadata(request));
        Wire.send(
                response,
                Shapes.list(
                        Shapes.all(page.elements(), job -> Shapes.job(job, organization)),
                        page.hasMore()));
    }

    @GetMapping("/engine/v1/fine_tuning/jobs/{id}")
    void get(@PathVariable String id, HttpServletResponse response) throws IOException {
        send(response, jobs.get(id));
    }

    @PostMapping("/engine/v1/fine_tuning/jobs/{id}/cancel")
    void cancel(@PathVariable String id, HttpServletResponse response) throws IOException {
        send(response, jobs.cancel(id));
    }

    @PostMapping("/engine/v1/fine_tuning/jobs/{id}/pause")
    void pause(@PathVariable String id, HttpServletResponse response)
            throws IOException, InterruptedException {
        jobs.pause(id);
        send(response, jobs.awaitPaused(id, PAUSE_PATIENCE));
    }

    @PostMapping("/engine/v1/fine_tuning/jobs/{id}/resume")
    void resume(@PathVariable String id, HttpServletResponse response) throws IOException {
        send(response, jobs.resume(id));
    }

    @GetMapping("/engine/v1/fine_tuning/jobs/{id}/events")
    void events(@PathVariable String id, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Listed<EngineEvent> page =
                jobs.events(id, Query.text(request, "after"), Query.limit(request, 20, MOST));
        Wire.send(
                response, Shapes.list(Shapes.all(page.elements(), Shapes::event), page.hasMore()));
    }

    @GetMapping("/engine/v1/fine_tuning/jobs/{id}/checkpoints")
    void checkpoints(
            @PathVariable String id, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Listed<EngineCheckpoint> page =
                jobs.checkpoints(id, Query.text(request, "after"), Query.limit(request, 10, MOST));
        Wire.send(
                response,
                Shapes.listWithEnds(
                        Shapes.all(page.elements(), c -> Shapes.checkpoint(c, id)),
                        page.hasMore(),
                        null));
    }

    private void send(HttpServletResponse response, EngineJob job) throws IOException {
        Wire.send(response, Shapes.job(job, organization));
    }
}
