package dev.afinador.trainer.chat;

/// A chat template cannot be used, or does not take these messages.
public final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Whose mistake it is.
    public enum Kind {
        /// the template is broken or uses what is not supported: no conversation will work
        TEMPLATE,
        /// the template itself says no to these messages (`raise_exception`), or fails on them
        MESSAGES
    }

    private final Kind kind;

    TemplateException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    static TemplateException template(String message, int line) {
        return new TemplateException(
                Kind.TEMPLATE,
                "the chat template cannot be used: " + message + " (line " + line + ")");
    }

    static TemplateException messages(String message) {
        return new TemplateException(Kind.MESSAGES, message);
    }
}
