package dev.afinador.dataset.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.afinador.dataset.Scratch;
import dev.afinador.dataset.diff.InlineDiff.Kind;
import dev.afinador.dataset.diff.InlineDiff.Segment;
import dev.afinador.dataset.repair.Repair.Change;
import dev.afinador.dataset.repair.Repair.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RepairTest {

    private static final Set<Fix> SAFE =
            Set.copyOf(Arrays.stream(Fix.values()).filter(Fix::safe).toList());

    @TempDir Path folder;
    private Scratch scratch;

    @BeforeEach
    void open() throws IOException {
        scratch = new Scratch(folder);
    }

    private record Result(Outcome outcome, String training, String validation) {}

    static Stream<Arguments> single_fixes() {
        return Stream.of(
                Arguments.of(Fix.BYTE_ORDER_MARK, "\uFEFF{\"a\":1}\n", "{\"a\":1}\n"),
                Arguments.of(
                        Fix.LINE_ENDINGS, "{\"a\":1}\r\n{\"b\":2}\r\n", "{\"a\":1}\n{\"b\":2}\n"),
                Arguments.of(
                        Fix.BLANK_LINES,
                        "{\"a\":1}\n\n  \t\n{\"b\":2}\n\n",
                        "{\"a\":1}\n{\"b\":2}\n"),
                Arguments.of(
                        Fix.KEYS,
                        "{\"Messages\":[{\"rol\":\"User\",\"contents\":\"x\",\"nota\":1}]}\n",
                        "{\"messages\":[{\"role\":\"user\",\"content\":\"x\",\"nota\":1}]}\n"),
                Arguments.of(
                        Fix.KEYS,
                        "{\"input\":{\"Messages\":[]},\"preferred_completion\":[{\"role\":\" Assistant\",\"content\":\"a\"}],"
                                + "\"non_preferred_completion\":[]}\n",
                        "{\"input\":{\"messages\":[]},\"preferred_output\":[{\"role\":\"assistant\",\"content\":\"a\"}],"
                                + "\"non_preferred_output\":[]}\n"),
                Arguments.of(
                        Fix.KEYS,
                        "{\"parallelToolCalls\":true,\"mesages\":[{\"role\":\"tool\",\"toolCallId\":\"1\",\"content\":\"\"}]}\n",
                        "{\"parallel_tool_calls\":true,\"messages\":[{\"role\":\"tool\",\"tool_call_id\":\"1\",\"content\":\"\"}]}\n"),
                Arguments.of(
                        Fix.TRIM,
                        "{\"messages\":[{\"content\":\"  \\n\u00A0Hola  mundo\\\\n\\n \",\"role\":\" user\"}]}\n",
                        "{\"messages\":[{\"content\":\"Hola  mundo\\\\n\",\"role\":\" user\"}]}\n"),
                Arguments.of(
                        Fix.TRIM,
                        "{\"messages\":[{\"content\":[{\"type\":\"text\",\"text\":\" a \"}]}]}\n",
                        "{\"messages\":[{\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}]}\n"),
                Arguments.of(
                        Fix.DUPLICATES,
                        "{\"a\":1,\"b\":\"\\u00f1\"}\n{\"c\":3}\n{ \"b\":\"ñ\", \"a\":1 }\n",
                        "{\"a\":1,\"b\":\"\\u00f1\"}\n{\"c\":3}\n"),
                Arguments.of(
                        Fix.UNREADABLE,
                        "{\"a\":1}\n{\"a\":\n[1]\n{\"b\":2}{}\n{\"b\":2}\n",
                        "{\"a\":1}\n{\"b\":2}\n"));
    }

    @ParameterizedTest
    @MethodSource("single_fixes")
    void each_fix_changes_what_it_says_and_nothing_else(Fix fix, String before, String after)
            throws IOException {
        Result result = repair(before, new RepairPlan(Set.of(fix), 0, 0));
        assertThat(result.training()).isEqualTo(after);
        assertThat(result.outcome().counts()).containsOnlyKeys(fix);

        Set<Fix> others = new HashSet<>(SAFE);
        others.remove(fix);
        Result without = repair(before, new RepairPlan(others, 0, 0));
        assertThat(without.outcome().counts()).doesNotContainKey(fix);
    }

    @ParameterizedTest
    @MethodSource("single_fixes")
    void what_is_repaired_has_nothing_left_to_repair(Fix fix, String before, String after)
            throws IOException {
        Result again = repair(after, new RepairPlan(Set.of(fix), 0, 0));
        assertThat(again.outcome().changesNothing()).isTrue();
        assertThat(again.training()).isEqualTo(after);
    }

    @Test
    void what_might_be_meant_as_it_is_stays() throws IOException {
        String untouched =
                """
                {"messages":[{"role":"user","content":"a"}],"Messages":[1],"mesages":[2]}
                {"prompt":"a ","completion":" b\\n"}
                {"messages":[{"role":"user","content":"   "}]}
                {"messages":[{"role":"Experto","content":[{"text":" a "},{"text":" b "}]}]}
                {"messages":"x","rol":1,"tols":[]}
                {"messages":[{"role":"user","content":null,"names":"x"},7]}
                """;
        Result result = repair(untouched, new RepairPlan(SAFE, 0, 0));
        assertThat(result.training()).isEqualTo(untouched);
        assertThat(result.outcome().changesNothing()).isTrue();
    }

    @Test
    void a_file_from_windows_becomes_utf_8_line_by_line_where_only_some_lines_are_wrong()
            throws IOException {
        byte[] mixed =
                concat(
                        "{\"a\":\"ñ\"}\n".getBytes(StandardCharsets.UTF_8),
                        "{\"a\":\"año “x” €\"}\n".getBytes(Charset.forName("windows-1252")));
        Result result = repair(mixed, new RepairPlan(Set.of(Fix.ENCODING), 0, 0));
        assertThat(result.training()).isEqualTo("{\"a\":\"ñ\"}\n{\"a\":\"año “x” €\"}\n");
        assertThat(result.outcome().counts()).containsExactly(entry(Fix.ENCODING, 1L));
    }

    @Test
    void utf_16_becomes_utf_8_also_when_nobody_asked_for_it() throws IOException {
        String text = "{\"a\":\"ñ 🙂 日本語\"}\n".repeat(5_000);
        for (Charset charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            for (String mark : List.of("", "\uFEFF")) {
                Result result =
                        repair(
                                (mark + text).getBytes(charset),
                                new RepairPlan(Set.of(Fix.BLANK_LINES), 0, 0));
                assertThat(result.training()).as(charset + mark).isEqualTo(text);
                assertThat(result.outcome().counts()).containsExactly(entry(Fix.ENCODING, 5_000L));
                assertThat(result.outcome().changes()).as("the same text is no news").isEmpty();
            }
        }
    }

    @Test
    void the_last_line_keeps_its_missing_line_feed_and_every_other_byte_stays() throws IOException {
        String odd =
                "{ \"a\" : 1.50e+02 , \"b\":\"\\u00e1\\/\" }\n{\"messages\":[{\"content\":\" x\"}] }";
        Result result = repair(odd, new RepairPlan(SAFE, 0, 0));
        assertThat(result.training())
                .isEqualTo(
                        "{ \"a\" : 1.50e+02 , \"b\":\"\\u00e1\\/\" }\n{\"messages\":[{\"content\":\"x\"}] }");
    }

    @Test
    void changes_tell_line_what_was_done_and_what_differs() throws IOException {
        String long1 = "palabra ".repeat(200);
        var repair =
                new Repair(
                        new RepairPlan(SAFE, 0, 0),
                        () ->
                                new ByteArrayInputStream(
                                        ("{\"a\":1}\n\n{\"messages\":[{\"content\":\"%s\"}]}\n{\"a\":1}\n")
                                                .formatted(long1)
                                                .getBytes(StandardCharsets.UTF_8)),
                        scratch,
                        _ -> {});
        Outcome outcome = repair.preview(10, Long.MAX_VALUE);

        assertThat(outcome.changes()).extracting(Change::line).containsExactly(2L, 3L, 4L);
        assertThat(outcome.changes())
                .extracting(Change::dropped)
                .containsExactly(true, false, true);
        assertThat(outcome.changes().get(1).made()).containsExactly(Fix.TRIM);
        assertThat(outcome.changes().get(1).segments())
                .extracting(Segment::kind)
                .containsExactly(Kind.GAP, Kind.SAME, Kind.REMOVED, Kind.SAME);
        assertThat(outcome.changes().get(2).made()).containsExactly(Fix.DUPLICATES);
        assertThat(outcome.lines()).isEqualTo(4);
        assertThat(outcome.kept()).isEqualTo(2);
        assertThat(outcome.complete()).isTrue();
        assertThat(outcome.changes().toString()).doesNotContain("palabra");
    }

    @Test
    void a_preview_of_a_large_file_stops_and_says_so() throws IOException {
        byte[] large = "{\"a\":1}\r\n".repeat(1_000).getBytes(StandardCharsets.UTF_8);
        var repair =
                new Repair(
                        new RepairPlan(Set.of(Fix.LINE_ENDINGS, Fix.DUPLICATES), 0, 0),
                        () -> new ByteArrayInputStream(large),
                        scratch,
                        _ -> {});
        Outcome outcome = repair.preview(3, 90);
        assertThat(outcome.complete()).isFalse();
        assertThat(outcome.lines()).isEqualTo(10);
        assertThat(outcome.changes()).hasSize(3);
        assertThat(repair.preview(3, large.length).complete()).isTrue();
    }

    @Test
    void a_share_of_the_examples_is_set_aside_the_same_for_one_seed_in_whatever_order()
            throws IOException {
        List<String> examples =
                new ArrayList<>(
                        IntStream.range(0, 500)
                                .mapToObj(i -> "{\"prompt\":\"p%d\"}".formatted(i))
                                .toList());
        RepairPlan plan = new RepairPlan(Set.of(), 10, 42);
        Result first = repair(String.join("\n", examples), plan);
        Collections.shuffle(examples, new Random(1));
        Result shuffled = repair(String.join("\n", examples), plan);
        Result otherSeed = repair(String.join("\n", examples), new RepairPlan(Set.of(), 10, 43));

        assertThat(first.outcome().setAside()).isEqualTo(50);
        assertThat(first.validation().lines()).hasSize(50);
        assertThat(first.training().lines()).hasSize(450);
        assertThat(Stream.concat(first.training().lines(), first.validation().lines()))
                .containsExactlyInAnyOrderElementsOf(examples);
        assertThat(shuffled.validation().lines())
                .containsExactlyInAnyOrderElementsOf(first.validation().lines().toList());
        assertThat(otherSeed.validation().lines().toList())
                .isNotEqualTo(shuffled.validation().lines().toList());
        assertThat(repair(String.join("\n", examples), plan)).isEqualTo(shuffled);
    }

    @Test
    void equal_examples_are_never_on_both_sides() throws IOException {
        StringBuilder text = new StringBuilder();
        Random random = new Random(7);
        for (int i = 0; i < 400; i++) {
            text.append("{\"prompt\":\"p%d\"}\n".formatted(random.nextInt(60)));
        }
        Result result = repair(text.toString(), new RepairPlan(Set.of(), 20, 3));
        Set<String> training = Set.copyOf(result.training().lines().toList());
        Set<String> validation = Set.copyOf(result.validation().lines().toList());
        assertThat(training).doesNotContainAnyElementsOf(validation);
        assertThat(result.outcome().setAside()).isEqualTo(result.validation().lines().count());
        assertThat(result.outcome().setAside()).isBetween(80L, 100L);
    }

    @Test
    void at_least_one_example_goes_to_each_side() throws IOException {
        Result two = repair("{\"a\":1}\n{\"a\":2}\n", new RepairPlan(Set.of(), 1, 5));
        assertThat(two.training().lines()).hasSize(1);
        assertThat(two.validation().lines()).hasSize(1);
        Result one = repair("{\"a\":1}\n", new RepairPlan(Set.of(), 50, 5));
        assertThat(one.outcome().setAside()).isZero();
        assertThat(one.training()).isEqualTo("{\"a\":1}\n");
    }

    @Test
    void duplicates_are_the_same_as_a_plain_set_finds_whatever_the_file() throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < 3_000; i++) {
                lines.add("{\"k\":%d}".formatted(random.nextInt(1 + seed * 200)));
            }
            Result result =
                    repair(
                            String.join("\n", lines) + "\n",
                            new RepairPlan(Set.of(Fix.DUPLICATES), 0, 0));
            assertThat(result.training().lines())
                    .as("seed %d", seed)
                    .containsExactlyElementsOf(lines.stream().distinct().toList());
        }
    }

    @Test
    void nothing_is_left_behind_in_the_scratch_folder() throws IOException {
        repair("{\"a\":1}\n{\"a\":1}\n", new RepairPlan(SAFE, 20, 1));
        var ended =
                new Repair(
                        new RepairPlan(SAFE, 20, 1),
                        () -> new ByteArrayInputStream("{\"a\":1}\n".getBytes()),
                        scratch,
                        _ -> {
                            throw new IOException("cancelled");
                        });
        assertThatThrownBy(() -> ended.preview(1, 100)).hasMessage("cancelled");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    private Result repair(String content, RepairPlan plan) throws IOException {
        return repair(content.getBytes(StandardCharsets.UTF_8), plan);
    }

    private Result repair(byte[] content, RepairPlan plan) throws IOException {
        var repair = new Repair(plan, () -> new ByteArrayInputStream(content), scratch, _ -> {});
        var training = new ByteArrayOutputStream();
        var validation = new ByteArrayOutputStream();
        Outcome outcome = repair.write(training, validation);
        return new Result(
                outcome,
                training.toString(StandardCharsets.UTF_8),
                validation.toString(StandardCharsets.UTF_8));
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
