package dev.afinador.server.live;

import dev.afinador.job.Job;
import dev.afinador.sync.Synchronization;
import java.util.List;

/// What listeners are told.
public sealed interface LiveEvent {

    /// A job is new or was changed.
    record JobChanged(Job job) implements LiveEvent {}

    /// The state of the link to a provider changed; all links as they are now.
    record LinksChanged(List<Synchronization.Link> links) implements LiveEvent {}
}
