package dev.afinador.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// Cuts a stream into lines at its line feeds, reusing one array that grows up to the longest line allowed.
public final class LineReader {

    /// Longer lines are passed over.
    public static final int LONGEST = 64 << 20;

    private final InputStream in;
    private final int longest;
    private final byte[] chunk = new byte[64 << 10];
    private int chunkAt;
    private int chunkEnd;
    private byte[] line = new byte[8 << 10];
    private int length;
    private long number;
    private boolean tooLong;
    private boolean broken;
    private boolean atEnd;

    public LineReader(InputStream in) {
        this(in, 1, LONGEST);
    }

    /// @param first number of the first line of the stream
    public LineReader(InputStream in, long first) {
        this(in, first, LONGEST);
    }

    LineReader(InputStream in, long first, int longest) {
        this.in = in;
        this.number = first - 1;
        this.longest = longest;
    }

    /// Moves to the next line. The empty rest behind the last line feed is no line.
    ///
    /// @return false at the end
    public boolean next() throws IOException {
        if (atEnd) {
            return false;
        }
        length = 0;
        tooLong = false;
        broken = false;
        boolean any = false;
        while (true) {
            if (chunkAt == chunkEnd) {
                chunkAt = 0;
                chunkEnd = Math.max(0, in.read(chunk));
                if (chunkEnd == 0) {
                    atEnd = true;
                    number += any ? 1 : 0;
                    return any;
                }
            }
            any = true;
            int end = chunkAt;
            while (end < chunkEnd && chunk[end] != '\n') {
                end++;
            }
            append(chunkAt, end);
            chunkAt = end;
            if (end < chunkEnd) {
                chunkAt++;
                number++;
                broken = true;
                return true;
            }
        }
    }

    private void append(int from, int to) {
        int more = to - from;
        if (tooLong || more > longest - length) {
            tooLong = true;
            return;
        }
        if (length + more > line.length) {
            line =
                    Arrays.copyOf(
                            line,
                            (int) Math.min(longest, Math.max(length + more, 2L * line.length)));
        }
        System.arraycopy(chunk, from, line, length, more);
        length += more;
    }

    /// Its first [#length] bytes are the line, without the line feed. Good until the next line.
    public byte[] bytes() {
        return line;
    }

    public int length() {
        return length;
    }

    /// A copy of the line, without the line feed.
    public byte[] copy() {
        return Arrays.copyOf(line, length);
    }

    /// 1-based unless another first number was given.
    public long number() {
        return number;
    }

    /// Whether the line was longer than allowed: its bytes are not all there.
    public boolean tooLong() {
        return tooLong;
    }

    /// Whether a line feed ends it, and not the end of the file.
    public boolean ended() {
        return broken;
    }
}
