package dev.afinador.engine.protocol;

import static dev.afinador.engine.protocol.Wire.object;

import dev.afinador.engine.EngineModels;
import dev.afinador.engine.EngineRefusal;
import dev.afinador.engine.process.Generation;
import dev.afinador.engine.process.Sampler;
import dev.afinador.engine.process.Sampling;
import dev.afinador.engine.process.Sampling.Answer;
import dev.afinador.engine.protocol.Wire.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;
import tools.jackson.databind.JsonNode;

/// `/chat/completions` and `/completions`: at once or as a stream. Who goes away stops the model.
@Controller
final class ChatResource {

    /// While a model thinks, a comment line tells whether somebody still listens.
    private static final Duration BREATH = Duration.ofSeconds(3);

    private static final int MOST_PROMPTS = 16;

    private final EngineModels models;
    private final Sampler sampler;
    private final InstantSource clock;
    private final Duration patience;
    private final SecureRandom random = new SecureRandom();

    /// @param patience how long a model may take for its next word, loading it included
    ChatResource(EngineModels models, Sampler sampler, InstantSource clock, Duration patience) {
        this.models = models;
        this.sampler = sampler;
        this.clock = clock;
        this.patience = patience;
    }

    @PostMapping("/engine/v1/chat/completions")
    void chat(HttpServletRequest request, HttpServletResponse response)
            throws IOException, InterruptedException {
        Ask ask = Ask.of(request);
        String model = model(ask);
        Sampling.Request wanted = SamplingAsk.chat(ask);
        Dialect dialect = new Dialect.Chat(id("chatcmpl-"), model, now());
        answer(ask, List.of(wanted), model, dialect, response);
    }

    @PostMapping("/engine/v1/completions")
    void completion(HttpServletRequest request, HttpServletResponse response)
            throws IOException, InterruptedException {
        Ask ask = Ask.of(request);
        String model = model(ask);
        List<Sampling.Request> wanted = new ArrayList<>();
        for (String prompt : prompts(ask)) {
            wanted.add(SamplingAsk.completion(ask, prompt));
        }
        Dialect dialect = new Dialect.Completion(id("cmpl-"), model, now());
        answer(ask, wanted, model, dialect, response);
    }

    private static String model(Ask ask) {
        String model = ask.text("model");
        if (model == null || model.isBlank()) {
            throw EngineRefusal.badRequest("model", null, "you must provide a model parameter");
        }
        return model;
    }

    private static List<String> prompts(Ask ask) {
        JsonNode prompt = ask.raw("prompt");
        if (prompt.isString()) {
            return List.of(prompt.stringValue());
        }
        boolean texts =
                prompt.isArray()
                        && !prompt.isEmpty()
                        && prompt.valueStream().allMatch(JsonNode::isString);
        if (!texts) {
            throw EngineRefusal.badRequest(
                    "prompt",
                    "invalid_type",
                    "expected a string or an array of strings - 'prompt'");
        }
        if (prompt.size() > MOST_PROMPTS) {
            throw EngineRefusal.badRequest(
                    "prompt",
                    null,
                    "at most " + MOST_PROMPTS + " prompts are taken at once - 'prompt'");
        }
        return prompt.valueStream().map(JsonNode::stringValue).toList();
    }

    private void answer(
            Ask ask,
            List<Sampling.Request> wanted,
            String model,
            Dialect dialect,
            HttpServletResponse response)
            throws IOException, InterruptedException {
        EngineModels.Loadable loadable = models.load(model);
        boolean stream = ask.flag("stream");
        Ask options = ask.object("stream_options");
        if (options != null && !stream) {
            throw EngineRefusal.badRequest(
                    "stream_options",
                    null,
                    "'stream_options' is only allowed when 'stream' is true");
        }
        boolean usage = options != null && options.flag("include_usage");
        Usage counted = new Usage();
        if (!stream) {
            List<Map<String, Object>> choices = new ArrayList<>();
            for (Sampling.Request one : wanted) {
                choices.addAll(whole(loadable, one, dialect, choices.size(), counted));
            }
            Wire.send(response, dialect.whole(choices, counted.shape()));
            return;
        }
        Stream out = new Stream(response, dialect, usage);
        int first = 0;
        for (Sampling.Request one : wanted) {
            if (!stream(loadable, one, first, counted, out)) {
                return;
            }
            first += one.n();
        }
        out.end(counted);
    }

    private List<Map<String, Object>> whole(
            EngineModels.Loadable model,
            Sampling.Request wanted,
            Dialect dialect,
            int first,
            Usage usage)
            throws InterruptedException {
        List<Choice> choices = new ArrayList<>();
        for (int i = 0; i < wanted.n(); i++) {
            choices.add(new Choice(first + i));
        }
        try (Generation generation = sampler.ask(model, wanted)) {
            while (!generation.isOver()) {
                Answer answer = generation.next(patience);
                if (answer == null) {
                    throw tooSlow();
                }
                usage.count(answer);
                switch (answer) {
                    case Answer.Started started -> {}
                    case Answer.Text text -> choices.get(text.index()).take(text);
                    case Answer.Finished finished -> choices.get(finished.index()).end(finished);
                    case Answer.Failed failed -> throw refusal(failed);
                }
            }
        }
        return choices.stream().map(dialect::choice).toList();
    }

    /// @return false when it failed, which the client has been told
    private boolean stream(
            EngineModels.Loadable model,
            Sampling.Request wanted,
            int first,
            Usage usage,
            Stream out)
            throws IOException, InterruptedException {
        try (Generation generation = sampler.ask(model, wanted)) {
            Duration waited = Duration.ZERO;
            while (!generation.isOver()) {
                Answer answer = generation.next(BREATH);
                if (answer == null) {
                    waited = waited.plus(BREATH);
                    if (waited.compareTo(patience) > 0) {
                        out.fail(Problems.of(tooSlow()));
                        return false;
                    }
                    out.breathe();
                    continue;
                }
                waited = Duration.ZERO;
                usage.count(answer);
                switch (answer) {
                    case Answer.Started started -> out.begin(first, wanted.n());
                    case Answer.Text text -> out.text(first, text);
                    case Answer.Finished finished -> out.finish(first, finished);
                    case Answer.Failed failed -> {
                        out.fail(Problems.of(refusal(failed)));
                        return false;
                    }
                }
            }
            return true;
        }
    }

    private EngineRefusal tooSlow() {
        return EngineRefusal.busy(
                "The model said nothing for " + patience.toSeconds() + " seconds.",
                Duration.ofSeconds(10));
    }

    private static EngineRefusal refusal(Answer.Failed failed) {
        return switch (failed.code()) {
            case "context_length_exceeded", "invalid_request" ->
                    EngineRefusal.badRequest(
                            failed.param() == null ? "messages" : failed.param(),
                            failed.code(),
                            failed.message());
            case "model_unsupported", "model_broken", "tokenizer_broken" ->
                    EngineRefusal.badRequest("model", failed.code(), failed.message());
            default -> EngineRefusal.failed(failed.code(), failed.message());
        };
    }

    private String id(String prefix) {
        byte[] bytes = new byte[15];
        random.nextBytes(bytes);
        return prefix + HexFormat.of().formatHex(bytes);
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    /// Tokens as the model counts them. The prompt counts once, however many choices it has.
    private static final class Usage {
        private int prompt;
        private int completion;

        void count(Answer answer) {
            switch (answer) {
                case Answer.Started started -> prompt += started.promptTokens();
                case Answer.Finished finished -> completion += finished.completionTokens();
                case Answer.Text text -> {}
                case Answer.Failed failed -> {}
            }
        }

        Map<String, Object> shape() {
            return object(
                    "prompt_tokens", prompt,
                    "completion_tokens", completion,
                    "total_tokens", prompt + completion);
        }
    }

    /// One answer as it comes together.
    static final class Choice {
        final int index;
        final StringBuilder text = new StringBuilder();
        final List<JsonNode> logprobs = new ArrayList<>();
        boolean withLogprobs;
        String reason = "stop";
        @Nullable JsonNode message;

        Choice(int index) {
            this.index = index;
        }

        void take(Answer.Text piece) {
            text.append(piece.text());
            if (piece.logprobs() != null) {
                withLogprobs = true;
                piece.logprobs().forEach(logprobs::add);
            }
        }

        void end(Answer.Finished finished) {
            reason = finished.reason();
            message = finished.message();
        }
    }

    /// A stream of events. Its headers go out with its first event, so that what fails before still has a status.
    private static final class Stream {
        private final HttpServletResponse response;
        private final Dialect dialect;
        private final boolean usage;
        private @Nullable OutputStream out;

        Stream(HttpServletResponse response, Dialect dialect, boolean usage) {
            this.response = response;
            this.dialect = dialect;
            this.usage = usage;
        }

        void begin(int first, int choices) throws IOException {
            for (int i = 0; i < choices; i++) {
                Map<String, Object> opening = dialect.opening(first + i);
                if (opening != null) {
                    event(opening);
                } else {
                    open();
                }
            }
        }

        void text(int first, Answer.Text text) throws IOException {
            if (!text.text().isEmpty() || text.logprobs() != null) {
                event(dialect.piece(first + text.index(), text));
            }
        }

        void finish(int first, Answer.Finished finished) throws IOException {
            for (Map<String, Object> last : dialect.closing(first + finished.index(), finished)) {
                event(last);
            }
        }

        void end(Usage counted) throws IOException {
            if (usage) {
                Map<String, Object> last = dialect.chunk(List.of());
                last.put("usage", counted.shape());
                write("data: " + Wire.JSON.writeValueAsString(last) + "\n\n");
            }
            write("data: [DONE]\n\n");
        }

        void fail(Problem problem) throws IOException {
            if (out == null) {
                Wire.sendError(response, problem);
                return;
            }
            write("data: " + Wire.JSON.writeValueAsString(problem.body()) + "\n\n");
            write("data: [DONE]\n\n");
        }

        void breathe() throws IOException {
            if (out != null) {
                write(": \n\n");
            }
        }

        private void event(Map<String, Object> chunk) throws IOException {
            if (usage) {
                chunk.putAll(object("usage", null));
            }
            write("data: " + Wire.JSON.writeValueAsString(chunk) + "\n\n");
        }

        private OutputStream open() throws IOException {
            if (out == null) {
                response.setContentType("text/event-stream;charset=utf-8");
                response.setHeader("Cache-Control", "no-cache");
                response.setHeader("X-Accel-Buffering", "no");
                out = response.getOutputStream();
            }
            return out;
        }

        private void write(String event) throws IOException {
            OutputStream to = open();
            to.write(event.getBytes(StandardCharsets.UTF_8));
            to.flush();
        }
    }
}
