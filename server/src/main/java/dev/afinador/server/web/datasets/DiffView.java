package dev.afinador.server.web.datasets;

import dev.afinador.dataset.diff.InlineDiff;
import dev.afinador.dataset.diff.LineDiff;
import dev.afinador.dataset.repair.Repair;
import dev.afinador.server.web.shared.Words;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Lines that differ.
///
/// @param line    e.g. `7`, or `7 → 6`
/// @param note    what was done to it, or null
/// @param dropped whether nothing is left of it
public record DiffView(
        String line, @Nullable String note, boolean dropped, List<Segment> segments) {

    /// @param kind `same`, `removed`, `added` or `gap`
    public record Segment(String kind, String text) {}

    /// The page that compares two versions.
    public record Page(
            DatasetsView.Row row,
            String before,
            String beforeHref,
            String counts,
            boolean same,
            boolean complete,
            List<DiffView> lines) {}

    static List<DiffView> of(LineDiff.Result result, Words words) {
        return result.changes().stream()
                .map(c ->
                        new DiffView(
                                place(c.before(), c.after(), words),
                                c.before() == null
                                        ? words.say("diff.added")
                                        : c.after() == null ? words.say("diff.removed") : null,
                                c.after() == null,
                                segments(c.segments())))
                .toList();
    }

    private static String place(@Nullable Long before, @Nullable Long after, Words words) {
        if (before == null || after == null || before.equals(after)) {
            Long one = before == null ? after : before;
            return words.number(one == null ? 0 : one);
        }
        return words.number(before) + " → " + words.number(after);
    }

    static List<DiffView> of(Repair.Outcome outcome, Words words) {
        return outcome.changes().stream()
                .map(c ->
                        new DiffView(
                                words.number(c.line()),
                                String.join(
                                        ", ",
                                        c.made().stream()
                                                .sorted()
                                                .map(fix -> words.say("repair.did." + fix.word()))
                                                .toList()),
                                c.dropped(),
                                segments(c.segments())))
                .toList();
    }

    private static List<Segment> segments(List<InlineDiff.Segment> segments) {
        return segments.stream()
                .map(s -> new Segment(s.kind().name().toLowerCase(Locale.ROOT), s.text()))
                .toList();
    }
}
