package dev.afinador.dataset.cost;

/// A price list that cannot be used as it stands. Texts live in the datasets' bundle under `dataset.prices.<code>`.
public final class PriceListException extends Exception {

    private final long line;
    private final String code;
    private final String value;

    PriceListException(long line, String code, String value) {
        super("line " + line + ": " + code + " " + value);
        this.line = line;
        this.code = code;
        this.value = value;
    }

    /// 1-based.
    public long line() {
        return line;
    }

    /// Stable: `not_csv`, `column_missing`, `model_missing`, `model_twice`, `currency_bad`, `amount_bad`, `date_bad`,
    /// `source_missing`.
    public String code() {
        return code;
    }

    /// What stands there, or what is missing.
    public String value() {
        return value;
    }
}
