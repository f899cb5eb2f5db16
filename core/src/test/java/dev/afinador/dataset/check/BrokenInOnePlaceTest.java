package dev.afinador.dataset.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetFinding.Severity;
import dev.afinador.dataset.DatasetKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/// Valid files of any shape, then broken in a single place: what is found points there, and nowhere else.
class BrokenInOnePlaceTest {

    /// A file is written as pieces, so that it is known where each begins.
    ///
    /// @param texts one for each line
    record ValidFile(DatasetKind kind, List<Line> texts) {

        String text() {
            var text = new StringBuilder();
            texts.forEach(line -> text.append(line.json()).append('\n'));
            return text.toString();
        }

        /// The file with another line in the place of one.
        String with(int index, String line) {
            var text = new StringBuilder();
            for (int i = 0; i < texts.size(); i++) {
                text.append(i == index ? line : texts.get(i).json()).append('\n');
            }
            return text.toString();
        }
    }

    /// A line with its places: where messages, roles and contents begin, as offsets in characters.
    record Line(String json, List<Place> roles, List<Place> contents) {}

    /// @param at     of the value's first character
    /// @param length of the value
    /// @param path   that leads to it
    record Place(int at, int length, String path, String value) {}

    // ---------------------------------------------------------------------------------------------
    // what is found where

    @Property(tries = 150, shrinking = ShrinkingMode.BOUNDED)
    void nothing_is_found_in_what_is_valid(@ForAll("files") ValidFile file) {
        FileReport report = Sample.check(file.text());
        assertThat(report.findings()).isEmpty();
        assertThat(report.kind()).isEqualTo(file.kind());
        assertThat(report.examples()).isEqualTo(file.texts().size());
    }

    @Property(tries = 150, shrinking = ShrinkingMode.BOUNDED)
    void an_unknown_role_is_found_in_its_place(
            @ForAll("files") ValidFile file, @ForAll int line, @ForAll int which) {
        int index = Math.floorMod(line, file.texts().size());
        List<Place> roles = file.texts().get(index).roles();
        if (roles.isEmpty()) {
            return; // prompts and completions have none
        }
        Place role = roles.get(Math.floorMod(which, roles.size()));
        FileReport report =
                Sample.check(file.with(index, replace(file.texts().get(index), role, "\"zzz\"")));
        DatasetFinding found = only(report, "role_unknown");
        assertPlace(found, index, file.texts().get(index), role);
        assertThat(report.findings())
                .allSatisfy(finding -> assertThat(finding.line()).isEqualTo(index + 1));
    }

    @Property(tries = 150, shrinking = ShrinkingMode.BOUNDED)
    void a_text_that_is_a_number_is_found_in_its_place(
            @ForAll("files") ValidFile file, @ForAll int line, @ForAll int which) {
        int index = Math.floorMod(line, file.texts().size());
        List<Place> contents = file.texts().get(index).contents();
        Place content = contents.get(Math.floorMod(which, contents.size()));
        FileReport report =
                Sample.check(file.with(index, replace(file.texts().get(index), content, "17")));
        DatasetFinding found =
                only(
                        report,
                        file.kind() == DatasetKind.COMPLETION
                                ? "completion_not_a_string"
                                : "content_wrong_type");
        assertPlace(found, index, file.texts().get(index), content);
        assertThat(report.errors()).isEqualTo(1);
    }

    @Property(tries = 150, shrinking = ShrinkingMode.BOUNDED)
    void a_raw_control_character_in_a_text_is_found_in_its_place(
            @ForAll("files") ValidFile file, @ForAll int line, @ForAll int which) {
        int index = Math.floorMod(line, file.texts().size());
        Line wrong = file.texts().get(index);
        Place content = wrong.contents().get(Math.floorMod(which, wrong.contents().size()));
        int at = content.at() + 1; // behind the quotation mark
        String json = wrong.json().substring(0, at) + "\u0007" + wrong.json().substring(at);
        FileReport report = Sample.check(file.with(index, json));
        DatasetFinding found = only(report, "json_broken");
        assertThat(found.line()).isEqualTo(index + 1);
        assertThat(found.column()).isEqualTo(column(json, at));
        assertThat(found.args()).contains("control_character");
        assertThat(report.errors()).isEqualTo(1);
    }

    @Property(tries = 200, shrinking = ShrinkingMode.BOUNDED)
    void a_line_that_is_cut_off_is_found_at_its_end(
            @ForAll("files") ValidFile file, @ForAll int line, @ForAll int where) {
        int index = Math.floorMod(line, file.texts().size());
        String json = file.texts().get(index).json();
        int length = 1 + Math.floorMod(where, json.length() - 1);
        if (Character.isLowSurrogate(json.charAt(length))) {
            length--; // half a character is another fault
        }
        String cut = json.substring(0, length);
        FileReport report = Sample.check(file.with(index, cut));
        List<DatasetFinding> errors =
                report.findings().stream().filter(f -> f.severity() == Severity.ERROR).toList();
        assertThat(errors).hasSize(1);
        DatasetFinding found = errors.getFirst();
        assertThat(found.line()).isEqualTo(index + 1);
        if (found.rule().equals("json_cut_off")) {
            assertThat(found.column()).isBetween(1, column(cut, cut.length()));
        } else {
            // a number or a word that ends where the line does may be wrong by itself
            assertThat(found.rule()).isEqualTo("json_broken");
            assertThat(found.column()).isBetween(1, column(cut, cut.length()));
        }
    }

    @Property(tries = 100, shrinking = ShrinkingMode.BOUNDED)
    void a_byte_that_is_not_utf8_is_found_in_its_place(
            @ForAll("files") ValidFile file, @ForAll int line, @ForAll int which) {
        int index = Math.floorMod(line, file.texts().size());
        Line wrong = file.texts().get(index);
        Place content = wrong.contents().get(Math.floorMod(which, wrong.contents().size()));
        String before = file.with(index, wrong.json().substring(0, content.at() + 1));
        before = before.substring(0, start(file, index) + content.at() + 1);
        byte[] head = before.getBytes(StandardCharsets.UTF_8);
        byte[] tail = file.text().substring(before.length()).getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[head.length + 1 + tail.length];
        System.arraycopy(head, 0, bytes, 0, head.length);
        bytes[head.length] = (byte) 0xF1; // ñ in Windows-1252
        System.arraycopy(tail, 0, bytes, head.length + 1, tail.length);
        FileReport report = Sample.check(bytes, CheckOptions.everything());
        DatasetFinding found = only(report, "not_utf8");
        assertThat(found.line()).isEqualTo(index + 1);
        assertThat(found.column()).isEqualTo(column(wrong.json(), content.at() + 1));
        assertThat(report.errors()).isEqualTo(1);
    }

    @Property(tries = 100, shrinking = ShrinkingMode.BOUNDED)
    void a_line_that_is_there_twice_is_found_the_second_time(
            @ForAll("files") ValidFile file, @ForAll int from, @ForAll int to) {
        int first = Math.floorMod(from, file.texts().size());
        int second = Math.floorMod(to, file.texts().size());
        if (first == second) {
            return;
        }
        FileReport report =
                Sample.check(
                        file.with(
                                Math.max(first, second),
                                file.texts().get(Math.min(first, second)).json()));
        DatasetFinding found = only(report, "duplicate_example");
        assertThat(found.line()).isEqualTo(Math.max(first, second) + 1);
        assertThat(found.args()).containsExactly(String.valueOf(Math.min(first, second) + 1));
    }

    // --------------------------------------------------------------------------------------------------------- helpers

    private static int start(ValidFile file, int index) {
        int at = 0;
        for (int i = 0; i < index; i++) {
            at += file.texts().get(i).json().length() + 1;
        }
        return at;
    }

    private static String replace(Line line, Place place, String by) {
        return line.json().substring(0, place.at())
                + by
                + line.json().substring(place.at() + place.length());
    }

    private static DatasetFinding only(FileReport report, String rule) {
        List<DatasetFinding> found =
                report.findings().stream().filter(f -> f.rule().equals(rule)).toList();
        assertThat(found).as("%s in %s", rule, report.counts()).hasSize(1);
        return found.getFirst();
    }

    private static void assertPlace(DatasetFinding found, int index, Line line, Place place) {
        assertThat(found.line()).isEqualTo(index + 1);
        assertThat(found.path()).isEqualTo(place.path());
        assertThat(found.column()).isEqualTo(column(line.json(), place.at()));
    }

    private static int column(String line, int at) {
        return line.codePointCount(0, at) + 1;
    }

    // -------------------------------------------------------------------------------------------------------- valid files

    @Provide
    Arbitrary<ValidFile> files() {
        return Arbitraries.of(
                        DatasetKind.CHAT,
                        DatasetKind.PREFERENCE,
                        DatasetKind.REINFORCEMENT,
                        DatasetKind.COMPLETION)
                .flatMap(kind ->
                        shapes().list()
                                .ofMinSize(11)
                                .ofMaxSize(14)
                                .map(shapes -> file(kind, shapes)));
    }

    /// @param turns  of user and assistant
    /// @param system whether a system message comes first
    /// @param space  between tokens, as different writers put it
    /// @param words  what is said
    record Shape(int turns, boolean system, String space, List<String> words) {}

    private static Arbitrary<Shape> shapes() {
        Arbitrary<String> word =
                Arbitraries.of(
                        "casa",
                        "niño",
                        "漢字",
                        "🎻",
                        "\\\"cita\\\"",
                        "\\n",
                        "línea",
                        "e\\u0301",
                        "3.14",
                        "«así»",
                        "x_1",
                        "\\\\ruta",
                        "fin.");
        return Combinators.combine(
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.of(true, false),
                        Arbitraries.of("", " ", "  ", "\t"),
                        word.list().ofMinSize(1).ofMaxSize(6))
                .as(Shape::new);
    }

    private static ValidFile file(DatasetKind kind, List<Shape> shapes) {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            lines.add(new Writer(kind, shapes.get(i), i).line());
        }
        return new ValidFile(kind, lines);
    }

    /// Writes one example and remembers where things are.
    private static final class Writer {

        /// Sentences that are far from alike, so that no two examples are nearly the same.
        private static final String[] TOPICS = {
            "el pan de masa madre", "la luna de Júpiter", "un contrato de alquiler",
                    "los verbos irregulares",
            "motores de dos tiempos", "la poda del olivo", "acordes menores", "redes de tuberías",
            "cuentos de Quiroga", "la fotosíntesis", "partidas de ajedrez", "recetas con quinoa",
            "leyes de Kepler", "mapas antiguos"
        };

        private final DatasetKind kind;
        private final Shape shape;
        private final int number;
        private final StringBuilder json = new StringBuilder();
        private final List<Place> roles = new ArrayList<>();
        private final List<Place> contents = new ArrayList<>();

        Writer(DatasetKind kind, Shape shape, int number) {
            this.kind = kind;
            this.shape = shape;
            this.number = number;
        }

        Line line() {
            switch (kind) {
                case CHAT -> {
                    open("messages");
                    conversation("$.messages", true);
                    json.append("]}");
                }
                case REINFORCEMENT -> {
                    open("messages");
                    conversation("$.messages", false);
                    json.append("],")
                            .append(shape.space())
                            .append("\"answer\":")
                            .append(number)
                            .append('}');
                }
                case PREFERENCE -> {
                    json.append("{\"input\":").append(shape.space());
                    open("messages");
                    conversation("$.input.messages", false);
                    json.append("]}");
                    output("preferred_output", "sí, ");
                    output("non_preferred_output", "no, ");
                    json.append('}');
                }
                case COMPLETION -> {
                    json.append('{')
                            .append(shape.space())
                            .append("\"prompt\":")
                            .append(shape.space());
                    value("$.prompt", said("pregunta"), contents);
                    json.append(',')
                            .append(shape.space())
                            .append("\"completion\":")
                            .append(shape.space());
                    value("$.completion", said("respuesta"), contents);
                    json.append('}');
                }
                case UNKNOWN -> throw new IllegalArgumentException();
            }
            return new Line(json.toString(), List.copyOf(roles), List.copyOf(contents));
        }

        private void open(String key) {
            json.append('{').append(shape.space()).append('"').append(key).append("\":[");
        }

        private void conversation(String path, boolean answered) {
            int index = 0;
            if (shape.system()) {
                message(path, index++, "system", "Hablas de " + TOPICS[number % TOPICS.length]);
            }
            for (int turn = 0; turn < shape.turns(); turn++) {
                message(path, index++, "user", said("pregunta " + turn));
                if (answered || turn + 1 < shape.turns()) {
                    message(path, index++, "assistant", said("respuesta " + turn));
                }
            }
        }

        private void output(String key, String start) {
            json.append(',').append(shape.space()).append('"').append(key).append("\":[");
            message("$." + key, 0, "assistant", start + said("respuesta"));
            json.append(']');
        }

        private String said(String what) {
            return "%s %d sobre %s: %s"
                    .formatted(
                            what,
                            1_000 + 37 * number,
                            TOPICS[number % TOPICS.length],
                            String.join(" ", shape.words()));
        }

        private void message(String path, int index, String role, String content) {
            if (index > 0) {
                json.append(',').append(shape.space());
            }
            json.append("{\"role\":").append(shape.space());
            value(path + "[" + index + "].role", role, roles);
            json.append(',').append(shape.space()).append("\"content\":").append(shape.space());
            value(path + "[" + index + "].content", content, contents);
            json.append('}');
        }

        private void value(String path, String text, List<Place> places) {
            String quoted = '"' + text + '"';
            places.add(new Place(json.length(), quoted.length(), path, text));
            json.append(quoted);
        }
    }
}
