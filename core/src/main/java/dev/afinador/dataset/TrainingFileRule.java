package dev.afinador.dataset;

import dev.afinador.dataset.DatasetFinding.Severity;
import java.util.Locale;

/// The rules that training files are held to. The name in lower case is the stable id of [DatasetFinding#rule()].
///
/// An error is what makes a provider refuse the file or the job; a warning is what costs money, quality or privacy.
public enum TrainingFileRule {
    // ------------------------------------------------------------------------------------------------ the whole file

    /// Not a single line with something on it.
    EMPTY_FILE(Severity.ERROR),
    /// The file is UTF-16 or UTF-32, as some editors save it. Args: which.
    ENCODING_UTF16(Severity.ERROR),
    /// The first bytes are those of another kind of file. Args: which.
    BINARY_FILE(Severity.ERROR),
    /// The whole file is one JSON document instead of one per line.
    NOT_JSON_LINES(Severity.ERROR),
    /// A table, or examples in the shape of another tool. Args: how the file is written, a word of [SourceFormat].
    NEEDS_CONVERSION(Severity.ERROR),
    /// Args: examples found, least number.
    TOO_FEW_EXAMPLES(Severity.ERROR),
    /// Reinforcement. Args: examples found, most of this kind of file.
    TOO_MANY_EXAMPLES(Severity.WARNING),
    /// Args: examples with images, most of them.
    TOO_MANY_IMAGE_EXAMPLES(Severity.WARNING),
    /// Args: this line's kind, the file's kind, how many lines are of this kind. At the first such line.
    MIXED_KINDS(Severity.ERROR),
    BYTE_ORDER_MARK(Severity.WARNING),
    /// Short answers of few kinds, one of them much rarer than another. Args: how many labels there are, share of the
    /// most frequent in percent, examples of the rarest. At the first example with the rarest.
    CLASS_IMBALANCE(Severity.WARNING),

    // ------------------------------------------------------------------------------------------------------- lines

    /// Args: byte within the line.
    NOT_UTF8(Severity.ERROR),
    /// Args: most bytes a line may have.
    LINE_TOO_LONG(Severity.ERROR),
    BLANK_LINE(Severity.WARNING),
    /// Args: column, a [dev.afinador.dataset.json.JsonProblem] in lower case, what is there.
    JSON_BROKEN(Severity.ERROR),
    /// The line ends in the middle of a value. Args: column.
    JSON_CUT_OFF(Severity.ERROR),
    /// Something follows the object. Args: column.
    JSON_TRAILING(Severity.ERROR),
    /// Args: what it is instead.
    NOT_AN_OBJECT(Severity.ERROR),
    /// An object of no known kind. Args: its keys.
    NOT_AN_EXAMPLE(Severity.ERROR),
    /// Readers keep the last one and say nothing. Args: the key.
    DUPLICATE_KEY(Severity.WARNING),
    /// Args: the key.
    EXAMPLE_KEY_UNKNOWN(Severity.WARNING),
    /// Args: the key, the one that is probably meant.
    EXAMPLE_KEY_MISSPELLED(Severity.WARNING),

    // ---------------------------------------------------------------------------------------------------- messages

    MESSAGES_NOT_A_LIST(Severity.ERROR),
    MESSAGES_EMPTY(Severity.ERROR),
    MESSAGE_NOT_AN_OBJECT(Severity.ERROR),
    /// Args: the key.
    MESSAGE_KEY_UNKNOWN(Severity.WARNING),
    /// Args: the key, the one that is probably meant.
    MESSAGE_KEY_MISSPELLED(Severity.WARNING),
    ROLE_MISSING(Severity.ERROR),
    /// Args: the role, the known ones.
    ROLE_UNKNOWN(Severity.ERROR),
    /// Args: the role, the one that is probably meant.
    ROLE_MISSPELLED(Severity.ERROR),
    /// Written for reinforcement; nobody knows whether it passes elsewhere.
    ROLE_DEVELOPER(Severity.WARNING),
    /// Args: role.
    CONTENT_MISSING(Severity.ERROR),
    /// Args: what it is instead.
    CONTENT_WRONG_TYPE(Severity.ERROR),
    CONTENT_EMPTY(Severity.WARNING),
    /// Nothing but spaces.
    CONTENT_BLANK(Severity.WARNING),
    /// Args: what it is instead.
    NAME_BAD(Severity.WARNING),
    WEIGHT_NOT_ON_ASSISTANT(Severity.ERROR),
    WEIGHT_NOT_0_OR_1(Severity.ERROR),
    /// Every message of the assistant has the weight 0.
    NOTHING_TO_LEARN(Severity.WARNING),
    SYSTEM_NOT_FIRST(Severity.WARNING),
    NO_ASSISTANT(Severity.ERROR),
    /// Args: role of the last message.
    LAST_NOT_ASSISTANT(Severity.WARNING),

    // ---------------------------------------------------------------------------------------------- parts and images

    PART_NOT_AN_OBJECT(Severity.ERROR),
    PART_TYPE_MISSING(Severity.ERROR),
    /// Args: the part's type.
    CONTENT_PART_UNKNOWN(Severity.WARNING),
    PART_TEXT_MISSING(Severity.ERROR),
    IMAGE_FROM_ASSISTANT(Severity.ERROR),
    /// Args: role.
    IMAGE_NOT_FROM_USER(Severity.WARNING),
    IMAGE_URL_MISSING(Severity.ERROR),
    /// Neither `http(s)` nor `data`.
    IMAGE_URL_BAD(Severity.ERROR),
    /// A data URL that is not base 64 to its end, or has no picture in it.
    IMAGE_DATA_BAD(Severity.ERROR),
    /// Args: the format.
    IMAGE_FORMAT(Severity.ERROR),
    /// Args: the format that the URL names, the one that the bytes have.
    IMAGE_MISLABELLED(Severity.WARNING),
    /// Args: megabytes, most of them.
    IMAGE_TOO_BIG(Severity.WARNING),
    /// Args: images in the example, most of them.
    TOO_MANY_IMAGES(Severity.WARNING),
    IMAGE_DETAIL_UNKNOWN(Severity.WARNING),

    // ------------------------------------------------------------------------------------------------------- tools

    TOOLS_NOT_A_LIST(Severity.ERROR),
    /// Args: the key that is missing or wrong.
    TOOL_BAD(Severity.ERROR),
    TOOL_NAME_BAD(Severity.ERROR),
    /// Args: the name.
    TOOL_TWICE(Severity.WARNING),
    TOOL_PARAMETERS_BAD(Severity.ERROR),
    /// Args: how many, most of them.
    FUNCTIONS_TOO_MANY(Severity.ERROR),
    /// `functions`, `function_call` and the role `function`.
    FUNCTIONS_DEPRECATED(Severity.WARNING),
    PARALLEL_TOOL_CALLS_NOT_BOOLEAN(Severity.ERROR),
    TOOL_CALLS_NOT_A_LIST(Severity.ERROR),
    TOOL_CALLS_NOT_FROM_ASSISTANT(Severity.ERROR),
    /// Args: the key that is missing or wrong.
    TOOL_CALL_BAD(Severity.ERROR),
    TOOL_CALL_ID_TWICE(Severity.WARNING),
    /// The example calls tools and declares none. Args: the name.
    TOOLS_MISSING(Severity.WARNING),
    /// Args: the name, the declared ones.
    TOOL_UNDECLARED(Severity.ERROR),
    /// Args: what it is instead.
    ARGUMENTS_NOT_TEXT(Severity.ERROR),
    /// Args: a [dev.afinador.dataset.json.JsonProblem] in lower case.
    ARGUMENTS_NOT_JSON(Severity.ERROR),
    /// Args: what it is instead.
    ARGUMENTS_NOT_AN_OBJECT(Severity.ERROR),
    /// Args: the argument, the tool.
    ARGUMENT_MISSING(Severity.WARNING),
    /// Args: the argument, the tool.
    ARGUMENT_UNKNOWN(Severity.WARNING),
    /// Args: the argument, what it is, what is declared.
    ARGUMENT_WRONG_TYPE(Severity.WARNING),
    /// Args: the argument, the allowed values.
    ARGUMENT_NOT_ALLOWED(Severity.WARNING),
    TOOL_CALL_ID_MISSING(Severity.ERROR),
    /// A message of a tool that answers no call of the messages before it.
    TOOL_MESSAGE_WITHOUT_CALL(Severity.ERROR),
    TOOL_CALL_UNANSWERED(Severity.WARNING),
    /// A message with the role `function` has no name.
    FUNCTION_NAME_MISSING(Severity.ERROR),

    // ------------------------------------------------------------------------------------------------ preference pairs

    /// Args: the old key, the right one.
    OLD_PREFERENCE_KEY(Severity.ERROR),
    /// Args: the key.
    PREFERENCE_KEY_MISSING(Severity.ERROR),
    INPUT_NOT_AN_OBJECT(Severity.ERROR),
    /// Args: how many messages it has.
    OUTPUT_NOT_ONE_MESSAGE(Severity.ERROR),
    /// Args: the role.
    OUTPUT_NOT_FROM_ASSISTANT(Severity.ERROR),
    OUTPUTS_IDENTICAL(Severity.WARNING),

    // -----------------------------------------------------------------------------------
    // reinforcement, completions

    /// No field that a grader could compare with.
    NO_GRADER_FIELDS(Severity.WARNING),
    /// Args: the key that the file's first example has.
    ITEM_KEY_MISSING(Severity.WARNING),
    LAST_IS_ASSISTANT(Severity.WARNING),
    /// Args: the key.
    COMPLETION_KEY_MISSING(Severity.ERROR),
    /// Args: the key, what it is instead.
    COMPLETION_NOT_A_STRING(Severity.ERROR),
    COMPLETION_EMPTY(Severity.WARNING),

    // ------------------------------------------------------------------------------------------------------- texts

    /// Half of a surrogate pair was escaped.
    BROKEN_SURROGATE(Severity.WARNING),
    /// U+FFFD: what some program could not read.
    REPLACEMENT_CHARACTER(Severity.WARNING),
    /// UTF-8 that was read as Windows-1252 and written again.
    MOJIBAKE(Severity.WARNING),
    /// Args: the code point, e.g. `U+0000`.
    ODD_CONTROL_CHARACTER(Severity.WARNING),
    /// Args: the token.
    SPECIAL_TOKEN(Severity.WARNING),
    /// Args: percent of the answer that was there before.
    REPETITIVE_ANSWER(Severity.WARNING),
    /// Args: tokens of the example, most of them, tokens that are lost.
    TOKENS_OVER_LIMIT(Severity.WARNING),
    /// Args: what kind of key, the key with its secret part hidden.
    SECRET(Severity.WARNING),
    /// Args: the address with most of it hidden.
    EMAIL_ADDRESS(Severity.WARNING),
    /// Args: the number with most of it hidden.
    PHONE_NUMBER(Severity.WARNING),
    /// Args: the number with most of it hidden.
    PAYMENT_CARD(Severity.WARNING),
    /// Args: the number with most of it hidden.
    BANK_ACCOUNT(Severity.WARNING),
    /// Args: which document of which country, the number with most of it hidden.
    NATIONAL_ID(Severity.WARNING),

    // ------------------------------------------------------------------------------------------------- among examples

    /// Args: the line of the first one.
    DUPLICATE_EXAMPLE(Severity.WARNING),
    /// Args: the line of the first one, likeness in percent.
    NEAR_DUPLICATE(Severity.WARNING),
    /// The same question has another answer. Args: the line of the first one.
    CONTRADICTION(Severity.WARNING),
    /// A validation example that is in the training file. Args: its line there.
    VALIDATION_OVERLAP(Severity.WARNING),
    /// A validation example whose question is in the training file, with another answer. Args: its line there.
    VALIDATION_QUESTION_OVERLAP(Severity.WARNING);

    private final Severity severity;
    private final String id;

    TrainingFileRule(Severity severity) {
        this.severity = severity;
        this.id = name().toLowerCase(Locale.ROOT);
    }

    public Severity severity() {
        return severity;
    }

    /// Whether somebody with authority has to accept it before a job may start: once learnt, it cannot be taken back.
    public boolean holds() {
        return switch (this) {
            case SECRET, PAYMENT_CARD, BANK_ACCOUNT, NATIONAL_ID -> true;
            default -> false;
        };
    }

    public String id() {
        return id;
    }
}
