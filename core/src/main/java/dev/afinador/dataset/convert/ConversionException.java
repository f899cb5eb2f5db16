package dev.afinador.dataset.convert;

import java.util.List;

/// A source that cannot be read on from some place. The code and values are told to people.
public final class ConversionException extends RuntimeException {

    private final String code;
    private final transient List<Object> args;

    ConversionException(String code, Object... args) {
        super(code + " " + List.of(args));
        this.code = code;
        this.args = List.of(args);
    }

    public String code() {
        return code;
    }

    public List<Object> args() {
        return args;
    }
}
