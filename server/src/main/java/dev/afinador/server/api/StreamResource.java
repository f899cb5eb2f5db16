package dev.afinador.server.api;

import dev.afinador.server.config.Languages;
import dev.afinador.server.config.Texts;
import dev.afinador.server.live.LiveEvent;
import dev.afinador.server.live.LiveHub;
import dev.afinador.server.live.SseBroadcaster;
import dev.afinador.server.live.SseBroadcaster.Message;
import dev.afinador.sync.Synchronization;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.annotation.PreDestroy;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.databind.json.JsonMapper;

/// Changes as server-sent events, in JSON.
@RestController
@Tag(name = "jobs")
class StreamResource {

    private final Map<Locale, SseBroadcaster> streams = new HashMap<>();
    private final Synchronization synchronization;
    private final Texts texts;
    private final JsonMapper json;
    private final Runnable stopListening;

    StreamResource(LiveHub hub, Synchronization synchronization, Texts texts, JsonMapper json) {
        this.synchronization = synchronization;
        this.texts = texts;
        this.json = json;
        Languages.ALL.forEach(l -> streams.put(l, new SseBroadcaster()));
        this.stopListening = hub.listen(this::tell);
    }

    @GetMapping(path = JobsResource.PATH + "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(
            summary = "Changes as server-sent events",
            description =
                    "`job`: a whole job; `sync`: the state of the link to each provider; `resync`: you were too slow, list"
                            + " again. What comes after a reconnect may repeat; list once after connecting.")
    SseEmitter stream(Locale locale) {
        return Objects.requireNonNull(
                        streams.get(streams.containsKey(locale) ? locale : Languages.SPANISH))
                .open(links(synchronization.links(), locale));
    }

    private void tell(LiveEvent event) {
        streams.forEach((locale, stream) -> {
            if (!stream.isEmpty()) {
                stream.send(
                        switch (event) {
                            case LiveEvent.JobChanged(var job) ->
                                    new Message(
                                            "job",
                                            json.writeValueAsString(
                                                    JobJson.of(job, texts, locale)));
                            case LiveEvent.LinksChanged(var links) -> links(links, locale);
                        });
            }
        });
    }

    private Message links(List<Synchronization.Link> links, Locale locale) {
        return new Message(
                "sync",
                json.writeValueAsString(
                        links.stream().map(l -> JobJson.LinkJson.of(l, texts, locale)).toList()));
    }

    @PreDestroy
    void close() {
        stopListening.run();
        streams.values().forEach(SseBroadcaster::close);
    }
}
