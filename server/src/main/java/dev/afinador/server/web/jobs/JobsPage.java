package dev.afinador.server.web.jobs;

import dev.afinador.job.Job;
import dev.afinador.job.JobId;
import dev.afinador.job.JobQuery;
import dev.afinador.job.JobStatus;
import dev.afinador.job.JobStore;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderId;
import dev.afinador.server.web.shared.Option;
import dev.afinador.server.web.shared.Words;
import dev.afinador.sync.Synchronization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriComponentsBuilder;

/// The list of jobs. One address serves the page and, by htmx's selection, every part of it.
@Controller
class JobsPage {

    private static final int STEP = 40;
    private static final int MOST = 160;

    private final JobStore store;
    private final Synchronization synchronization;

    JobsPage(JobStore store, Synchronization synchronization) {
        this.store = store;
        this.synchronization = synchronization;
    }

    @GetMapping("/")
    String home() {
        return "redirect:/jobs";
    }

    @GetMapping("/jobs")
    String list(
            @RequestParam(defaultValue = "") String status,
            @RequestParam(defaultValue = "") String provider,
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "") String after,
            @RequestParam(defaultValue = "40") String limit,
            Words words,
            Model model) {
        model.addAttribute("view", view(Filter.of(status, provider, q, after, limit), words));
        return "jobs/list";
    }

    /// "Actualizar": asks every provider now and shows what they said.
    @PostMapping("/jobs/refresh")
    String refresh(@RequestParam(defaultValue = "/jobs") String back) {
        boolean good = askProviders();
        boolean ours = back.equals("/jobs") || back.startsWith("/jobs?");
        String to = ours ? back : "/jobs";
        if (good) {
            to += (to.contains("?") ? "&" : "?") + "said=refreshed";
        }
        return "redirect:" + to;
    }

    /// The same for a page that asks for its list by itself afterwards.
    ///
    /// @return 204 when every provider answered, else 200; why not is in the list
    @PostMapping(path = "/jobs/refresh", headers = "HX-Request")
    ResponseEntity<Void> refreshInPlace() {
        return ResponseEntity.status(askProviders() ? 204 : 200).build();
    }

    private boolean askProviders() {
        return synchronization.freshen(null, true).stream()
                .allMatch(link -> link.state().errorCode() == null);
    }

    /// What the address asks for; words that mean nothing are left out, so that no old link breaks.
    private record Filter(
            @Nullable JobStatus status,
            @Nullable ProviderId provider,
            String text,
            @Nullable JobId after,
            int limit) {

        static Filter of(String status, String provider, String q, String after, String limit) {
            return new Filter(
                    Arrays.stream(JobStatus.values())
                            .filter(s -> s.word().equals(status))
                            .findFirst()
                            .orElse(null),
                    provider.matches("[A-Za-z0-9-]{1,64}") ? new ProviderId(provider) : null,
                    q.strip().length() > 200 ? q.strip().substring(0, 200) : q.strip(),
                    after.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
                            ? JobId.parse(after)
                            : null,
                    limit.matches("[0-9]{1,3}")
                            ? Math.clamp(Integer.parseInt(limit), STEP, MOST)
                            : STEP);
        }

        boolean any() {
            return status != null || provider != null || !text.isEmpty();
        }

        Filter with(@Nullable JobStatus other) {
            return new Filter(other, provider, text, null, STEP);
        }

        Filter with(int more) {
            return new Filter(status, provider, text, after, more);
        }

        /// Whoever goes this far back is given whole pages.
        Filter olderThan(JobId from) {
            return new Filter(status, provider, text, from, MOST);
        }

        Filter newest() {
            return new Filter(status, provider, text, null, STEP);
        }

        String href() {
            var uri = UriComponentsBuilder.fromPath("/jobs");
            if (status != null) {
                uri.queryParam("status", status.word());
            }
            if (provider != null) {
                uri.queryParam("provider", provider.value());
            }
            if (!text.isEmpty()) {
                uri.queryParam("q", "{q}");
            }
            if (after != null) {
                uri.queryParam("after", after.toString());
            }
            if (limit != STEP) {
                uri.queryParam("limit", limit);
            }
            return uri.encode().buildAndExpand(text).toUriString();
        }
    }

    private JobsView view(Filter filter, Words words) {
        List<Synchronization.Link> links = synchronization.freshen(filter.provider(), false);
        Map<ProviderId, Provider> byId = new LinkedHashMap<>();
        links.forEach(link -> byId.put(link.provider().id(), link.provider()));
        String text = filter.text().isEmpty() ? null : filter.text();
        List<Job> found =
                store.list(
                        new JobQuery(
                                filter.status(),
                                filter.provider(),
                                text,
                                filter.after(),
                                filter.limit() + 1));
        boolean more = found.size() > filter.limit();
        List<Job> jobs = more ? found.subList(0, filter.limit()) : found;
        Map<JobStatus, Long> counts = store.countByStatus(filter.provider(), text);
        long total = counts.values().stream().mapToLong(Long::longValue).sum();
        long matching = filter.status() == null ? total : counts.getOrDefault(filter.status(), 0L);
        boolean grows = more && filter.limit() < MOST;
        return new JobsView(
                filter.href(),
                chips(filter, counts, total, words),
                byId.values().stream()
                        .map(p ->
                                new Option(
                                        p.id().value(), p.name(), p.id().equals(filter.provider())))
                        .toList(),
                filter.status() == null ? "" : filter.status().word(),
                filter.text(),
                jobs.stream().map(job -> JobRows.row(job, byId, words)).toList(),
                grows ? filter.with(filter.limit() + STEP).href() : null,
                more && !grows ? filter.olderThan(jobs.getLast().id()).href() : null,
                filter.after() == null ? null : filter.newest().href(),
                jobs.size() == matching
                        ? null
                        : words.say(
                                "jobs.shown", words.number(jobs.size()), words.number(matching)),
                words.say("jobs.total", total, words.number(total)),
                SyncLines.view(links, words),
                empty(filter, jobs, total, byId.isEmpty()));
    }

    private static JobsView.Empty empty(
            Filter filter, List<Job> jobs, long total, boolean noProvider) {
        if (!jobs.isEmpty()) {
            return JobsView.Empty.NONE;
        }
        if (filter.any() || total > 0) {
            return JobsView.Empty.NO_HIT;
        }
        return noProvider ? JobsView.Empty.NO_PROVIDER : JobsView.Empty.NO_JOB;
    }

    private static List<JobsView.Chip> chips(
            Filter filter, Map<JobStatus, Long> counts, long total, Words words) {
        List<JobsView.Chip> chips = new ArrayList<>();
        chips.add(
                new JobsView.Chip(
                        "",
                        words.say("jobs.filter.all"),
                        words.number(total),
                        total == 0,
                        filter.with((JobStatus) null).href(),
                        filter.status() == null));
        for (JobStatus status :
                List.of(
                        JobStatus.PENDING,
                        JobStatus.RUNNING,
                        JobStatus.SUCCEEDED,
                        JobStatus.FAILED,
                        JobStatus.CANCELLED,
                        JobStatus.PAUSED)) {
            long count = counts.getOrDefault(status, 0L);
            boolean current = filter.status() == status;
            if (status == JobStatus.PAUSED && count == 0 && !current) {
                continue; // few providers know it: shown when there is one
            }
            chips.add(
                    new JobsView.Chip(
                            status.word(),
                            words.say("jobs.filter." + status.word()),
                            words.number(count),
                            count == 0,
                            filter.with(status).href(),
                            current));
        }
        return chips;
    }
}
