package dev.afinador.dataset.check;

/// How much of a text was there before in the same text, by runs of four words. For one thread.
final class Repetition {

    private static final int PLACES = 1 << 12;
    private static final int LEAST_WORDS = 40;

    private final long[] seen = new long[PLACES];
    private long text = 1;
    private long a;
    private long b;
    private long c;
    private int words;
    private int repeated;

    void startText() {
        text++;
        a = 0;
        b = 0;
        c = 0;
        words = 0;
        repeated = 0;
    }

    void word(long hash) {
        if (++words > 3) {
            // the text's number is part of it, so nothing has to be cleared between texts
            long run = Hashes.mix(a * 3 + b * 5 + c * 7 + hash + text * 11) | 1;
            int place = (int) (run >>> 52);
            if (seen[place] == run) {
                repeated++;
            }
            seen[place] = run;
        }
        a = b;
        b = c;
        c = hash;
    }

    /// Share of the runs that were there before, in percent; 0 for short texts.
    int percent() {
        return words < LEAST_WORDS ? 0 : (int) (100L * repeated / (words - 3));
    }
}
