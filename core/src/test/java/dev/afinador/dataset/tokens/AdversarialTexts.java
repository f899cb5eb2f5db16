package dev.afinador.dataset.tokens;

import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/// Texts of the characters at which the patterns of the encodings take their decisions, and of any others.
final class AdversarialTexts {

    private AdversarialTexts() {}

    static Arbitrary<String> upTo(int length) {
        return Arbitraries.oneOf(
                of("aáñ ,.", length),
                of("aA'sſStTlLvVeErRmMdD", length),
                of("aAÁ\u0301ʰªǅ1½'", length),
                of(" \t\n\r\u00A0\u2003\u0085x1/'", length),
                of("漢字かな交じり文东京都我们去北京、。 \n", length),
                of("😀👍🏽\u200D\uFE0F🇲🇽 a1", length),
                of("aAáÁ\u0301ʰªǅ1½²٣'\n\r/ .\u00A0😀漢\u0000\u001C\u180E\u200B", length),
                Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(length),
                anyCodePoints(length));
    }

    private static Arbitrary<String> of(String characters, int length) {
        int[] points = characters.codePoints().toArray();
        return Arbitraries.integers()
                .between(0, points.length - 1)
                .array(int[].class)
                .ofMaxSize(length)
                .map(picks -> string(IntStream.of(picks).map(pick -> points[pick])));
    }

    private static Arbitrary<String> anyCodePoints(int length) {
        return Arbitraries.integers()
                .between(0, Character.MAX_CODE_POINT)
                .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                .array(int[].class)
                .ofMaxSize(length)
                .map(points -> string(IntStream.of(points)));
    }

    private static String string(IntStream codePoints) {
        int[] all = codePoints.toArray();
        return new String(all, 0, all.length);
    }
}
