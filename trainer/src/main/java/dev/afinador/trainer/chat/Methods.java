package dev.afinador.trainer.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// Python's methods of texts, lists and mappings that chat templates call.
final class Methods {

    private Methods() {}

    /// The bound method, or null when values of this kind have none of that name.
    static @Nullable Callable find(@Nullable Object of, String name) {
        return switch (of) {
            case String text -> ofText(text, name);
            case Map<?, ?> map -> ofMap(map, name);
            case List<?> list -> ofList(list, name);
            case null, default -> null;
        };
    }

    private static @Nullable Callable ofMap(Map<?, ?> map, String name) {
        return switch (name) {
            case "items" ->
                    (args, named) -> {
                        var pairs = new ArrayList<@Nullable Object>();
                        map.forEach((key, value) -> pairs.add(java.util.Arrays.asList(key, value)));
                        return pairs;
                    };
            case "keys" -> (args, named) -> new ArrayList<Object>(map.keySet());
            case "values" -> (args, named) -> new ArrayList<Object>(map.values());
            case "get" ->
                    (args, named) ->
                            map.containsKey(arg(args, 0))
                                    ? map.get(arg(args, 0))
                                    : args.size() > 1 ? args.get(1) : null;
            default -> null;
        };
    }

    private static @Nullable Callable ofList(List<?> list, String name) {
        return switch (name) {
            case "index" ->
                    (args, named) -> {
                        for (int i = 0; i < list.size(); i++) {
                            if (Values.same(list.get(i), arg(args, 0))) {
                                return (long) i;
                            }
                        }
                        throw TemplateException.messages(
                                "the chat template looks for the place of something that is not in the list");
                    };
            case "count" ->
                    (args, named) ->
                            list.stream().filter(item -> Values.same(item, arg(args, 0))).count();
            default -> null;
        };
    }

    private static @Nullable Callable ofText(String text, String name) {
        return switch (name) {
            case "strip" -> (args, named) -> strip(text, args, true, true);
            case "lstrip" -> (args, named) -> strip(text, args, true, false);
            case "rstrip" -> (args, named) -> strip(text, args, false, true);
            case "split" ->
                    (args, named) -> split(text, limit(args, named), separator(args, named));
            case "rsplit" ->
                    (args, named) -> rsplit(text, limit(args, named), separator(args, named));
            case "splitlines" -> (args, named) -> new ArrayList<Object>(text.lines().toList());
            case "startswith" -> (args, named) -> affix(args, text::startsWith);
            case "endswith" -> (args, named) -> affix(args, text::endsWith);
            case "removeprefix" ->
                    (args, named) ->
                            text.startsWith(string(args, 0))
                                    ? text.substring(string(args, 0).length())
                                    : text;
            case "removesuffix" ->
                    (args, named) ->
                            text.endsWith(string(args, 0))
                                    ? text.substring(0, text.length() - string(args, 0).length())
                                    : text;
            case "replace" ->
                    (args, named) ->
                            replace(
                                    text,
                                    string(args, 0),
                                    string(args, 1),
                                    args.size() > 2 ? Values.whole(args.get(2)) : -1);
            case "upper" -> (args, named) -> text.toUpperCase(Locale.ROOT);
            case "lower" -> (args, named) -> text.toLowerCase(Locale.ROOT);
            case "capitalize" -> (args, named) -> capitalize(text);
            case "title" -> (args, named) -> title(text);
            case "join" -> (args, named) -> join(text, Values.iterate(arg(args, 0)));
            case "find" -> (args, named) -> codePoints(text, text.indexOf(string(args, 0)));
            case "rfind" -> (args, named) -> codePoints(text, text.lastIndexOf(string(args, 0)));
            case "index" ->
                    (args, named) -> {
                        int at = text.indexOf(string(args, 0));
                        if (at < 0) {
                            throw TemplateException.messages(
                                    "the chat template looks for a text that is not there");
                        }
                        return codePoints(text, at);
                    };
            case "count" -> (args, named) -> (long) pieces(text, string(args, 0), -1).size() - 1;
            case "isdigit" -> (args, named) -> all(text, Character::isDigit);
            case "isalpha" -> (args, named) -> all(text, Character::isLetter);
            case "isalnum" -> (args, named) -> all(text, Character::isLetterOrDigit);
            case "isspace" ->
                    (args, named) -> all(text, c -> c < 0x10000 && Values.isSpace((char) c));
            case "isupper" ->
                    (args, named) ->
                            text.chars().anyMatch(Character::isUpperCase)
                                    && text.chars().noneMatch(Character::isLowerCase);
            case "islower" ->
                    (args, named) ->
                            text.chars().anyMatch(Character::isLowerCase)
                                    && text.chars().noneMatch(Character::isUpperCase);
            default -> null;
        };
    }

    static String strip(String text, List<@Nullable Object> args, boolean left, boolean right) {
        Object chars = args.isEmpty() ? null : args.get(0);
        IntPredicate strips =
                chars instanceof String set
                        ? c -> set.indexOf(c) >= 0
                        : c -> c < 0x10000 && Values.isSpace((char) c);
        int from = 0;
        int to = text.length();
        while (left && from < to && strips.test(text.codePointAt(from))) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (right && to > from && strips.test(text.codePointBefore(to))) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(from, to);
    }

    private static @Nullable String separator(
            List<@Nullable Object> args, Map<String, @Nullable Object> named) {
        Object separator = args.isEmpty() ? named.get("sep") : args.get(0);
        return separator instanceof String text ? text : null;
    }

    private static int limit(List<@Nullable Object> args, Map<String, @Nullable Object> named) {
        Object limit = args.size() > 1 ? args.get(1) : named.get("maxsplit");
        return limit == null ? -1 : Values.whole(limit);
    }

    private static List<Object> split(String text, int limit, @Nullable String separator) {
        if (separator != null) {
            return pieces(text, separator, limit);
        }
        var pieces = new ArrayList<Object>();
        String rest = strip(text, List.of(), true, false);
        while (!rest.isEmpty()) {
            if (limit >= 0 && pieces.size() == limit) {
                pieces.add(strip(rest, List.of(), false, true));
                return pieces;
            }
            int end = 0;
            while (end < rest.length() && !Values.isSpace(rest.charAt(end))) {
                end++;
            }
            pieces.add(rest.substring(0, end));
            rest = strip(rest.substring(end), List.of(), true, false);
        }
        return pieces;
    }

    private static List<Object> pieces(String text, String separator, int limit) {
        if (separator.isEmpty()) {
            throw TemplateException.messages("the chat template splits a text at nothing");
        }
        var pieces = new ArrayList<Object>();
        int from = 0;
        while (limit < 0 || pieces.size() < limit) {
            int at = text.indexOf(separator, from);
            if (at < 0) {
                break;
            }
            pieces.add(text.substring(from, at));
            from = at + separator.length();
        }
        pieces.add(text.substring(from));
        return pieces;
    }

    private static List<Object> rsplit(String text, int limit, @Nullable String separator) {
        if (separator == null || limit < 0) {
            return split(text, limit, separator);
        }
        var pieces = new ArrayList<Object>();
        int to = text.length();
        while (pieces.size() < limit) {
            int at =
                    to < separator.length()
                            ? -1
                            : text.lastIndexOf(separator, to - separator.length());
            if (at < 0) {
                break;
            }
            pieces.add(0, text.substring(at + separator.length(), to));
            to = at;
        }
        pieces.add(0, text.substring(0, to));
        return pieces;
    }

    static String replace(String text, String old, String now, int limit) {
        if (limit < 0) {
            return text.replace(old, now);
        }
        List<Object> pieces = pieces(text, old, limit);
        return join(now, new ArrayList<>(pieces));
    }

    static String join(String separator, List<@Nullable Object> items) {
        return String.join(separator, items.stream().map(Values::text).toList());
    }

    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = Character.charCount(text.codePointAt(0));
        return text.substring(0, first).toUpperCase(Locale.ROOT)
                + text.substring(first).toLowerCase(Locale.ROOT);
    }

    static String title(String text) {
        var out = new StringBuilder();
        boolean start = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.append(start ? Character.toTitleCase(c) : Character.toLowerCase(c));
            start = !Character.isLetter(c);
        }
        return out.toString();
    }

    private static Long codePoints(String text, int at) {
        return at < 0 ? -1L : (long) text.codePointCount(0, at);
    }

    private static boolean all(String text, IntPredicate test) {
        return !text.isEmpty() && text.codePoints().allMatch(test);
    }

    private static boolean affix(
            List<@Nullable Object> args, java.util.function.Predicate<String> test) {
        Object affix = arg(args, 0);
        if (affix instanceof List<?> several) {
            return several.stream().anyMatch(each -> test.test(Values.text(each)));
        }
        return test.test(string(args, 0));
    }

    private static @Nullable Object arg(List<@Nullable Object> args, int i) {
        if (i >= args.size()) {
            throw TemplateException.messages(
                    "the chat template calls a method with too few arguments");
        }
        return args.get(i);
    }

    private static String string(List<@Nullable Object> args, int i) {
        if (arg(args, i) instanceof String text) {
            return text;
        }
        throw TemplateException.messages(
                "the chat template gives "
                        + Values.type(arg(args, i))
                        + " to a method that needs a text");
    }
}
