package dev.afinador.work;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The caller's mistake, or a state that does not allow what was asked for. Carries a stable code; the words for people
/// (what is wrong, what to do) are looked up by it in the message bundles.
public final class Refusal extends RuntimeException {

    private final Kind kind;
    private final String code;
    private final transient List<Object> args;
    private final transient List<Violation> violations;

    private Refusal(Kind kind, String code, List<Object> args, List<Violation> violations) {
        super(
                code
                        + (violations.isEmpty() ? "" : " " + violations)
                        + (args.isEmpty() ? "" : " " + args));
        this.kind = kind;
        this.code = code;
        this.args = List.copyOf(args);
        this.violations = List.copyOf(violations);
    }

    /// What is named does not exist.
    public static Refusal notFound(String code, Object... args) {
        return new Refusal(Kind.NOT_FOUND, code, List.of(args), List.of());
    }

    /// The state of things does not allow it now.
    public static Refusal conflict(String code, Object... args) {
        return new Refusal(Kind.CONFLICT, code, List.of(args), List.of());
    }

    /// The request itself is wrong as a whole.
    public static Refusal invalid(String code, Object... args) {
        return new Refusal(Kind.INVALID, code, List.of(args), List.of());
    }

    /// There is more of it than this installation takes.
    public static Refusal tooLarge(String code, Object... args) {
        return new Refusal(Kind.TOO_LARGE, code, List.of(args), List.of());
    }

    /// Nobody can tell whom it came from.
    public static Refusal unsigned(String code, Object... args) {
        return new Refusal(Kind.UNSIGNED, code, List.of(args), List.of());
    }

    /// There is no room for it on the disk.
    public static Refusal noRoom(String code, Object... args) {
        return new Refusal(Kind.NO_ROOM, code, List.of(args), List.of());
    }

    /// Fields of the request are wrong.
    public static Refusal invalid(List<Violation> violations) {
        return new Refusal(Kind.INVALID, "invalid_request", List.of(), violations);
    }

    public Kind kind() {
        return kind;
    }

    public String code() {
        return code;
    }

    public List<Object> args() {
        return args;
    }

    public List<Violation> violations() {
        return violations;
    }

    public enum Kind {
        INVALID,
        NOT_FOUND,
        CONFLICT,
        TOO_LARGE,
        UNSIGNED,
        NO_ROOM
    }

    /// @param field name of the field as the API spells it
    /// @param code  stable word of the rule, e.g. `too_long`; its text is found under `violation.<code>`
    /// @param args  values for the text: bounds, what was given (cut short)
    public record Violation(String field, String code, List<Object> args) {
        public Violation {
            args = List.copyOf(args);
        }

        public static Violation of(String field, String code, @Nullable Object... args) {
            return new Violation(
                    field,
                    code,
                    java.util.Arrays.stream(args).map(a -> a == null ? "" : a).toList());
        }
    }
}
