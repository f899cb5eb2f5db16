package dev.afinador.trainer.chat;

import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What may follow `is`.
final class Tests {

    static final Set<String> NAMES =
            Set.of(
                    "defined",
                    "undefined",
                    "none",
                    "string",
                    "mapping",
                    "iterable",
                    "sequence",
                    "number",
                    "integer",
                    "float",
                    "boolean",
                    "true",
                    "false",
                    "in",
                    "equalto",
                    "eq",
                    "ne",
                    "sameas",
                    "odd",
                    "even",
                    "divisibleby",
                    "lower",
                    "upper",
                    "gt",
                    "lt",
                    "ge",
                    "le",
                    "callable",
                    "greaterthan",
                    "lessthan");

    private Tests() {}

    static boolean holds(String name, @Nullable Object value, List<@Nullable Object> args) {
        return switch (name) {
            case "defined" -> !(value instanceof Values.Undefined);
            case "undefined" -> value instanceof Values.Undefined;
            case "none" -> value == null;
            case "string" -> value instanceof String;
            case "mapping" -> value instanceof Map;
            case "iterable", "sequence" ->
                    value instanceof Collection
                            || value instanceof Map
                            || value instanceof String
                            || (value instanceof Values.Undefined && name.equals("iterable"));
            case "number" -> Values.isNumber(value);
            case "integer" -> value instanceof Long || value instanceof BigInteger;
            case "float" -> value instanceof Double;
            case "boolean" -> value instanceof Boolean;
            case "true" -> Boolean.TRUE.equals(value);
            case "false" -> Boolean.FALSE.equals(value);
            case "in" -> Values.contains(args.get(0), value);
            case "equalto", "eq" -> Values.same(value, args.get(0));
            case "ne" -> !Values.same(value, args.get(0));
            case "sameas" ->
                    value == args.get(0) || (value != null && Values.same(value, args.get(0)));
            case "odd" -> Math.floorMod(Values.whole(value), 2) == 1;
            case "even" -> Math.floorMod(Values.whole(value), 2) == 0;
            case "divisibleby" -> Values.whole(value) % Values.whole(args.get(0)) == 0;
            case "lower" -> Values.text(value).equals(Values.text(value).toLowerCase(Locale.ROOT));
            case "upper" -> Values.text(value).equals(Values.text(value).toUpperCase(Locale.ROOT));
            case "gt", "greaterthan" -> Values.compare(value, args.get(0)) > 0;
            case "lt", "lessthan" -> Values.compare(value, args.get(0)) < 0;
            case "ge" -> Values.compare(value, args.get(0)) >= 0;
            case "le" -> Values.compare(value, args.get(0)) <= 0;
            case "callable" -> value instanceof Callable;
            default -> throw new IllegalStateException(name);
        };
    }
}
