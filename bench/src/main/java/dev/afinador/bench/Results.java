package dev.afinador.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What was measured, as a Markdown table: what came of the targets, then the comparison.
final class Results {

    /// A minute holds seven or eight syncs, whoever looks.
    private static final double SAME = 1.2;

    /// The naive design with so many viewers.
    record Naive(int viewers, int seconds, Samples list, double calls) {}

    final Samples start = new Samples();
    final Samples bareStart = new Samples();
    final List<Naive> naive = new ArrayList<>();
    double callsOfOne;
    double callsOfAll;
    double cpu;
    double messages;
    Samples list = new Samples();
    Samples quietList = new Samples();
    Streams.Arrivals pushed = new Streams.Arrivals(0, new Samples(), 0);
    Streams.Arrivals polled = new Streams.Arrivals(0, new Samples(), 0);
    long failures;
    long resyncs;
    Samples lateness = new Samples();
    double rss;
    double mostRss;

    String table(Settings settings) {
        var out = new StringBuilder();
        Naive few = naive.getFirst();
        Naive many = naive.getLast();
        int all = settings.viewers() + settings.streams();
        line(out, "| Ratio | Afinador | naive design | ratio |");
        line(out, "| --- | ---: | ---: | ---: |");
        line(
                out,
                "| Upstream calls per minute, from 1 viewer to %d (naive: %d) | × %.2f | × %.1f | |",
                all,
                many.viewers(),
                callsOfAll / callsOfOne,
                many.calls() / few.calls());
        line(
                out,
                "| Upstream calls per minute and viewer (%d and %d viewers) | %.2f | %.0f | %.0f × fewer |",
                all,
                many.viewers(),
                callsOfAll / all,
                many.calls() / many.viewers(),
                many.calls() / many.viewers() * all / callsOfAll);
        ratio(out, "List p50", list.millis(0.5), many.list().millis(0.5));
        ratio(out, "List p99", list.millis(0.99), many.list().millis(0.99));
        line(out, "");
        line(out, "| Afinador | measured | target | |");
        line(out, "| --- | ---: | ---: | --- |");
        target(out, "List p99, ms", list.millis(0.99), 50);
        target(out, "List p99 while nothing changes, ms", quietList.millis(0.99), 50);
        line(
                out,
                "| List p50, ms (%d calls, %d failed) | %.1f | | |",
                list.size(),
                failures,
                list.millis(0.5));
        line(out, "| Upstream calls per minute, 1 viewer | %.0f | | |", callsOfOne);
        line(
                out,
                "| Upstream calls per minute, %d viewers | %.0f | the same | %s |",
                all,
                callsOfAll,
                callsOfAll / callsOfOne < SAME ? "met" : "**missed**");
        arrivals(out, "webhook", pushed, 0.5);
        arrivals(out, "no webhook", polled, 11);
        target(out, "Resident memory, most, MB", mostRss, 400);
        line(out, "| Resident memory at the end, MB | %.0f | | |", rss);
        target(out, "Warm `./afinador start` to ready, median, s", start.millis(0.5) / 1e3, 4);
        line(
                out,
                "| Its `java` process alone, median, s | %.2f | | |",
                bareStart.millis(0.5) / 1e3);
        line(
                out,
                "| This machine woke a sleeping thread so late, p99 and most, ms | %.1f, %.0f | | |",
                lateness.millis(0.99),
                lateness.millis(1));
        line(out, "| Processor time per second under load, s | %.2f | | |", cpu);
        line(
                out,
                "| Messages to all streams per second (%d resyncs) | %.0f | | |",
                resyncs,
                messages);
        line(out, "");
        line(out, "| Naive design | list p50, ms | list p99, ms | upstream calls per minute |");
        line(out, "| --- | ---: | ---: | ---: |");
        for (Naive run : naive) {
            line(
                    out,
                    "| viewers: %d (%d s, %d calls) | %.0f | %.0f | %.0f |",
                    run.viewers(),
                    run.seconds(),
                    run.list().size(),
                    run.list().millis(0.5),
                    run.list().millis(0.99),
                    run.calls());
        }
        line(out, "");
        line(
                out,
                "%d jobs, %d live, %d viewers every 10 s, %d streams, provider answers after %d ms, load %d s.",
                settings.jobs(),
                settings.live(),
                settings.viewers(),
                settings.streams(),
                settings.providerMillis(),
                settings.seconds());
        return out.toString();
    }

    private static void arrivals(
            StringBuilder out, String how, Streams.Arrivals arrivals, double atMost) {
        target(
                out,
                "Change to message, %s, p99, s (%d changes × streams, %d missing)"
                        .formatted(how, arrivals.changes(), arrivals.missing()),
                arrivals.missing() > 0 ? Double.NaN : arrivals.samples().millis(0.99) / 1e3,
                atMost);
        line(
                out,
                "| Change to message, %s, p50 and most, s | %.2f, %.2f | | |",
                how,
                arrivals.samples().millis(0.5) / 1e3,
                arrivals.samples().millis(1) / 1e3);
    }

    private static void ratio(StringBuilder out, String what, double ours, double naive) {
        line(
                out,
                "| %s, ms (naive: with fewer viewers) | %.1f | %.0f | %.0f × faster |",
                what,
                ours,
                naive,
                naive / ours);
    }

    private static void target(StringBuilder out, String what, double value, double most) {
        line(
                out,
                "| %s | %.2f | < %s | %s |",
                what,
                value,
                most == Math.rint(most) ? Long.toString((long) most) : Double.toString(most),
                value < most ? "met" : "**missed**");
    }

    private static void line(StringBuilder out, String format, Object... values) {
        out.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values))
                .append('\n');
    }
}
