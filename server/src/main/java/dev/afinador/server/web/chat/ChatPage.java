package dev.afinador.server.web.chat;

import dev.afinador.activation.Activation;
import dev.afinador.activation.Activations;
import dev.afinador.chat.ChatBackend;
import dev.afinador.chat.ChatBackend.Author;
import dev.afinador.chat.ChatBackend.Message;
import dev.afinador.job.Job;
import dev.afinador.job.JobId;
import dev.afinador.job.JobStore;
import dev.afinador.job.Jobs;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderException;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.Providers;
import dev.afinador.server.web.shared.ChatView;
import dev.afinador.server.web.shared.Words;
import dev.afinador.work.Refusal;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Lets a model answer, line by line of JSON as the words come: `{"text": …}`, at the end `{"end": …}` or
/// `{"problem": …, "what": …, "todo": …}`. Who goes away stops the model. Only models that came out of a job or that an alias names can
/// be asked, and what those were made from.
@Controller
class ChatPage {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MOST_MESSAGES = 100;
    private static final int LONGEST = 100_000;

    private final Jobs jobs;
    private final JobStore store;
    private final Providers providers;
    private final Activations activations;
    private final ChatBackend backend;

    ChatPage(
            Jobs jobs,
            JobStore store,
            Providers providers,
            Activations activations,
            ChatBackend backend) {
        this.jobs = jobs;
        this.store = store;
        this.providers = providers;
        this.activations = activations;
        this.backend = backend;
    }

    /// @param base     whether the model that the job began with answers, rather than the one it made
    /// @param messages list of `{"role", "content"}`, the newest last
    @PostMapping("/jobs/{id}/chat")
    void withResult(
            @PathVariable String id,
            @RequestParam(defaultValue = "false") boolean base,
            @RequestParam(defaultValue = "") String messages,
            Words words,
            HttpServletResponse response)
            throws IOException, InterruptedException {
        Job job = jobs.get(id);
        String model = base ? ChatView.baseOf(job) : job.fineTunedModel();
        if (model == null) {
            throw Refusal.notFound("chat_model_unknown");
        }
        answer(job.providerId(), model, messages, words, response);
    }

    /// @param base whether the model that the alias' model was made from answers
    @PostMapping("/models/aliases/{alias}/chat")
    void withActive(
            @PathVariable String alias,
            @RequestParam(defaultValue = "false") boolean base,
            @RequestParam(defaultValue = "") String messages,
            Words words,
            HttpServletResponse response)
            throws IOException, InterruptedException {
        Activation active =
                activations.current().stream()
                        .filter(a -> a.alias().equals(alias))
                        .findFirst()
                        .orElseThrow(() -> Refusal.notFound("chat_model_unknown"));
        String model = active.model();
        if (base) {
            model =
                    active.job() == null
                            ? null
                            : store.find(JobId.parse(active.job()))
                                    .map(ChatView::baseOf)
                                    .orElse(null);
        }
        if (model == null) {
            throw Refusal.notFound("chat_model_unknown");
        }
        answer(active.provider(), model, messages, words, response);
    }

    private void answer(
            ProviderId providerId,
            String model,
            String messages,
            Words words,
            HttpServletResponse response)
            throws IOException, InterruptedException {
        Provider provider = providers.get(providerId.value());
        List<Message> conversation = read(messages);
        response.setContentType("application/x-ndjson;charset=UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Accel-Buffering", "no");
        OutputStream out = response.getOutputStream();
        try {
            String reason =
                    backend.ask(
                            provider,
                            model,
                            conversation,
                            piece -> line(out, Map.of("text", piece)));
            line(out, Map.of("end", reason == null ? "stop" : reason));
        } catch (ProviderException e) {
            Map<String, String> problem = new LinkedHashMap<>();
            problem.put("problem", words.trouble(e.error().stableCode()));
            problem.put("what", e.error().message());
            problem.put(
                    "todo",
                    "context_length_exceeded".equals(e.error().code())
                            ? words.say("chat.too-long")
                            : words.hint(e.error().stableCode()));
            line(out, problem);
        }
    }

    private static void line(OutputStream out, Map<String, String> line) throws IOException {
        out.write((JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static List<Message> read(String messages) {
        JsonNode list = parsed(messages);
        if (list == null
                || !list.isArray()
                || list.isEmpty()
                || list.size() > MOST_MESSAGES
                || messages.length() > LONGEST) {
            throw Refusal.invalid("chat_messages_invalid");
        }
        List<Message> conversation = new ArrayList<>();
        for (JsonNode message : list) {
            Author author =
                    switch (message.path("role").asString("")) {
                        case "system" -> Author.SYSTEM;
                        case "user" -> Author.USER;
                        case "assistant" -> Author.ASSISTANT;
                        default -> throw Refusal.invalid("chat_messages_invalid");
                    };
            String content = message.path("content").asString("");
            if (content.isBlank()) {
                throw Refusal.invalid("chat_messages_invalid");
            }
            conversation.add(new Message(author, content));
        }
        return conversation;
    }

    private static @Nullable JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JacksonException e) {
            return null;
        }
    }
}
