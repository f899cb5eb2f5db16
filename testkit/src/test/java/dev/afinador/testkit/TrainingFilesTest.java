package dev.afinador.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TrainingFilesTest {
    private final JsonMapper json = new JsonMapper();

    @Test
    void chat_has_as_many_examples_as_asked_and_each_ends_with_an_answer() {
        String text = TrainingFiles.chat(25);
        assertThat(text.lines()).hasSize(25).doesNotHaveDuplicates();
        assertThat(text.lines().map(json::readTree))
                .allSatisfy(line ->
                        assertThat(line.at("/messages/2/role").asString()).isEqualTo("assistant"));
        assertThat(TrainingFiles.chat(25)).isEqualTo(text);
    }

    @Test
    void a_missing_role_is_missing_where_it_was_asked_for() {
        JsonNode line =
                json.readTree(TrainingFiles.chatWithoutRole(12, 4, 2).lines().toList().get(3));
        assertThat(line.at("/messages/0/role").asString()).isEqualTo("system");
        assertThat(line.at("/messages/1").has("role")).isFalse();
        assertThat(line.at("/messages/1").has("content")).isTrue();
    }

    @Test
    void a_broken_line_is_no_json_and_the_others_are() {
        var lines = TrainingFiles.chatWithBrokenLine(12, 7).lines().toList();
        assertThat(lines).hasSize(12);
        assertThatThrownBy(() -> json.readTree(lines.get(6))).isInstanceOf(JacksonException.class);
        assertThat(json.readTree(lines.get(7)).has("messages")).isTrue();
    }

    @Test
    void preferences_have_both_outputs() {
        JsonNode line =
                json.readTree(TrainingFiles.preferences(3).lines().findFirst().orElseThrow());
        assertThat(line.at("/preferred_output/0/role").asString()).isEqualTo("assistant");
        assertThat(line.at("/non_preferred_output/0/role").asString()).isEqualTo("assistant");
    }
}
