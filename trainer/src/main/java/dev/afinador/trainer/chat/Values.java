package dev.afinador.trainer.chat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Python's view of values: `null` is None; true and false, whole numbers (Long, BigInteger), Double, String, List and Map are what they are called.
final class Values {

    /// A name or a member that does not exist.
    record Undefined(String name) {}

    /// What `namespace(…)` gives: the only value that can be changed.
    static final class Namespace {
        final java.util.Map<String, Object> members = new java.util.HashMap<>();
    }

    private Values() {}

    /// Python's white space, which is more than Java's and holds the no-break space.
    static boolean isSpace(char c) {
        return Character.isWhitespace(c)
                || Character.isSpaceChar(c)
                || c == 0x85
                || (c >= 0x1C && c <= 0x1F);
    }

    static boolean truth(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Undefined ignored -> false;
            case Boolean flag -> flag;
            case Long number -> number != 0;
            case BigInteger number -> number.signum() != 0;
            case Double number -> number != 0;
            case String text -> !text.isEmpty();
            case Collection<?> items -> !items.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> true;
        };
    }

    static boolean same(@Nullable Object a, @Nullable Object b) {
        if (a == null || b == null) {
            return a == b;
        }
        if (a instanceof Undefined || b instanceof Undefined) {
            return a instanceof Undefined && b instanceof Undefined;
        }
        if (isNumber(a) && isNumber(b)) {
            return decimal(a).compareTo(decimal(b)) == 0;
        }
        if (a instanceof List<?> left && b instanceof List<?> right) {
            if (left.size() != right.size()) {
                return false;
            }
            for (int i = 0; i < left.size(); i++) {
                if (!same(left.get(i), right.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return a.equals(b);
    }

    static int compare(@Nullable Object a, @Nullable Object b) {
        if (a instanceof String left && b instanceof String right) {
            return Integer.signum(left.compareTo(right));
        }
        if (isNumber(a) && isNumber(b)) {
            return decimal(a).compareTo(decimal(b));
        }
        throw TemplateException.messages(
                "the chat template compares " + type(a) + " with " + type(b));
    }

    /// Booleans count as numbers, as in Python.
    static boolean isNumber(@Nullable Object value) {
        return value instanceof Long
                || value instanceof Double
                || value instanceof BigInteger
                || value instanceof Boolean;
    }

    static BigDecimal decimal(@Nullable Object value) {
        return switch (value) {
            case Long number -> BigDecimal.valueOf(number);
            case BigInteger number -> new BigDecimal(number);
            case Double number when Double.isFinite(number) -> new BigDecimal(number);
            case Boolean flag -> flag ? BigDecimal.ONE : BigDecimal.ZERO;
            case null, default ->
                    throw TemplateException.messages(
                            "the chat template needs a number where there is " + type(value));
        };
    }

    static int whole(@Nullable Object value) {
        if (value instanceof Boolean flag) {
            return flag ? 1 : 0;
        }
        if (value instanceof Long number && Math.abs(number) < Integer.MAX_VALUE) {
            return (int) (long) number;
        }
        throw TemplateException.messages(
                "the chat template needs a whole number where there is " + type(value));
    }

    static boolean contains(@Nullable Object container, @Nullable Object item) {
        return switch (container) {
            case String text -> {
                if (!(item instanceof String part)) {
                    throw TemplateException.messages(
                            "the chat template looks for " + type(item) + " in a text");
                }
                yield text.contains(part);
            }
            case Map<?, ?> map -> item instanceof String && map.containsKey(item);
            case null, default -> {
                for (Object each : iterate(container)) {
                    if (same(each, item)) {
                        yield true;
                    }
                }
                yield false;
            }
        };
    }

    /// Members of a list, keys of a mapping, characters of a text; nothing of what is undefined.
    static List<@Nullable Object> iterate(@Nullable Object value) {
        return switch (value) {
            case Undefined ignored -> List.of();
            case Collection<?> items -> new ArrayList<>(items);
            case Map<?, ?> map -> new ArrayList<>(map.keySet());
            case String text -> {
                var characters = new ArrayList<@Nullable Object>();
                text.codePoints().forEach(c -> characters.add(Character.toString(c)));
                yield characters;
            }
            case null, default ->
                    throw TemplateException.messages("the chat template loops over " + type(value));
        };
    }

    static long length(@Nullable Object value) {
        return switch (value) {
            case String text -> text.codePointCount(0, text.length());
            case Map<?, ?> map -> map.size();
            case null, default -> iterate(value).size();
        };
    }

    /// What `{{ value }}` and `str(value)` print.
    static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "None";
            case Undefined ignored -> "";
            case String text -> text;
            default -> repr(value);
        };
    }

    static String repr(@Nullable Object value) {
        return switch (value) {
            case null -> "None";
            case Boolean flag -> flag ? "True" : "False";
            case Double number -> floating(number);
            case String text -> quoted(text);
            case List<?> items -> {
                var parts = new ArrayList<String>();
                items.forEach(item -> parts.add(repr(item)));
                yield "[" + String.join(", ", parts) + "]";
            }
            case Map<?, ?> map -> {
                var parts = new ArrayList<String>();
                map.forEach((key, item) -> parts.add(repr(key) + ": " + repr(item)));
                yield "{" + String.join(", ", parts) + "}";
            }
            case Undefined ignored -> "Undefined";
            default -> value.toString();
        };
    }

    private static String quoted(String text) {
        char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
        var out = new StringBuilder().append(quote);
        text.codePoints()
                .forEach(c -> {
                    switch (c) {
                        case '\n' -> out.append("\\n");
                        case '\r' -> out.append("\\r");
                        case '\t' -> out.append("\\t");
                        case '\\' -> out.append("\\\\");
                        default -> {
                            if (c == quote) {
                                out.append('\\').append(quote);
                            } else if (c < 0x20 || c == 0x7F) {
                                out.append(String.format("\\x%02x", c));
                            } else {
                                out.appendCodePoint(c);
                            }
                        }
                    }
                });
        return out.append(quote).toString();
    }

    /// Python's shortest spelling of a float: an exponent from 1e16 on and below 1e-4, with two digits at least.
    static String floating(double number) {
        if (Double.isNaN(number)) {
            return "nan";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "inf" : "-inf";
        }
        if (number == 0) {
            return 1 / number < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = exact.toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
        String digits = exact.unscaledValue().abs().toString();
        String mantissa =
                digits.substring(0, 1) + (digits.length() > 1 ? "." + digits.substring(1) : "");
        int size = Math.abs(exponent);
        return (number < 0 ? "-" : "")
                + mantissa
                + (exponent < 0 ? "e-" : "e+")
                + (size < 10 ? "0" : "")
                + size;
    }

    static String type(@Nullable Object value) {
        return switch (value) {
            case null -> "nothing";
            case Undefined undefined -> "\"" + undefined.name() + "\", which is not there";
            case String ignored -> "a text";
            case Boolean ignored -> "true or false";
            case List<?> ignored -> "a list";
            case Map<?, ?> ignored -> "an object";
            default -> isNumber(value) ? "a number" : "something else";
        };
    }
}
