package dev.afinador.engine.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.afinador.engine.EngineModel;
import dev.afinador.engine.EngineRig;
import dev.afinador.engine.protocol.EngineHttp.Reply;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Answers of models over the wire, whole and as streams, and what happens when a model's process does not behave.
class ChatProtocolTest {

    @TempDir static Path temp;
    private static EngineRig rig;
    private static EngineHttp http;

    @BeforeAll
    static void start() throws IOException {
        rig = new EngineRig(temp);
        http = new EngineHttp(rig);
        Files.createDirectories(rig.folder.root().resolve("jobs/ftjob-x/adapter"));
        rig.jobStore.putModel(
                new EngineModel(
                        "ft:fake-nano:local::abcdefgh",
                        "ftjob-x",
                        "fake-nano",
                        "jobs/ftjob-x/adapter",
                        Instant.EPOCH));
    }

    @AfterAll
    static void stop() {
        http.close();
        rig.close();
    }

    private static String chat(String said, String more) {
        return "{\"model\":\"fake-nano\",\"messages\":[{\"role\":\"user\",\"content\":\""
                + said
                + "\"}]"
                + more
                + "}";
    }

    private static Reply ask(String said, String more) {
        return http.post("/chat/completions", chat(said, more));
    }

    @Test
    void a_chat_is_answered_with_usage() {
        JsonNode answer = ask("hola qué tal", "").is(200).json();

        assertThat(answer.path("object").stringValue()).isEqualTo("chat.completion");
        assertThat(answer.path("id").stringValue()).startsWith("chatcmpl-");
        assertThat(answer.path("model").stringValue()).isEqualTo("fake-nano");
        JsonNode choice = answer.path("choices").path(0);
        assertThat(choice.path("message").path("content").stringValue())
                .isEqualTo("eco: hola qué tal");
        assertThat(choice.path("message").path("role").stringValue()).isEqualTo("assistant");
        assertThat(choice.path("finish_reason").stringValue()).isEqualTo("stop");
        assertThat(choice.get("logprobs").isNull()).isTrue();
        assertThat(answer.path("usage").toString())
                .isEqualTo("{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7}");
    }

    @Test
    void a_fine_tuned_model_answers_with_its_adapter_on_the_base_that_is_in_memory() {
        ask("hola", "").is(200);
        JsonNode answer =
                http.post(
                                "/chat/completions",
                                chat("hola", "")
                                        .replace("fake-nano", "ft:fake-nano:local::abcdefgh"))
                        .is(200)
                        .json();

        assertThat(answer.path("choices").path(0).path("message").path("content").stringValue())
                .isEqualTo("eco afinado: hola");
        assertThat(answer.path("model").stringValue()).isEqualTo("ft:fake-nano:local::abcdefgh");
        assertThat(rig.sampler.processes()).hasSize(1);
    }

    @Test
    void limits_choices_and_log_probabilities_come_in_the_vendors_shapes() {
        JsonNode answer =
                ask(
                                "uno dos tres",
                                ",\"max_completion_tokens\":2,\"n\":2,\"logprobs\":true,\"top_logprobs\":2")
                        .is(200)
                        .json();

        assertThat(answer.path("choices").size()).isEqualTo(2);
        JsonNode second = answer.path("choices").path(1);
        assertThat(second.path("index").asInt()).isEqualTo(1);
        assertThat(second.path("finish_reason").stringValue()).isEqualTo("length");
        assertThat(second.path("message").path("content").stringValue()).isEqualTo("eco: uno");
        JsonNode token = second.path("logprobs").path("content").path(1);
        assertThat(token.path("token").stringValue()).isEqualTo(" uno");
        assertThat(token.path("bytes").path(0).asInt()).isEqualTo(' ');
        assertThat(token.path("top_logprobs").size()).isEqualTo(2);
        assertThat(answer.path("usage").path("completion_tokens").asInt()).isEqualTo(4);
        assertThat(answer.path("usage").path("prompt_tokens").asInt()).isEqualTo(3);
    }

    @Test
    void tools_go_to_the_model_and_its_calls_come_back() {
        String tools =
                ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"clima\",\"parameters\":{}}}]";
        JsonNode choice = ask("[tool] tiempo", tools).is(200).json().path("choices").path(0);

        assertThat(choice.path("finish_reason").stringValue()).isEqualTo("tool_calls");
        assertThat(choice.path("message").get("content").isNull()).isTrue();
        assertThat(
                        choice.path("message")
                                .path("tool_calls")
                                .path(0)
                                .path("function")
                                .path("name")
                                .stringValue())
                .isEqualTo("clima");
        JsonNode none = ask("[tool] tiempo", tools + ",\"tool_choice\":\"none\"").json();
        assertThat(none.path("choices").path(0).path("finish_reason").stringValue())
                .isEqualTo("stop");
        ask("x", tools + ",\"tool_choice\":\"required\"").is(400);

        List<JsonNode> chunks =
                chunks(
                        stream(
                                "/chat/completions",
                                chat("[tool] tiempo", tools + ",\"stream\":true")));
        JsonNode call =
                chunks.get(chunks.size() - 2)
                        .path("choices")
                        .path(0)
                        .path("delta")
                        .path("tool_calls")
                        .path(0);
        assertThat(call.path("index").asInt()).isZero();
        assertThat(call.path("id").stringValue()).isEqualTo("call_1");
        assertThat(chunks.getLast().path("choices").path(0).path("finish_reason").stringValue())
                .isEqualTo("tool_calls");
    }

    private static List<String> stream(String path, String body) {
        Reply reply = http.post(path, body).is(200);
        assertThat(reply.header("Content-Type")).isEqualTo("text/event-stream;charset=utf-8");
        String text = reply.text();
        assertThat(text).endsWith("data: [DONE]\n\n");
        return Arrays.stream(text.split("\n\n"))
                .filter(e -> e.startsWith("data: "))
                .map(e -> e.substring(6))
                .filter(e -> !e.equals("[DONE]"))
                .toList();
    }

    private static List<JsonNode> chunks(List<String> events) {
        List<JsonNode> chunks = new ArrayList<>();
        for (String event : events) {
            JsonNode chunk = EngineHttp.JSON.readTree(event);
            if (chunk.path("object").stringValue().equals("chat.completion.chunk")) {
                EngineHttp.matches("CreateChatCompletionStreamResponse", chunk);
            }
            chunks.add(chunk);
        }
        return chunks;
    }

    @Test
    void a_stream_begins_with_the_role_ends_with_a_reason_and_then_tells_usage_when_asked() {
        List<JsonNode> plain =
                chunks(stream("/chat/completions", chat("hola", ",\"stream\":true")));
        assertThat(
                        plain.getFirst()
                                .path("choices")
                                .path(0)
                                .path("delta")
                                .path("role")
                                .stringValue())
                .isEqualTo("assistant");
        assertThat(content(plain)).isEqualTo("eco: hola");
        JsonNode last = plain.getLast().path("choices").path(0);
        assertThat(last.path("finish_reason").stringValue()).isEqualTo("stop");
        assertThat(last.path("delta").isEmpty()).isTrue();
        assertThat(plain).allSatisfy(c -> assertThat(c.has("usage")).isFalse());
        assertThat(plain.stream().map(c -> c.path("id").stringValue()).distinct()).hasSize(1);

        List<JsonNode> counted =
                chunks(
                        stream(
                                "/chat/completions",
                                chat(
                                        "hola",
                                        ",\"stream\":true,\"stream_options\":{\"include_usage\":true}")));
        assertThat(counted.getLast().path("choices").isEmpty()).isTrue();
        assertThat(counted.getLast().path("usage").path("total_tokens").asInt()).isEqualTo(3);
        assertThat(counted.subList(0, counted.size() - 1))
                .allSatisfy(c -> assertThat(c.get("usage").isNull()).isTrue());
    }

    private static String content(List<JsonNode> chunks) {
        return chunks.stream()
                .map(c -> c.path("choices").path(0).path("delta").path("content").asString(""))
                .collect(Collectors.joining());
    }

    @Test
    void the_older_completions_take_texts_and_lists_of_them() {
        JsonNode one =
                http.post(
                                "/completions",
                                "{\"model\":\"fake-nano\",\"prompt\":\"uno dos\",\"logprobs\":1}")
                        .is(200)
                        .json();
        assertThat(one.path("object").stringValue()).isEqualTo("text_completion");
        assertThat(one.path("choices").path(0).path("text").stringValue())
                .isEqualTo("eco: uno dos");
        assertThat(one.path("choices").path(0).path("logprobs").path("text_offset").toString())
                .isEqualTo("[0,4,8]");

        JsonNode both =
                http.post(
                                "/completions",
                                "{\"model\":\"fake-nano\",\"prompt\":[\"a\",\"b\"],\"n\":2,\"max_tokens\":5}")
                        .is(200)
                        .json();
        assertThat(
                        both.path("choices")
                                .valueStream()
                                .map(c -> c.path("index").asInt() + c.path("text").stringValue()))
                .containsExactly("0eco: a", "1eco: a", "2eco: b", "3eco: b");
        List<JsonNode> streamed =
                chunks(
                        stream(
                                "/completions",
                                "{\"model\":\"fake-nano\",\"prompt\":\"a b\",\"stream\":true}"));
        assertThat(
                        streamed.stream()
                                .map(c -> c.path("choices").path(0).path("text").stringValue())
                                .collect(Collectors.joining()))
                .isEqualTo("eco: a b");
        assertThat(streamed.getLast().path("choices").path(0).path("finish_reason").stringValue())
                .isEqualTo("stop");
        http.post("/completions", "{\"model\":\"fake-nano\",\"prompt\":[1,2]}").is(400);
        http.post("/completions", "{\"model\":\"fake-nano\"}").is(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ",\"temperature\":3|temperature",
                ",\"temperature\":\"hot\"|temperature",
                ",\"top_p\":1.5|top_p",
                ",\"max_tokens\":0|max_tokens",
                ",\"n\":9|n",
                ",\"n\":0|n",
                ",\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]|stop",
                ",\"stop\":\"\"|stop",
                ",\"stop\":7|stop",
                ",\"top_logprobs\":3|top_logprobs",
                ",\"logprobs\":true,\"top_logprobs\":21|top_logprobs",
                ",\"presence_penalty\":0.5|presence_penalty",
                ",\"logit_bias\":{\"50256\":-100}|logit_bias",
                ",\"response_format\":{\"type\":\"json_object\"}|response_format",
                ",\"stream_options\":{\"include_usage\":true}|stream_options",
                ",\"modalities\":[\"audio\"]|modalities",
            })
    void what_cannot_be_done_is_refused_by_name(String more, String param) {
        assertThat(ask("hola", more).is(400).error().path("param").stringValue()).isEqualTo(param);
    }

    @Test
    void members_that_change_nothing_are_taken() {
        ask(
                        "hola",
                        ",\"presence_penalty\":0,\"frequency_penalty\":0,\"logit_bias\":{},\"response_format\":{\"type\":\"text\"},"
                                + "\"user\":\"u\",\"store\":false,\"parallel_tool_calls\":true,\"seed\":7,\"stop\":null,\"tools\":[]")
                .is(200);
    }

    @Test
    void messages_must_be_texts_and_parts_of_text_are_joined() {
        JsonNode joined =
                http.post(
                                "/chat/completions",
                                "{\"model\":\"fake-nano\",\"messages\":[{\"role\":\"developer\",\"content\":\"sé breve\"},"
                                        + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"ho\"},{\"type\":\"text\",\"text\":\"la\"}]}]}")
                        .is(200)
                        .json();
        assertThat(joined.path("choices").path(0).path("message").path("content").stringValue())
                .isEqualTo("eco: hola");
        for (String messages :
                List.of(
                        "[]",
                        "\"hola\"",
                        "[7]",
                        "[{\"content\":\"x\"}]",
                        "[{\"role\":\"king\",\"content\":\"x\"}]",
                        "[{\"role\":\"user\"}]",
                        "[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{}}]}]")) {
            Reply refused =
                    http.post(
                                    "/chat/completions",
                                    "{\"model\":\"fake-nano\",\"messages\":" + messages + "}")
                            .is(400);
            assertThat(refused.error().path("param").stringValue())
                    .as(messages)
                    .startsWith("messages");
        }
        http.post("/chat/completions", "{\"model\":\"fake-nano\"}").is(400);
        http.post("/chat/completions", "{\"messages\":[]}").is(400);
        assertThat(
                        http.post("/chat/completions", chat("x", "").replace("fake-nano", "gpt-9"))
                                .is(404)
                                .error()
                                .path("code")
                                .stringValue())
                .isEqualTo("model_not_found");
    }

    @ParameterizedTest
    @CsvSource({
        "context_length_exceeded, 400",
        "invalid_request, 400",
        "model_broken, 400",
        "out_of_memory, 500",
        "of_a_later_version, 500",
    })
    void a_failure_of_the_model_has_a_status_even_when_a_stream_was_asked_for(
            String code, int status) {
        for (String more : List.of("", ",\"stream\":true")) {
            Reply failed = ask("[fail " + code + "]", more).is(status);
            assertThat(failed.error().path("code").stringValue()).isEqualTo(code);
        }
    }

    @Test
    void a_process_that_dies_fails_its_requests_and_is_started_again_by_the_next() {
        ask("hola", "").is(200);
        Reply died = ask("[crash]", "").is(500);

        assertThat(died.error().path("code").stringValue()).isEqualTo("model_process_ended");
        assertThat(died.error().path("message").stringValue()).contains("native");
        assertThat(
                        ask("hola", "")
                                .is(200)
                                .json()
                                .path("choices")
                                .path(0)
                                .path("message")
                                .path("content")
                                .stringValue())
                .isEqualTo("eco: hola");
    }

    /// An endless answer, read up to its first word.
    private static InputStream endless(HttpClient client) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(http.base + "/chat/completions"))
                        .header("Authorization", "Bearer " + EngineHttp.KEY)
                        .POST(BodyPublishers.ofString(chat("[endless] ja", ",\"stream\":true")))
                        .build();
        var answer = client.send(request, BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        InputStream body = answer.body();
        var reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        assertThat(reader.readLine()).startsWith("data: ");
        return body;
    }

    @Test
    void who_goes_away_stops_the_model_and_makes_room_for_others() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            List<InputStream> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(endless(client));
            }
            Reply full = ask("hola", "").is(429);
            assertThat(Integer.parseInt(full.header("Retry-After"))).isBetween(1, 60);
            assertThat(full.error().path("code").stringValue()).isEqualTo("rate_limit_exceeded");
            for (InputStream one : all) {
                one.close();
            }
            await().until(() -> ask("hola", "").status() == 200);
        }
    }

    @Test
    void many_ask_at_once_and_everybody_gets_their_own_answer() throws Exception {
        try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            var answers =
                    java.util.stream.IntStream.range(0, 4)
                            .mapToObj(i ->
                                    java.util.concurrent.CompletableFuture.supplyAsync(
                                            () -> ask("pregunta " + i, ",\"stream\":false"),
                                            threads))
                            .toList();
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).join().is(200).text()).contains("eco: pregunta " + i);
            }
        }
    }
}
