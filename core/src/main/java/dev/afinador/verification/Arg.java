package dev.afinador.verification;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/// A value inside a finding, kept typed so that each reader gets it in the own language and time zone.
public sealed interface Arg {

    /// Text from outside (names, ids, a provider's words), without what looks like a key.
    record Text(String value) implements Arg {
        public Text {
            value = Redaction.clean(value);
        }
    }

    /// A word of ours, looked up in the bundle by this key.
    record Word(String key) implements Arg {}

    record Number(long value) implements Arg {}

    record Time(Instant value) implements Arg {}

    record Span(Duration value) implements Arg {}

    record Day(LocalDate value) implements Arg {}

    /// Nothing is known; shown as a dash.
    record None() implements Arg {}

    static Arg text(@Nullable String value) {
        return value == null || value.isBlank() ? new None() : new Text(value);
    }

    static Arg word(String key) {
        return new Word(key);
    }

    static Arg number(@Nullable Long value) {
        return value == null ? new None() : new Number(value);
    }

    static Arg number(long value) {
        return new Number(value);
    }

    static Arg time(@Nullable Instant value) {
        return value == null ? new None() : new Time(value);
    }

    static Arg span(@Nullable Duration value) {
        return value == null ? new None() : new Span(value);
    }

    static Arg day(@Nullable LocalDate value) {
        return value == null ? new None() : new Day(value);
    }
}
