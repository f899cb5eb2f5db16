package dev.afinador.dataset.repair;

import dev.afinador.dataset.Scratch;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;

/// What has to be known of all examples before the first one is written: which repeat an earlier one, and which are set aside.
/// Sixteen bytes per example lie in a scratch file; memory stays the same however many there are.
final class Lookahead {

    /// How many examples are compared with each other in one pass over the scratch file.
    private static final int PER_PASS = 400_000;

    private final BitSet duplicates;
    private final boolean split;
    private final long seed;
    private final long lastSetAside;
    private final long setAside;

    private Lookahead(
            BitSet duplicates, boolean split, long seed, long lastSetAside, long setAside) {
        this.duplicates = duplicates;
        this.split = split;
        this.seed = seed;
        this.lastSetAside = lastSetAside;
        this.setAside = setAside;
    }

    /// @param ordinal of the example among those that are kept, from 0
    boolean isDuplicate(long ordinal) {
        return duplicates.get(Math.toIntExact(ordinal));
    }

    /// Equal examples always stay together.
    boolean isSetAside(long high, long low) {
        return split && rank(high, low, seed) <= lastSetAside;
    }

    /// How many examples are set aside.
    long setAside() {
        return setAside;
    }

    long duplicates() {
        return duplicates.cardinality();
    }

    /// A number that depends on example and seed alone and is spread evenly.
    private static long rank(long high, long low, long seed) {
        long mixed = high ^ (low * 0x9E37_79B9_7F4A_7C15L) ^ (seed * 0xD6E8_FEB8_6659_FD93L);
        mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8_FEB8_6659_FD93L;
        mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8_FEB8_6659_FD93L;
        return (mixed ^ (mixed >>> 32)) >>> 1;
    }

    /// Collects the digests of examples in file order.
    static final class Collector implements AutoCloseable {
        private final Scratch.Held file;
        private final DataOutputStream out;
        private long count;

        Collector(Scratch scratch) throws IOException {
            this.file = scratch.hold();
            this.out =
                    new DataOutputStream(
                            new java.io.BufferedOutputStream(
                                    Files.newOutputStream(file.path()), 64 << 10));
        }

        void add(long[] digest) throws IOException {
            out.writeLong(digest[0]);
            out.writeLong(digest[1]);
            if (++count == Integer.MAX_VALUE) {
                throw new IOException("more examples than can be compared");
            }
        }

        Lookahead settle(RepairPlan plan) throws IOException {
            out.flush();
            BitSet repeated =
                    plan.does(Fix.DUPLICATES) ? duplicates(file.path(), count) : new BitSet();
            if (plan.percent() == 0) {
                return new Lookahead(repeated, false, 0, 0, 0);
            }
            long kept = count - repeated.cardinality();
            long wanted = Math.round(kept * plan.percent() / 100.0);
            wanted = kept < 2 ? 0 : Math.clamp(wanted, 1, kept - 1); // something for each side
            return split(file.path(), count, repeated, plan.seed(), wanted);
        }

        @Override
        public void close() throws IOException {
            out.close();
            file.close();
        }
    }

    private interface Each {
        void digest(int ordinal, long high, long low);
    }

    private static void forEach(Path file, long count, Each each) throws IOException {
        try (var in =
                new DataInputStream(
                        new BufferedInputStream(Files.newInputStream(file), 256 << 10))) {
            for (int ordinal = 0; ordinal < count; ordinal++) {
                each.digest(ordinal, in.readLong(), in.readLong());
            }
        }
    }

    private static BitSet duplicates(Path file, long count) throws IOException {
        BitSet repeated = new BitSet();
        long passes = Math.max(1, (count + PER_PASS - 1) / PER_PASS);
        for (long pass = 0; pass < passes; pass++) {
            var seen = new Digests(PER_PASS * 2);
            long mine = pass;
            forEach(
                    file,
                    count,
                    (ordinal, high, low) -> {
                        if (Long.remainderUnsigned(high, passes) == mine && !seen.add(high, low)) {
                            repeated.set(ordinal);
                        }
                    });
        }
        return repeated;
    }

    /// The rank up to which examples are set aside, so that there are `wanted` of them, or a few more where some are equal.
    private static Lookahead split(Path file, long count, BitSet repeated, long seed, long wanted)
            throws IOException {
        if (wanted == 0) {
            return new Lookahead(repeated, false, seed, 0, 0);
        }
        int shift = 63 - 16;
        long[] buckets = new long[1 << 16];
        forEach(
                file,
                count,
                (ordinal, high, low) -> {
                    if (!repeated.get(ordinal)) {
                        buckets[(int) (rank(high, low, seed) >>> shift)]++;
                    }
                });
        int bucket = 0;
        long before = 0;
        while (before + buckets[bucket] < wanted) {
            before += buckets[bucket++];
        }
        long[] within = new long[Math.toIntExact(buckets[bucket])];
        int chosen = bucket;
        int[] at = {0};
        forEach(
                file,
                count,
                (ordinal, high, low) -> {
                    long rank = rank(high, low, seed);
                    if (!repeated.get(ordinal) && rank >>> shift == chosen) {
                        within[at[0]++] = rank;
                    }
                });
        Arrays.sort(within);
        long last = within[(int) (wanted - before - 1)];
        long beyond = Arrays.stream(within).filter(rank -> rank <= last).count();
        return new Lookahead(repeated, true, seed, last, before + beyond);
    }

    /// A set of 128-bit numbers that grows as needed.
    private static final class Digests {
        private long[] slots;
        private int size;
        private boolean zero;

        Digests(int expected) {
            slots = new long[2 * Integer.highestOneBit(Math.max(16, Math.min(expected, 1 << 12)))];
        }

        /// @return false when it is there already
        boolean add(long high, long low) {
            if (high == 0 && low == 0) {
                boolean added = !zero;
                zero = true;
                return added;
            }
            if (size * 3L > slots.length) { // two thirds of the pairs
                grow();
            }
            int at = place(slots, high, low);
            if (slots[at] != 0 || slots[at + 1] != 0) {
                return false;
            }
            slots[at] = high;
            slots[at + 1] = low;
            size++;
            return true;
        }

        private void grow() {
            long[] larger = new long[slots.length * 2];
            for (int i = 0; i < slots.length; i += 2) {
                if (slots[i] != 0 || slots[i + 1] != 0) {
                    int at = place(larger, slots[i], slots[i + 1]);
                    larger[at] = slots[i];
                    larger[at + 1] = slots[i + 1];
                }
            }
            slots = larger;
        }

        private static int place(long[] slots, long high, long low) {
            int mask = slots.length / 2 - 1;
            int at = (int) (low ^ (low >>> 32)) & mask;
            while (true) {
                int slot = 2 * at;
                boolean empty = slots[slot] == 0 && slots[slot + 1] == 0;
                if (empty || (slots[slot] == high && slots[slot + 1] == low)) {
                    return slot;
                }
                at = (at + 1) & mask;
            }
        }
    }
}
