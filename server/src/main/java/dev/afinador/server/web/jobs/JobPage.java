package dev.afinador.server.web.jobs;

import dev.afinador.activation.Activations;
import dev.afinador.job.Checkpoint;
import dev.afinador.job.Job;
import dev.afinador.job.JobStore;
import dev.afinador.job.Jobs;
import dev.afinador.provider.CallJournal;
import dev.afinador.server.security.Sessions;
import dev.afinador.server.web.shared.ChatView;
import dev.afinador.server.web.shared.FindingView;
import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.StatusView;
import dev.afinador.server.web.shared.Words;
import dev.afinador.sync.Synchronization;
import dev.afinador.verification.ReportDocument;
import dev.afinador.verification.ReportMarkdown;
import dev.afinador.verification.Verification;
import dev.afinador.work.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;

/// The page of one job, and what one can do there.
@Controller
@RequestMapping("/jobs/{id}")
class JobPage {

    private static final int CALLS = 300;
    private static final int POINTS = 2000;
    private static final int SIGNS = 4;

    private final Jobs jobs;
    private final JobStore store;
    private final JobViews views;
    private final Synchronization synchronization;
    private final Activations activations;
    private final CallJournal journal;
    private final Verification verification;

    JobPage(
            Jobs jobs,
            JobStore store,
            JobViews views,
            Synchronization synchronization,
            Activations activations,
            CallJournal journal,
            Verification verification) {
        this.jobs = jobs;
        this.store = store;
        this.views = views;
        this.synchronization = synchronization;
        this.activations = activations;
        this.journal = journal;
        this.verification = verification;
    }

    @GetMapping
    String page(@PathVariable String id, Words words, Model model) {
        Job job = jobs.get(id);
        if (!job.id().toString().equals(id)) {
            return "redirect:/jobs/" + job.id(); // found by the provider's id
        }
        List<NoticeView> stale = List.of();
        if (!job.status().isFinal()) {
            List<Synchronization.Link> links = synchronization.freshen(job.providerId(), false);
            stale = SyncLines.notices(links, job.providerId(), words);
            job = jobs.get(job.id());
        }
        ReportDocument signs =
                ReportDocument.of(verification.judge(job), words.locale(), words.zone());
        List<FindingView> findings =
                signs.sections().stream()
                        .flatMap(section -> section.findings().stream())
                        .limit(SIGNS)
                        .map(Reports::finding)
                        .toList();
        model.addAttribute("chat", ChatView.of(job));
        model.addAttribute("view", views.view(job, stale, findings, null, words));
        return "jobs/job";
    }

    @GetMapping("/events")
    String events(
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String after,
            @RequestHeader(name = "HX-Request", required = false) @Nullable String htmx,
            Words words,
            Model model) {
        Job job = jobs.get(id);
        model.addAttribute("events", views.events(job.id(), after, words));
        model.addAttribute("name", job.name());
        model.addAttribute("href", "/jobs/" + job.id());
        return htmx == null ? "jobs/events-page" : "jobs/events :: rows(events=${events})";
    }

    @GetMapping("/raw")
    String raw(
            @PathVariable String id,
            @RequestHeader(name = "HX-Request", required = false) @Nullable String htmx,
            Model model) {
        Job job = jobs.get(id);
        String json = store.raw(job.id()).orElse(null);
        if (json == null && htmx != null) {
            model.addAttribute("json", "…");
            return "jobs/raw :: raw(json=${json})";
        }
        if (json == null) {
            throw Refusal.notFound("job_not_at_provider");
        }
        model.addAttribute("json", Reports.pretty(json));
        model.addAttribute("name", job.name());
        model.addAttribute("href", "/jobs/" + job.id());
        return htmx == null ? "jobs/raw-page" : "jobs/raw :: raw(json=${json})";
    }

    /// The points of the curves, thinned out to what can be seen.
    @GetMapping("/chart.json")
    @ResponseBody
    Map<String, @Nullable Object> chart(@PathVariable String id) {
        Job job = jobs.get(id);
        Map<String, TreeMap<Long, Double>> lines = JobViews.lines(store.metrics(job.id()));
        var all = new TreeSet<Long>();
        lines.values().forEach(points -> all.addAll(points.keySet()));
        List<Long> steps = new ArrayList<>(all);
        if (steps.size() > POINTS) {
            int every = (steps.size() + POINTS - 1) / POINTS;
            List<Long> thinned = new ArrayList<>();
            for (int i = 0; i < steps.size(); i++) {
                long step = steps.get(i);
                boolean rare =
                        lines.containsKey("valid_loss")
                                && lines.get("valid_loss").containsKey(step);
                if (i % every == 0 || i == steps.size() - 1 || rare) {
                    thinned.add(step);
                }
            }
            steps = thinned;
        }
        Map<String, Object> series = new LinkedHashMap<>();
        for (Map.Entry<String, TreeMap<Long, Double>> line : lines.entrySet()) {
            List<@Nullable Double> values = new ArrayList<>();
            for (Long step : steps) {
                values.add(line.getValue().get(step));
            }
            series.put(line.getKey(), values);
        }
        Map<String, @Nullable Object> chart = new LinkedHashMap<>();
        chart.put("steps", steps);
        chart.put("total_steps", job.progress().totalSteps());
        chart.put("series", series);
        return chart;
    }

    @GetMapping("/verification")
    String verification(@PathVariable String id, Words words, Model model) {
        Job job = jobs.get(id);
        ReportDocument document =
                ReportDocument.of(verification.verify(job), words.locale(), words.zone());
        job = jobs.get(job.id());
        model.addAttribute("view", Reports.view(job, document, views.dashboard(job), words));
        return "jobs/verification";
    }

    /// The same as a document to send to a colleague.
    @GetMapping("/verification.md")
    ResponseEntity<String> verificationDocument(@PathVariable String id, Words words) {
        Job job = jobs.get(id);
        return ResponseEntity.ok()
                .header("Content-Type", "text/markdown;charset=UTF-8")
                .header(
                        "Content-Disposition",
                        "inline; filename=\"verification-" + job.id() + ".md\"")
                .body(
                        ReportMarkdown.render(
                                verification.verify(job), words.locale(), words.zone()));
    }

    @GetMapping("/log")
    String log(
            @PathVariable String id,
            @RequestParam(defaultValue = "false") boolean all,
            Words words,
            Model model) {
        Job job = jobs.get(id);
        List<CallJournal.Call> calls = journal.ofJob(job.id().toString(), job.providerId(), CALLS);
        List<CallsView.Call> rows = Calls.rows(calls, !all, words);
        model.addAttribute(
                "view",
                new CallsView(
                        job.id().toString(),
                        "/jobs/" + job.id(),
                        job.name(),
                        StatusView.of(job.status(), words),
                        rows,
                        rows.size() < calls.size(),
                        all));
        return "jobs/log";
    }

    @PostMapping("/cancellation")
    String cancel(@PathVariable String id) {
        Job job = jobs.cancel(jobs.get(id).id());
        return "redirect:/jobs/" + job.id() + "?said=cancelling";
    }

    @PostMapping("/pause")
    String pause(@PathVariable String id) {
        Job job = jobs.pause(jobs.get(id).id());
        return "redirect:/jobs/" + job.id() + "?said=paused";
    }

    @PostMapping("/resumption")
    String resume(@PathVariable String id) {
        Job job = jobs.resume(jobs.get(id).id());
        return "redirect:/jobs/" + job.id() + "?said=resumed";
    }

    @PostMapping("/deletion")
    String delete(@PathVariable String id) {
        jobs.forget(jobs.get(id).id());
        return "redirect:/jobs?said=job-deleted";
    }

    /// @param chosen the model to activate: the job's or one of its checkpoints'; empty means the job's
    @PostMapping("/activation")
    String activate(
            @PathVariable String id,
            @RequestParam(defaultValue = Activations.DEFAULT_ALIAS) String alias,
            @RequestParam(name = "model", defaultValue = "") String chosen,
            @RequestParam(required = false) @Nullable String reason) {
        Job job = jobs.get(id);
        String checkpoint = null;
        if (!chosen.isEmpty() && !chosen.equals(job.fineTunedModel())) {
            checkpoint =
                    store.checkpoints(job.id()).stream()
                            .filter(c -> c.model().equals(chosen))
                            .map(Checkpoint::id)
                            .findFirst()
                            .orElseThrow(() -> Refusal.notFound("checkpoint_unknown", chosen));
        }
        var unused =
                activations.activate(job, checkpoint, alias.strip(), Sessions.caller(), reason);
        return "redirect:/models?alias=" + alias.strip() + "&said=activated";
    }
}
