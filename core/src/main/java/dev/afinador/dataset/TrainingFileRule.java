package dev.afinador.dataset;

import dev.afinador.dataset.DatasetFinding.Severity;
import java.util.Locale;

/// The rules that training files are held to. The name in lower case is the stable id of [DatasetFinding#rule()].
public enum TrainingFileRule {
    /// Not a single line with something on it.
    EMPTY_FILE(Severity.ERROR),
    /// The file is UTF-16, as some editors save it.
    ENCODING_UTF16(Severity.ERROR),
    /// The whole file is one JSON document instead of one per line.
    NOT_JSON_LINES(Severity.ERROR),
    /// A table, or examples in the shape of another tool. Args: how the file is written, a word of [SourceFormat].
    NEEDS_CONVERSION(Severity.ERROR),
    /// Args: examples found, least number.
    TOO_FEW_EXAMPLES(Severity.ERROR),
    /// Args: this line's kind, the file's kind, how many lines are of this kind. At the first such line.
    MIXED_KINDS(Severity.ERROR),
    BYTE_ORDER_MARK(Severity.WARNING),

    /// Args: byte within the line.
    NOT_UTF8(Severity.ERROR),
    /// Args: most bytes a line may have.
    LINE_TOO_LONG(Severity.ERROR),
    BLANK_LINE(Severity.WARNING),
    /// Args: column.
    JSON_BROKEN(Severity.ERROR),
    /// The line ends in the middle of a value. Args: column.
    JSON_CUT_OFF(Severity.ERROR),
    /// Something follows the object. Args: column.
    JSON_TRAILING(Severity.ERROR),
    /// Args: what it is instead.
    NOT_AN_OBJECT(Severity.ERROR),
    /// An object of no known kind. Args: its keys.
    NOT_AN_EXAMPLE(Severity.ERROR),

    MESSAGES_NOT_A_LIST(Severity.ERROR),
    MESSAGES_EMPTY(Severity.ERROR),
    /// Args: how many, how many were checked.
    MESSAGES_TOO_MANY(Severity.WARNING),
    MESSAGE_NOT_AN_OBJECT(Severity.ERROR),
    ROLE_MISSING(Severity.ERROR),
    /// Args: the role, the known ones.
    ROLE_UNKNOWN(Severity.ERROR),
    /// Written for reinforcement; nobody knows whether it passes elsewhere.
    ROLE_DEVELOPER(Severity.WARNING),
    /// Args: role.
    CONTENT_MISSING(Severity.ERROR),
    /// Args: what it is instead.
    CONTENT_WRONG_TYPE(Severity.ERROR),
    CONTENT_EMPTY(Severity.WARNING),
    /// Args: the part's type.
    CONTENT_PART_UNKNOWN(Severity.WARNING),
    IMAGE_FROM_ASSISTANT(Severity.ERROR),
    WEIGHT_NOT_ON_ASSISTANT(Severity.ERROR),
    WEIGHT_NOT_0_OR_1(Severity.ERROR),
    /// Args: the key.
    MESSAGE_KEY_UNKNOWN(Severity.WARNING),
    /// Args: the key.
    EXAMPLE_KEY_UNKNOWN(Severity.WARNING),
    NO_ASSISTANT(Severity.ERROR),
    /// Args: role of the last message.
    LAST_NOT_ASSISTANT(Severity.WARNING),

    /// Args: the old key, the right one.
    OLD_PREFERENCE_KEY(Severity.ERROR),
    /// Args: the key.
    PREFERENCE_KEY_MISSING(Severity.ERROR),
    INPUT_NOT_AN_OBJECT(Severity.ERROR),
    /// Args: how many messages it has.
    OUTPUT_NOT_ONE_MESSAGE(Severity.ERROR),
    /// Args: the role.
    OUTPUT_NOT_FROM_ASSISTANT(Severity.ERROR),

    /// Args: the key.
    COMPLETION_KEY_MISSING(Severity.ERROR),
    /// Args: the key, what it is instead.
    COMPLETION_NOT_A_STRING(Severity.ERROR);

    private final Severity severity;

    TrainingFileRule(Severity severity) {
        this.severity = severity;
    }

    public Severity severity() {
        return severity;
    }

    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
