package dev.afinador.server.api;

import dev.afinador.job.Checkpoint;
import dev.afinador.job.Job;
import dev.afinador.job.JobEvent;
import dev.afinador.job.JobId;
import dev.afinador.job.JobQuery;
import dev.afinador.job.JobStatus;
import dev.afinador.job.JobStore;
import dev.afinador.job.Jobs;
import dev.afinador.job.Metric;
import dev.afinador.job.StartJob;
import dev.afinador.provider.CallJournal;
import dev.afinador.provider.Provider;
import dev.afinador.provider.Providers;
import dev.afinador.server.api.JobJson.LinkJson;
import dev.afinador.server.config.Texts;
import dev.afinador.sync.Synchronization;
import dev.afinador.work.Refusal;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// Fine-tuning jobs.
@RestController
@RequestMapping(JobsResource.PATH)
@Tag(name = "jobs", description = "Start, watch and act on fine-tuning jobs")
class JobsResource {

    static final String PATH = "/api/v1/ai/training/fine-tuning/jobs";

    private static final Set<String> START_FIELDS =
            Set.of(
                    "name",
                    "dataset_id",
                    "validation_dataset_id",
                    "base_model",
                    "provider_id",
                    "suffix",
                    "method",
                    "hyperparameters",
                    "seed");

    private final Jobs jobs;
    private final JobStore store;
    private final Synchronization synchronization;
    private final Providers providers;
    private final CallJournal journal;
    private final Texts texts;

    JobsResource(
            Jobs jobs,
            JobStore store,
            Synchronization synchronization,
            Providers providers,
            CallJournal journal,
            Texts texts) {
        this.jobs = jobs;
        this.store = store;
        this.synchronization = synchronization;
        this.providers = providers;
        this.journal = journal;
        this.texts = texts;
    }

    /// @param counts jobs by status, under the same filters
    @JsonNaming(SnakeCaseStrategy.class)
    record JobList(
            List<JobJson> data,
            boolean hasMore,
            @Nullable String nextAfter,
            Map<String, Long> counts,
            SyncJson sync) {}

    /// How true the list is.
    ///
    /// @param syncedAt the oldest sync among the providers concerned; null before the first
    /// @param stale    some provider's jobs may differ from its truth
    @JsonNaming(SnakeCaseStrategy.class)
    record SyncJson(
            @Nullable Instant syncedAt,
            boolean stale,
            JobJson.@Nullable ErrorJson error,
            List<LinkJson> providers) {}

    @GetMapping
    @Operation(
            summary = "List jobs, newest first",
            description =
                    "Synced with the providers as part of the call: what is shown is at most `afinador.sync.freshness` old,"
                            + " or marked stale with the reason.")
    JobList list(
            @RequestParam(defaultValue = "50") int limit,
            @Parameter(description = "Id of the last job of the previous page")
                    @RequestParam(required = false)
                    @Nullable String after,
            @RequestParam(required = false) @Nullable String status,
            @RequestParam(required = false) @Nullable String provider,
            @Parameter(description = "Part of name, suffix, model or provider's id")
                    @RequestParam(required = false)
                    @Nullable String q,
            @Parameter(description = "Ask the providers now, however fresh the data is")
                    @RequestParam(defaultValue = "false")
                    boolean refresh,
            Locale locale) {
        if (limit < 1 || limit > 200) {
            throw Refusal.invalid(
                    List.of(Refusal.Violation.of("limit", "out_of_range", 1, 200, limit)));
        }
        if (q != null && q.length() > 200) {
            throw Refusal.invalid(List.of(Refusal.Violation.of("q", "too_long", 200, q.length())));
        }
        JobStatus wanted = status(status);
        Provider only = provider == null || provider.isBlank() ? null : providers.get(provider);
        JobId afterId = after == null || after.isBlank() ? null : jobs.get(after).id();
        String text = q == null || q.isBlank() ? null : q.strip();
        List<Synchronization.Link> links =
                synchronization.freshen(only == null ? null : only.id(), refresh);
        // One more than asked for tells whether there is a next page.
        int read = Math.min(limit + 1, 200);
        List<Job> found =
                store.list(
                        new JobQuery(wanted, only == null ? null : only.id(), text, afterId, read));
        boolean more = found.size() > limit || (limit == 200 && found.size() == 200);
        List<Job> page = found.subList(0, Math.min(limit, found.size()));
        Map<String, Long> counts = new TreeMap<>();
        store.countByStatus(only == null ? null : only.id(), text)
                .forEach((s, n) -> counts.put(s.word(), n));
        return new JobList(
                page.stream().map(j -> JobJson.of(j, texts, locale)).toList(),
                more,
                more ? page.getLast().id().toString() : null,
                counts,
                sync(links, only, locale));
    }

    private SyncJson sync(List<Synchronization.Link> all, @Nullable Provider only, Locale locale) {
        List<Synchronization.Link> links =
                all.stream()
                        .filter(l -> only == null || l.provider().id().equals(only.id()))
                        .toList();
        List<LinkJson> json = links.stream().map(l -> LinkJson.of(l, texts, locale)).toList();
        Instant oldest = null;
        for (Synchronization.Link link : links) {
            Instant at = link.state().syncedAt();
            if (at != null && link.live() && (oldest == null || at.isBefore(oldest))) {
                oldest = at;
            }
        }
        if (oldest == null) {
            for (Synchronization.Link link : links) {
                Instant at = link.state().syncedAt();
                if (at != null && (oldest == null || at.isAfter(oldest))) {
                    oldest = at;
                }
            }
        }
        return new SyncJson(
                oldest,
                links.stream().anyMatch(Synchronization.Link::stale),
                json.stream().map(LinkJson::error).filter(e -> e != null).findFirst().orElse(null),
                json);
    }

    static @Nullable JobStatus status(@Nullable String word) {
        if (word == null || word.isBlank()) {
            return null;
        }
        return Arrays.stream(JobStatus.values())
                .filter(s -> s.word().equals(word))
                .findFirst()
                .orElseThrow(() ->
                        Refusal.invalid(
                                List.of(
                                        Refusal.Violation.of(
                                                "status",
                                                "not_one_of",
                                                "pending, running, paused, succeeded, failed, cancelled",
                                                word.length() > 60
                                                        ? word.substring(0, 60) + "…"
                                                        : word))));
    }

    @PostMapping
    @Operation(
            summary = "Start a job",
            description =
                    "The record is durable when this answers; the job then goes to the provider in the background, exactly"
                            + " once. The same `Idempotency-Key` with the same body gives the same job.")
    @RequestBody(content = @Content(schema = @Schema(implementation = StartJobJson.class)))
    ResponseEntity<JobJson> start(
            HttpServletRequest request,
            @RequestHeader(name = "Idempotency-Key", required = false)
                    @Nullable String idempotencyKey,
            Locale locale)
            throws IOException, HttpMediaTypeNotSupportedException {
        JsonBody body = JsonBody.read(request, START_FIELDS);
        StartJob ask =
                new StartJob(
                        body.text("name"),
                        body.text("dataset_id"),
                        body.text("validation_dataset_id"),
                        body.text("base_model"),
                        body.text("provider_id"),
                        body.text("suffix"),
                        body.text("method"),
                        body.scalars("hyperparameters"),
                        body.wholeNumber("seed"));
        body.requireGood();
        Job job = jobs.start(ask, idempotencyKey);
        return ResponseEntity.accepted()
                .location(URI.create(PATH + "/" + job.id()))
                .body(JobJson.of(job, texts, locale));
    }

    /// The body of a start, for the API document.
    @JsonNaming(SnakeCaseStrategy.class)
    record StartJobJson(
            @Nullable String name,
            String datasetId,
            @Nullable String validationDatasetId,
            @Schema(example = "gpt-4.1-mini-2025-04-14") String baseModel,
            @Schema(description = "May be left out when there is one provider")
                    @Nullable String providerId,
            @Schema(minLength = 1, maxLength = 64) @Nullable String suffix,
            @Schema(allowableValues = {"supervised", "dpo"}) @Nullable String method,
            @Schema(example = "{\"n_epochs\": \"auto\"}")
                    @Nullable Map<String, Object> hyperparameters,
            @Schema(minimum = "0", maximum = "2147483647") @Nullable Long seed) {}

    @GetMapping("/{id}")
    @Operation(summary = "One job, by our id or by its `openai_job_id`")
    JobJson one(
            @PathVariable String id,
            @RequestParam(defaultValue = "false") boolean refresh,
            Locale locale) {
        Job job = jobs.get(id);
        if (!job.status().isFinal() || refresh) {
            synchronization.freshen(job.providerId(), refresh);
        }
        return JobJson.of(jobs.get(job.id()), texts, locale);
    }

    @GetMapping("/{id}/raw")
    @Operation(summary = "The provider's JSON of the job, as it last came")
    ResponseEntity<String> raw(@PathVariable String id) {
        Job job = jobs.get(id);
        String json =
                store.raw(job.id()).orElseThrow(() -> Refusal.notFound("job_not_at_provider"));
        return ResponseEntity.ok().header("Content-Type", "application/json").body(json);
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record EventList(List<JobEvent> data, boolean hasMore) {}

    @GetMapping("/{id}/events")
    @Operation(summary = "The provider's events, newest first")
    EventList events(
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String after,
            @RequestParam(defaultValue = "50") int limit) {
        if (limit < 1 || limit > 500) {
            throw Refusal.invalid(
                    List.of(Refusal.Violation.of("limit", "out_of_range", 1, 500, limit)));
        }
        List<JobEvent> found = store.events(jobs.get(id).id(), after, limit + 1);
        return new EventList(found.subList(0, Math.min(limit, found.size())), found.size() > limit);
    }

    record MetricList(List<Metric> data) {}

    @GetMapping("/{id}/metrics")
    @Operation(summary = "Every number of training, by name and step")
    MetricList metrics(@PathVariable String id) {
        return new MetricList(store.metrics(jobs.get(id).id()));
    }

    record CheckpointList(List<Checkpoint> data) {}

    @GetMapping("/{id}/checkpoints")
    CheckpointList checkpoints(@PathVariable String id) {
        return new CheckpointList(store.checkpoints(jobs.get(id).id()));
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record CallJson(
            Instant at,
            String call,
            @Nullable Integer httpStatus,
            long millis,
            @Nullable String requestId,
            @Nullable String error,
            boolean bulk) {}

    record CallList(List<CallJson> data) {}

    @GetMapping("/{id}/calls")
    @Operation(summary = "The journal of calls made to the provider for this job, newest first")
    CallList calls(@PathVariable String id, @RequestParam(defaultValue = "200") int limit) {
        Job job = jobs.get(id);
        return new CallList(
                journal
                        .ofJob(job.id().toString(), job.providerId(), Math.clamp(limit, 1, 1000))
                        .stream()
                        .map(c ->
                                new CallJson(
                                        c.at(),
                                        c.call(),
                                        c.httpStatus(),
                                        c.millis(),
                                        c.requestId(),
                                        c.error(),
                                        c.jobId() == null))
                        .toList());
    }

    @PostMapping("/{id}/cancel")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary =
                    "Cancel; the wish is durable and is carried to the provider in the background")
    JobJson cancel(@PathVariable String id, Locale locale) {
        return JobJson.of(jobs.cancel(jobs.get(id).id()), texts, locale);
    }

    @PostMapping("/{id}/pause")
    JobJson pause(@PathVariable String id, Locale locale) {
        return JobJson.of(jobs.pause(jobs.get(id).id()), texts, locale);
    }

    @PostMapping("/{id}/resume")
    JobJson resume(@PathVariable String id, Locale locale) {
        return JobJson.of(jobs.resume(jobs.get(id).id()), texts, locale);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Forget the record of a job that is over; nothing changes at the provider")
    void forget(@PathVariable String id) {
        jobs.forget(jobs.get(id).id());
    }
}
