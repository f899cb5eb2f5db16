package dev.afinador.server.web.jobs;

import dev.afinador.job.Job;
import dev.afinador.job.JobId;
import dev.afinador.job.JobStatus;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.Providers;
import dev.afinador.server.config.Languages;
import dev.afinador.server.live.LiveEvent;
import dev.afinador.server.live.LiveHub;
import dev.afinador.server.live.SseBroadcaster;
import dev.afinador.server.live.SseBroadcaster.Message;
import dev.afinador.server.web.shared.Words;
import dev.afinador.sync.Synchronization;
import jakarta.annotation.PreDestroy;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.springframework.context.MessageSource;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.thymeleaf.ITemplateEngine;
import org.thymeleaf.context.Context;

/// Changes as ready-made HTML. A change is rendered once per language, however many people look.
///
/// Events: `job`, the row of one; `jobs`, the set of jobs or their counts changed, so ask for the list again; `sync`,
/// the lines about the providers; `resync`, you were too slow, ask again.
@Controller
class JobsLive {

    private static final int REMEMBERED = 20_000;

    private final Map<Locale, SseBroadcaster> streams = new HashMap<>();
    private final SseBroadcaster spanish;
    private final Providers providers;
    private final MessageSource messages;
    private final InstantSource clock;
    private final ITemplateEngine templates;
    private final Runnable stopListening;

    /// Only touched on the hub's thread.
    private Map<ProviderId, Provider> known = Map.of();

    /// Only touched on the hub's thread: the status of each job as last told, to see when counts change.
    private final Map<JobId, JobStatus> told =
            new LinkedHashMap<>(256, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<JobId, JobStatus> eldest) {
                    return size() > REMEMBERED;
                }
            };

    JobsLive(
            LiveHub hub,
            Providers providers,
            MessageSource messages,
            InstantSource clock,
            ITemplateEngine templates) {
        this.providers = providers;
        this.messages = messages;
        this.clock = clock;
        this.templates = templates;
        Languages.ALL.forEach(language -> streams.put(language, new SseBroadcaster()));
        this.spanish = Objects.requireNonNull(streams.get(Languages.SPANISH));
        this.stopListening = hub.listen(this::tell);
    }

    @GetMapping(path = "/jobs/live", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter stream(Locale locale) {
        SseBroadcaster stream = streams.get(locale);
        return (stream == null ? spanish : stream).open();
    }

    private void tell(LiveEvent event) {
        if (streams.values().stream().allMatch(SseBroadcaster::isEmpty)) {
            return;
        }
        switch (event) {
            case LiveEvent.JobChanged(Job job) -> tellJob(job);
            case LiveEvent.LinksChanged(List<Synchronization.Link> links) -> {
                Map<ProviderId, Provider> now = new HashMap<>();
                links.forEach(link -> now.put(link.provider().id(), link.provider()));
                known = now;
                send("sync", "jobs/live-sync", "sync", words -> SyncLines.view(links, words));
            }
        }
    }

    private void tellJob(Job job) {
        if (!known.containsKey(job.providerId())) {
            Map<ProviderId, Provider> now = new HashMap<>();
            providers.list().forEach(provider -> now.put(provider.id(), provider));
            known = now;
        }
        send("job", "jobs/live-row", "row", words -> JobRows.row(job, known, words));
        if (told.put(job.id(), job.status()) != job.status()) {
            streams.values().forEach(stream -> stream.send(new Message("jobs", "1")));
        }
    }

    @FunctionalInterface
    private interface Shown {
        Object in(Words words);
    }

    private void send(String event, String template, String name, Shown shown) {
        streams.forEach((language, stream) -> {
            if (stream.isEmpty()) {
                return;
            }
            var context = new Context(language);
            var words = new Words(messages, language, ZoneOffset.UTC, clock);
            context.setVariable(name, shown.in(words));
            String html = templates.process(template, context);
            stream.send(new Message(event, html.replaceAll("\\s*\\R\\s*", " ").strip()));
        });
    }

    @PreDestroy
    void close() {
        stopListening.run();
        streams.values().forEach(SseBroadcaster::close);
    }
}
