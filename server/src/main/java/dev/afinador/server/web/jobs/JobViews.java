package dev.afinador.server.web.jobs;

import dev.afinador.activation.Activation;
import dev.afinador.activation.Activations;
import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.DatasetStore;
import dev.afinador.job.Checkpoint;
import dev.afinador.job.Job;
import dev.afinador.job.JobError;
import dev.afinador.job.JobEvent;
import dev.afinador.job.JobId;
import dev.afinador.job.JobStatus;
import dev.afinador.job.JobStore;
import dev.afinador.job.JobTransition;
import dev.afinador.job.Metric;
import dev.afinador.job.Progress;
import dev.afinador.provider.Provider;
import dev.afinador.provider.Providers;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.server.web.shared.FindingView;
import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.StatusView;
import dev.afinador.server.web.shared.TimeView;
import dev.afinador.server.web.shared.Tone;
import dev.afinador.server.web.shared.Words;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Puts together the page of one job.
@Component
final class JobViews {

    static final int EVENTS = 50;
    private static final int TABLE_ROWS = 24;

    private final JobStore store;
    private final Providers providers;
    private final DatasetStore datasets;
    private final Activations activations;

    JobViews(JobStore store, Providers providers, DatasetStore datasets, Activations activations) {
        this.store = store;
        this.providers = providers;
        this.datasets = datasets;
        this.activations = activations;
    }

    /// @param stale that the provider cannot be read, or nothing
    JobView view(
            Job job,
            List<NoticeView> stale,
            List<FindingView> check,
            @Nullable TimeView checkedAt,
            Words words) {
        Optional<Provider> provider = providers.find(job.providerId());
        String providerName = provider.map(Provider::name).orElse(job.providerId().value());
        List<Metric> metrics = store.metrics(job.id());
        List<JobTransition> transitions = store.transitions(job.id());
        Map<String, String> aliasOf = new LinkedHashMap<>();
        List<Activation> active = activations.current();
        active.stream()
                .filter(a -> a.provider().equals(job.providerId()))
                .forEach(a -> aliasOf.put(a.model(), a.alias()));
        String href = "/jobs/" + job.id();
        boolean live = !job.status().isFinal();
        return new JobView(
                job.id().toString(),
                href,
                "/providers/" + job.providerId(),
                job.name(),
                StatusView.of(job.status(), words),
                tab(job, words),
                (job.resolvedModel() == null ? job.baseModel() : job.resolvedModel())
                        + " · "
                        + providerName,
                live,
                job.finishedAt() != null && job.finishedAt().isAfter(words.now().minusSeconds(60)),
                actions(job, active, aliasOf),
                notices(job, stale, words),
                flow(job, transitions, words),
                progress(job, metrics, words),
                curves(job, metrics, href, words),
                events(job.id(), null, words),
                store.checkpoints(job.id()).stream()
                        .map(c -> checkpoint(c, aliasOf, words))
                        .toList(),
                check,
                checkedAt,
                details(job, providerName, words),
                transitions.reversed().stream().map(t -> transition(job, t, words)).toList(),
                dashboard(job),
                store.raw(job.id()).isPresent());
    }

    /// The job's page at its vendor, where there is one.
    @Nullable String dashboard(Job job) {
        RemoteJobId remoteId = job.remoteId();
        URI page =
                remoteId == null
                        ? null
                        : providers
                                .find(job.providerId())
                                .map(p -> p.dashboardOf(remoteId))
                                .orElse(null);
        return page == null ? null : page.toString();
    }

    private static JobView.Actions actions(
            Job job, List<Activation> active, Map<String, String> aliasOf) {
        boolean live = !job.status().isFinal();
        boolean there = job.remoteId() != null;
        String model = job.status() == JobStatus.SUCCEEDED ? job.fineTunedModel() : null;
        String activeAs = model == null ? null : aliasOf.get(model);
        List<String> aliases = new ArrayList<>(active.stream().map(Activation::alias).toList());
        if (!aliases.contains(Activations.DEFAULT_ALIAS)) {
            aliases.addFirst(Activations.DEFAULT_ALIAS);
        }
        return new JobView.Actions(
                job.status() == JobStatus.RUNNING && there && job.cancelRequestedAt() == null,
                job.status() == JobStatus.PAUSED && there,
                live && job.cancelRequestedAt() == null,
                model != null,
                !live,
                activeAs,
                model,
                aliases);
    }

    /// Whether what holds the job up is what keeps its provider from being read.
    private static boolean told(JobError trouble, List<NoticeView> stale) {
        return stale.stream()
                .map(NoticeView::detail)
                .anyMatch(detail -> detail != null && detail.startsWith(trouble.code()));
    }

    private static List<NoticeView> notices(Job job, List<NoticeView> stale, Words words) {
        List<NoticeView> notices = new ArrayList<>(stale);
        boolean live = !job.status().isFinal();
        JobError error = job.error();
        if (job.status() == JobStatus.FAILED) {
            notices.add(
                    new NoticeView(
                            Tone.ERROR,
                            words.say("job.failed.title"),
                            error == null || error.message().isBlank() ? null : error.message(),
                            words.hint(error == null ? "default" : error.code()),
                            error == null ? null : codeOf(error),
                            "/jobs/new?again=" + job.id(),
                            words.say("job.again")));
        }
        JobError trouble = job.trouble();
        if (live && trouble != null && !told(trouble, stale)) {
            notices.add(
                    new NoticeView(
                            Tone.WARNING,
                            words.trouble(trouble.code()),
                            trouble.message().isBlank() ? null : trouble.message(),
                            words.hint(trouble.code()),
                            codeOf(trouble),
                            "/providers/" + job.providerId(),
                            words.say("sync.stale.edit")));
        }
        if (live && job.missingSince() != null) {
            notices.add(
                    new NoticeView(
                            Tone.ERROR,
                            words.say("job.missing.title"),
                            words.say("job.missing.text"),
                            words.say("job.missing.todo"),
                            null,
                            "/jobs/" + job.id() + "/verification",
                            words.say("job.verify")));
        }
        if (live && job.cancelRequestedAt() != null) {
            notices.add(
                    NoticeView.of(
                            Tone.INFO,
                            words.say("job.cancelling.title"),
                            words.say("job.cancelling.text")));
        }
        return notices;
    }

    private static String codeOf(JobError error) {
        return error.param() == null || error.param().isBlank()
                ? error.code()
                : error.code() + " · " + error.param();
    }

    private static List<JobView.FlowStep> flow(
            Job job, List<JobTransition> transitions, Words words) {
        Map<JobStatus, Instant> first = new LinkedHashMap<>();
        for (JobTransition transition : transitions) {
            Instant at = transition.knownAt(job);
            if (at != null) {
                first.putIfAbsent(transition.to(), at);
            }
        }
        first.putIfAbsent(JobStatus.PENDING, job.createdAt());
        if (job.startedAt() != null) {
            first.put(JobStatus.RUNNING, job.startedAt());
        }
        List<JobStatus> way = new ArrayList<>(List.of(JobStatus.PENDING));
        JobStatus now = job.status();
        boolean ran = first.containsKey(JobStatus.RUNNING);
        if (ran || !now.isFinal() || now == JobStatus.SUCCEEDED) {
            way.add(JobStatus.RUNNING);
        }
        if (now == JobStatus.PAUSED) {
            way.add(JobStatus.PAUSED);
        }
        way.add(now.isFinal() ? now : JobStatus.SUCCEEDED);
        int at = way.indexOf(now);
        List<JobView.FlowStep> steps = new ArrayList<>();
        for (int i = 0; i < way.size(); i++) {
            JobStatus status = way.get(i);
            Instant when = status == now && now.isFinal() ? job.finishedAt() : first.get(status);
            if (when == null && i < at) {
                when = first.get(status);
            }
            steps.add(
                    new JobView.FlowStep(
                            StatusView.of(status, words),
                            i < at ? "done" : i == at ? "now" : "next",
                            when == null || i > at ? null : words.clockTime(when)));
        }
        return steps;
    }

    private static JobView.ProgressPanel progress(Job job, List<Metric> metrics, Words words) {
        Progress p = job.progress();
        List<JobView.Stat> stats = new ArrayList<>();
        if (job.status() == JobStatus.PENDING) {
            stats.add(
                    new JobView.Stat(
                            words.say("job.progress.waiting"),
                            "",
                            words.elapsed(JobRows.waitingSince(job)),
                            "elapsed"));
        }
        Long step = p.step() == null ? lastStep(metrics) : p.step();
        if (step != null) {
            stats.add(
                    stat(
                            words.say("job.progress.step"),
                            p.totalSteps() == null
                                    ? words.number(step)
                                    : words.say(
                                            "job.progress.step-of",
                                            words.number(step),
                                            words.number(p.totalSteps()))));
        }
        String epoch = epoch(job, words);
        if (epoch != null) {
            stats.add(stat(words.say("job.progress.epoch"), epoch));
        }
        boolean running = job.status() == JobStatus.RUNNING;
        if (running && job.eta() != null && job.eta().isAfter(words.now())) {
            stats.add(
                    new JobView.Stat(
                            words.say("job.progress.left"),
                            "",
                            words.remaining(job.eta()),
                            "remaining"));
        } else if (running && job.startedAt() != null) {
            stats.add(
                    new JobView.Stat(
                            words.say("job.progress.training-for"),
                            "",
                            words.elapsed(job.startedAt()),
                            "elapsed"));
        }
        latest(metrics, "train_loss")
                .ifPresent(v -> stats.add(stat(words.say("job.progress.loss"), words.metric(v))));
        latest(metrics, "full_valid_loss")
                .or(() -> latest(metrics, "valid_loss"))
                .ifPresent(v ->
                        stats.add(
                                stat(words.say("job.progress.validation-loss"), words.metric(v))));
        Duration took = JobRows.took(job);
        if (took != null) {
            stats.add(stat(words.say("job.progress.took"), words.duration(took)));
        }
        if (job.trainedTokens() != null) {
            stats.add(stat(words.say("job.progress.tokens"), words.number(job.trainedTokens())));
        }
        Integer percent = job.status() == JobStatus.SUCCEEDED ? Integer.valueOf(100) : p.percent();
        if (job.status() == JobStatus.PENDING) {
            percent = null;
        }
        boolean moving =
                job.status() == JobStatus.PENDING
                        || (job.status() == JobStatus.RUNNING && percent == null);
        return new JobView.ProgressPanel(
                percent,
                headline(job, percent, step != null, words),
                moving,
                p.kind() == Progress.Kind.ESTIMATE && !job.status().isFinal(),
                stats,
                job.status().word());
    }

    private static String tab(Job job, Words words) {
        Integer percent = job.status() == JobStatus.RUNNING ? job.progress().percent() : null;
        return percent == null ? StatusView.of(job.status(), words).word() : words.percent(percent);
    }

    /// Where a job had come that was adopted when it was over already: its events tell.
    private static @Nullable Long lastStep(List<Metric> metrics) {
        return metrics.stream()
                .max(Comparator.comparingLong(Metric::step))
                .map(Metric::step)
                .orElse(null);
    }

    private static String headline(
            Job job, @Nullable Integer percent, boolean trained, Words words) {
        return switch (job.status()) {
            case PENDING ->
                    words.say(
                            "phase.word." + (job.phase() == null ? "queued" : job.phase().word()));
            case RUNNING ->
                    percent == null ? words.say("job.progress.running") : words.percent(percent);
            case PAUSED ->
                    percent == null ? words.say("job.progress.paused") : words.percent(percent);
            case SUCCEEDED -> words.percent(100);
            case FAILED, CANCELLED ->
                    percent != null
                            ? words.percent(percent)
                            : trained || job.startedAt() != null
                                    ? words.say("job.progress." + job.status().word())
                                    : words.say("job.progress.never");
        };
    }

    private static JobView.Stat stat(String label, String value) {
        return new JobView.Stat(label, value, null, null);
    }

    /// Known when the provider has told the number of steps and of epochs.
    private static @Nullable String epoch(Job job, Words words) {
        Long step = job.progress().step();
        Long total = job.progress().totalSteps();
        String epochs = job.hyperparameters().getOrDefault("n_epochs", "auto");
        if (step == null || total == null || total == 0 || !epochs.matches("[1-9][0-9]{0,3}")) {
            return null;
        }
        long all = Long.parseLong(epochs);
        long now = Math.clamp((step * all + total - 1) / total, 1, all);
        return words.say("job.progress.epoch-of", words.number(now), words.number(all));
    }

    private static Optional<Double> latest(List<Metric> metrics, String name) {
        Metric last = null;
        for (Metric metric : metrics) {
            if (metric.name().equals(name) && (last == null || metric.step() >= last.step())) {
                last = metric;
            }
        }
        return Optional.ofNullable(last).map(Metric::value);
    }

    /// What is drawn: each of our four lines, by step.
    static Map<String, TreeMap<Long, Double>> lines(List<Metric> metrics) {
        Map<String, TreeMap<Long, Double>> lines = new LinkedHashMap<>();
        for (Metric metric : metrics) {
            String line =
                    switch (metric.name()) {
                        case "train_loss" -> "train_loss";
                        case "valid_loss", "full_valid_loss" -> "valid_loss";
                        case "train_mean_token_accuracy", "train_accuracy" -> "train_accuracy";
                        case "valid_mean_token_accuracy",
                                "full_valid_mean_token_accuracy",
                                "valid_accuracy" ->
                                "valid_accuracy";
                        default -> null;
                    };
            if (line == null || !Double.isFinite(metric.value())) {
                continue;
            }
            TreeMap<Long, Double> points = lines.computeIfAbsent(line, l -> new TreeMap<>());
            if (metric.name().startsWith("full_")) {
                points.put(metric.step(), metric.value()); // the whole file says more than a sample
            } else {
                points.putIfAbsent(metric.step(), metric.value());
            }
        }
        return lines;
    }

    private static JobView.Curves curves(Job job, List<Metric> metrics, String href, Words words) {
        Map<String, TreeMap<Long, Double>> lines = lines(metrics);
        TreeMap<Long, Boolean> steps = new TreeMap<>();
        lines.values().forEach(points -> points.keySet().forEach(s -> steps.put(s, true)));
        List<Long> all = List.copyOf(steps.keySet());
        List<JobView.CurvePoint> table = new ArrayList<>();
        int every = Math.max(1, (all.size() + TABLE_ROWS - 1) / TABLE_ROWS);
        for (int i = 0; i < all.size(); i++) {
            if (i % every == 0 || i == all.size() - 1) {
                long step = all.get(i);
                table.add(
                        new JobView.CurvePoint(
                                words.number(step),
                                at(lines, "train_loss", step, words),
                                at(lines, "valid_loss", step, words),
                                at(lines, "train_accuracy", step, words),
                                at(lines, "valid_accuracy", step, words)));
            }
        }
        boolean training = job.status() == JobStatus.RUNNING || job.status() == JobStatus.PAUSED;
        return new JobView.Curves(
                !all.isEmpty() || training,
                lines.containsKey("train_accuracy") || lines.containsKey("valid_accuracy"),
                lines.containsKey("valid_loss") || lines.containsKey("valid_accuracy"),
                href + "/chart.json",
                table);
    }

    private static @Nullable String at(
            Map<String, TreeMap<Long, Double>> lines, String line, long step, Words words) {
        TreeMap<Long, Double> points = lines.get(line);
        Double value = points == null ? null : points.get(step);
        return value == null ? null : words.metric(value);
    }

    JobView.Events events(JobId id, @Nullable String after, Words words) {
        List<JobEvent> found = store.events(id, after, EVENTS + 1);
        boolean more = found.size() > EVENTS;
        List<JobEvent> shown = more ? found.subList(0, EVENTS) : found;
        return new JobView.Events(
                shown.stream()
                        .map(e ->
                                new JobView.Event(
                                        e.id(),
                                        words.clockTime(e.at()),
                                        level(e.level()),
                                        e.message()))
                        .toList(),
                more
                        ? "/jobs/"
                                + id
                                + "/events?after="
                                + java.net.URLEncoder.encode(
                                        shown.getLast().id(),
                                        java.nio.charset.StandardCharsets.UTF_8)
                        : null);
    }

    private static String level(String word) {
        return switch (word) {
            case "warn", "warning" -> "warn";
            case "error" -> "error";
            default -> "info";
        };
    }

    private static JobView.CheckpointRow checkpoint(
            Checkpoint c, Map<String, String> aliasOf, Words words) {
        return new JobView.CheckpointRow(
                c.id(),
                words.number(c.step()),
                c.model(),
                number(c, words, "train_loss"),
                number(c, words, "full_valid_loss", "valid_loss"),
                number(c, words, "train_mean_token_accuracy"),
                words.agoOrNull(c.createdAt()),
                aliasOf.get(c.model()));
    }

    private static @Nullable String number(Checkpoint c, Words words, String... names) {
        for (String name : names) {
            Double value = c.metrics().get(name);
            if (value != null) {
                return words.metric(value);
            }
        }
        return null;
    }

    private static JobView.Transition transition(Job job, JobTransition t, Words words) {
        Instant at = t.knownAt(job);
        StatusView status = StatusView.of(t.to(), words);
        String title =
                t.phase() == null ? status.word() : words.say("phase.word." + t.phase().word());
        return new JobView.Transition(
                new StatusView(status.key(), title),
                at == null ? foundSo(t, words) : t.providerStatus(),
                at == null ? null : words.clockTime(at));
    }

    private static String foundSo(JobTransition t, Words words) {
        String note = words.say("job.timeline.found");
        return t.providerStatus() == null ? note : t.providerStatus() + " · " + note;
    }

    private List<JobView.Detail> details(Job job, String providerName, Words words) {
        var list = new DetailList(words);
        list.link("job.detail.provider", providerName, "/providers/" + job.providerId());
        list.code("job.detail.base", job.baseModel());
        if (job.resolvedModel() != null && !job.resolvedModel().equals(job.baseModel())) {
            list.code("job.detail.resolved", job.resolvedModel());
        }
        list.copy("job.detail.model", job.fineTunedModel());
        list.text("job.detail.method", words.sayOr("method." + job.method(), job.method()));
        new TreeMap<>(job.hyperparameters())
                .forEach((name, value) ->
                        list.named(words.sayOr("hyper." + name, name), number(value, words)));
        list.copy("job.detail.suffix", job.suffix());
        if (job.seed() != null) {
            list.text("job.detail.seed", job.seed().toString());
        }
        list.data("job.detail.data", job.trainingDataset());
        list.data("job.detail.validation", job.validationDataset());
        list.copy("job.detail.file", job.trainingFile());
        for (String file : job.resultFiles()) {
            list.copy("job.detail.result", file);
        }
        if (job.remoteId() != null) {
            list.copy("job.detail.remote-id", job.remoteId().value());
        }
        if (job.providerStatus() != null) {
            list.code("job.detail.provider-status", job.providerStatus());
        }
        list.copy("job.detail.id", job.id().toString());
        if (job.origin() == Job.Origin.IMPORTED) {
            list.text("job.detail.imported", words.say("job.detail.imported.yes"));
        }
        list.time("job.detail.created", job.createdAt());
        list.time("job.detail.submitted", job.submittedAt());
        list.time("job.detail.started", job.startedAt());
        list.time("job.detail.finished", job.finishedAt());
        list.time("job.detail.synced", job.syncedAt());
        return list.details;
    }

    private static String number(String value, Words words) {
        try {
            return value.equals("auto") ? value : words.decimal(Double.parseDouble(value));
        } catch (NumberFormatException e) {
            return value; // a vendor's own word
        }
    }

    /// Leaves out what is not known.
    private final class DetailList {
        final List<JobView.Detail> details = new ArrayList<>();
        private final Words words;

        DetailList(Words words) {
            this.words = words;
        }

        void named(String label, String value) {
            details.add(new JobView.Detail(label, value, false, false, null, null));
        }

        void text(String key, String value) {
            named(words.say(key), value);
        }

        void code(String key, String value) {
            details.add(new JobView.Detail(words.say(key), value, true, false, null, null));
        }

        void copy(String key, @Nullable String value) {
            if (value != null) {
                details.add(new JobView.Detail(words.say(key), value, true, true, null, null));
            }
        }

        void link(String key, String value, String href) {
            details.add(new JobView.Detail(words.say(key), value, false, false, href, null));
        }

        void data(String key, @Nullable DatasetId id) {
            if (id != null) {
                datasets.find(id).ifPresent(d -> link(key, d.name(), "/datasets/" + id));
            }
        }

        void time(String key, @Nullable Instant at) {
            if (at != null) {
                details.add(
                        new JobView.Detail(
                                words.say(key), "", false, false, null, words.moment(at)));
            }
        }
    }
}
