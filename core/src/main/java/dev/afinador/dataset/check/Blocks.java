package dev.afinador.dataset.check;

import dev.afinador.dataset.json.JsonTape;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/// Cuts a stream into blocks of whole lines. Workers take turns in reading, so the stream is read once, in order, by whoever
/// needs more to do.
final class Blocks {

    /// Where the first block is cut, whatever the others' size: what the file starts with decides more than the rest.
    static final int FIRST = 256 << 10;

    /// Blocks that grow beyond this, for one long line, are read and checked one at a time.
    private static final int LARGE = 8 << 20;

    private final InputStream in;
    private final int blockBytes;
    private final int maxLineBytes;

    /// Held by the one block that is much larger than usual.
    private final Semaphore large = new Semaphore(1);

    private byte[] carried = new byte[0];
    private int carriedBytes;
    private long number;
    private long position;
    private boolean ended;
    private boolean stopped;

    Blocks(InputStream in, int blockBytes, int maxLineBytes) {
        this.in = in;
        this.blockBytes = blockBytes;
        this.maxLineBytes = maxLineBytes;
    }

    /// Fills a block with the next lines.
    ///
    /// @return false at the end of the stream or after [#stop]
    synchronized boolean read(Block block) throws IOException, InterruptedException {
        if (ended || stopped) {
            return false;
        }
        int step = number == 0 ? FIRST : blockBytes;
        int wanted = Math.max(0, step - carriedBytes);
        block.number = number++;
        block.tooLong = false;
        block.last = false;
        room(block, carriedBytes);
        System.arraycopy(carried, 0, block.bytes, 0, carriedBytes);
        int filled = carriedBytes;
        int lineEnd = lastLineEnd(block.bytes, 0, filled);
        carriedBytes = 0;
        while (true) {
            room(block, filled + wanted);
            int read = in.readNBytes(block.bytes, filled, wanted);
            int found = lastLineEnd(block.bytes, filled, filled + read);
            lineEnd = found > 0 ? found : lineEnd;
            filled += read;
            if (read < wanted) {
                ended = true;
                block.last = true;
                lineEnd = filled;
            } else if (lineEnd > 0) {
                carry(block.bytes, lineEnd, filled);
            } else if (filled > maxLineBytes) {
                skipLine(block, filled);
                return true;
            } else {
                wanted = step;
                continue;
            }
            block.to = lineEnd;
            position += lineEnd;
            block.endsAt = position;
            return true;
        }
    }

    /// Every block that was read has to come here once it is checked.
    void done(Block block) {
        if (block.large) {
            block.large = false;
            block.bytes = new byte[0];
            large.release();
        }
    }

    /// No more blocks after those that are being checked.
    synchronized void stop() {
        stopped = true;
    }

    private void room(Block block, int bytes) throws InterruptedException {
        int needed = bytes + JsonTape.PADDING;
        if (block.bytes.length >= needed) {
            return;
        }
        if (needed > LARGE && !block.large) {
            large.acquire();
            block.large = true;
        }
        long doubled = Math.min(2L * block.bytes.length, (long) maxLineBytes + blockBytes);
        block.bytes = Arrays.copyOf(block.bytes, (int) Math.max(needed, doubled));
    }

    private void carry(byte[] bytes, int from, int to) {
        carriedBytes = to - from;
        if (carried.length < carriedBytes) {
            carried = new byte[Math.max(carriedBytes, blockBytes)];
        }
        System.arraycopy(bytes, from, carried, 0, carriedBytes);
    }

    /// The line's start was read and is dropped, with all up to its end.
    private void skipLine(Block block, int filled) throws IOException {
        position += filled;
        block.tooLong = true;
        block.to = 0;
        byte[] bytes = block.bytes;
        while (true) {
            int read = in.read(bytes, 0, Math.min(bytes.length, blockBytes));
            if (read < 0) {
                ended = true;
                block.last = true;
                break;
            }
            int end = Lines.indexOfBreak(bytes, 0, read);
            if (end < read) {
                carry(bytes, end + 1, read);
                position += end + 1;
                break;
            }
            position += read;
        }
        block.endsAt = position;
    }

    /// @return behind the last line break, or 0 when there is none
    private static int lastLineEnd(byte[] bytes, int from, int to) {
        for (int i = to - 1; i >= from; i--) {
            if (bytes[i] == '\n') {
                return i + 1;
            }
        }
        return 0;
    }
}
