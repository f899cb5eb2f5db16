package dev.afinador.trainer.chat;

/// A word of an expression.
///
/// @param text spelling; for strings the value
record Token(Kind kind, String text, int line) {
    enum Kind {
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        /// end of a `{{ … }}` or `{% … %}`
        END
    }

    boolean is(String operator) {
        return kind == Kind.OPERATOR && text.equals(operator);
    }

    boolean named(String name) {
        return kind == Kind.NAME && text.equals(name);
    }
}
