package dev.afinador.dataset.check;

import dev.afinador.dataset.DatasetKind;
import dev.afinador.dataset.TrainingFileRule;
import dev.afinador.dataset.json.JsonTape;
import dev.afinador.dataset.json.JsonText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rules for lists of chat messages, which several formats share. For one thread.
final class MessageRules {

    private static final List<String> ROLES =
            List.of("system", "user", "assistant", "tool", "function", "developer");
    private static final List<String> MESSAGE_KEYS =
            List.of(
                    "role",
                    "content",
                    "name",
                    "weight",
                    "function_call",
                    "tool_calls",
                    "tool_call_id");
    private static final int LONGEST_NAME = 64;

    private final JsonTape tape;
    private final Reporter reporter;
    private final PartRules parts;
    private final ToolRules tools;
    private final JsonText scratch = new JsonText();

    // of the list that was checked last
    private int count;
    private int last;
    private @Nullable Role lastRole;
    private boolean anyAssistant;

    // of the message at hand; 0 is absent
    private int role;
    private int content;
    private int name;
    private int weight;
    private int toolCalls;
    private int functionCall;
    private int toolCallId;

    MessageRules(JsonTape tape, Reporter reporter, PartRules parts, ToolRules tools) {
        this.tape = tape;
        this.reporter = reporter;
        this.parts = parts;
        this.tools = tools;
    }

    /// @param list  value of the list, or 0 when there is none
    /// @param owner what should have the list
    /// @return whether it is a list with messages in it, so that more rules make sense
    boolean check(int list, int owner, DatasetKind kind) {
        count = 0;
        anyAssistant = false;
        lastRole = null;
        last = 0;
        if (list == 0 || !tape.isArray(list)) {
            if (list == 0) {
                reporter.value(TrainingFileRule.MESSAGES_NOT_A_LIST, owner);
            } else {
                reporter.value(TrainingFileRule.MESSAGES_NOT_A_LIST, list);
            }
            return false;
        }
        if (tape.isEmpty(list)) {
            reporter.value(TrainingFileRule.MESSAGES_EMPTY, list);
            return false;
        }
        tools.startMessages();
        boolean anyWeight = false;
        boolean anyLearned = false;
        for (int message = list + 1; message < tape.next(list); message = tape.next(message)) {
            lastRole = null;
            last = message;
            if (!tape.isObject(message)) {
                reporter.value(TrainingFileRule.MESSAGE_NOT_AN_OBJECT, message);
                count++;
                continue;
            }
            readKeys(message);
            lastRole = role(message, kind);
            content(message);
            weight(message);
            name();
            tools.message(message, lastRole, toolCalls, functionCall, toolCallId, name);
            if (lastRole == Role.ASSISTANT) {
                anyAssistant = true;
                anyWeight |= weight != 0;
                anyLearned |= !isNumber(tape, weight, 0);
            }
            count++;
        }
        tools.endMessages();
        if (anyAssistant && anyWeight && !anyLearned) {
            reporter.value(TrainingFileRule.NOTHING_TO_LEARN, list);
        }
        return true;
    }

    int count() {
        return count;
    }

    /// The last message of the list.
    int last() {
        return last;
    }

    /// Its role, or null when it has none that is known.
    @Nullable Role lastRole() {
        return lastRole;
    }

    boolean anyAssistant() {
        return anyAssistant;
    }

    /// The value of a message's role, or 0; of the last message that was read.
    int roleValue() {
        return role;
    }

    private void readKeys(int message) {
        role = 0;
        content = 0;
        name = 0;
        weight = 0;
        toolCalls = 0;
        functionCall = 0;
        toolCallId = 0;
        for (int key = message + 1; key < tape.next(message); key = tape.next(key + 1)) {
            Word word = Word.of(tape, key, scratch);
            int value = key + 1;
            switch (word) {
                case ROLE -> role = value;
                case CONTENT -> content = value;
                case NAME -> name = value;
                case WEIGHT -> weight = value;
                case TOOL_CALLS -> toolCalls = value;
                case FUNCTION_CALL -> functionCall = value;
                case TOOL_CALL_ID -> toolCallId = value;
                // answered by the chat API itself, so rows copied from there have them
                case REFUSAL, AUDIO -> {}
                case null, default -> unknownKey(message, key);
            }
        }
    }

    private void unknownKey(int message, int key) {
        String written = reporter.shown(key);
        String meant = Spelling.key(written, MESSAGE_KEYS);
        if (meant == null) {
            reporter.key(TrainingFileRule.MESSAGE_KEY_UNKNOWN, message, key, written);
        } else {
            reporter.key(TrainingFileRule.MESSAGE_KEY_MISSPELLED, message, key, written, meant);
        }
    }

    private @Nullable Role role(int message, DatasetKind kind) {
        if (role == 0 || !tape.isString(role) || tape.isEmpty(role)) {
            if (role == 0) {
                reporter.value(TrainingFileRule.ROLE_MISSING, message);
            } else {
                reporter.key(TrainingFileRule.ROLE_MISSING, message, role);
            }
            return null;
        }
        Role known = roleOf(tape, role, scratch);
        if (known == null) {
            String written = reporter.shown(role);
            String meant = Spelling.role(written, ROLES);
            if (meant == null) {
                reporter.value(
                        TrainingFileRule.ROLE_UNKNOWN, role, written, String.join(", ", ROLES));
            } else {
                reporter.value(TrainingFileRule.ROLE_MISSPELLED, role, written, meant);
            }
        } else if (known == Role.DEVELOPER && kind != DatasetKind.REINFORCEMENT) {
            reporter.value(TrainingFileRule.ROLE_DEVELOPER, role);
        } else if (known == Role.SYSTEM && count > 0) {
            reporter.value(TrainingFileRule.SYSTEM_NOT_FIRST, role);
        }
        return known;
    }

    /// @param value a string
    static @Nullable Role roleOf(JsonTape tape, int value, JsonText scratch) {
        Word word = Word.of(tape, value, scratch);
        if (word == null) {
            return null;
        }
        return switch (word) {
            case SYSTEM -> Role.SYSTEM;
            case DEVELOPER -> Role.DEVELOPER;
            case USER -> Role.USER;
            case ASSISTANT -> Role.ASSISTANT;
            case TOOL -> Role.TOOL;
            case FUNCTION -> Role.FUNCTION;
            default -> null;
        };
    }

    private void content(int message) {
        boolean calls = holds(toolCalls) || holds(functionCall);
        if (content == 0 || tape.isNull(content)) {
            if (!calls) {
                String said = role == 0 ? "?" : reporter.shown(role);
                if (content == 0) {
                    reporter.value(TrainingFileRule.CONTENT_MISSING, message, said);
                } else {
                    reporter.key(TrainingFileRule.CONTENT_MISSING, message, content, said);
                }
            }
        } else if (tape.isString(content)) {
            if (!calls) {
                text(content);
            }
        } else if (tape.isArray(content)) {
            if (tape.isEmpty(content) && !calls) {
                reporter.value(TrainingFileRule.CONTENT_EMPTY, content);
            }
            parts.check(content, lastSeenRole());
        } else {
            reporter.value(TrainingFileRule.CONTENT_WRONG_TYPE, content, reporter.kindOf(content));
        }
    }

    private @Nullable Role lastSeenRole() {
        return role != 0 && tape.isString(role) ? roleOf(tape, role, scratch) : null;
    }

    private void text(int value) {
        if (tape.isEmpty(value)) {
            reporter.value(TrainingFileRule.CONTENT_EMPTY, value);
        } else if (tape.bytes()[tape.start(value)] <= ' ' || tape.isEscaped(value)) {
            if (isBlank(value)) {
                reporter.value(TrainingFileRule.CONTENT_BLANK, value);
            }
        }
    }

    private boolean isBlank(int value) {
        scratch.read(tape, value);
        byte[] b = scratch.bytes();
        for (int i = scratch.from(); i < scratch.to(); i++) {
            if (b[i] < 0 || b[i] > ' ') {
                return false;
            }
        }
        return true;
    }

    private void weight(int message) {
        if (weight == 0 || tape.isNull(weight)) {
            return;
        }
        if (lastSeenRole() != Role.ASSISTANT) {
            reporter.value(TrainingFileRule.WEIGHT_NOT_ON_ASSISTANT, weight);
        } else if (!isNumber(tape, weight, 0) && !isNumber(tape, weight, 1)) {
            reporter.value(TrainingFileRule.WEIGHT_NOT_0_OR_1, weight);
        }
    }

    /// @param value  of a number, or of anything else, or 0
    /// @param wanted 0 or 1
    static boolean isNumber(JsonTape tape, int value, int wanted) {
        if (value == 0 || tape.type(value) != JsonTape.Type.NUMBER) {
            return false;
        }
        int length = tape.end(value) - tape.start(value);
        if (length == 1) {
            return tape.bytes()[tape.start(value)] == '0' + wanted;
        }
        String number =
                new String(
                        tape.bytes(),
                        tape.start(value),
                        Math.min(length, 30),
                        java.nio.charset.StandardCharsets.ISO_8859_1);
        return length <= 30 && Double.parseDouble(number) == wanted;
    }

    private void name() {
        if (name == 0 || tape.isNull(name)) {
            return;
        }
        if (!tape.isString(name)) {
            reporter.value(TrainingFileRule.NAME_BAD, name, reporter.kindOf(name));
            return;
        }
        int length = tape.end(name) - tape.start(name);
        boolean good = length > 0 && length <= LONGEST_NAME && !tape.isEscaped(name);
        for (int i = tape.start(name); good && i < tape.end(name); i++) {
            byte c = tape.bytes()[i];
            int letter = c | 0x20;
            good =
                    (letter >= 'a' && letter <= 'z')
                            || (c >= '0' && c <= '9')
                            || c == '_'
                            || c == '-';
        }
        if (!good) {
            reporter.value(TrainingFileRule.NAME_BAD, name, "string");
        }
    }

    /// Whether the value is there with something in it.
    private boolean holds(int value) {
        if (value == 0 || tape.isNull(value)) {
            return false;
        }
        return switch (tape.type(value)) {
            case STRING, OBJECT, ARRAY -> !tape.isEmpty(value);
            case NUMBER, TRUE, FALSE, NULL -> true;
        };
    }
}
