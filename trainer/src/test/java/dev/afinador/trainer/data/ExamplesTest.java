package dev.afinador.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afinador.trainer.chat.ChatTemplate;
import dev.afinador.trainer.chat.Conversation;
import dev.afinador.trainer.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Which tokens are trained, checked token by token: what comes before an answer is what the model is asked with, what is trained is the answer and the token
/// that ends it, and nothing else.
class ExamplesTest {

    private static final Path RESOURCES = Path.of("src/test/resources");

    private final List<Remark> remarks = new ArrayList<>();

    @Test
    void only_the_answers_and_their_ends_are_trained() throws Exception {
        Bench bench = bench("chatml", "smollm", 512);
        Encoded example =
                bench.one(
                        """
                        {"messages": [{"role": "system", "content": "Breve."},
                          {"role": "user", "content": "uno"}, {"role": "assistant", "content": "dos"},
                          {"role": "user", "content": "tres"}, {"role": "assistant", "content": " cuatro\\n"}]}\
                        """);

        assertThat(bench.tokenizer.decode(example.tokens(), false))
                .isEqualTo(
                        "<|im_start|>system\nBreve.<|im_end|>\n<|im_start|>user\nuno<|im_end|>\n<|im_start|>assistant\ndos<|im_end|>\n"
                                + "<|im_start|>user\ntres<|im_end|>\n<|im_start|>assistant\n cuatro\n<|im_end|>\n");
        assertThat(bench.trained(example)).containsExactly("dos<|im_end|>", " cuatro\n<|im_end|>");
    }

    @Test
    void an_answer_of_weight_0_is_only_read() throws Exception {
        Bench bench = bench("chatml", "smollm", 512);
        Encoded example =
                bench.one(
                        """
                        {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "no", "weight": 0},
                          {"role": "user", "content": "b"}, {"role": "assistant", "content": "sí", "weight": 1}]}\
                        """);

        assertThat(bench.trained(example)).containsExactly("sí<|im_end|>");
    }

    @Test
    void calls_of_tools_are_trained_and_results_are_read() throws Exception {
        Bench bench = bench("qwen", "qwen", 2000);
        List<Encoded> examples =
                bench.examples.supervised(
                        """
                        {"messages": [{"role": "user", "content": "¿Precio?"},
                          {"role": "assistant", "tool_calls": [{"id": "1", "type": "function", "function": {"name": "price", "arguments": "{\\"of\\": \\"pan\\"}"}}]},
                          {"role": "tool", "tool_call_id": "1", "content": "3"},
                          {"role": "assistant", "content": "Tres euros."}],
                         "tools": [{"type": "function", "function": {"name": "price", "parameters": {"type": "object", "properties": {}}}}]}\
                        """,
                        1);

        // this template shows an answer with its thoughts only while it is the last one
        assertThat(examples).hasSize(2);
        assertThat(bench.trained(examples.get(0)))
                .containsExactly(
                        "<think>\n\n</think>\n\n<tool_call>\n{\"name\": \"price\", \"arguments\": {\"of\": \"pan\"}}\n</tool_call><|im_end|>");
        assertThat(bench.trained(examples.get(1)))
                .containsExactly("<think>\n\n</think>\n\nTres euros.<|im_end|>");
        assertThat(remarks).isEmpty();
    }

    @Test
    void a_template_that_does_not_show_tools_is_told_of() throws Exception {
        Bench bench = bench("chatml", "smollm", 512);
        bench.one(
                """
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}],
                 "tools": [{"type": "function", "function": {"name": "f"}}]}\
                """);

        assertThat(remarks).extracting(Remark::code).containsExactly("tools_not_in_template");
    }

    @ParameterizedTest
    @CsvSource({
        "chatml,smollm",
        "zephyr,llama2",
        "llama2,llama2",
        "llama3,llama3",
        "mistral,mistral",
        "qwen,qwen"
    })
    void an_answer_begins_where_its_prompt_ends_in_every_family(String template, String tokenizer)
            throws Exception {
        Bench bench = bench(template, tokenizer, 4000);
        String json =
                """
                {"messages": [{"role": "user", "content": "¿Qué tal, niño?"}, {"role": "assistant", "content": "Muy bien: 123."},
                  {"role": "user", "content": "Adiós"}, {"role": "assistant", "content": "Hasta mañana 😀"}]}\
                """;
        for (Encoded example : bench.examples.supervised(json, 1)) {
            bench.check(json, example);
        }
    }

    /// The system message stands in the last question only, so it moves when the answer comes.
    @Test
    void a_prompt_that_the_template_changes_afterwards_is_trained_as_it_is_asked()
            throws Exception {
        Bench bench = bench("mistral", "mistral", 512);
        Encoded example =
                bench.one(
                        """
                        {"messages": [{"role": "system", "content": "Breve."}, {"role": "user", "content": "Hola"}, {"role": "assistant", "content": "Sí."}]}\
                        """);

        assertThat(bench.tokenizer.decode(example.tokens(), false))
                .isEqualTo("<s>[INST] Breve.\n\nHola[/INST] Sí.</s>");
        assertThat(bench.trained(example)).containsExactly("Sí.</s>");
    }

    @Test
    void a_spelled_control_token_is_plain_text_and_told_of() throws Exception {
        Bench bench = bench("chatml", "smollm", 512);
        Encoded example =
                bench.one(
                        """
                        {"messages": [{"role": "user", "content": "<|im_end|> fuera <|endoftext|>"}, {"role": "assistant", "content": "a <|im_start|>"}]}\
                        """);

        assertThat(bench.trained(example)).containsExactly("a <|im_start|><|im_end|>");
        // one start and one end for each of the two messages, no more
        assertThat(Arrays.stream(example.tokens()).filter(bench.tokenizer::isSpecial).count())
                .isEqualTo(4 + systemTokens(bench));
        assertThat(remarks)
                .singleElement()
                .satisfies(remark -> {
                    assertThat(remark.code()).isEqualTo("control_token_in_text");
                    assertThat(remark.message()).contains("Line 1", "3 times");
                });
    }

    /// The template of this test puts a system message before a conversation that has none.
    private static long systemTokens(Bench bench) {
        int[] prompt =
                bench.tokenizer.encode(
                        bench.template
                                .render(List.of(Map.of("role", "user", "content", "")), null, false)
                                .text(),
                        true);
        return Arrays.stream(prompt).filter(bench.tokenizer::isSpecial).count() - 2;
    }

    @Test
    void what_is_too_long_is_cut_at_the_end_and_told_of() throws Exception {
        Bench bench = bench("chatml", "smollm", 80);
        Encoded example =
                bench.one(
                        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \""
                                + "palabra ".repeat(60)
                                + "\"}]}");

        assertThat(example.tokens()).hasSize(80);
        assertThat(example.weights()[79]).isEqualTo(1f);
        assertThat(remarks)
                .singleElement()
                .satisfies(remark ->
                        assertThat(remark.message()).contains("Line 1", "the model takes 80"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "assistant_missing | {\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}",
                "nothing_to_train  | {\"messages\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\", \"weight\": 0}]}",
                "assistant_first   | {\"messages\": [{\"role\": \"assistant\", \"content\": \"b\"}]}",
                "json_broken       | {\"messages\": [",
                "json_broken       | {\"messages\": [], \"messages\": []}",
                "not_an_object     | [1]",
                "messages_missing  | {\"prompt\": \"a\"}",
                "messages_missing  | {\"messages\": []}",
                "role_unknown      | {\"messages\": [{\"role\": \"human\", \"content\": \"a\"}]}",
                "message_invalid   | {\"messages\": [\"a\"]}",
                "content_invalid   | {\"messages\": [{\"role\": \"user\", \"content\": 1}]}",
                "content_not_text  | {\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image_url\"}]}]}",
                "weight_invalid    | {\"messages\": [{\"role\": \"assistant\", \"content\": \"a\", \"weight\": 0.5}]}"
            })
    void a_line_that_cannot_be_used_is_refused_with_its_number(String code, String json)
            throws Exception {
        assertThatThrownBy(() -> bench("chatml", "smollm", 512).examples.supervised(json, 17))
                .isInstanceOfSatisfying(
                        InvalidExample.class,
                        refused -> {
                            assertThat(refused.code()).isEqualTo(code);
                            assertThat(refused.line()).isEqualTo(17);
                            assertThat(refused.getMessage()).startsWith("Line 17");
                        });
    }

    @Test
    void broken_json_is_refused_with_its_column() throws Exception {
        assertThatThrownBy(() ->
                        bench("chatml", "smollm", 512)
                                .examples
                                .supervised("{\"messages\": [{\"role\" \"user\"}]}", 3))
                .isInstanceOfSatisfying(
                        InvalidExample.class,
                        refused -> {
                            assertThat(refused.column()).isBetween(22, 25);
                            assertThat(refused.getMessage()).contains("Line 3, column");
                        });
    }

    @Test
    void an_answer_that_does_not_fit_at_all_is_refused() throws Exception {
        Bench bench = bench("chatml", "smollm", 60);
        assertThatThrownBy(() ->
                        bench.one(
                                "{\"messages\": [{\"role\": \"user\", \"content\": \""
                                        + "mucho ".repeat(60)
                                        + "\"}, {\"role\": \"assistant\", \"content\": \"x\"}]}"))
                .isInstanceOfSatisfying(
                        InvalidExample.class,
                        refused -> assertThat(refused.code()).isEqualTo("example_too_long"));
    }

    @Test
    void what_the_template_refuses_is_refused_with_the_line() throws Exception {
        assertThatThrownBy(() ->
                        bench("llama2", "llama2", 512)
                                .one(
                                        """
                                        {"messages": [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}, {"role": "assistant", "content": "c"}]}\
                                        """))
                .isInstanceOfSatisfying(
                        InvalidExample.class,
                        refused -> {
                            assertThat(refused.code()).isEqualTo("template_refused");
                            assertThat(refused.getMessage()).contains("roles must alternate");
                        });
    }

    @Test
    void a_preference_has_one_prompt_and_two_answers() throws Exception {
        Bench bench = bench("chatml", "smollm", 512);
        EncodedPair pair =
                bench.examples.preference(
                        """
                        {"input": {"messages": [{"role": "user", "content": "¿Hora?"}]},
                         "preferred_output": [{"role": "assistant", "content": "Son las dos."}],
                         "non_preferred_output": [{"role": "assistant", "content": "Las 2"}]}\
                        """,
                        4);

        assertThat(bench.trained(pair.chosen())).containsExactly("Son las dos.<|im_end|>");
        assertThat(bench.trained(pair.rejected())).containsExactly("Las 2<|im_end|>");
        int prompt = first(pair.chosen());
        assertThat(first(pair.rejected())).isEqualTo(prompt);
        assertThat(Arrays.copyOf(pair.chosen().tokens(), prompt))
                .isEqualTo(Arrays.copyOf(pair.rejected().tokens(), prompt));
    }

    private static int first(Encoded example) {
        int first = 0;
        while (example.weights()[first] == 0) {
            first++;
        }
        return first;
    }

    /// `-Dafinador.samples=FOLDER` with real training files.
    @ParameterizedTest
    @EnabledIfSystemProperty(named = "afinador.samples", matches = ".+")
    @CsvSource({
        "gsm8k-chat.train.jsonl,chatml,smollm",
        "gsm8k-chat.train.jsonl,llama3,llama3",
        "gsm8k-chat.train.jsonl,mistral,mistral",
        "stock-tool-calling.train.jsonl,qwen,qwen",
        "stock-tool-calling.train.jsonl,llama3,llama3"
    })
    void masks_of_real_files_are_right_token_by_token(
            String file, String template, String tokenizer) throws Exception {
        Bench bench = bench(template, tokenizer, 100_000);
        long line = 0;
        for (String json :
                Files.readAllLines(Path.of(System.getProperty("afinador.samples"), file))) {
            line++;
            for (Encoded example : bench.examples.supervised(json, line)) {
                bench.check(json, example);
            }
        }
        assertThat(line).isGreaterThan(50);
    }

    private Bench bench(String template, String tokenizer, int longest) throws IOException {
        Tokenizer tokens = Tokenizer.read(RESOURCES.resolve("tokenizer").resolve(tokenizer));
        JsonNode all =
                JsonMapper.shared().readTree(Files.readString(RESOURCES.resolve("templates.json")));
        String text =
                all.path("templates")
                        .valueStream()
                        .filter(each -> each.path("name").asString().equals(template))
                        .findFirst()
                        .orElseThrow()
                        .path("template")
                        .asString();
        ChatTemplate chat =
                ChatTemplate.of(
                        text,
                        Map.of("bos_token", "<s>", "eos_token", "</s>"),
                        InstantSource.system());
        return new Bench(tokens, chat, new Examples(tokens, chat, longest, remarks::add));
    }

    private record Bench(Tokenizer tokenizer, ChatTemplate template, Examples examples) {

        Encoded one(String json) throws InvalidExample {
            List<Encoded> encoded = examples.supervised(json, 1);
            assertThat(encoded).hasSize(1);
            return encoded.get(0);
        }

        /// The texts of the trained stretches.
        List<String> trained(Encoded example) {
            var stretches = new ArrayList<String>();
            int from = -1;
            for (int i = 0; i <= example.tokens().length; i++) {
                boolean on = i < example.tokens().length && example.weights()[i] != 0;
                if (on && from < 0) {
                    from = i;
                } else if (!on && from >= 0) {
                    stretches.add(
                            tokenizer.decode(Arrays.copyOfRange(example.tokens(), from, i), false));
                    from = -1;
                }
            }
            return stretches;
        }

        /// Every trained stretch says what the assistant says and nothing that the user says, and before the first stands the very prompt
        /// that the model is asked with.
        void check(String json, Encoded example) throws Exception {
            JsonNode record = JsonMapper.shared().readTree(json);
            Conversation all =
                    Conversation.read(
                            record.path("messages"), record.path("tools"), "messages", tokenizer);
            List<String> stretches = trained(example);
            assertThat(stretches).isNotEmpty();
            for (String stretch : stretches) {
                assertThat(all.messages())
                        .anySatisfy(message -> {
                            assertThat(message.get("role")).isEqualTo("assistant");
                            assertThat(stretch).contains(said(message));
                        });
                assertThat(all.messages())
                        .noneSatisfy(message -> {
                            assertThat(message.get("role")).isEqualTo("user");
                            assertThat(stretch).contains(said(message));
                        });
            }
            int from = first(example);
            var prompts = new ArrayList<int[]>();
            for (int i = 1; i < all.messages().size(); i++) {
                if (all.isAssistant(i)) {
                    String prompt =
                            template.render(all.messages().subList(0, i), all.tools(), true).text();
                    prompts.add(tokenizer.encode(prompt, true));
                }
            }
            assertThat(prompts).contains(Arrays.copyOf(example.tokens(), from));
        }

        private static String said(Map<String, ?> message) {
            String content = ((String) message.get("content")).strip();
            return content.isEmpty()
                    ? (String)
                            ((Map<?, ?>)
                                            ((Map<?, ?>)
                                                            ((List<?>) message.get("tool_calls"))
                                                                    .get(0))
                                                    .get("function"))
                                    .get("name")
                    : content;
        }
    }
}
