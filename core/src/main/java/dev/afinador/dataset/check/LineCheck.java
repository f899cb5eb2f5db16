package dev.afinador.dataset.check;

import dev.afinador.dataset.DatasetKind;
import dev.afinador.dataset.TrainingFileRule;
import dev.afinador.dataset.json.JsonProblem;
import dev.afinador.dataset.json.JsonTape;
import dev.afinador.dataset.json.JsonText;
import dev.afinador.dataset.tokens.TokenCounter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks the lines of blocks, one after the other. For one thread.
final class LineCheck {

    /// What is not among them is for graders in reinforcement, and means nothing elsewhere.
    private static final Map<DatasetKind, Set<Word>> OWN_KEYS =
            Map.of(
                    DatasetKind.CHAT,
                    EnumSet.of(Word.MESSAGES, Word.TOOLS, Word.PARALLEL_TOOL_CALLS, Word.FUNCTIONS),
                    DatasetKind.PREFERENCE,
                    EnumSet.of(
                            Word.INPUT,
                            Word.PREFERRED_OUTPUT,
                            Word.NON_PREFERRED_OUTPUT,
                            Word.PREFERRED_COMPLETION,
                            Word.NON_PREFERRED_COMPLETION,
                            Word.TOOLS,
                            Word.PARALLEL_TOOL_CALLS),
                    DatasetKind.REINFORCEMENT,
                    EnumSet.of(Word.MESSAGES, Word.TOOLS, Word.PARALLEL_TOOL_CALLS),
                    DatasetKind.COMPLETION,
                    EnumSet.of(Word.PROMPT, Word.COMPLETION));

    private static final int KEYS_SHOWN = 20;
    private static final int KEYS_REMEMBERED = 256;

    private final CheckOptions options;
    private final JsonTape tape = new JsonTape();
    private final Reporter reporter;
    private final JsonText scratch = new JsonText();
    private final PartRules parts;
    private final ToolRules tools;
    private final MessageRules messages;
    private final Texts texts;

    // values of the example at hand; 0 is absent
    private final int[] members = new int[Word.values().length];
    private int[] keys = new int[16];
    private @Nullable Word[] words = new @Nullable Word[16];
    private int keyCount;
    private int[] others = new int[16];
    private int otherCount;
    private @Nullable List<String> itemKeys;
    private final Map<DatasetKind, Map<String, String>> meant = new EnumMap<>(DatasetKind.class);

    LineCheck(CheckOptions options, Reporter.RuleGate gate) {
        this.options = options;
        this.reporter = new Reporter(tape, gate);
        TokenCounter counter = options.tokenizer() == null ? null : options.tokenizer().counter();
        this.parts = new PartRules(tape, reporter);
        this.tools = new ToolRules(tape, reporter, counter);
        this.messages = new MessageRules(tape, reporter, parts, tools);
        this.texts = new Texts(options, tape, reporter, counter);
    }

    void use(Template template) {
        texts.likeness().use(template);
    }

    /// Looks at the first examples of a file for what they have in common.
    Template template(Block first) {
        Template collecting = Template.collecting();
        texts.likeness().use(collecting);
        check(first, Template.EXAMPLES);
        first.clearResults();
        return collecting.finished();
    }

    void check(Block block) {
        check(block, Integer.MAX_VALUE);
    }

    private void check(Block block, int mostLines) {
        block.clearResults();
        reporter.startBlock(block);
        itemKeys = null;
        if (block.tooLong) {
            block.lines = 1;
            block.anything = true;
            reporter.startLine(1, 0, 0);
            reporter.line(TrainingFileRule.LINE_TOO_LONG, 1, options.limits().maxLineBytes());
            return;
        }
        byte[] b = block.bytes;
        int start = 0;
        if (block.number == 0) {
            start = startOfFile(block);
            if (start < 0) {
                return;
            }
        }
        while (start < block.to && block.lines < mostLines) {
            int end = Lines.indexOfBreak(b, start, block.to);
            block.lines++;
            reporter.startLine(block.lines, start, end);
            if (!line(block, b, start, end)) {
                return;
            }
            start = end + 1;
        }
    }

    /// @return where the first line starts, or -1 when the file is something else altogether
    private int startOfFile(Block block) {
        byte[] b = block.bytes;
        reporter.startLine(0, 0, 0);
        String other = FileKinds.other(b, block.to);
        if (other != null) {
            boolean encoding = other.startsWith("UTF");
            block.hopeless = true;
            block.anything = true;
            reporter.line(
                    encoding ? TrainingFileRule.ENCODING_UTF16 : TrainingFileRule.BINARY_FILE,
                    0,
                    other);
            return -1;
        }
        if (FileKinds.hasMark(b, block.to)) {
            reporter.line(TrainingFileRule.BYTE_ORDER_MARK, 1);
            return 3;
        }
        return 0;
    }

    /// @return false when reading on makes no sense
    private boolean line(Block block, byte[] b, int from, int to) {
        if (Lines.isBlank(b, from, to)) {
            reporter.line(TrainingFileRule.BLANK_LINE, block.lines);
            return true;
        }
        if (to - from > options.limits().maxLineBytes()) {
            block.anything = true;
            reporter.line(
                    TrainingFileRule.LINE_TOO_LONG, block.lines, options.limits().maxLineBytes());
            return true;
        }
        if (!block.anything && block.number == 0 && FileKinds.opensDocument(b, from, to)) {
            block.hopeless = true;
            block.anything = true;
            reporter.line(TrainingFileRule.NOT_JSON_LINES, block.lines);
            return false;
        }
        block.anything = true;
        if (!tape.read(b, from, to)) {
            broken(b, from);
        } else if (!tape.isObject(0)) {
            reporter.value(TrainingFileRule.NOT_AN_OBJECT, 0, reporter.kindOf(0));
        } else {
            duplicateKeys();
            example(block);
        }
        return true;
    }

    // ------------------------------------------------------------------------------------------------- broken lines

    private void broken(byte[] b, int from) {
        int at = tape.problemAt();
        int column = Lines.column(b, from, at);
        switch (tape.problem()) {
            case CUT_OFF -> reporter.at(TrainingFileRule.JSON_CUT_OFF, at, Math.max(1, column - 1));
            case TRAILING -> reporter.at(TrainingFileRule.JSON_TRAILING, at, column);
            case NOT_UTF8 -> reporter.at(TrainingFileRule.NOT_UTF8, at, at - from + 1);
            default -> {
                JsonProblem problem = tape.problem();
                reporter.at(
                        TrainingFileRule.JSON_BROKEN,
                        at,
                        column,
                        problem.name().toLowerCase(Locale.ROOT),
                        character(b, at));
            }
        }
    }

    /// The character that is there, unless it is a letter or a digit of some text.
    private static String character(byte[] b, int at) {
        byte c = b[at];
        if (c < 0) {
            String text = new String(b, at, 4, StandardCharsets.UTF_8);
            int point = text.codePointAt(0);
            return Character.isLetterOrDigit(point) ? "x" : Character.toString(point);
        }
        if (c < ' ') {
            return "U+%04X".formatted(c);
        }
        return Character.isLetter(c) ? "x" : Character.isDigit(c) ? "9" : String.valueOf((char) c);
    }

    private void duplicateKeys() {
        for (int i = 0; i < tape.suspects(); i++) {
            int object = tape.suspect(i);
            for (int k = 0; k < i; k++) {
                if (tape.suspect(k) == object) {
                    object = -1;
                    break;
                }
            }
            if (object >= 0) {
                duplicateKeys(object);
            }
        }
    }

    private void duplicateKeys(int object) {
        int count = 0;
        for (int key = object + 1; key < tape.next(object); key = tape.next(key + 1)) {
            count++;
        }
        long[] keys = new long[count];
        int i = 0;
        for (int key = object + 1; key < tape.next(object); key = tape.next(key + 1)) {
            scratch.read(tape, key);
            keys[i++] = Hashes.of(scratch.bytes(), scratch.from(), scratch.to());
        }
        long[] sorted = keys.clone();
        Arrays.sort(sorted);
        boolean any = false;
        for (int k = 1; k < count; k++) {
            any |= sorted[k] == sorted[k - 1];
        }
        if (!any) {
            return;
        }
        var seen = new java.util.HashSet<String>();
        for (int key = object + 1; key < tape.next(object); key = tape.next(key + 1)) {
            if (!seen.add(ArgumentSchema.text(tape, key, scratch))) {
                reporter.key(TrainingFileRule.DUPLICATE_KEY, object, key, reporter.shown(key));
            }
        }
    }

    // ----------------------------------------------------------------------------------------------------- examples

    private void example(Block block) {
        readMembers();
        DatasetKind kind = options.kind() == null ? recognised() : options.kind();
        if (kind == DatasetKind.UNKNOWN) {
            List<String> there = new ArrayList<>();
            for (int i = 0; i < Math.min(keyCount, KEYS_SHOWN); i++) {
                there.add(reporter.shown(keys[i]));
            }
            reporter.value(TrainingFileRule.NOT_AN_EXAMPLE, 0, String.join(", ", there));
            return;
        }
        sortKeys(kind);
        block.sawKind(kind, block.lines);
        int example = block.addExample(block.lines);
        parts.startExample();
        texts.startExample();
        switch (kind) {
            case CHAT -> chat(block, example);
            case PREFERENCE -> preference(block, example);
            case REINFORCEMENT -> reinforcement(block, example);
            case COMPLETION -> completion(block, example);
            case UNKNOWN -> throw new IllegalStateException("told above");
        }
        int images = parts.images();
        if (images > 0) {
            block.sums.images += images;
            block.sums.imageExamples++;
            if (images > PartRules.MOST_IMAGES) {
                reporter.value(TrainingFileRule.TOO_MANY_IMAGES, 0, images, PartRules.MOST_IMAGES);
            }
        }
        texts.endExample(block, example, kind);
    }

    private void readMembers() {
        Arrays.fill(members, 0);
        keyCount = 0;
        for (int key = 1; key < tape.next(0); key = tape.next(key + 1)) {
            Word word = Word.of(tape, key, scratch);
            if (word != null) {
                members[word.ordinal()] = key + 1;
            }
            if (keyCount == keys.length) {
                keys = Arrays.copyOf(keys, 2 * keyCount);
                words = Arrays.copyOf(words, 2 * keyCount);
            }
            keys[keyCount] = key;
            words[keyCount++] = word;
        }
    }

    /// Tells apart the keys that examples of this kind have from the others.
    private void sortKeys(DatasetKind kind) {
        Set<Word> own = OWN_KEYS.getOrDefault(kind, Set.of());
        if (others.length < keyCount) {
            others = new int[keys.length];
        }
        otherCount = 0;
        for (int i = 0; i < keyCount; i++) {
            Word word = words[i];
            if (word == null || !own.contains(word)) {
                others[otherCount++] = keys[i];
            }
        }
    }

    private int member(Word word) {
        return members[word.ordinal()];
    }

    private DatasetKind recognised() {
        if (member(Word.PREFERRED_OUTPUT)
                        + member(Word.NON_PREFERRED_OUTPUT)
                        + member(Word.PREFERRED_COMPLETION)
                        + member(Word.NON_PREFERRED_COMPLETION)
                > 0) {
            return DatasetKind.PREFERENCE;
        }
        if (member(Word.MESSAGES) > 0) {
            return looksLikeReinforcement() ? DatasetKind.REINFORCEMENT : DatasetKind.CHAT;
        }
        return member(Word.PROMPT) + member(Word.COMPLETION) > 0
                ? DatasetKind.COMPLETION
                : DatasetKind.UNKNOWN;
    }

    /// Nothing marks such a line, so it is told by what it must have: it leaves the last word to the model, and the
    /// grader needs at least one field to compare with. A mistyped key of ours is no field for a grader.
    private boolean looksLikeReinforcement() {
        sortKeys(DatasetKind.REINFORCEMENT);
        if (otherCount == 0 || lastIsAssistant(member(Word.MESSAGES))) {
            return false;
        }
        for (int i = 0; i < otherCount; i++) {
            String written = reporter.shown(others[i]);
            if (meant(DatasetKind.REINFORCEMENT, written).isEmpty()
                    && meant(DatasetKind.CHAT, written).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private boolean lastIsAssistant(int list) {
        if (!tape.isArray(list) || tape.isEmpty(list)) {
            return true; // tells nothing
        }
        int last = list + 1;
        while (tape.next(last) < tape.next(list)) {
            last = tape.next(last);
        }
        if (!tape.isObject(last)) {
            return true;
        }
        int role = 0;
        for (int key = last + 1; key < tape.next(last); key = tape.next(key + 1)) {
            if (Word.of(tape, key, scratch) == Word.ROLE) {
                role = key + 1;
            }
        }
        return role != 0 && tape.isString(role) && Word.of(tape, role, scratch) == Word.ASSISTANT;
    }

    /// The key that was probably meant; empty when nobody knows.
    private String meant(DatasetKind kind, String written) {
        Map<String, String> remembered = meant.get(kind);
        if (remembered == null) {
            remembered = new HashMap<>();
            meant.put(kind, remembered);
        }
        String known = remembered.get(written);
        if (known == null) {
            List<String> own =
                    OWN_KEYS.getOrDefault(kind, Set.of()).stream().map(Word::text).toList();
            String key = Spelling.key(written, own);
            known = key == null ? "" : key;
            if (remembered.size() < KEYS_REMEMBERED) {
                remembered.put(written, known);
            }
        }
        return known;
    }

    private void otherKeys(DatasetKind kind) {
        for (int i = 0; i < otherCount; i++) {
            otherKey(kind, 0, others[i]);
        }
    }

    private void otherKey(DatasetKind kind, int owner, int key) {
        String written = reporter.shown(key);
        String other = meant(kind, written);
        if (other.isEmpty()) {
            reporter.key(TrainingFileRule.EXAMPLE_KEY_UNKNOWN, owner, key, written);
        } else {
            reporter.key(TrainingFileRule.EXAMPLE_KEY_MISSPELLED, owner, key, written, other);
        }
    }

    private void startTools() {
        tools.startExample(
                member(Word.TOOLS), member(Word.FUNCTIONS), member(Word.PARALLEL_TOOL_CALLS));
    }

    // -------------------------------------------------------------------------------------------------------- chat

    private void chat(Block block, int example) {
        otherKeys(DatasetKind.CHAT);
        startTools();
        int list = member(Word.MESSAGES);
        if (!messages.check(list, 0, DatasetKind.CHAT)) {
            return;
        }
        block.messages[example] = messages.count();
        if (!messages.anyAssistant()) {
            reporter.value(TrainingFileRule.NO_ASSISTANT, list);
        } else if (messages.lastRole() != Role.ASSISTANT) {
            int role = messages.roleValue();
            String said = role == 0 || !tape.isString(role) ? "?" : reporter.shown(role);
            reporter.value(TrainingFileRule.LAST_NOT_ASSISTANT, messages.last(), said);
        }
        texts.tools(block, tools);
        texts.messages(block, list, true);
    }

    // --------------------------------------------------------------------------------------------------- preference

    private void preference(Block block, int example) {
        otherKeys(DatasetKind.PREFERENCE);
        int input = member(Word.INPUT);
        int list = 0;
        if (input == 0) {
            reporter.value(TrainingFileRule.PREFERENCE_KEY_MISSING, 0, "input");
            tools.startExample(0, 0, 0);
        } else if (!tape.isObject(input)) {
            reporter.value(TrainingFileRule.INPUT_NOT_AN_OBJECT, input);
            tools.startExample(0, 0, 0);
        } else {
            list = input(input);
            boolean good = messages.check(list, input, DatasetKind.PREFERENCE);
            block.messages[example] = messages.count();
            if (!good) {
                list = 0;
            }
        }
        texts.tools(block, tools);
        if (list != 0) {
            texts.messages(block, list, false);
        }
        int wanted = output(Word.PREFERRED_OUTPUT, Word.PREFERRED_COMPLETION);
        int other = output(Word.NON_PREFERRED_OUTPUT, Word.NON_PREFERRED_COMPLETION);
        texts.outputs(block, wanted, other);
        if (wanted != 0 && other != 0 && texts.sameOutputs()) {
            reporter.value(TrainingFileRule.OUTPUTS_IDENTICAL, other);
        }
    }

    /// @return the value of the messages, or 0
    private int input(int input) {
        int list = 0;
        int toolsValue = 0;
        int parallel = 0;
        for (int key = input + 1; key < tape.next(input); key = tape.next(key + 1)) {
            switch (Word.of(tape, key, scratch)) {
                case MESSAGES -> list = key + 1;
                case TOOLS -> toolsValue = key + 1;
                case PARALLEL_TOOL_CALLS -> parallel = key + 1;
                // what stands in here is what a chat has
                case null, default -> otherKey(DatasetKind.CHAT, input, key);
            }
        }
        tools.startExample(
                toolsValue == 0 ? member(Word.TOOLS) : toolsValue,
                0,
                parallel == 0 ? member(Word.PARALLEL_TOOL_CALLS) : parallel);
        return list;
    }

    /// @return the value of the list, or 0 when it makes no sense to read it
    private int output(Word key, Word oldKey) {
        int list = member(key);
        int old = member(oldKey);
        if (old != 0) {
            reporter.value(TrainingFileRule.OLD_PREFERENCE_KEY, old, oldKey.text(), key.text());
            if (list == 0) {
                return tape.isArray(old) && !tape.isEmpty(old) ? old : 0;
            }
        }
        if (list == 0) {
            reporter.value(TrainingFileRule.PREFERENCE_KEY_MISSING, 0, key.text());
            return 0;
        }
        if (!messages.check(list, 0, DatasetKind.PREFERENCE)) {
            return 0;
        }
        if (messages.count() != 1) {
            reporter.value(TrainingFileRule.OUTPUT_NOT_ONE_MESSAGE, list, messages.count());
        } else if (messages.lastRole() != Role.ASSISTANT) {
            int role = messages.roleValue();
            if (role != 0 && tape.isString(role) && tape.isObject(messages.last())) {
                reporter.value(
                        TrainingFileRule.OUTPUT_NOT_FROM_ASSISTANT, role, reporter.shown(role));
            }
        }
        return list;
    }

    // ------------------------------------------------------------------------------------------------- reinforcement

    private void reinforcement(Block block, int example) {
        startTools();
        int list = member(Word.MESSAGES);
        if (otherCount == 0) {
            reporter.value(TrainingFileRule.NO_GRADER_FIELDS, 0);
        }
        itemKeys(block, example);
        if (!messages.check(list, 0, DatasetKind.REINFORCEMENT)) {
            return;
        }
        block.messages[example] = messages.count();
        if (messages.lastRole() == Role.ASSISTANT) {
            reporter.value(TrainingFileRule.LAST_IS_ASSISTANT, messages.last());
        }
        texts.tools(block, tools);
        texts.messages(block, list, false);
        for (int i = 0; i < otherCount; i++) {
            texts.graderField(others[i]);
        }
    }

    /// The fields that graders may use; most lines have the same ones.
    private void itemKeys(Block block, int example) {
        List<String> before = itemKeys;
        boolean same = before != null && before.size() == otherCount;
        for (int i = 0; same && i < otherCount && before != null; i++) {
            same = reporter.shown(others[i]).equals(before.get(i));
        }
        if (!same) {
            List<String> there = new ArrayList<>();
            for (int i = 0; i < otherCount; i++) {
                there.add(reporter.shown(others[i]));
            }
            itemKeys = there;
            block.itemKeyLists.add(List.copyOf(there));
        }
        block.itemKeys[example] = block.itemKeyLists.size() - 1;
    }

    // --------------------------------------------------------------------------------------------------- completion

    private void completion(Block block, int example) {
        int prompt = text(Word.PROMPT);
        int completion = text(Word.COMPLETION);
        otherKeys(DatasetKind.COMPLETION);
        block.messages[example] = 2;
        texts.completion(block, prompt, completion);
    }

    private int text(Word key) {
        int value = member(key);
        if (value == 0) {
            reporter.value(TrainingFileRule.COMPLETION_KEY_MISSING, 0, key.text());
            return 0;
        }
        if (!tape.isString(value)) {
            reporter.value(
                    TrainingFileRule.COMPLETION_NOT_A_STRING,
                    value,
                    key.text(),
                    reporter.kindOf(value));
            return 0;
        }
        if (key == Word.COMPLETION && tape.isEmpty(value)) {
            reporter.value(TrainingFileRule.COMPLETION_EMPTY, value);
        }
        return value;
    }
}
