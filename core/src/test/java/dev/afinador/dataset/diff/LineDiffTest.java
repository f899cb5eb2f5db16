package dev.afinador.dataset.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.dataset.diff.InlineDiff.Kind;
import dev.afinador.dataset.diff.InlineDiff.Segment;
import dev.afinador.dataset.diff.LineDiff.Change;
import dev.afinador.dataset.diff.LineDiff.Result;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LineDiffTest {

    @Test
    void lines_that_changed_went_or_came_are_told_with_both_numbers() throws IOException {
        Result result =
                diff(
                        "uno\ndos\ntres\ncuatro\ncinco\nseis\n",
                        "uno\nDos\ntres\ncinco\nseis\nsiete\n");

        assertThat(result.changes())
                .extracting(Change::before, Change::after)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple(2L, 2L),
                        org.assertj.core.api.Assertions.tuple(4L, null),
                        org.assertj.core.api.Assertions.tuple(null, 6L));
        assertThat(result.changed()).isEqualTo(1);
        assertThat(result.removed()).isEqualTo(1);
        assertThat(result.added()).isEqualTo(1);
        assertThat(result.complete()).isTrue();
    }

    @Test
    void equal_files_differ_in_nothing() throws IOException {
        assertThat(diff("a\nb", "a\nb").changes()).isEmpty();
        assertThat(diff("", "").changes()).isEmpty();
        assertThat(diff("", "a\n").added()).isEqualTo(1);
        assertThat(diff("a\n", "").removed()).isEqualTo(1);
    }

    @Test
    void dropping_and_changing_lines_by_chance_is_told_exactly() throws IOException {
        for (int seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            List<String> before = new ArrayList<>();
            List<String> after = new ArrayList<>();
            long changed = 0;
            long removed = 0;
            for (int i = 0; i < 2_000; i++) {
                before.add("línea " + i);
                boolean quiet = i % 7 < 3; // lines in between that stay
                switch (quiet ? 9 : random.nextInt(10)) {
                    case 0 -> removed++;
                    case 1 -> {
                        changed++;
                        after.add("línea " + i + "!");
                    }
                    default -> after.add("línea " + i);
                }
            }
            Result result = diff(String.join("\n", before), String.join("\n", after));
            assertThat(result.changed() + result.removed())
                    .as("seed %d", seed)
                    .isEqualTo(changed + removed);
            assertThat(result.removed() - result.added()).isEqualTo(removed);
        }
    }

    @Test
    void a_long_file_is_compared_only_so_far() throws IOException {
        Result result =
                LineDiff.between(stream("a\n".repeat(1_000)), stream("a\n".repeat(1_000)), 5, 100);
        assertThat(result.complete()).isFalse();
    }

    @Test
    void within_a_line_words_are_told_apart() {
        assertThat(InlineDiff.between("la casa roja es grande", "la casa azul es muy grande"))
                .extracting(Segment::kind, Segment::text)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple(Kind.SAME, "la casa "),
                        org.assertj.core.api.Assertions.tuple(Kind.REMOVED, "roja"),
                        org.assertj.core.api.Assertions.tuple(Kind.ADDED, "azul"),
                        org.assertj.core.api.Assertions.tuple(Kind.SAME, " es"),
                        org.assertj.core.api.Assertions.tuple(Kind.ADDED, " muy"),
                        org.assertj.core.api.Assertions.tuple(Kind.SAME, " grande"));
    }

    @Test
    void segments_give_both_lines_back_whatever_they_are() {
        Random random = new Random(11);
        String[] pieces = {"casa", " ", "🙂", "ñ", "\"", "{", "日本", "x"};
        for (int round = 0; round < 500; round++) {
            String before = text(random, pieces);
            String after = text(random, pieces);
            List<Segment> segments = InlineDiff.between(before, after);
            if (segments.stream().noneMatch(s -> s.kind() == Kind.GAP)) {
                assertThat(without(segments, Kind.ADDED)).isEqualTo(before);
                assertThat(without(segments, Kind.REMOVED)).isEqualTo(after);
            }
        }
    }

    @Test
    void a_long_line_is_shown_around_what_differs() {
        String same = "palabra ".repeat(50_000);
        List<Segment> segments = InlineDiff.between(same + "a" + same, same + "b" + same);
        assertThat(segments)
                .extracting(Segment::kind)
                .containsExactly(
                        Kind.GAP, Kind.SAME, Kind.REMOVED, Kind.ADDED, Kind.SAME, Kind.GAP);
        assertThat(segments.stream().mapToInt(s -> s.text().length()).sum()).isLessThan(200);
    }

    private static String text(Random random, String[] pieces) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return text.toString();
    }

    private static String without(List<Segment> segments, Kind kind) {
        return segments.stream()
                .filter(s -> s.kind() != kind)
                .map(Segment::text)
                .collect(Collectors.joining());
    }

    private static Result diff(String before, String after) throws IOException {
        return LineDiff.between(stream(before), stream(after), 10_000, Long.MAX_VALUE);
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
