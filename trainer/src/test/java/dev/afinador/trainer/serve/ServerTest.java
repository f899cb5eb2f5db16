package dev.afinador.trainer.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.trainer.TinyBase;
import dev.afinador.trainer.model.Adapters;
import dev.afinador.trainer.model.LlamaModel;
import dev.afinador.trainer.model.Lora;
import dev.afinador.trainer.model.ModelConfig;
import dev.afinador.trainer.model.Projection;
import dev.afinador.trainer.model.Weights;
import dev.afinador.trainer.tensor.Compute;
import dev.afinador.trainer.tensor.Tensors;
import dev.afinador.trainer.tokenizer.Tokenizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ServerTest {

    private static final Compute CPU = Compute.cpu();

    @TempDir static Path shared;

    private static Path base;
    private static Path adapterOne;
    private static Path adapterTwo;

    private Talk talk;

    @BeforeAll
    static void makeModels() throws IOException {
        base = TinyBase.in(shared.resolve("base"));
        adapterOne = adapter("one", 11);
        adapterTwo = adapter("two", 12);
    }

    @BeforeEach
    void open() throws IOException {
        talk = new Talk();
        assertThat(talk.next().path("kind").asString()).isEqualTo("ready");
    }

    @AfterEach
    void close() throws Exception {
        talk.close();
    }

    @Test
    void without_temperature_the_likeliest_token_is_taken_each_time() {
        talk.say(
                """
                {"kind": "generate", "id": "a", "base_model": "%s", "prompt": "good dog", "temperature": 0, "max_tokens": 12}\
                """);
        Answer answer = talk.answer("a", 0);
        assertThat(answer.text).isEqualTo(greedy("good dog", 12, null));
        assertThat(answer.reason).isEqualTo("length");
        assertThat(answer.completionTokens).isEqualTo(12);
        assertThat(answer.tokensTold).isEqualTo(12);
    }

    @Test
    void answers_side_by_side_are_those_that_each_request_gets_alone() {
        List<String> adapters =
                List.of("null", quoted(adapterOne), quoted(adapterTwo), quoted(adapterOne));
        List<String> prompts =
                List.of("good dog", "the fox", "say over", "morning to you and the dog");
        var alone = new ArrayList<String>();
        for (int i = 0; i < 4; i++) {
            talk.say(request("alone" + i, prompts.get(i), adapters.get(i)));
            alone.add(talk.answer("alone" + i, 0).text);
        }
        assertThat(alone).doesNotHaveDuplicates();
        for (int i = 0; i < 4; i++) {
            talk.say(request("beside" + i, prompts.get(i), adapters.get(i)));
        }
        for (int i = 0; i < 4; i++) {
            assertThat(talk.answer("beside" + i, 0).text).isEqualTo(alone.get(i));
        }
    }

    /// The second answer, for by then the memory that loading took has been used for something else.
    @Test
    void an_adapter_goes_on_answering_as_its_own_numbers_say() {
        String expected = greedy("the fox", 20, adapterOne);
        for (int i = 0; i < 3; i++) {
            talk.say(request("again" + i, "the fox", quoted(adapterOne)));
            assertThat(talk.answer("again" + i, 0).text).isEqualTo(expected);
        }
    }

    private static String request(String id, String prompt, String adapter) {
        return "{\"kind\": \"generate\", \"id\": \""
                + id
                + "\", \"base_model\": \"%s\", \"adapter\": "
                + adapter
                + ", \"prompt\": \""
                + prompt
                + "\", \"temperature\": 0, \"max_tokens\": 20}";
    }

    @Test
    void the_same_seed_gives_the_same_text_and_several_answers_differ() {
        String request =
                "{\"kind\": \"generate\", \"id\": \"%%s\", \"base_model\": \"%s\", \"messages\": [{\"role\": \"user\", \"content\": \"hi\"}], \"seed\": 5, \"n\": 3, \"max_tokens\": 16}";
        talk.say(request.replace("%%s", "x"));
        List<String> first =
                List.of(
                        talk.answer("x", 0).text,
                        talk.answer("x", 1).text,
                        talk.answer("x", 2).text);
        talk.say(request.replace("%%s", "y"));
        List<String> second =
                List.of(
                        talk.answer("y", 0).text,
                        talk.answer("y", 1).text,
                        talk.answer("y", 2).text);
        assertThat(second).isEqualTo(first);
        assertThat(first).doesNotHaveDuplicates();
    }

    @Test
    void text_ends_before_a_stop_string_and_no_part_of_it_is_told() {
        String whole = greedy("good dog", 12, null);
        String stop = whole.substring(4, 8);
        talk.say(
                "{\"kind\": \"generate\", \"id\": \"s\", \"base_model\": \"%s\", \"prompt\": \"good dog\", \"temperature\": 0, \"max_tokens\": 12, \"stop\": [\"never\", "
                        + JsonMapper.shared().writeValueAsString(stop)
                        + "]}");
        Answer answer = talk.answer("s", 0);
        assertThat(answer.text).isEqualTo(whole.substring(0, whole.indexOf(stop)));
        assertThat(answer.reason).isEqualTo("stop");
    }

    @Test
    void log_probabilities_are_those_of_the_model() {
        talk.say(
                """
                {"kind": "generate", "id": "l", "base_model": "%s", "prompt": "good dog", "temperature": 0, "max_tokens": 3, "logprobs": 2}\
                """);
        List<JsonNode> told = talk.answer("l", 0).logprobs;
        assertThat(told).hasSize(3);
        for (JsonNode token : told) {
            assertThat(token.path("logprob").asDouble()).isNegative();
            assertThat(token.path("top")).hasSize(2);
            assertThat(token.path("top").path(0).path("token").asString())
                    .isEqualTo(token.path("token").asString());
            assertThat(token.path("top").path(1).path("logprob").asDouble())
                    .isLessThanOrEqualTo(token.path("logprob").asDouble());
        }
    }

    @Test
    void what_cannot_be_answered_is_told_and_the_next_request_is_answered() {
        talk.say(
                "{\"kind\": \"generate\", \"id\": \"1\", \"base_model\": \"%s\", \"prompt\": \"a\", \"temperature\": 3}");
        assertThat(talk.failure("1").path("code").asString()).isEqualTo("invalid_request");
        talk.say("{\"kind\": \"generate\", \"id\": \"2\", \"base_model\": \"%s\"}");
        assertThat(talk.failure("2").path("param").asString()).isEqualTo("messages");
        talk.say(
                "{\"kind\": \"generate\", \"id\": \"3\", \"base_model\": \"%s\", \"prompt\": \""
                        + "good ".repeat(200)
                        + "\"}");
        assertThat(talk.failure("3").path("code").asString()).isEqualTo("context_length_exceeded");
        talk.say(
                "{\"kind\": \"generate\", \"id\": \"4\", \"base_model\": \"%s\", \"adapter\": \"/nowhere\", \"prompt\": \"a\"}");
        assertThat(talk.failure("4").path("code").asString()).isEqualTo("model_broken");
        talk.say(
                "{\"kind\": \"generate\", \"id\": \"5\", \"base_model\": \"/other\", \"prompt\": \"a\"}");
        assertThat(talk.failure("5").path("code").asString()).isEqualTo("invalid_request");
        talk.say("no command at all");
        talk.say(
                "{\"kind\": \"generate\", \"id\": \"6\", \"base_model\": \"%s\", \"prompt\": \"a\", \"max_tokens\": 2}");
        assertThat(talk.answer("6", 0).completionTokens).isEqualTo(2);
    }

    @Test
    void a_cancelled_request_says_nothing_more() {
        talk.say(
                "{\"kind\": \"generate\", \"id\": \"long\", \"base_model\": \"%s\", \"prompt\": \"a\", \"max_tokens\": 100, \"n\": 8}");
        talk.say("{\"kind\": \"cancel\", \"id\": \"long\"}");
        assertThat(talk.failure("long").path("code").asString()).isEqualTo("cancelled");
        talk.say(
                "{\"kind\": \"generate\", \"id\": \"after\", \"base_model\": \"%s\", \"prompt\": \"a\", \"max_tokens\": 1}");
        for (JsonNode record = talk.next(); ; record = talk.next()) {
            assertThat(record.path("id").asString()).isEqualTo("after");
            if (record.path("kind").asString().equals("finished")) {
                return;
            }
        }
    }

    @Test
    void a_whole_character_comes_even_when_its_bytes_are_several_tokens() {
        talk.say(
                "{\"kind\": \"generate\", \"id\": \"u\", \"base_model\": \"%s\", \"prompt\": \"ñandú 日本\", \"seed\": 1, \"max_tokens\": 60}");
        Answer answer = talk.answer("u", 0);
        assertThat(answer.pieces)
                .allSatisfy(piece ->
                        assertThat(piece.getBytes(StandardCharsets.UTF_16)).doesNotContain(0xD8));
        assertThat(answer.completionTokens).isLessThanOrEqualTo(60);
    }

    // ------------------------------------------------------------------------------------------------- small things

    private static Path adapter(String name, long seed) throws IOException {
        Path folder = shared.resolve(name);
        Files.createDirectories(folder);
        ModelConfig config = ModelConfig.read(base);
        var settings = new Lora.Settings(4, 64, 0, EnumSet.allOf(Projection.class));
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                Lora lora = Lora.create(config, CPU, settings, seed)) {
            lora.save(folder, "base");
            shake(folder);
        }
        return folder;
    }

    /// Makes an adapter that changes much: one that is new changes nothing.
    private static void shake(Path folder) throws IOException {
        Path file = folder.resolve("adapter_model.safetensors");
        var shaken = new java.util.LinkedHashMap<String, Tensor>();
        try (var old = dev.afinador.trainer.tensor.Safetensors.open(file)) {
            for (String name : old.shapes().keySet()) {
                Tensor tensor = old.get(name).clone();
                shaken.put(name, name.contains("lora_B") ? torch.randn_like(tensor) : tensor);
            }
        }
        dev.afinador.trainer.tensor.Safetensors.write(file, shaken, java.util.Map.of());
    }

    private static String greedy(String prompt, int count, @Nullable Path adapter) {
        ModelConfig config = ModelConfig.read(base);
        Tokenizer tokenizer = Tokenizer.read(base);
        try (Weights weights = Weights.load(base, config, CPU, false);
                LlamaModel model = new LlamaModel(weights, CPU);
                Lora lora = adapter == null ? null : Lora.load(adapter, config, CPU);
                NoGradGuard guard = new NoGradGuard()) {
            Adapters adapters = lora == null ? Adapters.NONE : lora;
            int[] ids = tokenizer.encodePrompt(prompt);
            int start = ids.length;
            for (int i = 0; i < count; i++) {
                try (PointerScope scope = new PointerScope()) {
                    long[] all = java.util.Arrays.stream(ids).asLongStream().toArray();
                    Tensor hidden = model.hidden(Tensors.of(CPU, all, 1, all.length), adapters);
                    float[] logits =
                            Tensors.floats(
                                    model.logits(hidden.narrow(1, all.length - 1, 1).view(1, -1)));
                    ids = java.util.Arrays.copyOf(ids, ids.length + 1);
                    ids[ids.length - 1] = Sampler.likeliest(logits);
                }
            }
            return tokenizer.decode(java.util.Arrays.copyOfRange(ids, start, ids.length), true);
        }
    }

    private static String quoted(Path path) {
        return "\"" + path + "\"";
    }

    private record Answer(
            String text,
            List<String> pieces,
            int tokensTold,
            List<JsonNode> logprobs,
            String reason,
            int completionTokens) {}

    /// The server in a thread of its own, as a parent meets it.
    private static final class Talk implements AutoCloseable {
        private final PipedOutputStream said = new PipedOutputStream();
        private final BlockingQueue<JsonNode> heard = new LinkedBlockingQueue<>();
        private final List<JsonNode> kept = new ArrayList<>();
        private final Thread server;

        Talk() throws IOException {
            InputStream in = new PipedInputStream(said, 1 << 16);
            var out = new PrintStream(new Lines(heard), true, StandardCharsets.UTF_8);
            server =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    new Server(in, out, InstantSource.fixed(Instant.EPOCH))
                                            .run(CPU);
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                            });
        }

        void say(String line) {
            try {
                said.write(
                        (line.replace("%s", base.toString()).strip() + "\n")
                                .getBytes(StandardCharsets.UTF_8));
                said.flush();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        JsonNode next() {
            try {
                JsonNode record = heard.poll(60, TimeUnit.SECONDS);
                assertThat(record).as("an answer").isNotNull();
                return record;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        JsonNode failure(String id) {
            return until(id, -1, "failed");
        }

        Answer answer(String id, int index) {
            JsonNode end = until(id, index, "finished");
            List<JsonNode> texts = kept.stream().filter(r -> of(r, id, index, "text")).toList();
            return new Answer(
                    texts.stream()
                            .map(r -> r.path("text").asString())
                            .collect(Collectors.joining()),
                    texts.stream().map(r -> r.path("text").asString()).toList(),
                    texts.stream().mapToInt(r -> r.path("tokens").asInt()).sum(),
                    texts.stream().flatMap(r -> r.path("logprobs").valueStream()).toList(),
                    end.path("reason").asString(),
                    end.path("completion_tokens").asInt());
        }

        private JsonNode until(String id, int index, String kind) {
            for (JsonNode record : kept) {
                if (of(record, id, index, kind)) {
                    return record;
                }
            }
            while (true) {
                JsonNode record = next();
                kept.add(record);
                if (of(record, id, index, kind)) {
                    return record;
                }
            }
        }

        private static boolean of(JsonNode record, String id, int index, String kind) {
            return record.path("id").asString("").equals(id)
                    && record.path("kind").asString().equals(kind)
                    && (index < 0 || record.path("index").asInt() == index);
        }

        @Override
        public void close() throws Exception {
            said.close();
            server.join(60_000);
            assertThat(server.isAlive()).as("the server ends with its input").isFalse();
        }
    }

    private static final class Lines extends OutputStream {
        private final BlockingQueue<JsonNode> lines;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        Lines(BlockingQueue<JsonNode> lines) {
            this.lines = lines;
        }

        @Override
        public void write(int b) {
            if (b == '\n') {
                lines.add(
                        JsonMapper.shared().readTree(new ByteArrayInputStream(line.toByteArray())));
                line.reset();
            } else {
                line.write(b);
            }
        }
    }
}
