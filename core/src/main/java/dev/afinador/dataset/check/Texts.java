package dev.afinador.dataset.check;

import dev.afinador.dataset.DatasetKind;
import dev.afinador.dataset.TrainingFileRule;
import dev.afinador.dataset.json.JsonTape;
import dev.afinador.dataset.json.JsonText;
import dev.afinador.dataset.tokens.TokenCounter;
import org.jspecify.annotations.Nullable;

/// Reads what the texts of an example say: counts their tokens, goes through their words, and hashes question and answer so
/// that examples can be compared. For one thread.
///
/// The tokens around texts are those of the recipe that OpenAI published for chat models (`num_tokens_from_messages` in its
/// cookbook): 3 for each message besides its role, 1 for a name besides its own, and 3 for each example.
final class Texts {

    private static final int PER_MESSAGE = 3;
    private static final int PER_NAME = 1;
    private static final int PER_EXAMPLE = 3;

    /// Longer answers are no labels.
    private static final int LONGEST_LABEL = 48;

    private final CheckOptions options;
    private final JsonTape tape;
    private final Reporter reporter;
    private final @Nullable TokenCounter counter;
    private final Likeness likeness = new Likeness();
    private final TextScan scan;
    private final JsonText text = new JsonText();
    private final JsonText scratch = new JsonText();
    private final boolean reads;

    // of the example at hand
    private long question;
    private long answer;
    private long otherAnswer;
    private long label;
    private int tokens;
    private int answerTokens;

    // of the message at hand
    private int role;
    private int content;
    private int name;
    private int weight;
    private int toolCalls;
    private int functionCall;

    Texts(CheckOptions options, JsonTape tape, Reporter reporter, @Nullable TokenCounter counter) {
        this.options = options;
        this.tape = tape;
        this.reporter = reporter;
        this.counter = counter;
        this.scan = new TextScan(reporter, likeness);
        this.reads = options.contents() || counter != null;
    }

    Likeness likeness() {
        return likeness;
    }

    void startExample() {
        question = 0;
        answer = 0;
        otherAnswer = 0;
        label = 0;
        tokens = 0;
        answerTokens = 0;
        if (options.contents()) {
            likeness.startExample();
        }
    }

    void tools(Block block, ToolRules tools) {
        if (tools.hash() != 0) {
            question = Hashes.join(question, tools.hash());
            tokens += tools.tokens();
            block.sums.toolTokens += tools.tokens();
        }
    }

    /// @param lastIsAnswer whether the last message, if the assistant's, answers the ones before it
    void messages(Block block, int list, boolean lastIsAnswer) {
        for (int message = list + 1; message < tape.next(list); message = tape.next(message)) {
            if (!tape.isObject(message)) {
                continue;
            }
            boolean last = tape.next(message) >= tape.next(list);
            Role who = readKeys(message);
            block.sums.messages[who.ordinal()]++;
            if (!reads) {
                continue;
            }
            boolean answers = last && lastIsAnswer && who == Role.ASSISTANT;
            long hash = message(block, who, answers);
            if (answers) {
                answer = hash;
            } else {
                question = Hashes.join(question, hash);
            }
            if (who == Role.ASSISTANT && lastIsAnswer && !MessageRules.isNumber(tape, weight, 0)) {
                block.sums.learnedTokens += messageTokens;
            }
            answerTokens += who == Role.ASSISTANT ? messageTokens : 0;
        }
    }

    /// The two answers of a preference pair.
    ///
    /// @param wanted value of a list of messages, or 0
    void outputs(Block block, int wanted, int other) {
        answer = output(block, wanted);
        otherAnswer = output(block, other);
    }

    boolean sameOutputs() {
        return options.contents() && answer == otherAnswer;
    }

    private long output(Block block, int list) {
        long hash = 0;
        if (list != 0) {
            for (int message = list + 1; message < tape.next(list); message = tape.next(message)) {
                if (!tape.isObject(message)) {
                    continue;
                }
                Role who = readKeys(message);
                block.sums.messages[who.ordinal()]++;
                if (reads) {
                    hash = Hashes.join(hash, message(block, who, false));
                    block.sums.learnedTokens += messageTokens;
                    answerTokens += messageTokens;
                }
            }
        }
        return hash;
    }

    /// Another key of an item, for its grader. Part of what is compared, as an answer is.
    void graderField(int key) {
        if (reads) {
            int from = tape.start(key);
            int to = tape.end(key + 1) + (tape.isString(key + 1) ? 1 : 0);
            answer = Hashes.join(answer, Hashes.of(tape.bytes(), from, to));
        }
    }

    /// @param prompt value of a string, or 0
    void completion(Block block, int prompt, int completion) {
        block.sums.messages[Role.PROMPT.ordinal()]++;
        block.sums.messages[Role.COMPLETION.ordinal()]++;
        if (!reads) {
            return;
        }
        if (prompt != 0) {
            question = Hashes.join(1, text(block, prompt, Role.PROMPT, false));
        }
        if (completion != 0) {
            messageTokens = 0;
            answer = text(block, completion, Role.COMPLETION, true);
            answerTokens += messageTokens;
            block.sums.learnedTokens += messageTokens;
        }
    }

    void endExample(Block block, int example, DatasetKind kind) {
        if (options.contents() && (question != 0 || answer != 0)) {
            block.prompt[example] = question;
            block.answer[example] = answer;
            block.otherAnswer[example] = otherAnswer;
            block.label[example] = label;
            likeness.endExample(block, example);
        }
        if (counter == null) {
            return;
        }
        if (kind != DatasetKind.COMPLETION) {
            tokens += PER_EXAMPLE;
            block.sums.frameTokens += PER_EXAMPLE;
        }
        block.tokens[example] = tokens;
        block.answerTokens[example] = answerTokens;
        int limit = options.tokensPerExample();
        if (limit > 0 && tokens > limit) {
            block.sums.overLimit++;
            block.sums.tokensWithinLimit += limit;
            reporter.value(TrainingFileRule.TOKENS_OVER_LIMIT, 0, tokens, limit, tokens - limit);
        } else {
            block.sums.tokensWithinLimit += tokens;
        }
    }

    // ------------------------------------------------------------------------------------------------------ messages

    /// Tokens of what the message at hand says.
    private int messageTokens;

    private Role readKeys(int message) {
        role = 0;
        content = 0;
        name = 0;
        weight = 0;
        toolCalls = 0;
        functionCall = 0;
        for (int key = message + 1; key < tape.next(message); key = tape.next(key + 1)) {
            switch (Word.of(tape, key, scratch)) {
                case ROLE -> role = key + 1;
                case CONTENT -> content = key + 1;
                case NAME -> name = key + 1;
                case WEIGHT -> weight = key + 1;
                case TOOL_CALLS -> toolCalls = key + 1;
                case FUNCTION_CALL -> functionCall = key + 1;
                case null, default -> {}
            }
        }
        Role known =
                role != 0 && tape.isString(role) ? MessageRules.roleOf(tape, role, scratch) : null;
        return known == null ? Role.OTHER : known;
    }

    private long message(Block block, Role who, boolean answers) {
        messageTokens = 0;
        long hash = who.ordinal() + 1;
        if (content != 0 && tape.isString(content)) {
            hash = Hashes.join(hash, text(block, content, who, answers));
        } else if (content != 0 && tape.isArray(content)) {
            hash = Hashes.join(hash, parts(block, who, answers));
        }
        if (toolCalls != 0 && tape.isArray(toolCalls)) {
            for (int call = toolCalls + 1; call < tape.next(toolCalls); call = tape.next(call)) {
                int function = tape.isObject(call) ? member(call, Word.FUNCTION) : 0;
                if (function != 0 && tape.isObject(function)) {
                    hash = Hashes.join(hash, called(block, who, function));
                }
            }
        }
        if (functionCall != 0 && tape.isObject(functionCall)) {
            hash = Hashes.join(hash, called(block, who, functionCall));
        }
        if (counter != null) {
            int frame = PER_MESSAGE;
            if (role != 0 && tape.isString(role)) {
                frame += counter.count(tape.bytes(), tape.start(role), tape.end(role));
            }
            if (name != 0 && tape.isString(name)) {
                frame += PER_NAME + counter.count(tape.bytes(), tape.start(name), tape.end(name));
            }
            tokens += frame;
            block.sums.frameTokens += frame;
        }
        return hash;
    }

    private long parts(Block block, Role who, boolean answers) {
        long hash = 0;
        boolean single = tape.next(content + 1) == tape.next(content);
        for (int part = content + 1; part < tape.next(content); part = tape.next(part)) {
            if (!tape.isObject(part)) {
                continue;
            }
            int said = member(part, Word.TEXT);
            int image = member(part, Word.IMAGE_URL);
            if (said != 0 && tape.isString(said)) {
                hash = Hashes.join(hash, text(block, said, who, answers && single));
            }
            if (image != 0) {
                long seen = Hashes.of(tape.bytes(), tape.start(image), tape.end(image));
                hash = Hashes.join(hash, seen);
                likeness.image(seen);
            }
        }
        return hash;
    }

    private long called(Block block, Role who, int function) {
        long hash = 7;
        int named = member(function, Word.NAME);
        int arguments = member(function, Word.ARGUMENTS);
        if (named != 0 && tape.isString(named)) {
            hash = Hashes.join(hash, text(block, named, who, false));
        }
        if (arguments != 0 && tape.isString(arguments)) {
            hash = Hashes.join(hash, text(block, arguments, who, false));
        }
        return hash;
    }

    /// @return the text's hash, never 0
    private long text(Block block, int value, Role who, boolean answers) {
        text.read(tape, value);
        byte[] b = text.bytes();
        int from = text.from();
        int to = text.to();
        if (counter != null) {
            int count = counter.count(b, from, to);
            tokens += count;
            messageTokens += count;
            block.sums.tokens[who.ordinal()] += count;
        }
        if (options.contents()) {
            scan.scan(b, from, to, value, who, text.hasBrokenPair());
        }
        if (!options.contents()) {
            return 1;
        }
        if (answers && to - from <= LONGEST_LABEL) {
            label = label(b, from, to);
        }
        return Hashes.of(b, from, to) | 1;
    }

    /// A short answer without the spaces around it; 0 when it is empty or has lines.
    private static long label(byte[] b, int first, int end) {
        int from = first;
        int to = end;
        while (from < to && b[from] >= 0 && b[from] <= ' ') {
            from++;
        }
        while (to > from && b[to - 1] >= 0 && b[to - 1] <= ' ') {
            to--;
        }
        for (int i = from; i < to; i++) {
            if (b[i] == '\n') {
                return 0;
            }
        }
        return from == to ? 0 : Hashes.of(b, from, to) | 1;
    }

    private int member(int object, Word wanted) {
        int found = 0;
        for (int key = object + 1; key < tape.next(object); key = tape.next(key + 1)) {
            if (Word.of(tape, key, scratch) == wanted) {
                found = key + 1;
            }
        }
        return found;
    }
}
