package dev.afinador.trainer.nano;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The words, by category, from `words.txt`:
///
/// ```
/// [animal]
/// gato m | cat | come: pescado / fish | vive: en casa / at home
/// pez m =peces | fish =fish
/// ```
///
/// A name of a person has the same spelling in both languages. Adjectives have no gender.
final class Lexicon {

    private final Map<String, List<Word>> byCategory = new HashMap<>();

    static Lexicon read(String text) {
        var lexicon = new Lexicon();
        String category = "";
        for (String line : text.lines().toList()) {
            String entry = line.strip();
            if (entry.isEmpty() || entry.startsWith("#")) {
                continue;
            }
            if (entry.startsWith("[")) {
                category = entry.substring(1, entry.length() - 1);
                lexicon.byCategory.put(category, new ArrayList<>());
            } else {
                lexicon.list(category).add(word(category, entry));
            }
        }
        return lexicon;
    }

    List<Word> list(String category) {
        List<Word> words = byCategory.get(category);
        if (words == null) {
            throw new IllegalArgumentException("no category " + category);
        }
        return words;
    }

    private static Word word(String category, String entry) {
        String[] parts = entry.split("\\s*\\|\\s*");
        String[] spanish = parts[0].split("\\s*=\\s*");
        String es = spanish[0].strip();
        String gender = "";
        int space = es.lastIndexOf(' ');
        if (space > 0 && List.of("m", "f", "f*").contains(es.substring(space + 1))) {
            gender = es.substring(space + 1);
            es = es.substring(0, space);
        }
        String[] english =
                (parts.length > 1 && !parts[1].isEmpty() ? parts[1] : es).split("\\s*=\\s*");
        var traits = new HashMap<String, String[]>();
        for (int i = 2; i < parts.length; i++) {
            int colon = parts[i].indexOf(':');
            if (colon < 0) {
                traits.put(parts[i], new String[] {"", ""});
                continue;
            }
            String[] both = parts[i].substring(colon + 1).strip().split("\\s*/\\s*");
            if (both.length > 2) {
                throw new IllegalArgumentException("too many languages: " + entry);
            }
            traits.put(
                    parts[i].substring(0, colon).strip(),
                    new String[] {both[0], both[both.length - 1]});
        }
        String en = english[0].strip();
        return new Word(
                category,
                es,
                spanish.length > 1 ? spanish[1].strip() : Language.ES.plural(es),
                gender.startsWith("f"),
                gender.equals("f*"),
                en,
                english.length > 1 ? english[1].strip() : Language.EN.plural(en),
                Map.copyOf(traits));
    }
}
