package dev.afinador.server.web.jobs;

import dev.afinador.server.web.shared.Option;
import dev.afinador.server.web.shared.StatusView;
import dev.afinador.server.web.shared.TimeView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The list of jobs.
///
/// @param self    path and query of this very list, for fallback polling
/// @param status  the status filtered by, or empty
/// @param text    what is searched for, or empty
/// @param more    this list with more rows, or null when it is as long as it gets or at its end
/// @param older   the page of older jobs, once the list is as long as it gets; else null
/// @param newest  back to the newest jobs from a page of older ones, else null
/// @param shown   how many of them are on this page, when it is not all; else null
/// @param total   how many jobs the filters leave
/// @param empty   why there is nothing to see; `NONE` when there is
public record JobsView(
        String self,
        List<Chip> chips,
        List<Option> providers,
        String status,
        String text,
        List<Row> rows,
        @Nullable String more,
        @Nullable String older,
        @Nullable String newest,
        @Nullable String shown,
        String total,
        SyncView sync,
        Empty empty) {

    /// A filter by status.
    ///
    /// @param status  the status's key, or empty for all
    public record Chip(
            String status, String word, String count, boolean zero, String href, boolean current) {}

    /// A job in one line.
    ///
    /// @param version  goes up with every change
    /// @param percent  whole percent for the bar, or null when there is no bar
    /// @param detail   under or instead of the bar: step and time left, why it waits, why it failed
    /// @param tone     `plain`, `trouble` or `fail`
    /// @param since    a duration that ticks after `detail`, or null
    /// @param clock    how it ticks: `elapsed` or `remaining`
    public record Row(
            String id,
            long version,
            String href,
            String name,
            String model,
            String provider,
            StatusView status,
            @Nullable Integer percent,
            boolean estimate,
            @Nullable String detail,
            String tone,
            @Nullable TimeView since,
            String clock,
            @Nullable String remoteId,
            TimeView created) {}

    public enum Empty {
        NONE,
        NO_PROVIDER,
        NO_JOB,
        NO_HIT
    }
}
