package dev.afinador.trainer.nano;

import java.util.Locale;

/// The two languages of the model, and what their grammar asks of a word.
enum Language {
    ES,
    EN;

    String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    String plural(String noun) {
        return switch (this) {
            case ES -> spanishPlural(noun);
            case EN -> englishPlural(noun);
        };
    }

    /// The first word of a group carries the number in Spanish ("cepillo de dientes"), the last one in English ("toothbrush case").
    private static String spanishPlural(String noun) {
        int space = noun.indexOf(' ');
        if (space > 0) {
            return spanishPlural(noun.substring(0, space)) + noun.substring(space);
        }
        if (noun.endsWith("z")) {
            return noun.substring(0, noun.length() - 1) + "ces";
        }
        String[][] accents = {
            {"ón", "ones"}, {"án", "anes"}, {"én", "enes"}, {"ín", "ines"}, {"és", "eses"}
        };
        for (String[] accent : accents) {
            if (noun.endsWith(accent[0])) {
                return noun.substring(0, noun.length() - 2) + accent[1];
            }
        }
        char last = noun.charAt(noun.length() - 1);
        if ("aeiouáéó".indexOf(last) >= 0) {
            return noun + "s";
        }
        return last == 's' || last == 'x' ? noun : noun + "es";
    }

    private static String englishPlural(String noun) {
        int space = noun.lastIndexOf(' ');
        if (space > 0) {
            return noun.substring(0, space + 1) + englishPlural(noun.substring(space + 1));
        }
        int end = noun.length() - 1;
        char last = noun.charAt(end);
        if (last == 'y' && "aeiou".indexOf(noun.charAt(end - 1)) < 0) {
            return noun.substring(0, end) + "ies";
        }
        boolean hisses =
                last == 's'
                        || last == 'x'
                        || last == 'z'
                        || noun.endsWith("ch")
                        || noun.endsWith("sh");
        return noun + (hisses ? "es" : "s");
    }

    /// The form of a Spanish adjective, given its masculine singular, that goes with a noun.
    static String agree(String adjective, boolean feminine, boolean plural) {
        int space = adjective.indexOf(' ');
        if (space > 0) {
            return agree(adjective.substring(0, space), feminine, plural)
                    + adjective.substring(space);
        }
        String form = adjective;
        if (feminine) {
            if (form.endsWith("o")) {
                form = form.substring(0, form.length() - 1) + "a";
            } else if (form.endsWith("dor") || form.endsWith("ñol")) {
                form = form + "a";
            } else if (form.endsWith("ón") && !form.equals("marrón")) {
                form = form.substring(0, form.length() - 2) + "ona";
            }
        }
        return plural ? spanishPlural(form) : form;
    }

    /// "a" or "an", by how the word sounds.
    static String englishArticle(String next) {
        String word = next.toLowerCase(Locale.ROOT);
        if (word.startsWith("hour") || word.startsWith("honest")) {
            return "an";
        }
        if (word.startsWith("uni") || word.startsWith("use") || word.startsWith("one")) {
            return "a";
        }
        return "aeiou".indexOf(word.charAt(0)) >= 0 ? "an" : "a";
    }

    /// Contractions, and capitals where a sentence begins.
    String finish(String text, boolean capitals) {
        String joined = text;
        if (this == ES) {
            joined =
                    joined.replaceAll("(?U)\\b([Aa]) el (?!\\p{Lu})", "$1l ")
                            .replaceAll("(?U)\\b([Dd]e) el (?!\\p{Lu})", "$1l ")
                            // "y" and "o" before their own sound
                            .replaceAll("(?U)\\by (?=(?:i|hi(?!e))\\p{L})", "e ")
                            .replaceAll("(?U)\\by (?=(?:I|Hi(?!e))\\p{L})", "e ")
                            .replaceAll("(?U)\\bo (?=h?o\\p{L})", "u ");
        }
        if (this == EN) {
            joined = joined.replaceAll("(?U)\\b([Aa]) (?=[aeiou])(?!uni|use|one|or |and )", "$1n ");
        }
        joined = joined.replaceAll(" {2,}", " ").replaceAll(" +([.,?!:;])", "$1").strip();
        return capitals ? capitalize(joined) : joined;
    }

    private static String capitalize(String text) {
        var out = new StringBuilder(text.length());
        boolean start = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isLetterOrDigit(c)) {
                out.append(start ? Character.toUpperCase(c) : c);
                start = false;
                continue;
            }
            out.append(c);
            boolean gap = i + 1 == text.length() || Character.isWhitespace(text.charAt(i + 1));
            if ((c == '.' || c == '?' || c == '!') && gap || c == '\n') {
                start = true;
            } else if (c == '-' && start && i > 0 && text.charAt(i - 1) == '\n') {
                // items of a list stay as they are
                start = false;
            }
        }
        return out.toString();
    }
}
