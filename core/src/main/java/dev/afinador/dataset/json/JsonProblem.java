package dev.afinador.dataset.json;

/// Why bytes are no JSON text, as exactly as the first wrong byte tells. The name in lower case is stable.
public enum JsonProblem {
    /// The text ends before it is complete.
    CUT_OFF,
    /// Something follows the complete value.
    TRAILING,
    EXPECTED_VALUE,
    /// A key in quotation marks has to stand here.
    EXPECTED_KEY,
    EXPECTED_COLON,
    EXPECTED_COMMA_OR_BRACE,
    EXPECTED_COMMA_OR_BRACKET,
    /// A comma with no value after it.
    TRAILING_COMMA,
    /// `'text'`
    SINGLE_QUOTES,
    /// Typographic quotation marks.
    CURLY_QUOTES,
    /// A text ended and goes on: a quotation mark inside lacks its backslash.
    UNESCAPED_QUOTE,
    /// `True`, `False`, `None`
    PYTHON_WORD,
    /// `NaN`, `Infinity`
    NOT_A_NUMBER,
    BAD_NUMBER,
    /// A backslash with something behind it that makes no escape.
    BAD_ESCAPE,
    /// A character below U+0020 inside a text.
    CONTROL_CHARACTER,
    NOT_UTF8,
    /// Nested deeper than [JsonTape#MAX_DEPTH].
    TOO_DEEP,
    /// More values than [JsonTape#MAX_VALUES].
    TOO_MANY_VALUES
}
