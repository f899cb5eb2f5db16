package dev.afinador.dataset.check;

import dev.afinador.dataset.DatasetFinding.Excerpt;
import dev.afinador.dataset.DatasetKind;
import dev.afinador.dataset.TrainingFileRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Some whole lines of a file, and what was found in them. Filled by [Blocks], checked by one [LineCheck], read by
/// [WholeFile], and used again.
final class Block {

    private static final int KINDS = DatasetKind.values().length;
    private static final TrainingFileRule[] RULES = TrainingFileRule.values();

    // ------------------------------------------------------------------------------------------------ what it holds

    /// Counted from 0.
    long number;

    byte[] bytes = new byte[0];

    /// Behind the last byte. There is room for [dev.afinador.dataset.json.JsonTape#PADDING] more.
    int to;

    /// Where in the file the block ends.
    long endsAt;

    /// Whether the file ends here.
    boolean last;

    /// Holds the one permit for much memory.
    boolean large;

    /// The block stands for one line that was too long to be kept.
    boolean tooLong;

    // ------------------------------------------------------------------------------------------------ what was found

    /// Lines of the block. All line numbers here count from 1 at the start of the block.
    int lines;

    /// Something that is not blank.
    boolean anything;

    /// The file is something else altogether; its one finding says what.
    boolean hopeless;

    final long[] counts = new long[RULES.length];
    final List<Found> found = new ArrayList<>();

    final int[] kinds = new int[KINDS];
    final int[] kindFirstLine = new int[KINDS];

    /// Facts about each example, side by side.
    int examples;

    int[] line = new int[0];
    long[] prompt = new long[0];
    long[] answer = new long[0];

    /// Of a pair, the answer that is not wanted; else 0.
    long[] otherAnswer = new long[0];

    /// Hash of a short answer, or 0.
    long[] label = new long[0];

    int[] tokens = new int[0];
    int[] answerTokens = new int[0];
    int[] messages = new int[0];

    /// Of [Likeness#VALUES] bytes per example.
    byte[] signature = new byte[0];

    /// Of [Likeness#BANDS] values per example; 0 is none.
    int[] bands = new int[0];

    /// Per example of reinforcement, which of [#itemKeyLists] it has; else -1.
    int[] itemKeys = new int[0];

    final List<List<String>> itemKeyLists = new ArrayList<>();

    final Sums sums = new Sums();

    /// A finding with its line counted from the start of the block.
    record Found(
            TrainingFileRule rule,
            int line,
            int column,
            @Nullable String path,
            @Nullable Excerpt excerpt,
            List<String> args) {}

    void clearResults() {
        lines = 0;
        anything = false;
        hopeless = false;
        Arrays.fill(counts, 0);
        found.clear();
        Arrays.fill(kinds, 0);
        examples = 0;
        itemKeyLists.clear();
        sums.clear();
    }

    /// Makes room for one more example's facts and clears them.
    int addExample(int atLine) {
        int i = examples++;
        if (i == line.length) {
            int more = Math.max(256, 2 * i);
            line = Arrays.copyOf(line, more);
            prompt = Arrays.copyOf(prompt, more);
            answer = Arrays.copyOf(answer, more);
            otherAnswer = Arrays.copyOf(otherAnswer, more);
            label = Arrays.copyOf(label, more);
            tokens = Arrays.copyOf(tokens, more);
            answerTokens = Arrays.copyOf(answerTokens, more);
            messages = Arrays.copyOf(messages, more);
            signature = Arrays.copyOf(signature, more * Likeness.VALUES);
            bands = Arrays.copyOf(bands, more * Likeness.BANDS);
            itemKeys = Arrays.copyOf(itemKeys, more);
        }
        line[i] = atLine;
        prompt[i] = 0;
        answer[i] = 0;
        otherAnswer[i] = 0;
        label[i] = 0;
        tokens[i] = 0;
        answerTokens[i] = 0;
        messages[i] = 0;
        Arrays.fill(bands, i * Likeness.BANDS, (i + 1) * Likeness.BANDS, 0);
        itemKeys[i] = -1;
        return i;
    }

    void sawKind(DatasetKind kind, int atLine) {
        if (kinds[kind.ordinal()]++ == 0) {
            kindFirstLine[kind.ordinal()] = atLine;
        }
    }
}
