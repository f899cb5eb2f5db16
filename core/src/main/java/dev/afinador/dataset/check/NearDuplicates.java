package dev.afinador.dataset.check;

import java.util.Arrays;

/// Looks for earlier examples that are alike by their [Likeness]. Bounded: once the room is used up, later examples are
/// compared with those that are there.
final class NearDuplicates {

    private static final int MOST = 1 << 18;
    private static final int MOST_PLACES = 1 << 21;
    private static final int FIRST = 1 << 10;

    private final int most;
    private byte[] signatures = new byte[FIRST * Likeness.VALUES];
    private int[] lines = new int[FIRST];
    private int size;

    /// Per place an example's number plus one, under the hash of a band.
    private int[] places = new int[FIRST * 8];

    /// The bands that stand in the places, for moving them to a larger table.
    private int[] hashes = new int[FIRST * 8];

    private int used;

    NearDuplicates(int maxCompared) {
        this.most = Math.min(MOST, maxCompared);
    }

    /// Where the last search has led to: an example that is alike, or -1.
    private int found = -1;

    private int agreeing;

    long foundLine() {
        return lines[found] & 0xFFFF_FFFFL;
    }

    /// How much the two share, in percent.
    int foundPercent() {
        return Math.round(100f * agreeing / Likeness.VALUES);
    }

    /// @return whether an earlier example is alike; the first one that a band leads to
    boolean find(Block block, int example) {
        found = -1;
        for (int band = 0; band < Likeness.BANDS; band++) {
            int hash = block.bands[example * Likeness.BANDS + band];
            if (hash == 0) {
                break;
            }
            int other = places[place(hash, places.length)] - 1;
            if (other >= 0) {
                int agree = agree(block.signature, example, other);
                if (agree >= Likeness.ALIKE && (found < 0 || other < found)) {
                    found = other;
                    agreeing = agree;
                }
            }
        }
        return found >= 0;
    }

    void add(Block block, int example, long line) {
        if (size >= most || block.bands[example * Likeness.BANDS] == 0 || line > 0xFFFF_FFFFL) {
            return;
        }
        if (size == lines.length) {
            lines = Arrays.copyOf(lines, 2 * size);
            signatures = Arrays.copyOf(signatures, 2 * size * Likeness.VALUES);
        }
        System.arraycopy(
                block.signature,
                example * Likeness.VALUES,
                signatures,
                size * Likeness.VALUES,
                Likeness.VALUES);
        lines[size] = (int) line;
        if (used + Likeness.BANDS > places.length / 2 && places.length < MOST_PLACES) {
            grow();
        }
        for (int band = 0; band < Likeness.BANDS; band++) {
            int hash = block.bands[example * Likeness.BANDS + band];
            if (hash == 0) {
                break;
            }
            put(hash, size + 1);
        }
        size++;
    }

    /// The first example in a place stays.
    private void put(int hash, int entry) {
        int place = place(hash, places.length);
        if (places[place] == 0) {
            places[place] = entry;
            hashes[place] = hash;
            used++;
        }
    }

    private void grow() {
        int[] oldPlaces = places;
        int[] oldHashes = hashes;
        places = new int[2 * oldPlaces.length];
        hashes = new int[places.length];
        used = 0;
        for (int i = 0; i < oldPlaces.length; i++) {
            if (oldPlaces[i] != 0) {
                put(oldHashes[i], oldPlaces[i]);
            }
        }
    }

    private int agree(byte[] signature, int example, int other) {
        int agree = 0;
        for (int i = 0; i < Likeness.VALUES; i++) {
            if (signature[example * Likeness.VALUES + i]
                    == signatures[other * Likeness.VALUES + i]) {
                agree++;
            }
        }
        return agree;
    }

    private static int place(int hash, int length) {
        return (hash * 0x9E37_79B1) >>> Integer.numberOfLeadingZeros(length) + 1;
    }
}
