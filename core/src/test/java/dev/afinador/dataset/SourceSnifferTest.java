package dev.afinador.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceSnifferTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"messages":[]}                                  | a.jsonl | JSON_LINES
                    {"prompt":"a","completion":"b"}                  | a.jsonl | JSON_LINES
                    {"messages":[],"conversations":[]}               | a.jsonl | JSON_LINES
                    {"conversations":[]}                             | a.jsonl | SHAREGPT
                    {"instruction":"a","output":"b"}                 | a.json  | ALPACA
                    {"instruction":"a"}                              | a.json  | JSON_LINES
                    [{"messages":[]}]                                | a.json  | JSON_ARRAY
                    [ {"instruction":"a","output":"b"} ]             | a.json  | ALPACA
                    [1,2]                                            | a.json  | OTHER
                    {"broken                                         | a.jsonl | JSON_LINES
                    una frase, con coma                              | a.txt   | OTHER
                    una frase                                        | a.csv   | CSV
                    una frase                                        | a.tsv   | TSV
                    """)
    void the_beginning_tells_how_a_file_is_written(String head, String name, SourceFormat format) {
        byte[] bytes = head.getBytes(StandardCharsets.UTF_8);
        assertThat(SourceSniffer.formatOf(bytes, true, name)).isEqualTo(format);
    }

    @Test
    void a_table_is_known_by_what_its_records_have_in_common() {
        assertThat(SourceSniffer.delimiterOf("a,b\n\"c,d\",e\nf,g\n")).isEqualTo(',');
        assertThat(SourceSniffer.delimiterOf("a;b\n1,5;2,5\n3,5;4,5\n")).isEqualTo(';');
        assertThat(SourceSniffer.delimiterOf("a\tb\n\"x\n,y,\"\tz\n")).isEqualTo('\t');
        assertThat(SourceSniffer.delimiterOf("hola, ¿qué tal?\nbien\ny tú, amigo, ¿cómo estás?\n"))
                .isEqualTo((char) 0);
        assertThat(SourceSniffer.delimiterOf("")).isEqualTo((char) 0);
    }

    @Test
    void lines_are_found_again_from_few_offsets_in_a_file_of_any_length() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 10_000; i++) {
            text.append("línea ").append(i).append(i % 3 == 0 ? "\n" : " más\n");
        }
        text.append("la última sin final");
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        LineIndex index = LineIndex.of(new java.io.ByteArrayInputStream(bytes));

        assertThat(index.lines()).isEqualTo(10_001);
        assertThat(index.starts()).hasSizeLessThanOrEqualTo(2_048);
        for (long line : new long[] {1, 2, 7, 4_095, 4_096, 4_097, 9_999, 10_001}) {
            LineIndex.Place place = index.before(line);
            assertThat(line - place.line()).isBetween(0L, index.every());
            var reader =
                    new LineReader(
                            new java.io.ByteArrayInputStream(
                                    bytes, (int) place.offset(), bytes.length),
                            place.line());
            do {
                assertThat(reader.next()).isTrue();
            } while (reader.number() < line);
            String found = new String(reader.copy(), StandardCharsets.UTF_8);
            assertThat(found).startsWith(line == 10_001 ? "la última" : "línea " + line);
        }
    }
}
