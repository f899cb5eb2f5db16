package dev.afinador.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.conversation.Arrivals.Read;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArrivalsTest {

    @Test
    void messages_keep_what_is_more_than_text() {
        Arrival arrival =
                good(
                        Map.of(
                                "messages",
                                """
                                [{"role":"user","content":"¿Dónde está?"},\
                                {"role":"assistant","content":null,"tool_calls":[{"id":"c1"}]},\
                                {"role":"tool","tool_call_id":"c1","content":"en camino"},\
                                {"role":"assistant","content":"Va en camino."}]\
                                """,
                                "external_id",
                                "crm-1",
                                "stars",
                                "5",
                                "tags",
                                "[\"envíos\",\"b\"]"));
        assertThat(arrival.turns())
                .extracting(Turn::role)
                .containsExactly("user", "assistant", "tool", "assistant");
        assertThat(arrival.turns().get(1).json()).contains("tool_calls");
        assertThat(arrival.turns().get(1).isAnswer()).isFalse();
        assertThat(arrival.turns().get(3).json()).isNull();
        assertThat(arrival.externalId()).isEqualTo("crm-1");
        assertThat(arrival.stars()).isEqualTo(5);
        assertThat(arrival.tags()).containsExactly("b", "envíos");
    }

    @Test
    void columns_are_known_by_their_names_in_both_languages() {
        var row =
                Map.of(
                        "Pregunta", "¿Cuánto cuesta?",
                        "Respuesta", "20 €",
                        "Calificación", "4",
                        "Fecha", "2026-11-20 09:30:00",
                        "Etiquetas", "precios; tienda");
        Arrival arrival = good(row);
        assertThat(arrival.turns())
                .extracting(Turn::text)
                .containsExactly("¿Cuánto cuesta?", "20 €");
        assertThat(arrival.stars()).isEqualTo(4);
        assertThat(arrival.saidAt()).isEqualTo(Instant.parse("2026-11-20T09:30:00Z"));
        assertThat(arrival.tags()).containsExactly("precios", "tienda");
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "2026-11-20, 2026-11-20T00:00:00Z",
        "2026-11-20T10:00:00-05:00, 2026-11-20T15:00:00Z",
        "1763632800, 2025-11-20T10:00:00Z",
        "1763632800000, 2025-11-20T10:00:00Z"
    })
    void times_are_read_as_programs_write_them(String text, Instant time) {
        assertThat(good(Map.of("question", "a", "answer", "b", "timestamp", text)).saidAt())
                .isEqualTo(time);
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "stars | 6 | conversation_stars",
                "stars | 4.5 | conversation_stars",
                "stars | muchas | conversation_stars",
                "said_at | ayer | conversation_time",
                "messages | [{\"role\":\"rey\",\"content\":\"a\"}] | conversation_role",
                "messages | [{\"role\":\"user\"}] | conversation_no_text",
                "messages | [{\"role\":\"user\",\"content\":\"a\"}] | conversation_no_answer",
                "messages | [{\"role\":\"assistant\",\"content\":\"a\"}] | conversation_no_question",
                "messages | [7] | conversation_no_list",
                "answer |  | conversation_no_answer"
            })
    void what_is_wrong_is_told_by_its_code(String field, String value, String code) {
        Map<String, String> row = new java.util.HashMap<>(Map.of("question", "a", "answer", "b"));
        row.put(field, value == null ? "" : value);
        assertThat(new Arrivals(List.copyOf(row.keySet())).read(row))
                .isInstanceOfSatisfying(
                        Read.Bad.class, bad -> assertThat(bad.trouble().code()).isEqualTo(code));
    }

    private static Arrival good(Map<String, String> row) {
        Read read = new Arrivals(List.copyOf(row.keySet())).read(row);
        assertThat(read).isInstanceOf(Read.Good.class);
        return ((Read.Good) read).arrival();
    }
}
