package dev.afinador.dataset.check;

import dev.afinador.dataset.TrainingFileRule;
import dev.afinador.dataset.json.JsonTape;
import dev.afinador.dataset.json.JsonText;
import dev.afinador.dataset.tokens.TokenCounter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The rules for tools: their declarations, calls and answers. For one thread.
final class ToolRules {

    private static final int MOST_FUNCTIONS = 128;
    private static final int LONGEST_NAME = 64;
    private static final int SETS = 8;

    private final JsonTape tape;
    private final Reporter reporter;
    private final @Nullable TokenCounter counter;
    private final JsonText scratch = new JsonText();

    /// The arguments of a call are JSON in a string.
    private final JsonTape arguments = new JsonTape();

    private final JsonText argumentsText = new JsonText();

    private final @Nullable ToolSet[] sets = new @Nullable ToolSet[SETS];

    private @Nullable ToolSet tools;
    private @Nullable ToolSet functions;
    private boolean toldMissing;

    // calls that wait for an answer: the value of each id, and whether it came
    private int[] ids = new int[16];
    private boolean[] answered = new boolean[16];
    private int calls;

    ToolRules(JsonTape tape, Reporter reporter, @Nullable TokenCounter counter) {
        this.tape = tape;
        this.reporter = reporter;
        this.counter = counter;
    }

    /// @param toolsValue     value of `tools`, or 0
    /// @param functionsValue value of `functions`, or 0
    /// @param parallelValue  value of `parallel_tool_calls`, or 0
    void startExample(int toolsValue, int functionsValue, int parallelValue) {
        tools = null;
        functions = null;
        toldMissing = false;
        if (toolsValue != 0 && !tape.isNull(toolsValue)) {
            if (tape.isArray(toolsValue)) {
                tools = set(toolsValue, false);
            } else {
                reporter.value(TrainingFileRule.TOOLS_NOT_A_LIST, toolsValue);
            }
        }
        if (functionsValue != 0 && !tape.isNull(functionsValue)) {
            reporter.value(TrainingFileRule.FUNCTIONS_DEPRECATED, functionsValue);
            if (tape.isArray(functionsValue)) {
                functions = set(functionsValue, true);
            } else {
                reporter.value(TrainingFileRule.TOOLS_NOT_A_LIST, functionsValue);
            }
        }
        if (parallelValue != 0
                && tape.type(parallelValue) != JsonTape.Type.TRUE
                && tape.type(parallelValue) != JsonTape.Type.FALSE) {
            reporter.value(TrainingFileRule.PARALLEL_TOOL_CALLS_NOT_BOOLEAN, parallelValue);
        }
    }

    /// Hash of what the example declares; 0 when it is nothing.
    long hash() {
        long hash = tools == null ? 0 : tools.hash();
        return functions == null ? hash : hash * 31 + functions.hash();
    }

    int tokens() {
        return (tools == null ? 0 : tools.tokens()) + (functions == null ? 0 : functions.tokens());
    }

    // ------------------------------------------------------------------------------------------------ declarations

    private ToolSet set(int list, boolean legacy) {
        int start = tape.start(list);
        int end = tape.end(list);
        long hash = Hashes.of(tape.bytes(), start, end) * 2 + (legacy ? 1 : 0);
        int place = (int) (hash >>> 61);
        ToolSet known = sets[place];
        if (known != null
                && known.clean()
                && known.hash() == hash
                && Arrays.equals(known.json(), 0, known.json().length, tape.bytes(), start, end)) {
            return known;
        }
        ToolSet read = read(list, legacy, hash);
        sets[place] = read;
        return read;
    }

    private ToolSet read(int list, boolean legacy, long hash) {
        Map<String, ArgumentSchema> found = new LinkedHashMap<>();
        boolean clean = true;
        int count = 0;
        for (int item = list + 1; item < tape.next(list); item = tape.next(item)) {
            int function = legacy ? item : functionOf(item);
            clean &= function != 0 && declaration(function, found);
            count++;
        }
        if (legacy && count > MOST_FUNCTIONS) {
            reporter.value(TrainingFileRule.FUNCTIONS_TOO_MANY, list, count, MOST_FUNCTIONS);
            clean = false;
        }
        int start = tape.start(list);
        int end = tape.end(list);
        int tokens = counter == null ? 0 : counter.count(tape.bytes(), start, end);
        byte[] json = Arrays.copyOfRange(tape.bytes(), start, end);
        return new ToolSet(json, Map.copyOf(found), clean, hash, tokens);
    }

    /// @return the value of `function`, or 0 when the tool is not declared as it should
    private int functionOf(int item) {
        if (!tape.isObject(item)) {
            reporter.value(TrainingFileRule.TOOL_BAD, item, "type");
            return 0;
        }
        int type = member(item, Word.TYPE);
        if (type == 0 || !tape.isString(type) || Word.of(tape, type, scratch) != Word.FUNCTION) {
            reporter.value(TrainingFileRule.TOOL_BAD, type == 0 ? item : type, "type");
            return 0;
        }
        int function = member(item, Word.FUNCTION);
        if (function == 0 || !tape.isObject(function)) {
            reporter.value(TrainingFileRule.TOOL_BAD, function == 0 ? item : function, "function");
            return 0;
        }
        return function;
    }

    private boolean declaration(int function, Map<String, ArgumentSchema> found) {
        int name = tape.isObject(function) ? member(function, Word.NAME) : 0;
        if (name == 0 || !tape.isString(name) || tape.isEmpty(name)) {
            reporter.value(TrainingFileRule.TOOL_BAD, name == 0 ? function : name, "name");
            return false;
        }
        boolean good = true;
        if (!isName(name)) {
            reporter.value(TrainingFileRule.TOOL_NAME_BAD, name);
            good = false;
        }
        ArgumentSchema schema = ArgumentSchema.ANY;
        int parameters = member(function, Word.PARAMETERS);
        if (parameters != 0 && !tape.isNull(parameters)) {
            if (tape.isObject(parameters)) {
                schema = ArgumentSchema.read(tape, parameters);
            }
            if (!tape.isObject(parameters) || !schema.takes(ArgumentSchema.Kind.OBJECT)) {
                reporter.value(TrainingFileRule.TOOL_PARAMETERS_BAD, parameters);
                good = false;
            }
        }
        if (found.put(ArgumentSchema.text(tape, name, scratch), schema) != null) {
            reporter.value(TrainingFileRule.TOOL_TWICE, name, reporter.shown(name));
            good = false;
        }
        return good;
    }

    private boolean isName(int value) {
        int length = tape.end(value) - tape.start(value);
        if (length > LONGEST_NAME) {
            return false;
        }
        for (int i = tape.start(value); i < tape.end(value); i++) {
            byte c = tape.bytes()[i];
            int letter = c | 0x20;
            boolean good =
                    (letter >= 'a' && letter <= 'z')
                            || (c >= '0' && c <= '9')
                            || c == '_'
                            || c == '-';
            if (!good) {
                return false;
            }
        }
        return true;
    }

    // -------------------------------------------------------------------------------------------
    // calls and answers

    void startMessages() {
        calls = 0;
    }

    void message(
            int message,
            @Nullable Role role,
            int toolCalls,
            int functionCall,
            int toolCallId,
            int name) {
        if (role == Role.TOOL) {
            answer(message, toolCallId);
        } else if (calls > 0) {
            unanswered();
        }
        if (role == Role.FUNCTION && (name == 0 || tape.isNull(name))) {
            reporter.value(TrainingFileRule.FUNCTION_NAME_MISSING, message);
        }
        if (toolCalls != 0 && !tape.isNull(toolCalls)) {
            if (role != null && role != Role.ASSISTANT) {
                reporter.value(TrainingFileRule.TOOL_CALLS_NOT_FROM_ASSISTANT, toolCalls);
            }
            calls(toolCalls);
        }
        if (functionCall != 0 && !tape.isNull(functionCall)) {
            reporter.value(TrainingFileRule.FUNCTIONS_DEPRECATED, functionCall);
            if (tape.isObject(functionCall)) {
                called(functionCall, functions);
            } else {
                reporter.value(TrainingFileRule.TOOL_CALL_BAD, functionCall, "function_call");
            }
        }
    }

    void endMessages() {
        boolean any = false;
        for (int i = 0; i < calls; i++) {
            any |= answered[i];
        }
        if (any) {
            unanswered();
        }
        calls = 0;
    }

    private void calls(int list) {
        if (!tape.isArray(list)) {
            reporter.value(TrainingFileRule.TOOL_CALLS_NOT_A_LIST, list);
            return;
        }
        for (int call = list + 1; call < tape.next(list); call = tape.next(call)) {
            if (!tape.isObject(call)) {
                reporter.value(TrainingFileRule.TOOL_CALL_BAD, call, "function");
                continue;
            }
            int id = member(call, Word.ID);
            if (id == 0 || !tape.isString(id) || tape.isEmpty(id)) {
                reporter.value(TrainingFileRule.TOOL_CALL_BAD, id == 0 ? call : id, "id");
            } else {
                expect(id);
            }
            int type = member(call, Word.TYPE);
            if (type == 0
                    || !tape.isString(type)
                    || Word.of(tape, type, scratch) != Word.FUNCTION) {
                reporter.value(TrainingFileRule.TOOL_CALL_BAD, type == 0 ? call : type, "type");
            }
            int function = member(call, Word.FUNCTION);
            if (function == 0 || !tape.isObject(function)) {
                reporter.value(
                        TrainingFileRule.TOOL_CALL_BAD,
                        function == 0 ? call : function,
                        "function");
            } else {
                called(function, tools);
            }
        }
    }

    private void expect(int id) {
        for (int i = 0; i < calls; i++) {
            if (same(ids[i], id)) {
                reporter.value(TrainingFileRule.TOOL_CALL_ID_TWICE, id);
                return;
            }
        }
        if (calls == ids.length) {
            ids = Arrays.copyOf(ids, 2 * calls);
            answered = Arrays.copyOf(answered, 2 * calls);
        }
        answered[calls] = false;
        ids[calls++] = id;
    }

    private void answer(int message, int id) {
        if (id == 0 || !tape.isString(id) || tape.isEmpty(id)) {
            reporter.value(TrainingFileRule.TOOL_CALL_ID_MISSING, id == 0 ? message : id);
            return;
        }
        for (int i = 0; i < calls; i++) {
            if (same(ids[i], id)) {
                answered[i] = true;
                return;
            }
        }
        reporter.value(TrainingFileRule.TOOL_MESSAGE_WITHOUT_CALL, id);
    }

    private void unanswered() {
        for (int i = 0; i < calls; i++) {
            if (!answered[i]) {
                reporter.value(TrainingFileRule.TOOL_CALL_UNANSWERED, ids[i]);
            }
        }
        calls = 0;
    }

    private boolean same(int one, int other) {
        if (tape.isEscaped(one) || tape.isEscaped(other)) {
            return ArgumentSchema.text(tape, one, scratch)
                    .equals(ArgumentSchema.text(tape, other, scratch));
        }
        return Arrays.equals(
                tape.bytes(),
                tape.start(one),
                tape.end(one),
                tape.bytes(),
                tape.start(other),
                tape.end(other));
    }

    /// A called function with its name and arguments.
    private void called(int function, @Nullable ToolSet declared) {
        int name = member(function, Word.NAME);
        ArgumentSchema schema = ArgumentSchema.ANY;
        String tool = "";
        if (name == 0 || !tape.isString(name) || tape.isEmpty(name)) {
            reporter.value(TrainingFileRule.TOOL_CALL_BAD, name == 0 ? function : name, "name");
        } else {
            tool = ArgumentSchema.text(tape, name, scratch);
            if (declared == null) {
                if (!toldMissing) {
                    reporter.value(TrainingFileRule.TOOLS_MISSING, name, Reporter.cut(tool));
                    toldMissing = true;
                }
            } else {
                ArgumentSchema known = declared.tools().get(tool);
                if (known == null) {
                    reporter.value(
                            TrainingFileRule.TOOL_UNDECLARED,
                            name,
                            Reporter.cut(tool),
                            some(declared.tools().keySet()));
                } else {
                    schema = known;
                }
            }
        }
        int text = member(function, Word.ARGUMENTS);
        if (text == 0) {
            reporter.value(TrainingFileRule.TOOL_CALL_BAD, function, "arguments");
        } else if (!tape.isString(text)) {
            reporter.value(TrainingFileRule.ARGUMENTS_NOT_TEXT, text, reporter.kindOf(text));
        } else {
            arguments(text, tool, schema);
        }
    }

    private void arguments(int value, String tool, ArgumentSchema schema) {
        argumentsText.read(tape, value);
        int from = argumentsText.from();
        if (!arguments.read(argumentsText.bytes(), from, argumentsText.to())) {
            reporter.text(
                    TrainingFileRule.ARGUMENTS_NOT_JSON,
                    value,
                    arguments.problemAt() - from,
                    arguments.problem().name().toLowerCase(Locale.ROOT));
        } else if (!arguments.isObject(0)) {
            reporter.value(
                    TrainingFileRule.ARGUMENTS_NOT_AN_OBJECT,
                    value,
                    kindWord(ArgumentSchema.kind(arguments, 0)));
        } else if (schema != ArgumentSchema.ANY) {
            object(0, value, tool, schema, new StringBuilder());
        }
    }

    private void object(
            int object, int value, String tool, ArgumentSchema schema, StringBuilder path) {
        for (String required : schema.required()) {
            if (!has(object, required)) {
                found(TrainingFileRule.ARGUMENT_MISSING, object, value, path, required, tool);
            }
        }
        if (schema.properties().isEmpty() && !schema.closed()) {
            return;
        }
        for (int key = object + 1; key < arguments.next(object); key = arguments.next(key + 1)) {
            String name = ArgumentSchema.text(arguments, key, scratch);
            ArgumentSchema of = schema.properties().get(name);
            if (of == null) {
                found(
                        TrainingFileRule.ARGUMENT_UNKNOWN,
                        key,
                        value,
                        path,
                        Reporter.cut(name),
                        tool);
                continue;
            }
            int length = path.length();
            Reporter.step(path, Reporter.cut(name));
            argument(key + 1, value, Reporter.cut(name), tool, of, path);
            path.setLength(length);
        }
    }

    private void argument(
            int argument,
            int value,
            String name,
            String tool,
            ArgumentSchema schema,
            StringBuilder path) {
        ArgumentSchema.Kind kind = ArgumentSchema.kind(arguments, argument);
        if (!schema.takes(kind)) {
            found(
                    TrainingFileRule.ARGUMENT_WRONG_TYPE,
                    argument,
                    value,
                    path,
                    name,
                    kindWord(kind),
                    String.join(
                            " | ",
                            schema.types().stream().map(ToolRules::kindWord).sorted().toList()));
            return;
        }
        if (!schema.allowed().isEmpty()
                && !schema.allowed().contains(ArgumentSchema.text(arguments, argument, scratch))) {
            found(
                    TrainingFileRule.ARGUMENT_NOT_ALLOWED,
                    argument,
                    value,
                    path,
                    name,
                    Reporter.cut(String.join(", ", schema.allowed())));
        } else if (kind == ArgumentSchema.Kind.OBJECT) {
            object(argument, value, tool, schema, path);
        } else if (kind == ArgumentSchema.Kind.ARRAY && schema.items() != null) {
            int index = 0;
            for (int item = argument + 1;
                    item < arguments.next(argument);
                    item = arguments.next(item)) {
                int length = path.length();
                path.append('[').append(index++).append(']');
                argument(item, value, name, tool, schema.items(), path);
                path.setLength(length);
            }
        }
    }

    private void found(
            TrainingFileRule rule, int argument, int value, StringBuilder path, Object... args) {
        int at = arguments.start(argument) - (arguments.isString(argument) ? 1 : 0);
        reporter.inside(rule, value, at - argumentsText.from(), path.toString(), args);
    }

    private boolean has(int object, String name) {
        for (int key = object + 1; key < arguments.next(object); key = arguments.next(key + 1)) {
            if (ArgumentSchema.text(arguments, key, scratch).equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static String kindWord(ArgumentSchema.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static String some(Iterable<String> names) {
        var sorted = new TreeSet<String>();
        names.forEach(sorted::add);
        List<String> first = sorted.stream().limit(10).toList();
        return String.join(", ", first) + (sorted.size() > 10 ? ", …" : "");
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
