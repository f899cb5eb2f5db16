package dev.afinador.trainer.data;

/// A line of a training file cannot be used. The message names the line, the place, the rule and what to do; it quotes nothing of the data.
public final class InvalidExample extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final long line;
    private final int column;

    InvalidExample(String code, long line, int column, String message) {
        super("Line " + line + (column > 0 ? ", column " + column : "") + ": " + message);
        this.code = code;
        this.line = line;
        this.column = column;
    }

    /// Stable word for programs.
    public String code() {
        return code;
    }

    /// From 1.
    public long line() {
        return line;
    }

    /// From 1; 0 where the whole line is meant.
    public int column() {
        return column;
    }
}
