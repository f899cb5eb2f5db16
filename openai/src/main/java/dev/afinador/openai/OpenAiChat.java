package dev.afinador.openai;

import dev.afinador.chat.ChatBackend.Message;
import dev.afinador.chat.ChatBackend.Text;
import dev.afinador.openai.Reply.Answered;
import dev.afinador.openai.Reply.BodyLoss;
import dev.afinador.openai.Wire.Streaming;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderError.Kind;
import dev.afinador.provider.ProviderException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One streamed call of `/chat/completions`: server-sent events whose `data` is a chunk, `[DONE]` at the end. A server that
/// does not stream and answers with one object is understood, too.
final class OpenAiChat {

    /// Until the answer begins. A model of the local engine may have to be read from the disk first.
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /// Longest answer that is read, in characters. Nobody reads more in a panel, and every token may cost money.
    private static final int LONGEST_ANSWER = 40_000;

    private static final int LONGEST_LINE = 1 << 20;

    private final Endpoint endpoint;
    private final Wire wire;
    private final InstantSource clock;

    OpenAiChat(Endpoint endpoint, Wire wire, InstantSource clock) {
        this.endpoint = endpoint;
        this.wire = wire;
        this.clock = clock;
    }

    @Nullable String ask(String model, List<Message> messages, Text text)
            throws IOException, InterruptedException {
        try {
            return ask(body(model, messages, true), text);
        } catch (ProviderException e) {
            // Reasoning models take no temperature.
            boolean temperature =
                    e.error().kind() == Kind.BAD_REQUEST
                            && ("temperature".equals(e.error().param())
                                    || e.error().message().contains("temperature"));
            if (!temperature) {
                throw e;
            }
            return ask(body(model, messages, false), text);
        }
    }

    private static String body(String model, List<Message> messages, boolean likeliest) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", model);
        body.put(
                "messages",
                messages.stream()
                        .map(m -> Map.of("role", m.author().word(), "content", m.content()))
                        .toList());
        body.put("stream", true);
        if (likeliest) {
            body.put("temperature", 0);
        }
        return Json.MAPPER.writeValueAsString(body);
    }

    private @Nullable String ask(String body, Text text) throws IOException, InterruptedException {
        switch (wire.open(endpoint, Request.postJson("/chat/completions", body, PATIENCE))) {
            case Streaming.None none ->
                    throw new ProviderException(Failures.of(none.lost(), endpoint.key()));
            case Streaming.Open open -> {
                try (open;
                        InputStream in = open.answer().body()) {
                    int status = open.answer().statusCode();
                    if (status < 200 || status >= 300) {
                        throw new ProviderException(refusal(open, in));
                    }
                    return read(in, text);
                }
            }
        }
    }

    private ProviderError refusal(Streaming.Open open, InputStream in) {
        String body = null;
        BodyLoss loss = null;
        try {
            body =
                    Masking.answer(
                            new String(in.readNBytes(LONGEST_LINE), StandardCharsets.UTF_8),
                            endpoint.key());
        } catch (IOException e) {
            loss = new BodyLoss(Kind.CONNECTION_LOST, "the connection broke");
        }
        return Failures.of(
                new Answered(open.answer().statusCode(), open.answer().headers(), body, loss),
                endpoint.key(),
                clock);
    }

    private @Nullable String read(InputStream in, Text text) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        String reason = null;
        boolean understood = false;
        int length = 0;
        for (String line = next(lines); line != null; line = next(lines)) {
            boolean event = line.startsWith("data:");
            String data = event ? line.substring(5).strip() : line.strip();
            if (data.equals("[DONE]")) {
                return reason;
            }
            if (data.isEmpty() || (!event && !data.startsWith("{"))) {
                continue; // between events, or another member of one
            }
            JsonNode chunk = Json.parse(data);
            if (chunk == null) {
                throw broken(Kind.NOT_THIS_PROTOCOL, "a piece of the answer is not JSON");
            }
            if (chunk.path("error").isObject()) {
                String message = Json.text(chunk.path("error"), "message");
                throw broken(Kind.SERVER_ERROR, message == null ? "the model broke off" : message);
            }
            JsonNode choice = chunk.path("choices").path(0);
            understood |= chunk.path("choices").isArray();
            JsonNode said = choice.path(choice.path("delta").isObject() ? "delta" : "message");
            JsonNode content = said.path("content");
            if (content.isString() && !content.stringValue().isEmpty()) {
                length += content.stringValue().length();
                text.add(content.stringValue());
            }
            String ended = Json.text(choice, "finish_reason");
            reason = ended == null ? reason : ended;
            if (length > LONGEST_ANSWER) {
                return "length";
            }
        }
        if (!understood) {
            throw broken(Kind.NOT_THIS_PROTOCOL, "the answer holds no choices");
        }
        if (reason == null) {
            throw broken(Kind.CONNECTION_LOST, "the answer broke off");
        }
        return reason;
    }

    private @Nullable String next(BufferedReader lines) {
        StringBuilder line = new StringBuilder();
        try {
            for (int c = lines.read(); c >= 0; c = lines.read()) {
                if (c == '\n') {
                    return line.toString();
                }
                line.append((char) c);
                if (line.length() > LONGEST_LINE) {
                    throw broken(Kind.NOT_THIS_PROTOCOL, "a line of the answer never ends");
                }
            }
        } catch (IOException e) {
            throw broken(Kind.CONNECTION_LOST, "the connection broke");
        }
        return line.isEmpty() ? null : line.toString();
    }

    private ProviderException broken(Kind kind, String message) {
        return new ProviderException(Failures.ours(kind, Masking.message(message, endpoint.key())));
    }
}
