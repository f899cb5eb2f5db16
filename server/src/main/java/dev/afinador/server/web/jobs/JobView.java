package dev.afinador.server.web.jobs;

import dev.afinador.server.web.shared.FindingView;
import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.StatusView;
import dev.afinador.server.web.shared.TimeView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The page of one job.
///
/// @param tab        how it is going, in a word: for the title of the browser's tab
/// @param live       not over: the page follows it
/// @param settling   over since a moment ago: the last events may still be on their way
/// @param notices    failure, trouble, missing at the provider, cancel asked for
/// @param dashboard  the job in the vendor's own dashboard, or null
/// @param lastCheck  what the last verification found, in short; empty when none was made
/// @param raw        whether the provider's JSON can be shown
public record JobView(
        String id,
        String href,
        String providerHref,
        String name,
        StatusView status,
        String tab,
        String subtitle,
        boolean live,
        boolean settling,
        Actions actions,
        List<NoticeView> notices,
        List<FlowStep> flow,
        ProgressPanel progress,
        Curves curves,
        Events events,
        List<CheckpointRow> checkpoints,
        List<FindingView> lastCheck,
        @Nullable TimeView checkedAt,
        List<Detail> details,
        List<Transition> timeline,
        @Nullable String dashboard,
        boolean raw) {

    /// What may be done now.
    ///
    /// @param aliases names that the model can be activated under
    public record Actions(
            boolean pause,
            boolean resume,
            boolean cancel,
            boolean activate,
            boolean delete,
            @Nullable String activeAs,
            @Nullable String model,
            List<String> aliases) {}

    /// A state on the way.
    ///
    /// @param state `done`, `now` or `next`
    public record FlowStep(StatusView status, String state, @Nullable TimeView at) {}

    /// How far it is.
    ///
    /// @param percent  null when unknown
    /// @param headline e.g. `62 %`, `En cola`, `Terminado`
    /// @param moving   an indeterminate bar is shown while the percentage is unknown
    public record ProgressPanel(
            @Nullable Integer percent,
            String headline,
            boolean moving,
            boolean estimate,
            List<Stat> stats,
            String css) {}

    /// A number with its name.
    ///
    /// @param clock `remaining` or `elapsed` when the browser lets it tick, else null
    public record Stat(String label, String value, @Nullable TimeView at, @Nullable String clock) {}

    /// Loss and accuracy by step.
    ///
    /// @param shown    whether there are points to draw, or some to come soon
    /// @param accuracy whether accuracy was reported
    /// @param valid    whether validation was reported
    /// @param table    some of the points, for readers who do not see the drawing
    public record Curves(
            boolean shown, boolean accuracy, boolean valid, String href, List<CurvePoint> table) {}

    public record CurvePoint(
            String step,
            @Nullable String trainLoss,
            @Nullable String validLoss,
            @Nullable String trainAccuracy,
            @Nullable String validAccuracy) {}

    /// What the provider told about the job, newest first.
    public record Events(List<Event> rows, @Nullable String more) {}

    /// @param id    the provider's
    /// @param level `info`, `warn` or `error`
    public record Event(String id, TimeView at, String level, String text) {}

    /// @param activeAs the alias that points at it now, or null
    public record CheckpointRow(
            String id,
            String step,
            String model,
            @Nullable String loss,
            @Nullable String validLoss,
            @Nullable String accuracy,
            @Nullable TimeView at,
            @Nullable String activeAs) {}

    /// A fact in the side column.
    ///
    /// @param code shown in the fixed-width font
    /// @param copy can be copied
    /// @param href leads somewhere, or null
    public record Detail(
            String label,
            String value,
            boolean code,
            boolean copy,
            @Nullable String href,
            @Nullable TimeView at) {}

    /// A change of state.
    ///
    /// @param at null when nobody saw it happen
    public record Transition(StatusView status, @Nullable String note, @Nullable TimeView at) {}
}
