package dev.afinador.trainer.nano;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// A small conversation with gaps: which words fill them, and the turns.
///
/// ```
/// == what_it_eats 3
/// a = animal.come
/// U: ¿[Qué come|Qué comida le gusta a] {a.el}?
/// A: {a.el} come {a.come}.
/// ```
///
/// - `a, b = category` takes different words; `category.trait` only those with the trait; `n = 2..9` a number; `x = [red|blue]` a text.
/// - `[this|that]` is one of them, also nested; `<name>` is a text defined by `@name = …` in the same file.
/// - `{a.form}` is a form of a word, `{c:a}` the Spanish adjective c in agreement with a, `{c:a.pl}` its plural, `{a?o|a}` a choice by gender,
///   `{j@n}` the trade j of the person n.
/// - `question§answer` inside a turn of the user is two turns, so that alternatives of a question keep their answers.
/// - `~` at the beginning of a text leaves the capitals as they are; `\n` is a new line, `\{` a brace.
record Scene(String name, double weight, List<String> bindings, List<Turn> turns) {

    List<Turn> play(
            Language language,
            Lexicon lexicon,
            Map<String, String> macros,
            RandomGenerator random) {
        var values = new HashMap<String, Object>();
        for (String binding : bindings) {
            bind(binding, values, language, lexicon, macros, random);
        }
        var played = new ArrayList<Turn>();
        for (Turn turn : turns) {
            String text = new Filler(language, values, macros, random).fill(turn.content());
            // a question may bring its own answer along
            int answer = text.indexOf('§');
            if (answer < 0) {
                played.add(new Turn(turn.role(), finish(text, language)));
            } else {
                played.add(new Turn(turn.role(), finish(text.substring(0, answer), language)));
                played.add(new Turn("assistant", finish(text.substring(answer + 1), language)));
            }
        }
        return played;
    }

    private static String finish(String text, Language language) {
        boolean capitals = !text.startsWith("~");
        return language.finish(capitals ? text : text.substring(1), capitals);
    }

    private void bind(
            String binding,
            Map<String, Object> values,
            Language language,
            Lexicon lexicon,
            Map<String, String> macros,
            RandomGenerator random) {
        int equals = binding.indexOf('=');
        String[] names = binding.substring(0, equals).strip().split("\\s*,\\s*");
        String source = binding.substring(equals + 1).strip();
        if (source.startsWith("[")) {
            for (String each : names) {
                String text = "";
                do {
                    text = new Filler(language, values, macros, random).fill(source);
                } while (names.length > 1 && values.containsValue(text));
                values.put(each, text);
            }
            return;
        }
        int range = source.indexOf("..");
        if (range > 0) {
            int from = Integer.parseInt(source.substring(0, range).strip());
            int to = Integer.parseInt(source.substring(range + 2).strip());
            for (String each : names) {
                values.put(each, random.nextInt(from, to + 1));
            }
            return;
        }
        String[] path = source.split("\\.");
        List<Word> words =
                lexicon.list(path[0]).stream()
                        .filter(word -> path.length < 2 || word.has(path[1]))
                        .toList();
        var taken = new HashSet<Word>();
        values.values().stream()
                .filter(Word.class::isInstance)
                .forEach(value -> taken.add((Word) value));
        for (String each : names) {
            if (source.equals("name") && random.nextInt(4) == 0) {
                values.put(each, Invented.name(random));
                continue;
            }
            Word word = words.get(random.nextInt(words.size()));
            for (int i = 0; taken.contains(word) && i < 50; i++) {
                word = words.get(random.nextInt(words.size()));
            }
            taken.add(word);
            values.put(each, word);
        }
    }

    /// Fills the gaps of one text.
    private record Filler(
            Language language,
            Map<String, Object> values,
            Map<String, String> macros,
            RandomGenerator random) {

        String fill(String text) {
            var out = new StringBuilder();
            int at = 0;
            while (at < text.length()) {
                char c = text.charAt(at);
                switch (c) {
                    case '[' -> {
                        int end = close(text, at, '[', ']');
                        List<String> options = options(text.substring(at + 1, end));
                        out.append(fill(options.get(random.nextInt(options.size()))));
                        at = end + 1;
                    }
                    case '<' -> {
                        int end = text.indexOf('>', at);
                        String macro = macros.get(text.substring(at + 1, end));
                        if (macro == null) {
                            throw new IllegalArgumentException(
                                    "no text named " + text.substring(at, end + 1));
                        }
                        out.append(fill(macro));
                        at = end + 1;
                    }
                    case '\\' -> {
                        out.append(text.charAt(at + 1) == 'n' ? '\n' : text.charAt(at + 1));
                        at += 2;
                    }
                    case '{' -> {
                        int end = text.indexOf('}', at);
                        out.append(slot(text.substring(at + 1, end)));
                        at = end + 1;
                    }
                    default -> {
                        out.append(c);
                        at++;
                    }
                }
            }
            return out.toString();
        }

        private static int close(String text, int open, char opening, char closing) {
            int depth = 0;
            for (int i = open; i < text.length(); i++) {
                if (text.charAt(i) == opening) {
                    depth++;
                } else if (text.charAt(i) == closing && --depth == 0) {
                    return i;
                }
            }
            throw new IllegalArgumentException("[ without ]: " + text);
        }

        private static List<String> options(String inner) {
            var options = new ArrayList<String>();
            int depth = 0;
            int from = 0;
            for (int i = 0; i < inner.length(); i++) {
                char c = inner.charAt(i);
                if (c == '\\') {
                    i++;
                } else if (c == '[' || c == '{') {
                    depth++;
                } else if (c == ']' || c == '}') {
                    depth--;
                } else if (c == '|' && depth == 0) {
                    options.add(inner.substring(from, i));
                    from = i + 1;
                }
            }
            options.add(inner.substring(from));
            return options;
        }

        private String slot(String slot) {
            int choice = slot.indexOf('?');
            if (choice > 0) {
                String[] two = slot.substring(choice + 1).split("\\|", -1);
                return fill(two[word(slot.substring(0, choice)).feminine() ? 1 : 0]);
            }
            int colon = slot.indexOf(':');
            if (colon > 0) {
                return agreed(slot.substring(0, colon), slot.substring(colon + 1));
            }
            int at = slot.indexOf('@');
            if (at > 0) {
                Word trade = word(slot.substring(0, at));
                return word(slot.substring(at + 1)).feminine()
                        ? trade.form("fem", language)
                        : trade.base(language);
            }
            int dot = slot.indexOf('.');
            if (dot < 0) {
                Object value = value(slot);
                return value instanceof Word word ? word.base(language) : value.toString();
            }
            Object value = value(slot.substring(0, dot));
            String form = slot.substring(dot + 1);
            if (value instanceof Integer number) {
                return Numbers.form(number, form, language);
            }
            // a trait may itself have gaps
            return fill(((Word) value).form(form, language));
        }

        private String agreed(String adjective, String with) {
            boolean plural = with.endsWith(".pl");
            Word noun = word(plural ? with.substring(0, with.length() - 3) : with);
            Object value = value(adjective);
            String base = value instanceof Word word ? word.base(language) : value.toString();
            return switch (language) {
                case ES -> Language.agree(base, noun.feminine(), plural);
                case EN -> base;
            };
        }

        private Word word(String name) {
            return (Word) value(name);
        }

        private Object value(String name) {
            Object value = values.get(name);
            if (value == null) {
                throw new IllegalArgumentException("nothing is bound to " + name);
            }
            return value;
        }
    }
}
