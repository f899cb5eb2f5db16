package dev.afinador.dataset.check;

import dev.afinador.dataset.DatasetFinding.Excerpt;
import dev.afinador.dataset.TrainingFileRule;
import dev.afinador.dataset.json.JsonTape;
import dev.afinador.dataset.json.JsonText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes down what the rules find in the line at hand, with its place. All findings are counted; their words are made
/// only as long as they may be kept. For one thread.
final class Reporter {

    private static final int LONGEST_KEY = 60;

    /// Whether the file has so many findings of a rule that no more will be kept.
    private final RuleGate gate;

    private final JsonTape tape;
    private final JsonText scratch = new JsonText();

    private Block block = new Block();
    private int line;
    private int from;
    private int to;

    /// One rule at a time may be closed: what one block has found before all blocks together are full.
    interface RuleGate {
        boolean isClosed(TrainingFileRule rule);

        /// How many of a rule are kept of one block.
        int most();
    }

    Reporter(JsonTape tape, RuleGate gate) {
        this.tape = tape;
        this.gate = gate;
    }

    void startBlock(Block next) {
        block = next;
    }

    /// @param number counted from the start of the block
    void startLine(int number, int first, int end) {
        line = number;
        from = first;
        to = end;
    }

    Block block() {
        return block;
    }

    int line() {
        return line;
    }

    int lineStart() {
        return from;
    }

    int lineEnd() {
        return to;
    }

    /// About the whole line, or the whole file when `atLine` is 0.
    void line(TrainingFileRule rule, int atLine, Object... args) {
        if (count(rule)) {
            block.found.add(new Block.Found(rule, atLine, 0, null, null, words(args)));
        }
    }

    /// At a byte of the line, where nothing could be read.
    void at(TrainingFileRule rule, int offset, Object... args) {
        if (count(rule)) {
            add(rule, offset, null, args);
        }
    }

    /// At a value of the line.
    void value(TrainingFileRule rule, int value, Object... args) {
        if (count(rule)) {
            add(rule, mark(value), path(value), args);
        }
    }

    /// In a container, at the key of one of its values.
    ///
    /// @param container what the path leads to
    /// @param key       where the column points
    void key(TrainingFileRule rule, int container, int key, Object... args) {
        if (count(rule)) {
            add(rule, mark(key), path(container), args);
        }
    }

    /// Inside the text of a string.
    ///
    /// @param offset in the text, escapes resolved
    void text(TrainingFileRule rule, int value, int offset, Object... args) {
        if (count(rule)) {
            add(rule, JsonText.source(tape, value, offset), path(value), args);
        }
    }

    /// Inside JSON that a string holds.
    ///
    /// @param inner the path in there, starting with a dot or a bracket
    void inside(TrainingFileRule rule, int value, int offset, String inner, Object... args) {
        if (count(rule)) {
            add(rule, JsonText.source(tape, value, offset), path(value) + inner, args);
        }
    }

    private boolean count(TrainingFileRule rule) {
        long so = block.counts[rule.ordinal()]++;
        return so < gate.most() && !gate.isClosed(rule);
    }

    private void add(TrainingFileRule rule, int offset, @Nullable String path, Object... args) {
        byte[] b = tape.bytes();
        Excerpt excerpt = Excerpts.around(b, from, to, offset);
        block.found.add(
                new Block.Found(
                        rule, line, Lines.column(b, from, offset), path, excerpt, words(args)));
    }

    private static List<String> words(Object... args) {
        List<String> words = new ArrayList<>(args.length);
        for (Object arg : args) {
            words.add(String.valueOf(arg));
        }
        return words;
    }

    /// A string is shown from its quotation mark.
    private int mark(int value) {
        return tape.isString(value) ? tape.start(value) - 1 : tape.start(value);
    }

    // ------------------------------------------------------------------------------------------------------- words

    /// The path of a value, e.g. `$.messages[2].role`.
    String path(int wanted) {
        var path = new StringBuilder("$");
        int at = 0;
        while (at != wanted) {
            int child = at + 1;
            boolean object = tape.isObject(at);
            int index = 0;
            int key = -1;
            while (child < tape.next(at)) {
                if (object) {
                    key = child;
                    child = key + 1;
                }
                if (wanted < tape.next(child)) {
                    break;
                }
                child = tape.next(child);
                index++;
            }
            if (object) {
                step(path, shown(key));
                if (wanted == key) {
                    break;
                }
            } else {
                path.append('[').append(index).append(']');
            }
            at = child;
        }
        return path.toString();
    }

    static void step(StringBuilder path, String key) {
        boolean plain = !key.isEmpty();
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            plain &= Character.isLetterOrDigit(c) || c == '_' || c == '-';
        }
        if (plain) {
            path.append('.').append(key);
        } else {
            path.append("['").append(key.replace("'", "\\'")).append("']");
        }
    }

    /// A key or another word of the file, cut where it is long.
    String shown(int value) {
        if (!tape.isString(value)) {
            return "";
        }
        scratch.read(tape, value);
        int length = Math.min(scratch.length(), 4 * LONGEST_KEY);
        String text =
                new String(
                        scratch.bytes(),
                        scratch.from(),
                        length,
                        java.nio.charset.StandardCharsets.UTF_8);
        return cut(text);
    }

    static String cut(String text) {
        return text.codePointCount(0, text.length()) <= LONGEST_KEY
                ? text
                : text.substring(0, text.offsetByCodePoints(0, LONGEST_KEY)) + "…";
    }

    /// What stands there, as a word that the texts translate.
    String kindOf(int value) {
        return switch (tape.type(value)) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case NUMBER -> "number";
            case TRUE, FALSE -> "boolean";
            case NULL -> "null";
        };
    }
}
