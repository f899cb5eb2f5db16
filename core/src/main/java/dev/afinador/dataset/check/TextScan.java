package dev.afinador.dataset.check;

import dev.afinador.dataset.TrainingFileRule;
import java.nio.charset.StandardCharsets;

/// Goes through a text once, word by word: for likeness and repetition, and for what should not be in a training file.
/// For one thread.
final class TextScan {

    // classes of bytes; those of words come first
    private static final int BETWEEN = 0;
    private static final int SMALL = 1;
    private static final int CAPITAL = 2;
    private static final int DIGIT = 3;
    private static final int OTHER_LETTER = 4;
    private static final int LATIN = 5;
    private static final int AT = 6;
    private static final int LESS = 7;
    private static final int CONTROL = 8;
    private static final int TWO_BYTES = 9;
    private static final int THREE_BYTES = 10;
    private static final int IDEOGRAPH = 11;

    private static final byte[] CLASS = new byte[256];
    private static final byte[] FOLDED = new byte[256];

    static {
        for (int c = 0; c < 256; c++) {
            int of = BETWEEN;
            if (c >= 'a' && c <= 'z') {
                of = SMALL;
            } else if (c >= 'A' && c <= 'Z') {
                of = CAPITAL;
            } else if (c >= '0' && c <= '9') {
                of = DIGIT;
            } else if (c == '@') {
                of = AT;
            } else if (c == '<') {
                of = LESS;
            } else if ((c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7F) {
                of = CONTROL;
            } else if (c == 0xC3) {
                of = LATIN;
            } else if (c == 0xC2) {
                of = TWO_BYTES; // signs of Latin-1
            } else if (c == 0xE2 || c == 0xEF) {
                of = THREE_BYTES; // punctuation, symbols, wide forms
            } else if (c >= 0xE3 && c <= 0xE9) {
                of = IDEOGRAPH;
            } else if (c >= 0x80) {
                of = OTHER_LETTER;
            }
            CLASS[c] = (byte) of;
            FOLDED[c] = (byte) (of == CAPITAL ? c | 0x20 : c);
        }
    }

    private static final long FACTOR = 0x0000_0100_0000_01B3L;
    private static final int LONG_WORD = 16;
    private static final int MIXED_WORD = 8;
    private static final int REPETITIVE = 60;

    private final Reporter reporter;
    private final Likeness likeness;
    private final Repetition repetition = new Repetition();
    private final PersonalData personal;
    private final Secrets secrets;

    private byte[] b = new byte[0];
    private int from;
    private int to;
    private int value;
    private boolean compares;
    private boolean said;

    // one finding of each of these per text
    private boolean toldMojibake;
    private boolean toldControl;
    private boolean toldReplacement;
    private boolean toldSpecial;

    TextScan(Reporter reporter, Likeness likeness) {
        this.reporter = reporter;
        this.likeness = likeness;
        this.personal = new PersonalData(reporter);
        this.secrets = new Secrets(reporter);
    }

    /// @param string where in the line the text is from
    /// @param role   who says it
    void scan(byte[] bytes, int first, int end, int string, Role role, boolean brokenPair) {
        b = bytes;
        from = first;
        to = end;
        value = string;
        compares = role != Role.SYSTEM && role != Role.DEVELOPER;
        said = role == Role.ASSISTANT || role == Role.COMPLETION;
        toldMojibake = false;
        toldControl = false;
        toldReplacement = brokenPair; // it is told otherwise
        toldSpecial = false;
        likeness.startText();
        if (said) {
            repetition.startText();
        }
        secrets.startText(bytes, first, end, string);
        personal.startText(bytes, first, end, string);
        if (brokenPair) {
            reporter.value(TrainingFileRule.BROKEN_SURROGATE, string);
        }
        run();
        if (said && repetition.percent() >= REPETITIVE) {
            reporter.value(TrainingFileRule.REPETITIVE_ANSWER, string, repetition.percent());
        }
    }

    private void run() {
        byte[] text = b;
        int i = from;
        while (i < to) {
            int of = CLASS[text[i] & 0xFF];
            if (of == BETWEEN) {
                i++;
            } else if (of <= LATIN) {
                i = word(text, i);
            } else {
                i = special(text, i, of);
            }
        }
    }

    private int word(byte[] text, int start) {
        int i = start;
        long hash = FACTOR;
        int seen = 0;
        int of = CLASS[text[i] & 0xFF];
        do {
            hash = (hash ^ FOLDED[text[i] & 0xFF]) * FACTOR;
            seen |= 1 << of;
            i++;
            if (of == LATIN) {
                int second = text[i];
                if (second == (byte) 0x83 || second == (byte) 0x82 || second == (byte) 0xA2) {
                    mojibake(text, i - 1);
                }
                boolean capital = second < (byte) 0x9F && second != (byte) 0x97;
                hash = (hash ^ (capital ? second | 0x20 : second)) * FACTOR;
                i++;
            }
            of = CLASS[text[i] & 0xFF];
        } while (i < to && of != BETWEEN && of <= LATIN);
        int end = Math.min(i, to);
        told(hash);
        int length = end - start;
        boolean digits = (seen & 1 << DIGIT) != 0;
        boolean letters = (seen & (1 << SMALL | 1 << CAPITAL)) != 0;
        if (length >= LONG_WORD || (length >= MIXED_WORD && digits && letters)) {
            secrets.word(start, end);
        }
        if (digits) {
            personal.word(start, end, letters || (seen & (1 << LATIN)) != 0);
        } else if (length == 5 && text[start] == 'B') {
            secrets.begin(start);
        }
        return end;
    }

    private void told(long hash) {
        long word = Hashes.mix(hash);
        if (compares) {
            likeness.word(word);
        }
        if (said) {
            repetition.word(word);
        }
    }

    private int special(byte[] text, int i, int of) {
        switch (of) {
            case AT -> {
                if (!secrets.at(i)) {
                    personal.at(i);
                }
                return i + 1;
            }
            case LESS -> {
                less(text, i);
                return i + 1;
            }
            case CONTROL -> {
                if (!toldControl) {
                    toldControl = true;
                    found(TrainingFileRule.ODD_CONTROL_CHARACTER, i, "U+%04X".formatted(text[i]));
                }
                return i + 1;
            }
            case TWO_BYTES -> {
                return i + 2;
            }
            case THREE_BYTES -> {
                if (text[i] == (byte) 0xEF
                        && text[i + 1] == (byte) 0xBF
                        && text[i + 2] == (byte) 0xBD
                        && !toldReplacement) {
                    toldReplacement = true;
                    found(TrainingFileRule.REPLACEMENT_CHARACTER, i);
                }
                return i + 3;
            }
            default -> { // scripts without spaces: each character is a word
                told((text[i] & 0xFF) << 16 | (text[i + 1] & 0xFF) << 8 | text[i + 2] & 0xFF);
                return i + 3;
            }
        }
    }

    /// `Ã¡`, `Â¿`, `â€™`: bytes of UTF-8 that were taken for characters of Windows-1252.
    private void mojibake(byte[] text, int i) {
        boolean is =
                switch (text[i + 1] & 0xFF) {
                    case 0x83 -> text[i + 2] == (byte) 0xC2;
                    case 0x82 -> text[i + 2] == (byte) 0xC2 && text[i + 3] >= (byte) 0xA0;
                    default ->
                            text[i + 2] == (byte) 0xE2
                                    && text[i + 3] == (byte) 0x82
                                    && text[i + 4] == (byte) 0xAC;
                };
        if (is && !toldMojibake) {
            toldMojibake = true;
            found(TrainingFileRule.MOJIBAKE, i);
        }
    }

    private static final String[] TURNS = {
        "<start_of_turn>", "<end_of_turn>", "<bos>", "<eos>", "</s>", "<<SYS>>"
    };

    /// `<|…|>`, the form of most special tokens, and some of other forms.
    private void less(byte[] text, int i) {
        if (toldSpecial) {
            return;
        }
        int end = i;
        if (text[i + 1] == '|') {
            int k = i + 2;
            int most = Math.min(to - 1, i + 42);
            while (k < most
                    && (CLASS[text[k] & 0xFF] <= DIGIT && CLASS[text[k] & 0xFF] != BETWEEN
                            || text[k] == '_')) {
                k++;
            }
            if (k > i + 2 && k + 1 < to && text[k] == '|' && text[k + 1] == '>') {
                end = k + 2;
            }
        } else {
            for (String turn : TURNS) {
                if (matches(text, i, turn)) {
                    end = i + turn.length();
                }
            }
        }
        if (end > i) {
            toldSpecial = true;
            found(
                    TrainingFileRule.SPECIAL_TOKEN,
                    i,
                    new String(text, i, end - i, StandardCharsets.US_ASCII));
        }
    }

    private boolean matches(byte[] text, int i, String word) {
        if (to - i < word.length()) {
            return false;
        }
        for (int k = 1; k < word.length(); k++) {
            if (text[i + k] != word.charAt(k)) {
                return false;
            }
        }
        return true;
    }

    private void found(TrainingFileRule rule, int at, Object... args) {
        reporter.text(rule, value, at - from, args);
    }
}
