package dev.afinador.sync;

import java.time.Duration;

/// @param freshness     how old an answer of the list may be while jobs are live
/// @param idleFreshness how old the proof of the link may be while no job is live
/// @param interval      between two syncs of a provider with live jobs
/// @param patience      how long a caller waits for a sync to end before it gets what there is, marked stale
/// @param eventReads    most jobs whose events are read in one sync, the longest unread first
public record SyncSettings(
        Duration freshness,
        Duration idleFreshness,
        Duration interval,
        Duration patience,
        int eventReads) {

    public static final SyncSettings DEFAULT =
            new SyncSettings(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(3),
                    20);
}
