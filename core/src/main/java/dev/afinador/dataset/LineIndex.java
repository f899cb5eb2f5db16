package dev.afinador.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/// Where lines begin in a file: the byte offset of every so-manieth line, few enough to be kept in a row of the database whatever
/// the size of the file.
///
/// @param lines  how many lines there are; a last one without a line break counts, an empty rest does not
/// @param every  the distance between lines whose offset is known
/// @param starts offsets of the lines 0, `every`, 2 · `every` …, counted from 0
public record LineIndex(long lines, long every, List<Long> starts) {

    public static final LineIndex NONE = new LineIndex(0, 1, List.of());

    private static final int MOST = 2_048;

    public LineIndex {
        starts = List.copyOf(starts);
    }

    /// A place to begin reading in order to get to a line.
    ///
    /// @param offset bytes from the beginning of the file
    /// @param line   1-based number of the line that begins there
    public record Place(long offset, long line) {}

    /// @param line 1-based
    public Place before(long line) {
        if (starts.isEmpty() || line <= 1) {
            return new Place(0, 1);
        }
        int at = (int) Math.min((line - 1) / every, starts.size() - 1L);
        return new Place(starts.get(at), at * every + 1);
    }

    /// Reads a stream to its end.
    public static LineIndex of(InputStream content) throws IOException {
        var builder = new Builder();
        byte[] chunk = new byte[256 << 10];
        for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
            builder.add(chunk, 0, read);
        }
        return builder.build();
    }

    /// Fed with the bytes of a file in order.
    public static final class Builder {
        private List<Long> starts = new ArrayList<>();
        private long every = 1;
        private long line;
        private long offset;
        private boolean lineOpen;

        public void add(byte[] bytes, int from, int length) {
            for (int i = 0; i < length; i++) {
                if (!lineOpen) {
                    begin(offset + i);
                }
                if (bytes[from + i] == '\n') {
                    lineOpen = false;
                }
            }
            offset += length;
        }

        private void begin(long at) {
            lineOpen = true;
            if (line % every == 0) {
                if (starts.size() == MOST) {
                    thin();
                }
                if (line % every == 0) {
                    starts.add(at);
                }
            }
            line++;
        }

        private void thin() {
            List<Long> half = new ArrayList<>(MOST);
            for (int i = 0; i < starts.size(); i += 2) {
                half.add(starts.get(i));
            }
            starts = half;
            every *= 2;
        }

        public LineIndex build() {
            return new LineIndex(line, every, starts);
        }
    }
}
