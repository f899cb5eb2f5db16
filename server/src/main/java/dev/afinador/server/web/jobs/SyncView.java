package dev.afinador.server.web.jobs;

import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.TimeView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How true the list is: the link to each provider.
///
/// @param notices providers whose link is broken, with what to do
public record SyncView(List<Link> links, List<NoticeView> notices) {

    /// @param state `ok`, `syncing`, `stale`, `idle` (nothing to watch) or `never`
    public record Link(
            String name, String href, String state, String text, @Nullable TimeView at) {}
}
