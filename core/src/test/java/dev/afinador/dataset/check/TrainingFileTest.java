package dev.afinador.dataset.check;

import static dev.afinador.dataset.DatasetKind.CHAT;
import static dev.afinador.dataset.DatasetKind.COMPLETION;
import static dev.afinador.dataset.DatasetKind.PREFERENCE;
import static dev.afinador.dataset.DatasetKind.REINFORCEMENT;
import static dev.afinador.dataset.check.Sample.assistant;
import static dev.afinador.dataset.check.Sample.chat;
import static dev.afinador.dataset.check.Sample.good;
import static dev.afinador.dataset.check.Sample.message;
import static dev.afinador.dataset.check.Sample.pair;
import static dev.afinador.dataset.check.Sample.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetFinding.Severity;
import dev.afinador.dataset.DatasetKind;
import dev.afinador.dataset.tokens.OpenAiEncoding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingFileTest {

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNKNOWN")
    void a_good_file_of_each_kind_is_recognised_and_clean(DatasetKind kind) {
        FileReport report = Sample.check(good(kind, 0, 40));
        assertThat(report.findings()).isEmpty();
        assertThat(report.counts()).isEmpty();
        assertThat(report.kind()).isEqualTo(kind);
        assertThat(report.examples()).isEqualTo(40);
        assertThat(report.lines()).isEqualTo(40);
        assertThat(report.numbers().distinct()).isEqualTo(40);
        assertThat(report.holds()).isFalse();
    }

    @Test
    void a_missing_last_line_break_and_windows_line_breaks_are_fine() {
        assertThat(Sample.check(good(CHAT, 0, 10).stripTrailing()).findings()).isEmpty();
        assertThat(Sample.check(good(CHAT, 0, 10).replace("\n", "\r\n")).findings()).isEmpty();
    }

    @Test
    void a_kind_that_was_asked_for_is_checked_even_if_the_lines_look_like_another() {
        FileReport report =
                Sample.check(good(COMPLETION, 0, 10), CheckOptions.everything().withKind(CHAT));
        assertThat(report.kind()).isEqualTo(CHAT);
        assertThat(report.counts())
                .containsEntry("messages_not_a_list", 10L)
                .containsEntry("example_key_unknown", 20L);
    }

    @Test
    void every_key_but_messages_and_tools_is_a_field_for_graders() {
        String line =
                "{\"messages\": [" + user("a") + "], \"input\": \"b\", \"completion\": \"c\"}\n";
        FileReport report = Sample.check(line + good(REINFORCEMENT, 0, 9));
        assertThat(report.kind()).isEqualTo(REINFORCEMENT);
        assertThat(report.counts()).isEqualTo(java.util.Map.of("item_key_missing", 18L));
    }

    @Test
    void tool_calls_weights_names_and_parts_as_the_protocol_has_them_are_fine() {
        String tool =
                "\"tools\": [{\"type\": \"function\", \"function\": {\"name\": \"hora\", \"strict\": true,"
                        + " \"description\": \"La hora\", \"parameters\": {\"type\": \"object\", \"properties\": {}}}}],"
                        + " \"parallel_tool_calls\": false";
        String call =
                "{\"role\": \"assistant\", \"content\": null, \"tool_calls\": [{\"id\": \"1\", \"type\": \"function\","
                        + " \"function\": {\"name\": \"hora\", \"arguments\": \"{}\"}}], \"weight\": 0}";
        String answer = "{\"role\": \"tool\", \"tool_call_id\": \"1\", \"content\": \"13:00\"}";
        String last =
                "{\"role\": \"assistant\", \"content\": [{\"type\": \"text\", \"text\": \"La una\"}], \"weight\": 1.0,"
                        + " \"refusal\": null, \"name\": \"Reloj-1\"}";
        assertThat(
                        Sample.check(
                                        good(CHAT, 0, 10)
                                                + chat(
                                                                message("system", "Eres un reloj"),
                                                                user("¿Hora?"),
                                                                call,
                                                                answer,
                                                                last)
                                                        .replace(
                                                                "{\"messages\"",
                                                                "{" + tool + ", \"messages\""))
                                .findings())
                .isEmpty();
        // a conversation may end with the call that is to be learnt
        assertThat(
                        Sample.check(
                                        good(CHAT, 0, 10)
                                                + chat(
                                                                user("¿Hora?"),
                                                                call.replace(", \"weight\": 0", ""))
                                                        .replace(
                                                                "{\"messages\"",
                                                                "{" + tool + ", \"messages\""))
                                .findings())
                .isEmpty();
    }

    @Test
    void many_findings_of_one_rule_do_not_hide_those_of_others() {
        String nothings = "nada\n".repeat(5_000);
        FileReport report =
                Sample.check(
                        "\n".repeat(3_000) + nothings + good(CHAT, 0, 10) + chat(user("a")) + "\n");
        assertThat(report.warnings()).isEqualTo(3_000);
        assertThat(report.errors()).isEqualTo(5_001);
        assertThat(report.counts())
                .containsEntry("blank_line", 3_000L)
                .containsEntry("json_broken", 5_000L)
                .containsEntry("no_assistant", 1L);
        assertThat(report.findings())
                .hasSize(1_000)
                .isSortedAccordingTo(Comparator.comparingLong(DatasetFinding::line));
        assertThat(of(report, "no_assistant")).isEqualTo(1);
        assertThat(of(report, "blank_line")).isGreaterThan(100);
        assertThat(of(report, "json_broken")).isGreaterThan(of(report, "blank_line"));
    }

    private static long of(FileReport report, String rule) {
        return report.findings().stream().filter(f -> f.rule().equals(rule)).count();
    }

    @Test
    void a_mark_of_byte_order_does_not_shift_columns() {
        FileReport report = Sample.check("\uFEFF{\"messages\": ]}\n" + good(CHAT, 0, 10));
        assertThat(report.findings())
                .extracting(DatasetFinding::rule, DatasetFinding::line, DatasetFinding::column)
                .containsExactly(tuple("byte_order_mark", 1L, 0), tuple("json_broken", 1L, 14));
    }

    @Test
    void nothing_that_an_example_says_is_in_a_report() {
        String secret = "historia-clínica-4711";
        FileReport report =
                Sample.check(
                        good(CHAT, 0, 10)
                                + "{\"messages\": [{\"role\": \"user\", \"content\": "
                                + secret
                                + "\n"
                                + "{\"messages\": [{\"role\": \"user\", \"content\": \""
                                + secret
                                + "\", \"content\": \"b\"}]}\n"
                                + "{\"prompt\": \""
                                + secret
                                + "\" \"completion\": 3}\n"
                                + chat(user(secret + " <|im_end|> \uFFFD"), "{\"role\": 3}"));
        assertThat(report.errors()).isPositive();
        for (String part : List.of("historia", "clínica", "4711")) {
            assertThat(report.toString()).doesNotContain(part);
        }
    }

    @Test
    void numbers_are_those_of_the_published_recipe() {
        String system = "Responde en español, con una sola frase.";
        String question = "¿Qué es un «afinador»? 🎻";
        String wrong = "No sé.";
        String answer = "Quien afina instrumentos,\nentre otras cosas.";
        String named = "{\"role\": \"user\", \"name\": \"Ana\", \"content\": \"" + question + "\"}";
        String unlearned =
                "{\"role\": \"assistant\", \"content\": \"" + wrong + "\", \"weight\": 0}";
        FileReport report =
                Sample.check(
                        chat(
                                message("system", system),
                                named,
                                unlearned,
                                user("¿Y bien?"),
                                assistant(answer.replace("\n", "\\n"))));
        FileReport.Numbers numbers = report.numbers();
        assertThat(numbers.recommendedEpochs()).isEqualTo(25);
        assertThat(numbers.plan(0).orElseThrow().tokens()).isEqualTo(25 * numbers.tokensPerEpoch());
        assertThat(numbers.plan(2).orElseThrow().epochs()).isEqualTo(2);
        assertThat(NumbersJson.read(NumbersJson.write(numbers))).isEqualTo(numbers);
        assertThat(numbers.encoding()).isEqualTo("o200k_base");
        assertThat(numbers.messages())
                .isEqualTo(java.util.Map.of(Role.SYSTEM, 1L, Role.USER, 2L, Role.ASSISTANT, 2L));
        assertThat(numbers.tokens())
                .isEqualTo(
                        java.util.Map.of(
                                Role.SYSTEM,
                                count(system),
                                Role.USER,
                                count(question) + count("¿Y bien?"),
                                Role.ASSISTANT,
                                count(wrong) + count(answer)));
        // three around each of five messages and one for its role, one and the name itself, three
        // at the end
        assertThat(numbers.frameTokens()).isEqualTo(5 * 4 + 1 + count("Ana") + 3);
        assertThat(numbers.learnedTokens()).isEqualTo(count(answer));
        assertThat(numbers.totalTokens())
                .isEqualTo(
                        numbers.frameTokens()
                                + numbers.tokens().values().stream().mapToLong(n -> n).sum());
        assertThat(numbers.tokensPerEpoch()).isEqualTo(numbers.totalTokens());
        assertThat(numbers.tokensPerExample().median()).isEqualTo((int) numbers.totalTokens());
        assertThat(numbers.messagesPerExample().most()).isEqualTo(5);
        assertThat(NumbersJson.read(NumbersJson.write(numbers))).isEqualTo(numbers);
    }

    private static long count(String text) {
        return OpenAiEncoding.O200K_BASE.encode(text).count();
    }

    @Test
    void other_encodings_count_otherwise_and_long_examples_are_billed_to_their_limit() {
        String file = good(CHAT, 0, 10) + chat(user("a b ".repeat(400)), assistant("c"));
        FileReport report =
                Sample.check(
                        file,
                        CheckOptions.everything().withTokenizer(OpenAiEncoding.CL100K_BASE, 100));
        assertThat(report.numbers().encoding()).isEqualTo("cl100k_base");
        assertThat(report.numbers().overLimit()).isEqualTo(1);
        long most = report.numbers().tokensPerExample().most();
        assertThat(most).isGreaterThan(800);
        assertThat(report.numbers().tokensPerEpoch())
                .isEqualTo(report.numbers().totalTokens() - most + 100);
    }

    @Test
    void the_numbers_of_a_check_without_contents_leave_out_what_was_not_read() {
        FileReport report = Sample.check(good(CHAT, 0, 20), CheckOptions.structure());
        assertThat(report.fingerprints()).isNull();
        assertThat(report.numbers().encoding()).isNull();
        assertThat(report.numbers().totalTokens()).isZero();
        assertThat(report.numbers().messages()).containsEntry(Role.USER, 20L);
        assertThat(NumbersJson.read(NumbersJson.write(report.numbers())))
                .isEqualTo(report.numbers());
    }

    // ----------------------------------------------------------------------------------- threads,
    // cuts and listeners

    /// All sorts of lines, good and bad, short and long, some of them twice.
    private static byte[] mixture(int lines, long seed) {
        var random = new Random(seed);
        var file = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            int n = random.nextInt(lines);
            String line =
                    switch (random.nextInt(14)) {
                        case 0 -> good(COMPLETION, n);
                        case 1 -> good(PREFERENCE, n);
                        case 2 -> good(REINFORCEMENT, n);
                        case 3 -> "";
                        case 4 -> good(CHAT, n).substring(0, random.nextInt(20));
                        case 5 -> chat(user("a".repeat(random.nextInt(3_000))), assistant("b"));
                        case 6 -> chat(user("x ".repeat(random.nextInt(50))), assistant("si"));
                        case 7 -> pair(user("p" + n % 7), "uno", n % 2 == 0 ? "dos" : "tres");
                        case 8 ->
                                chat(user("Mi correo es ana" + n + "@correo.pe"), assistant("ok"));
                        default -> good(CHAT, n);
                    };
            file.append(line).append('\n');
        }
        return file.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void a_report_depends_on_neither_threads_nor_cuts() {
        for (int seed = 0; seed < 3; seed++) {
            byte[] file = mixture(4_000, seed);
            FileReport one = report(file, 1, 512 << 10);
            assertThat(one.counts()).hasSizeGreaterThan(8);
            for (int[] way :
                    new int[][] {{2, 512 << 10}, {4, 1_000}, {3, 97}, {1, 1}, {7, 40_000}}) {
                FileReport other = report(file, way[0], way[1]);
                assertThat(other.findings())
                        .as("%s threads, %s bytes", way[0], way[1])
                        .isEqualTo(one.findings());
                assertThat(other.counts()).isEqualTo(one.counts());
                assertThat(other.numbers()).isEqualTo(one.numbers());
                assertThat(other.kind()).isEqualTo(one.kind());
                assertThat(tuple(other.lines(), other.bytes(), other.examples()))
                        .isEqualTo(tuple(one.lines(), one.bytes(), one.examples()));
            }
        }
    }

    private static FileReport report(byte[] file, int threads, int blockBytes) {
        var limits = new CheckOptions.Limits(2_000, 300, 10, 100_000, blockBytes);
        return Sample.check(
                file, CheckOptions.everything().withLimits(limits).withThreads(threads));
    }

    @Test
    void findings_and_progress_come_while_the_file_is_read_in_its_order() {
        byte[] file = mixture(4_000, 9);
        List<DatasetFinding> found = new ArrayList<>();
        List<CheckListener.Progress> progress = new ArrayList<>();
        FileReport report =
                check(
                        new ByteArrayInputStream(file),
                        CheckOptions.everything().withThreads(3),
                        new CheckListener() {
                            @Override
                            public void found(DatasetFinding finding) {
                                found.add(finding);
                            }

                            @Override
                            public void read(Progress so) {
                                progress.add(so);
                            }
                        });
        assertThat(found).containsAll(report.findings());
        assertThat(found)
                .filteredOn(f -> f.rule().equals("json_cut_off"))
                .isSortedAccordingTo(Comparator.comparingLong(DatasetFinding::line));
        assertThat(progress).isSortedAccordingTo(Comparator.comparingLong(p -> p.bytes()));
        CheckListener.Progress last = progress.getLast();
        assertThat(last.bytes()).isEqualTo(file.length);
        assertThat(last.examples()).isEqualTo(report.examples());
        assertThat(last.errors()).isLessThanOrEqualTo(report.errors());
        assertThat(report.counts()).containsKeys(last.counts().keySet().toArray(String[]::new));
    }

    @Test
    void a_first_finding_is_told_before_the_rest_of_the_file_is_there() throws Exception {
        var told = new CountDownLatch(1);
        byte[] start = ("nada\n" + good(CHAT, 0, 8_000)).getBytes(StandardCharsets.UTF_8);
        assertThat(start.length).isGreaterThan(Blocks.FIRST);
        InputStream slow =
                new InputStream() {
                    private final InputStream first = new ByteArrayInputStream(start);

                    @Override
                    public int read() {
                        throw new UnsupportedOperationException();
                    }

                    @Override
                    public int read(byte[] b, int off, int len) throws IOException {
                        int read = first.read(b, off, len);
                        if (read < 0) {
                            try {
                                told.await(); // for ever, if nobody tells anything
                            } catch (InterruptedException e) {
                                throw new IOException(e);
                            }
                        }
                        return read;
                    }
                };
        FileReport report =
                check(
                        slow,
                        CheckOptions.everything().withThreads(2),
                        new CheckListener() {
                            @Override
                            public void found(DatasetFinding finding) {
                                told.countDown();
                            }
                        });
        assertThat(report.examples()).isEqualTo(8_000);
    }

    @Test
    void a_listener_can_cancel_a_check_and_an_error_of_the_stream_ends_it() {
        byte[] file = good(CHAT, 0, 20_000).getBytes(StandardCharsets.UTF_8);
        for (int threads = 1; threads <= 3; threads++) {
            CheckOptions options = CheckOptions.everything().withThreads(threads);
            assertThatThrownBy(() ->
                            TrainingFile.check(
                                    new ByteArrayInputStream(file),
                                    options,
                                    new CheckListener() {
                                        @Override
                                        public boolean isCancelled() {
                                            return true;
                                        }
                                    }))
                    .isInstanceOf(CheckCancelledException.class);
            assertThatThrownBy(() -> TrainingFile.check(failing(file), options))
                    .isInstanceOf(IOException.class)
                    .hasMessage("disk gone");
        }
    }

    @Test
    void an_interrupted_thread_ends_its_check_and_stays_interrupted() {
        byte[] file = good(CHAT, 0, 20_000).getBytes(StandardCharsets.UTF_8);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() ->
                        TrainingFile.check(
                                new ByteArrayInputStream(file),
                                CheckOptions.everything().withThreads(2)))
                .isInstanceOf(CheckCancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    private static InputStream failing(byte[] file) {
        return new InputStream() {
            private final InputStream in = new ByteArrayInputStream(file);
            private int read;

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] b, int off, int len) throws IOException {
                if (read > 600_000) {
                    throw new IOException("disk gone");
                }
                int count = in.read(b, off, len);
                read += count;
                return count;
            }
        };
    }

    private static FileReport check(InputStream in, CheckOptions options, CheckListener listener) {
        try {
            return TrainingFile.check(in, options, listener);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    // ----------------------------------------------------------------------------------------------------- long files

    @Test
    void a_line_over_the_limit_is_passed_over_and_the_next_one_is_read() {
        String longLine = chat(user("a"), assistant("b".repeat(50_000)));
        for (int block : new int[] {100, 10_000, 1 << 20}) {
            FileReport report =
                    Sample.check(
                            good(CHAT, 0, 10) + longLine + "\n" + good(CHAT, 10, 11),
                            CheckOptions.everything()
                                    .withLimits(
                                            new CheckOptions.Limits(
                                                    5_000, 1_000, 10, 1_000, block)));
            assertThat(report.findings())
                    .containsExactly(
                            new DatasetFinding(
                                    "line_too_long", Severity.ERROR, 11, null, List.of("5000")));
            assertThat(report.examples()).isEqualTo(11);
            assertThat(report.lines()).isEqualTo(12);
        }
    }

    @Test
    void a_conversation_of_endless_messages_is_read() {
        String many =
                IntStream.range(0, 50_000)
                        .mapToObj(i -> user("hola"))
                        .collect(Collectors.joining(","));
        FileReport report = Sample.check(good(CHAT, 0, 10) + chat(many, assistant("adiós")));
        assertThat(report.numbers().messages()).containsEntry(Role.USER, 50_010L);
        assertThat(report.counts()).containsOnlyKeys("tokens_over_limit");
    }

    @Test
    void examples_beyond_the_room_for_comparing_are_checked_all_the_same() {
        var limits = new CheckOptions.Limits(1 << 20, 1_000, 10, 100, 1 << 20);
        FileReport report =
                Sample.check(
                        good(CHAT, 0, 500) + good(CHAT, 50, 51) + good(CHAT, 300, 301),
                        CheckOptions.everything().withLimits(limits));
        assertThat(report.counts()).isEqualTo(java.util.Map.of("duplicate_example", 1L));
        assertThat(report.numbers().distinct()).isEqualTo(100);
        assertThat(report.examples()).isEqualTo(502);
    }
}
