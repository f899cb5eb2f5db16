package dev.afinador.trainer.nano;

import java.util.Map;
import java.util.Optional;

/// An entry of the vocabulary in both languages.
///
/// @param category what it is: `animal`, `color` …
/// @param es Spanish singular (masculine for adjectives)
/// @param feminine grammatical gender of the Spanish noun, or of the person
/// @param stressedA a feminine noun that takes `el` because it begins with a stressed a
/// @param traits further facts: name to the words in Spanish and English
record Word(
        String category,
        String es,
        String esPlural,
        boolean feminine,
        boolean stressedA,
        String en,
        String enPlural,
        Map<String, String[]> traits) {

    String base(Language language) {
        return switch (language) {
            case ES -> es;
            case EN -> en;
        };
    }

    String plural(Language language) {
        return switch (language) {
            case ES -> esPlural;
            case EN -> enPlural;
        };
    }

    boolean has(String trait) {
        return traits.containsKey(trait);
    }

    Optional<String> trait(String name, Language language) {
        String[] both = traits.get(name);
        return both == null ? Optional.empty() : Optional.of(both[language.ordinal()]);
    }

    /// A form by the name that scenes use.
    String form(String name, Language language) {
        return switch (language) {
            case ES -> spanish(name);
            case EN -> english(name);
        };
    }

    private String spanish(String name) {
        boolean fem = feminine && !stressedA;
        return switch (name) {
            case "el" -> (fem ? "la " : "el ") + es;
            case "un" -> (fem ? "una " : "un ") + es;
            case "los" -> (feminine ? "las " : "los ") + esPlural;
            case "unos" -> (feminine ? "unas " : "unos ") + esPlural;
            case "este" -> (feminine ? "esta " : "este ") + es;
            case "pl" -> esPlural;
            case "en" -> en;
            case "aEn" -> english("a");
            default -> other(name, Language.ES);
        };
    }

    private String english(String name) {
        return switch (name) {
            case "the" -> "the " + en;
            case "a" -> Language.englishArticle(en) + " " + en;
            case "pl" -> enPlural;
            case "es" -> es;
            case "elEs" -> spanish("el");
            default -> other(name, Language.EN);
        };
    }

    private String other(String name, Language language) {
        return trait(name, language)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                category + " " + es + " has no form or trait " + name));
    }
}
