package dev.afinador.trainer.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Against what the reference renders, `src/test/python/template_reference.py`.
class TemplateReferenceTest {

    @ParameterizedTest
    @ValueSource(strings = {"chatml", "zephyr", "llama2", "llama3", "mistral", "qwen", "odds"})
    void a_template_renders_as_the_reference_does(String name) throws IOException {
        JsonNode all =
                JsonMapper.shared()
                        .readTree(Files.readString(Path.of("src/test/resources/templates.json")));
        var special = new HashMap<String, String>();
        all.path("special")
                .properties()
                .forEach(each -> special.put(each.getKey(), each.getValue().asString()));
        for (JsonNode template : all.path("templates")) {
            if (!template.path("name").asString().equals(name)) {
                continue;
            }
            ChatTemplate chat =
                    ChatTemplate.of(
                            template.path("template").asString(),
                            special,
                            InstantSource.fixed(Instant.parse("2026-11-25T10:00:00Z")));
            for (JsonNode test : template.path("cases")) {
                render(chat, test);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static void render(ChatTemplate chat, JsonNode test) {
        var messages = new ArrayList<Map<String, @Nullable Object>>();
        test.path("messages")
                .forEach(message ->
                        messages.add((Map<String, @Nullable Object>) PythonJson.value(message)));
        List<@Nullable Object> tools =
                (List<@Nullable Object>) PythonJson.value(test.path("tools"));
        boolean prompt = test.path("prompt").asBoolean();
        String title = test.path("title").asString() + (prompt ? ", asked" : "");
        if (test.has("refused")) {
            assertThatThrownBy(() -> chat.render(messages, tools, prompt))
                    .as(title)
                    .isInstanceOfSatisfying(
                            TemplateException.class,
                            refused ->
                                    assertThat(refused.kind())
                                            .isEqualTo(TemplateException.Kind.MESSAGES));
        } else {
            assertThat(chat.render(messages, tools, prompt).text())
                    .as(title)
                    .isEqualTo(test.path("text").asString());
        }
    }
}
