package dev.afinador.dataset.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/// The splitters beside the regular expressions that they stand for.
class SplitterTest {

    private static final Pattern O200K =
            Pattern.compile(
                    "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
                            + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
                            + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
                    Pattern.UNICODE_CHARACTER_CLASS);

    /// With the spaces of the earlier form of the expression; [Splitter.Cl100k] says why that makes no difference.
    private static final Pattern CL100K =
            Pattern.compile(
                    "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+"
                            + "| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
                    Pattern.UNICODE_CHARACTER_CLASS);

    @Property(tries = 4_000, shrinking = ShrinkingMode.BOUNDED)
    void pieces_of_o200k_are_the_matches_of_its_expression(@ForAll("texts") String text) {
        assertThat(pieces(new Splitter.O200k(), text)).isEqualTo(matches(O200K, text));
    }

    @Property(tries = 4_000, shrinking = ShrinkingMode.BOUNDED)
    void pieces_of_cl100k_are_the_matches_of_its_expression(@ForAll("texts") String text) {
        assertThat(pieces(new Splitter.Cl100k(), text)).isEqualTo(matches(CL100K, text));
    }

    @Provide
    Arbitrary<String> texts() {
        return AdversarialTexts.upTo(40);
    }

    /// All texts of up to five of the characters that matter most.
    @Test
    void every_short_text_is_cut_like_the_expressions_do() {
        String[] characters = {"a", "A", "\u0301", "漢", "1", " ", "\n", "'", "s", "/", "\u00A0"};
        var text = new StringBuilder();
        everyText(characters, 5, text);
    }

    private static void everyText(String[] characters, int more, StringBuilder text) {
        String now = text.toString();
        assertThat(pieces(new Splitter.O200k(), now)).isEqualTo(matches(O200K, now));
        assertThat(pieces(new Splitter.Cl100k(), now)).isEqualTo(matches(CL100K, now));
        if (more == 0) {
            return;
        }
        for (String character : characters) {
            text.append(character);
            everyText(characters, more - 1, text);
            text.setLength(text.length() - character.length());
        }
    }

    /// No token of the vocabulary has anything behind its last line break when there is something white in front of that:
    /// cutting there changes no token.
    @Test
    void no_token_goes_on_with_spaces_behind_a_line_break() {
        for (int id = 0; id < OpenAiEncoding.CL100K_BASE.size(); id++) {
            String token =
                    new String(OpenAiEncoding.CL100K_BASE.bytes(id), StandardCharsets.ISO_8859_1);
            assertThat(token).doesNotMatch("(?s).*[\\r\\n][ \\t\\x0B\\f]+");
        }
    }

    private static List<String> pieces(Splitter splitter, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        byte[] b = Arrays.copyOf(utf8, utf8.length + TokenCounter.PADDING);
        List<String> pieces = new ArrayList<>();
        for (int from = 0; from < utf8.length; ) {
            int end = splitter.end(b, from, utf8.length);
            pieces.add(new String(b, from, end - from, StandardCharsets.UTF_8));
            from = end;
        }
        return pieces;
    }

    private static List<String> matches(Pattern pattern, String text) {
        List<String> matches = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            matches.add(matcher.group());
        }
        return matches;
    }
}
