package dev.afinador.trainer.chat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What may follow `|`.
final class Filters {

    static final Set<String> NAMES =
            Set.of(
                    "tojson",
                    "trim",
                    "length",
                    "count",
                    "join",
                    "list",
                    "first",
                    "last",
                    "upper",
                    "lower",
                    "capitalize",
                    "title",
                    "replace",
                    "default",
                    "d",
                    "string",
                    "int",
                    "float",
                    "abs",
                    "reverse",
                    "map",
                    "selectattr",
                    "rejectattr",
                    "select",
                    "reject",
                    "items",
                    "dictsort",
                    "sort",
                    "unique",
                    "indent",
                    "safe",
                    "min",
                    "max",
                    "sum");

    private final Interpreter interpreter;

    Filters(Interpreter interpreter) {
        this.interpreter = interpreter;
    }

    @Nullable Object apply(
            String name,
            @Nullable Object value,
            List<@Nullable Object> args,
            Map<String, @Nullable Object> named) {
        return switch (name) {
            case "tojson" -> toJson(value, args, named);
            case "trim" -> Methods.strip(Values.text(value), args, true, true);
            case "length", "count" -> Values.length(value);
            case "join" -> join(value, args, named);
            case "list" -> Values.iterate(value);
            case "first" -> edge(Values.iterate(value), true);
            case "last" -> edge(Values.iterate(value), false);
            case "upper" -> Values.text(value).toUpperCase(Locale.ROOT);
            case "lower" -> Values.text(value).toLowerCase(Locale.ROOT);
            case "capitalize" -> Methods.capitalize(Values.text(value));
            case "title" -> Methods.title(Values.text(value));
            case "replace" ->
                    Methods.replace(
                            Values.text(value),
                            Values.text(args.get(0)),
                            Values.text(args.get(1)),
                            args.size() > 2 ? Values.whole(args.get(2)) : -1);
            case "default", "d" -> orDefault(value, args, named);
            case "string" -> Values.text(value);
            case "safe" -> value;
            case "int" -> toInt(value, args);
            case "float" -> toFloat(value);
            case "abs" ->
                    value instanceof Double number
                            ? (Object) Math.abs(number)
                            : (Object) (long) Math.abs(Values.whole(value));
            case "reverse" -> reverse(value);
            case "map" -> map(value, args, named);
            case "selectattr" -> choose(value, args, true, true);
            case "rejectattr" -> choose(value, args, true, false);
            case "select" -> choose(value, args, false, true);
            case "reject" -> choose(value, args, false, false);
            case "items" -> pairs(value, false);
            case "dictsort" -> pairs(value, true);
            case "sort" -> sort(value, args, named);
            case "unique" -> unique(value);
            case "indent" -> indent(Values.text(value), args, named);
            case "min" -> extreme(Values.iterate(value), -1);
            case "max" -> extreme(Values.iterate(value), 1);
            case "sum" -> {
                Object sum = 0L;
                for (Object item : Values.iterate(value)) {
                    sum = interpreter.binary("+", sum, item);
                }
                yield sum;
            }
            default -> throw new IllegalStateException(name);
        };
    }

    private static @Nullable Object argument(
            List<@Nullable Object> args, Map<String, @Nullable Object> named, int at, String name) {
        return args.size() > at ? args.get(at) : named.get(name);
    }

    private static String toJson(
            @Nullable Object value,
            List<@Nullable Object> args,
            Map<String, @Nullable Object> named) {
        if (value instanceof Values.Undefined undefined) {
            throw TemplateException.messages(
                    "the chat template writes " + Values.type(undefined) + " as JSON");
        }
        // the reference's order: ensure_ascii, indent, separators, sort_keys; Jinja's own has
        // indent first
        Object indent =
                named.containsKey("indent")
                        ? named.get("indent")
                        : args.size() > 1 ? args.get(1) : null;
        if (indent == null && args.size() == 1 && args.get(0) instanceof Long first) {
            indent = first;
        }
        Object separators = named.get("separators");
        String item = ", ";
        String key = ": ";
        if (separators instanceof List<?> pair && pair.size() == 2) {
            item = Values.text(pair.get(0));
            key = Values.text(pair.get(1));
        }
        return PythonJson.write(
                value,
                indent == null ? -1 : Values.whole(indent),
                Values.truth(named.get("sort_keys")),
                item,
                key);
    }

    private String join(
            @Nullable Object value,
            List<@Nullable Object> args,
            Map<String, @Nullable Object> named) {
        Object separator = argument(args, named, 0, "d");
        Object attribute = argument(args, named, 1, "attribute");
        List<@Nullable Object> items = Values.iterate(value);
        if (attribute != null) {
            items.replaceAll(item -> interpreter.path(item, attribute));
        }
        return Methods.join(separator == null ? "" : Values.text(separator), items);
    }

    private static @Nullable Object edge(List<@Nullable Object> items, boolean first) {
        if (items.isEmpty()) {
            return new Values.Undefined(first ? "first" : "last");
        }
        return items.get(first ? 0 : items.size() - 1);
    }

    private static @Nullable Object orDefault(
            @Nullable Object value,
            List<@Nullable Object> args,
            Map<String, @Nullable Object> named) {
        Object otherwise = argument(args, named, 0, "default_value");
        boolean alsoFalse = Values.truth(argument(args, named, 1, "boolean"));
        boolean missing = value instanceof Values.Undefined || (alsoFalse && !Values.truth(value));
        return missing ? (otherwise == null && args.isEmpty() ? "" : otherwise) : value;
    }

    private static Object toInt(@Nullable Object value, List<@Nullable Object> args) {
        Object otherwise = args.isEmpty() ? (Object) 0L : args.get(0);
        try {
            return switch (value) {
                case String text -> Long.valueOf(text.strip());
                case Double number -> (long) (double) number;
                case null, default -> (long) Values.whole(value);
            };
        } catch (NumberFormatException | TemplateException noNumber) {
            return otherwise == null ? 0L : otherwise;
        }
    }

    private static Object toFloat(@Nullable Object value) {
        try {
            return value instanceof String text
                    ? Double.valueOf(text.strip())
                    : (Object) Values.decimal(value).doubleValue();
        } catch (NumberFormatException | TemplateException noNumber) {
            return 0.0;
        }
    }

    private static Object reverse(@Nullable Object value) {
        if (value instanceof String text) {
            return new StringBuilder(text).reverse().toString();
        }
        List<@Nullable Object> items = Values.iterate(value);
        Collections.reverse(items);
        return items;
    }

    private List<@Nullable Object> map(
            @Nullable Object value,
            List<@Nullable Object> args,
            Map<String, @Nullable Object> named) {
        List<@Nullable Object> items = Values.iterate(value);
        Object attribute = named.get("attribute");
        if (attribute != null) {
            Object otherwise = named.get("default");
            items.replaceAll(item -> {
                Object found = interpreter.path(item, attribute);
                return found instanceof Values.Undefined && otherwise != null ? otherwise : found;
            });
            return items;
        }
        String filter = Values.text(args.get(0));
        if (!NAMES.contains(filter)) {
            throw TemplateException.template("the filter \"" + filter + "\" is not supported", 0);
        }
        items.replaceAll(item -> apply(filter, item, args.subList(1, args.size()), named));
        return items;
    }

    private List<@Nullable Object> choose(
            @Nullable Object value,
            List<@Nullable Object> args,
            boolean byAttribute,
            boolean keep) {
        int used = byAttribute ? 1 : 0;
        String test = args.size() > used ? Values.text(args.get(used)) : "";
        if (!test.isEmpty() && !Tests.NAMES.contains(test)) {
            throw TemplateException.template("the test \"" + test + "\" is not supported", 0);
        }
        List<@Nullable Object> rest =
                args.size() > used + 1 ? args.subList(used + 1, args.size()) : List.of();
        var chosen = new ArrayList<@Nullable Object>();
        for (Object item : Values.iterate(value)) {
            Object looked = byAttribute ? interpreter.path(item, args.get(0)) : item;
            boolean holds = test.isEmpty() ? Values.truth(looked) : Tests.holds(test, looked, rest);
            if (holds == keep) {
                chosen.add(item);
            }
        }
        return chosen;
    }

    private static List<@Nullable Object> pairs(@Nullable Object value, boolean sorted) {
        if (value instanceof Values.Undefined) {
            return new ArrayList<>();
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw TemplateException.messages(
                    "the chat template needs an object where there is " + Values.type(value));
        }
        var pairs = new ArrayList<@Nullable Object>();
        Map<?, ?> ordered = map;
        if (sorted) {
            var byKey =
                    new java.util.TreeMap<Object, Object>(
                            java.util.Comparator.comparing(
                                    key -> Values.text(key).toLowerCase(Locale.ROOT)));
            byKey.putAll(map);
            ordered = byKey;
        }
        ordered.forEach((key, item) -> pairs.add(java.util.Arrays.asList(key, item)));
        return pairs;
    }

    private List<@Nullable Object> sort(
            @Nullable Object value,
            List<@Nullable Object> args,
            Map<String, @Nullable Object> named) {
        List<@Nullable Object> items = Values.iterate(value);
        Object attribute = argument(args, named, 2, "attribute");
        boolean caseSensitive = Values.truth(argument(args, named, 1, "case_sensitive"));
        items.sort((a, b) -> {
            Object left = attribute == null ? a : interpreter.path(a, attribute);
            Object right = attribute == null ? b : interpreter.path(b, attribute);
            if (!caseSensitive && left instanceof String l && right instanceof String r) {
                return l.toLowerCase(Locale.ROOT).compareTo(r.toLowerCase(Locale.ROOT));
            }
            return Values.compare(left, right);
        });
        if (Values.truth(argument(args, named, 0, "reverse"))) {
            Collections.reverse(items);
        }
        return items;
    }

    private static List<@Nullable Object> unique(@Nullable Object value) {
        var seen = new ArrayList<@Nullable Object>();
        for (Object item : Values.iterate(value)) {
            if (seen.stream().noneMatch(known -> Values.same(known, item))) {
                seen.add(item);
            }
        }
        return seen;
    }

    private static String indent(
            String text, List<@Nullable Object> args, Map<String, @Nullable Object> named) {
        Object width = argument(args, named, 0, "width");
        String space =
                width instanceof String given
                        ? given
                        : " ".repeat(width == null ? 4 : Values.whole(width));
        boolean first = Values.truth(argument(args, named, 1, "first"));
        boolean blank = Values.truth(argument(args, named, 2, "blank"));
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            if ((i > 0 || first) && (blank || !lines[i].isEmpty())) {
                lines[i] = space + lines[i];
            }
        }
        return String.join("\n", lines);
    }

    private static @Nullable Object extreme(List<@Nullable Object> items, int sign) {
        if (items.isEmpty()) {
            return new Values.Undefined("min or max of nothing");
        }
        Object best = items.get(0);
        for (Object item : items) {
            if (Values.compare(item, best) * sign > 0) {
                best = item;
            }
        }
        return best;
    }
}
