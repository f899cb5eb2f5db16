package dev.afinador.trainer.nano;

import java.util.Map;
import java.util.random.RandomGenerator;

/// Words that nobody has ever written: to answer with one, a model must take it from what it was told.
final class Invented {

    private static final String[] HEADS = {
        "ba", "be", "bo", "ca", "co", "cla", "da", "de", "di", "do", "fa", "fe", "fi", "flo", "ga",
        "go", "gri", "ja", "jo", "la", "le", "li", "lo", "lu", "ma", "me", "mi", "mo", "na", "ne",
        "ni", "no", "pa", "pe", "pi", "pla", "po", "ra", "re", "ri", "ro", "sa", "se", "si", "so",
        "ta", "te", "ti", "to", "tri", "va", "ve", "vi", "za", "zo"
    };
    private static final String[] TAILS = {
        "", "", "", "n", "l", "r", "s", "na", "no", "la", "lo", "ra", "ro", "ta", "to"
    };

    private Invented() {}

    static String word(RandomGenerator random) {
        int syllables = 2 + random.nextInt(2);
        var word = new StringBuilder();
        for (int i = 0; i < syllables; i++) {
            word.append(HEADS[random.nextInt(HEADS.length)]);
        }
        return word.append(TAILS[random.nextInt(TAILS.length)]).toString();
    }

    /// A first name; it is a woman's when it ends in -a.
    static Word name(RandomGenerator random) {
        String word = word(random);
        String name = Character.toUpperCase(word.charAt(0)) + word.substring(1);
        return new Word("name", name, name, name.endsWith("a"), false, name, name, Map.of());
    }

    /// Such as `K4-731`.
    static String code(RandomGenerator random) {
        return (char) ('A' + random.nextInt(26))
                + Integer.toString(random.nextInt(10))
                + "-"
                + (100 + random.nextInt(900));
    }
}
