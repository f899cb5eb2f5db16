package dev.afinador.dataset.check;

import java.util.Arrays;

/// Makes examples comparable: a signature whose bytes agree about as often as the examples share runs of three words
/// (MinHash), and hashes of parts of it that find candidates (bands). What a file's examples have in common, such as the
/// wording of a task, does not count, see [Template]. For one thread.
final class Likeness {

    /// Bytes of a signature.
    static final int VALUES = 24;

    /// Two examples are compared when all values of one band agree.
    static final int BANDS = 6;

    /// Of [#VALUES]; about 83 percent of the runs are shared.
    static final int ALIKE = 20;

    private static final int ROWS = VALUES / BANDS;

    /// Examples with fewer runs of their own are alike only when all their words are the same.
    private static final int LEAST_RUNS = 8;

    private static final int[] FACTORS = new int[VALUES];
    private static final int[] OFFSETS = new int[VALUES];

    static {
        long h = 0x5DEE_CE66_D123_4567L;
        for (int i = 0; i < VALUES; i++) {
            h = Hashes.mix(h + i);
            FACTORS[i] = (int) h | 1;
            OFFSETS[i] = (int) (h >>> 32);
        }
    }

    private final int[] least = new int[VALUES];
    private Template template = Template.NONE;
    private long words;
    private long images;
    private long before;
    private long beforeThat;
    private int runs;

    void use(Template known) {
        template = known;
    }

    void startExample() {
        Arrays.fill(least, Integer.MAX_VALUE);
        words = 0;
        images = 0;
        runs = 0;
        startText();
    }

    /// Runs do not cross texts.
    void startText() {
        before = 0;
        beforeThat = 0;
    }

    /// @param hash of the next word, in small letters
    void word(long hash) {
        words = (words ^ hash) * 0x9E37_79B9_7F4A_7C15L;
        if (beforeThat != 0) {
            long run = Hashes.mix(beforeThat * 3 + before * 5 + hash);
            if (template.isCollecting()) {
                template.collect(run);
            } else if (!template.contains(run)) {
                run((int) run);
            }
        }
        beforeThat = before;
        before = hash;
    }

    /// Examples with other images are never alike.
    void image(long hash) {
        images = Hashes.join(images, hash);
    }

    private void run(int run) {
        runs++;
        int[] mins = least;
        for (int i = 0; i < VALUES; i++) {
            mins[i] = Math.min(mins[i], run * FACTORS[i] + OFFSETS[i]);
        }
    }

    void endExample(Block block, int example) {
        if (template.isCollecting()) {
            template.endExample();
            return;
        }
        int bands = example * BANDS;
        int signature = example * VALUES;
        if (words == 0) {
            return; // nothing to compare
        }
        if (runs < LEAST_RUNS) {
            long all = Hashes.mix(words + images);
            block.bands[bands] = (int) (all >>> 32) | 1;
            for (int i = 0; i < VALUES; i++) {
                block.signature[signature + i] =
                        (byte) (Hashes.mix(all + (i >>> 3)) >>> ((i & 7) << 3));
            }
            return;
        }
        for (int band = 0; band < BANDS; band++) {
            long h = band + images;
            for (int i = band * ROWS; i < (band + 1) * ROWS; i++) {
                h = Hashes.mix(h * 31 + least[i]);
                block.signature[signature + i] = (byte) least[i];
            }
            block.bands[bands + band] = (int) h | 1;
        }
    }
}
