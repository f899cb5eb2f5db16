package dev.afinador.dataset.look;

import dev.afinador.dataset.CheckReport;
import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.Datasets;
import dev.afinador.dataset.LineIndex;
import dev.afinador.dataset.LineReader;
import dev.afinador.work.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads single lines of a checked dataset, however large it is.
public final class Peek {

    /// What of a line is ever shown, in bytes; only pictures inside the line make one longer.
    private static final int MOST_BYTES = 4 << 20;

    /// What one call reads into memory, in bytes.
    private static final long MOST_IN_ALL = 16L << 20;

    private final Datasets datasets;

    public Peek(Datasets datasets) {
        this.datasets = datasets;
    }

    /// @param number 1-based
    /// @param cut    whether more of it is in the file
    public record Line(long number, String text, boolean cut) {
        /// Without the text: it is of somebody's training data.
        @Override
        public String toString() {
            return "line " + number;
        }
    }

    /// Consecutive lines, fewer at the end of the file or when they are very long.
    ///
    /// @param first 1-based
    /// @throws Refusal `dataset_not_checked` while it is not known where lines are
    public List<Line> lines(Dataset dataset, long first, int count) {
        LineIndex index = index(dataset);
        LineIndex.Place place = index.before(first);
        List<Line> lines = new ArrayList<>();
        long bytes = 0;
        try (InputStream content = datasets.open(dataset.id(), place.offset())) {
            var reader = new LineReader(content, place.line());
            while (lines.size() < count && bytes < MOST_IN_ALL && reader.next()) {
                if (reader.number() >= first) {
                    int length = Math.min(reader.length(), MOST_BYTES);
                    bytes += length;
                    boolean cut = reader.tooLong() || length < reader.length();
                    lines.add(new Line(reader.number(), text(reader, length), cut));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the content of dataset " + dataset.id() + " could not be read", e);
        }
        return lines;
    }

    private static String text(LineReader reader, int length) {
        int end =
                length > 0 && reader.bytes()[length - 1] == '\r' && length == reader.length()
                        ? length - 1
                        : length;
        return new String(reader.bytes(), 0, end, StandardCharsets.UTF_8);
    }

    /// How many lines there are.
    ///
    /// @throws Refusal `dataset_not_checked` while it is not known
    public long count(Dataset dataset) {
        return index(dataset).lines();
    }

    private LineIndex index(Dataset dataset) {
        return datasets.report(dataset.id())
                .map(CheckReport::lines)
                .orElseThrow(() -> Refusal.conflict("dataset_not_checked", dataset.name()));
    }
}
