package dev.afinador.dataset.tokens;

import java.util.Arrays;

/// Byte-pair merging of one piece: of all neighbours whose joined bytes are a token, the pair with the lowest id is
/// joined, the leftmost first among equals, until no pair is left. For one thread.
final class Merges {

    /// Longer pieces keep their pairs in order instead of looking through all of them for each merge.
    private static final int SHORT = 96;

    private final Vocabulary vocabulary;

    /// Where the parts start; the last one is the end of the piece.
    private int[] starts = new int[SHORT + 1];

    /// The id of each part joined with the next, or [Vocabulary#NONE].
    private int[] pairs = new int[SHORT + 1];

    private int count;

    Merges(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    /// @param b has [TokenCounter#PADDING] bytes behind `to`
    /// @return how many tokens the piece has; [#end] tells them
    int merge(byte[] b, int from, int to) {
        int length = to - from;
        if (starts.length <= length) {
            starts = new int[length + length / 2 + 1];
            pairs = new int[starts.length];
        }
        for (int i = 0; i < length; i++) {
            starts[i] = from + i;
            pairs[i] = i + 1 < length ? vocabulary.id(b, from + i, from + i + 2) : Vocabulary.NONE;
        }
        starts[length] = to;
        count = length;
        if (length <= SHORT) {
            mergeShort(b);
        } else {
            mergeLong(b);
        }
        return count;
    }

    /// Where the token ends, of those that the last merge has left.
    int end(int token) {
        return starts[token + 1];
    }

    private void mergeShort(byte[] b) {
        while (true) {
            int best = 0;
            for (int i = 1; i < count - 1; i++) {
                if (pairs[i] < pairs[best]) {
                    best = i;
                }
            }
            if (count < 2 || pairs[best] == Vocabulary.NONE) {
                return;
            }
            // the pair becomes one part: what is behind it moves up
            System.arraycopy(starts, best + 2, starts, best + 1, count - best - 1);
            System.arraycopy(pairs, best + 2, pairs, best + 1, count - best - 2);
            count--;
            pairs[best] = pair(b, best, best + 2, count);
            if (best > 0) {
                pairs[best - 1] = pair(b, best - 1, best + 1, count);
            }
        }
    }

    private int pair(byte[] b, int first, int end, int parts) {
        return end <= parts ? vocabulary.id(b, starts[first], starts[end]) : Vocabulary.NONE;
    }

    /// A list of parts linked by position, and the pairs in the order of their ids, then positions. A pair that is no
    /// longer there when its turn comes is passed over.
    private void mergeLong(byte[] b) {
        int length = count;
        int[] next = new int[length + 1];
        int[] previous = new int[length + 1];
        var queue = new Queue(length);
        for (int i = 0; i <= length; i++) {
            next[i] = i + 1;
            previous[i] = i - 1;
            if (i < length && pairs[i] != Vocabulary.NONE) {
                queue.add(pairs[i], i);
            }
        }
        while (!queue.isEmpty()) {
            long first = queue.poll();
            int at = (int) first;
            if (pairs[at] != (int) (first >>> 32)) {
                continue;
            }
            int second = next[at];
            int after = next[second];
            pairs[second] = Vocabulary.NONE; // merged away
            next[at] = after;
            previous[after] = at;
            pairs[at] = Vocabulary.NONE;
            if (after < length) {
                offer(queue, b, at, next[after]);
            }
            if (at > 0) {
                offer(queue, b, previous[at], after);
            }
        }
        int parts = 0;
        for (int i = 0; i < length; i = next[i]) {
            starts[parts++] = starts[i];
        }
        starts[parts] = starts[length];
        count = parts;
    }

    private void offer(Queue queue, byte[] b, int at, int end) {
        int id = vocabulary.id(b, starts[at], starts[end]);
        pairs[at] = id;
        if (id != Vocabulary.NONE) {
            queue.add(id, at);
        }
    }

    /// A binary heap of ids above positions; `PriorityQueue` would box each.
    private static final class Queue {
        private long[] heap;
        private int size;

        Queue(int capacity) {
            heap = new long[capacity + 1];
        }

        boolean isEmpty() {
            return size == 0;
        }

        void add(int id, int position) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, 2 * size);
            }
            long entry = (long) id << 32 | position;
            int i = size++;
            while (i > 0) {
                int parent = (i - 1) >>> 1;
                if (heap[parent] <= entry) {
                    break;
                }
                heap[i] = heap[parent];
                i = parent;
            }
            heap[i] = entry;
        }

        long poll() {
            long first = heap[0];
            long entry = heap[--size];
            int i = 0;
            while (true) {
                int child = 2 * i + 1;
                if (child >= size) {
                    break;
                }
                if (child + 1 < size && heap[child + 1] < heap[child]) {
                    child++;
                }
                if (heap[child] >= entry) {
                    break;
                }
                heap[i] = heap[child];
                i = child;
            }
            heap[i] = entry;
            return first;
        }
    }
}
