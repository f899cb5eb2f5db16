package dev.afinador.dataset.check;

/// Hashes of a file's examples: enough to tell that one is there again, not what it says. 64 bits of a question and 32 of
/// its answer, so that two of a million different examples are taken for one once in 40 million files.
///
/// The first example with a question stands under the question alone, those with other answers under both, so that finding
/// either takes one or two looks, however many answers a question has.
public final class Fingerprints {

    private static final int FIRST = 1 << 12;

    private long[] keys = new long[FIRST];
    private int[] answers = new int[FIRST];
    private int[] lines = new int[FIRST];
    private int size;
    private final int most;

    Fingerprints(int most) {
        this.most = most;
    }

    /// What was found for an example, with its line, 1-based.
    sealed interface Match {
        /// Nothing like it.
        record Fresh() implements Match {}

        /// The same question and answer.
        record Same(long line) implements Match {}

        /// The same question, another answer.
        record OtherAnswer(long line) implements Match {}
    }

    private static final Match FRESH = new Match.Fresh();

    /// How many different examples are remembered.
    int size() {
        return size;
    }

    Match find(long question, long answer) {
        long key = key(question);
        int place = find(key);
        if (keys[place] == 0) {
            return FRESH;
        }
        int first = place;
        if (answers[place] == (int) answer) {
            return new Match.Same(line(place));
        }
        place = find(both(question, answer));
        return keys[place] != 0 ? new Match.Same(line(place)) : new Match.OtherAnswer(line(first));
    }

    /// Looks for an example and remembers it when it is new, as long as there is room.
    Match add(long question, long answer, long line) {
        Match match = find(question, answer);
        switch (match) {
            case Match.Fresh fresh -> put(key(question), answer, line);
            case Match.OtherAnswer other -> put(both(question, answer), answer, line);
            case Match.Same same -> {}
        }
        return match;
    }

    private void put(long key, long answer, long line) {
        if (size >= most || line > 0xFFFF_FFFFL) {
            return;
        }
        if (size >= keys.length / 4 * 3) {
            grow();
        }
        int place = find(key);
        keys[place] = key;
        answers[place] = (int) answer;
        lines[place] = (int) line;
        size++;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldAnswers = answers;
        int[] oldLines = lines;
        keys = new long[2 * oldKeys.length];
        answers = new int[keys.length];
        lines = new int[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int place = find(oldKeys[i]);
                keys[place] = oldKeys[i];
                answers[place] = oldAnswers[i];
                lines[place] = oldLines[i];
            }
        }
    }

    /// @return where the key is, or the free place where it would be
    private int find(long key) {
        int place = (int) (key >>> 20) & (keys.length - 1);
        while (keys[place] != 0 && keys[place] != key) {
            place = (place + 1) & (keys.length - 1);
        }
        return place;
    }

    private long line(int place) {
        return lines[place] & 0xFFFF_FFFFL;
    }

    private static long key(long question) {
        return Hashes.mix(question) | 1;
    }

    private static long both(long question, long answer) {
        return Hashes.mix(Hashes.join(question, answer)) | 1;
    }
}
