package dev.afinador.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.afinador.chat.ChatBackend.Author;
import dev.afinador.chat.ChatBackend.Message;
import dev.afinador.chat.ChatBackend.Text;
import dev.afinador.provider.Credential;
import dev.afinador.provider.KeySource;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderError.Kind;
import dev.afinador.provider.ProviderException;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.ProviderKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpenAiChatTest {

    private static final Credential KEY = new Credential("sk-test-0123456789abcdef");
    private static final List<Message> HELLO = List.of(new Message(Author.USER, "hola"));

    private final List<String> asked = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private final Given.Journal journal = new Given.Journal();
    private HttpServer server;
    private OpenAiBackends backends;

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Thread::startVirtualThread);
        server.start();
        backends =
                new OpenAiBackends(
                        journal, provider -> KEY, InstantSource.system(), OpenAiTimeouts.DEFAULT);
    }

    @AfterEach
    void close() {
        assertThat(journal.calls).as("a conversation is in no journal").isEmpty();
        backends.close();
        server.stop(0);
    }

    @Test
    void words_come_one_after_the_other_and_then_the_reason() throws Exception {
        answers(
                200,
                """
                data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}

                : a comment
                data: {"choices":[{"index":0,"delta":{"content":"Buenos "}}]}

                data: {"choices":[{"index":0,"delta":{"content":"días"}}]}

                data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

                data: [DONE]

                """);

        assertThat(ask(heard::add)).isEqualTo("stop");
        assertThat(heard).containsExactly("Buenos ", "días");
        assertThat(asked.getFirst()).contains("\"stream\":true").contains("\"temperature\":0");
    }

    @Test
    void an_answer_in_one_piece_is_understood() throws Exception {
        answers(
                200,
                "{\"choices\":[{\"message\":{\"content\":\"Hola\"},\"finish_reason\":\"length\"}]}");

        assertThat(ask(heard::add)).isEqualTo("length");
        assertThat(heard).containsExactly("Hola");
    }

    @Test
    void a_model_that_takes_no_temperature_is_asked_without() throws Exception {
        server.createContext(
                "/v1/chat/completions",
                exchange -> {
                    String body = read(exchange);
                    if (body.contains("temperature")) {
                        send(
                                exchange,
                                400,
                                "{\"error\":{\"message\":\"Unsupported value\",\"param\":\"temperature\"}}");
                    } else {
                        send(
                                exchange,
                                200,
                                "data: {\"choices\":[{\"delta\":{\"content\":\"sí\"},\"finish_reason\":\"stop\"}]}\n\n");
                    }
                });

        assertThat(ask(heard::add)).isEqualTo("stop");
        assertThat(asked).hasSize(2);
    }

    @Test
    void a_refusal_has_its_kind_and_never_the_key() {
        answers(401, "{\"error\":{\"message\":\"Incorrect API key: " + KEY.reveal() + "\"}}");

        assertThatThrownBy(() -> ask(heard::add))
                .isInstanceOfSatisfying(
                        ProviderException.class,
                        e -> {
                            assertThat(e.error().kind()).isEqualTo(Kind.KEY_REJECTED);
                            assertThat(e.getMessage()).doesNotContain(KEY.reveal());
                        });
    }

    @Test
    void an_answer_without_an_end_is_broken_off() {
        answers(200, "data: {\"choices\":[{\"delta\":{\"content\":\"Bue\"}}]}\n\n");

        assertThatThrownBy(() -> ask(heard::add))
                .isInstanceOfSatisfying(
                        ProviderException.class,
                        e -> assertThat(e.error().kind()).isEqualTo(Kind.CONNECTION_LOST));
        assertThat(heard).containsExactly("Bue");
    }

    @Test
    void something_else_than_a_chat_is_not_this_protocol() {
        answers(200, "<html>hello</html>");

        assertThatThrownBy(() -> ask(heard::add))
                .isInstanceOfSatisfying(
                        ProviderException.class,
                        e -> assertThat(e.error().kind()).isEqualTo(Kind.NOT_THIS_PROTOCOL));
    }

    @Test
    void who_stops_listening_closes_the_connection() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        server.createContext(
                "/v1/chat/completions",
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    byte[] word =
                            "data: {\"choices\":[{\"delta\":{\"content\":\"más \"}}]}\n\n"
                                    .getBytes(StandardCharsets.UTF_8);
                    try {
                        while (true) {
                            exchange.getResponseBody().write(word);
                            exchange.getResponseBody().flush();
                        }
                    } catch (IOException e) {
                        closed.countDown();
                    }
                });

        assertThatThrownBy(() ->
                        ask(piece -> {
                            throw new IOException("gone");
                        }))
                .isInstanceOf(IOException.class)
                .hasMessage("gone");
        assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private @Nullable String ask(Text text) throws IOException, InterruptedException {
        Provider provider =
                new Provider(
                        new ProviderId("p"),
                        "P",
                        ProviderKind.COMPATIBLE,
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1"),
                        null,
                        null,
                        new KeySource.None(),
                        false,
                        Instant.EPOCH,
                        0);
        return backends.ask(provider, KEY, "m", HELLO, text);
    }

    private void answers(int status, String body) {
        server.createContext(
                "/v1/chat/completions",
                exchange -> {
                    read(exchange);
                    send(exchange, status, body);
                });
    }

    private String read(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(body);
        return body;
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
