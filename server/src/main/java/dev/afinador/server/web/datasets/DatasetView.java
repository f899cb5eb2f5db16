package dev.afinador.server.web.datasets;

import dev.afinador.dataset.look.Marked;
import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.TimeView;
import dev.afinador.server.web.shared.Tone;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The page of one version of a dataset.
///
/// @param usable   whether a job may be started with it
/// @param checking how far its check is, or null when it is over
/// @param groups   what was found, by rule
/// @param held     whether an administrator may accept what holds it back
/// @param accepted who accepted that and when, or null
/// @param origin   where it comes from in words
/// @param from     address of the version it was made from, or null
/// @param tags     as one line, to be edited
/// @param numbers  null while nothing is counted
public record DatasetView(
        DatasetsView.Row row,
        String sha256,
        String lines,
        boolean usable,
        NoticeView verdict,
        @Nullable CheckingView checking,
        List<Group> groups,
        boolean again,
        boolean held,
        @Nullable String accepted,
        Origin origin,
        List<String> tagList,
        String tags,
        String notes,
        List<Version> versions,
        List<Version> relatives,
        @Nullable String startHref,
        @Nullable String examplesHref,
        @Nullable String repairHref,
        @Nullable String convertHref,
        @Nullable String diffHref,
        @Nullable NumbersView numbers) {

    /// A check that is not over.
    ///
    /// @param percent  of the file that was read; null while it waits for its turn
    /// @param groups   what was found so far
    public record CheckingView(
            String href,
            @Nullable Integer percent,
            String text,
            boolean ending,
            List<Group> groups) {}

    /// All findings of one rule.
    ///
    /// @param title in words; the first finding's where they differ
    /// @param count of all in the file, in words
    /// @param findings the first of them
    /// @param more  address of all that are kept, or null when they are here
    /// @param fixHref address of the repair that does away with them, or null
    public record Group(
            String rule,
            Tone tone,
            String severity,
            String title,
            String count,
            @Nullable String todo,
            List<Finding> findings,
            @Nullable String more,
            @Nullable String fixHref) {}

    /// One finding.
    ///
    /// @param line  e.g. `Línea 87`, or the whole file
    /// @param href  where the line can be seen, or null
    /// @param title where it differs from the group's, or null
    public record Finding(
            String line, @Nullable String href, @Nullable String path, @Nullable String title) {}

    /// @param recipe what was done, one line each
    public record Origin(
            String text, @Nullable String href, @Nullable String source, List<String> recipe) {}

    /// @param what   e.g. `Reparada`
    /// @param href   null when it is deleted
    /// @param diff   where it can be compared with the version shown, or null
    /// @param indent how deep in the tree, from 0
    public record Version(
            String label,
            @Nullable String href,
            String what,
            Tone tone,
            String verdict,
            String examples,
            TimeView created,
            boolean here,
            @Nullable String diff,
            int indent) {}

    /// One line, with what was found in it.
    public record LineView(
            DatasetsView.Row row,
            long number,
            String label,
            String href,
            List<Spot> spots,
            @Nullable String previous,
            @Nullable String next) {}

    /// A finding with its place.
    ///
    /// @param marked null when the line cannot be shown
    public record Spot(
            Tone tone,
            String severity,
            String title,
            @Nullable String todo,
            @Nullable String path,
            @Nullable String place,
            @Nullable Marked marked,
            @Nullable String hiddenBefore,
            @Nullable String hiddenInside,
            @Nullable String hiddenAfter) {}

    /// All findings of one rule that are kept.
    public record RuleView(DatasetsView.Row row, Group group, List<Finding> findings) {}

    /// Examples as the model sees them.
    ///
    /// @param from   first line shown
    /// @param range  e.g. `Líneas 11 a 20 de 300`
    /// @param last   number of the file's last line
    public record ExamplesView(
            DatasetsView.Row row,
            List<ExampleView> examples,
            long from,
            long last,
            String range,
            @Nullable String previous,
            @Nullable String next) {}
}
