package dev.afinador.server.web.jobs;

import dev.afinador.provider.ProviderId;
import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.Tone;
import dev.afinador.server.web.shared.Words;
import dev.afinador.sync.SyncState;
import dev.afinador.sync.Synchronization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Says how true the list is.
final class SyncLines {

    private SyncLines() {}

    static SyncView view(List<Synchronization.Link> links, Words words) {
        List<SyncView.Link> lines = new ArrayList<>();
        List<NoticeView> notices = new ArrayList<>();
        for (Synchronization.Link link : links) {
            lines.add(line(link, words));
            if (link.stale() && link.state().errorCode() != null) {
                notices.add(notice(link, link.state().errorCode(), words));
            }
        }
        return new SyncView(lines, notices);
    }

    private static SyncView.Link line(Synchronization.Link link, Words words) {
        SyncState state = link.state();
        String word;
        boolean time = state.syncedAt() != null;
        if (link.stale() && state.errorCode() != null) {
            word = time ? "stale" : "never";
        } else if (link.running()) {
            word = "syncing";
            time = false;
        } else if (state.syncedAt() == null) {
            word = "never";
        } else if (link.stale()) {
            word = "stale";
        } else {
            word = "ok";
        }
        String css = word.equals("never") && state.errorCode() != null ? "stale" : word;
        return new SyncView.Link(
                link.provider().name(),
                "/providers/" + link.provider().id(),
                css,
                words.say("sync." + word),
                time ? words.agoOrNull(state.syncedAt()) : null);
    }

    /// That what is shown of this provider is not up to date and why; empty while it is.
    static List<NoticeView> notices(
            List<Synchronization.Link> links, ProviderId provider, Words words) {
        return view(
                        links.stream()
                                .filter(link -> link.provider().id().equals(provider))
                                .toList(),
                        words)
                .notices();
    }

    private static NoticeView notice(Synchronization.Link link, String code, Words words) {
        SyncState state = link.state();
        String age =
                state.syncedAt() == null
                        ? words.say("sync.stale.never")
                        : words.say(
                                "sync.since",
                                words.duration(Duration.between(state.syncedAt(), words.now())));
        return new NoticeView(
                Tone.ERROR,
                words.say("sync.stale.title", link.provider().name()),
                words.trouble(code) + ". " + age,
                words.hint(code),
                detail(code, state.errorMessage()),
                "/providers/" + link.provider().id(),
                words.say("sync.stale.edit"));
    }

    private static String detail(String code, @Nullable String message) {
        return message == null || message.isBlank() ? code : code + ": " + message;
    }
}
