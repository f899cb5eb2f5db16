package dev.afinador.trainer.chat;

import dev.afinador.trainer.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The chat template of one model. Immutable; safe for several threads.
public final class ChatTemplate {

    /// For models that bring none: roles in words, and the model's own end of text after each answer.
    static final String PLAIN =
            """
            {{- bos_token if bos_token is defined else '' }}
            {%- for message in messages %}
                {{- message.role | capitalize + ': ' + message.content | trim }}
                {%- if message.role == 'assistant' and eos_token is defined %}{{ eos_token }}{% endif %}
                {{- '\\n\\n' }}
            {%- endfor %}
            {%- if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}\
            """;

    /// @param text what the model reads
    /// @param marked parts that the template itself marks as the assistant's, as char offsets; empty for most templates
    public record Rendered(String text, List<int[]> marked) {}

    private final List<Node> nodes;
    private final @Nullable List<Node> toolNodes;
    private final Map<String, String> specialTokens;
    private final InstantSource clock;
    private final boolean plain;

    private ChatTemplate(
            String template,
            @Nullable String toolTemplate,
            boolean plain,
            Map<String, String> specialTokens,
            InstantSource clock) {
        this.nodes = Parser.parse(template);
        this.toolNodes = toolTemplate == null ? null : Parser.parse(toolTemplate);
        this.plain = plain;
        this.specialTokens = specialTokens;
        this.clock = clock;
    }

    /// The template of a model folder: `chat_template.jinja`, else `chat_template` of `tokenizer_config.json` (its entries `default` and
    /// `tool_use` where there are several), else a plain one of ours.
    ///
    /// @param clock for templates that print the date
    /// @throws TemplateException of kind TEMPLATE when the template is broken or uses what is not supported
    public static ChatTemplate read(Path folder, Tokenizer tokenizer, InstantSource clock) {
        Map<String, String> special = tokenizer.templateVariables();
        try {
            Path file = folder.resolve("chat_template.jinja");
            if (Files.exists(file)) {
                return new ChatTemplate(Files.readString(file), null, false, special, clock);
            }
            Path config = folder.resolve("tokenizer_config.json");
            JsonNode template =
                    Files.exists(config)
                            ? JsonMapper.shared()
                                    .readTree(Files.readString(config))
                                    .path("chat_template")
                            : JsonMapper.shared().nullNode();
            if (template.isString()) {
                return new ChatTemplate(template.asString(), null, false, special, clock);
            }
            String byDefault = null;
            String forTools = null;
            for (JsonNode each : template) {
                String name = each.path("name").asString("");
                if (name.equals("default")) {
                    byDefault = each.path("template").asString("");
                } else if (name.equals("tool_use")) {
                    forTools = each.path("template").asString("");
                }
            }
            return byDefault == null
                    ? new ChatTemplate(PLAIN, null, true, special, clock)
                    : new ChatTemplate(byDefault, forTools, false, special, clock);
        } catch (IOException | JacksonException broken) {
            throw new TemplateException(
                    TemplateException.Kind.TEMPLATE,
                    "the chat template cannot be read: " + broken.getMessage());
        }
    }

    /// A template given as text, for programs that have no folder.
    public static ChatTemplate of(
            String template, Map<String, String> specialTokens, InstantSource clock) {
        return new ChatTemplate(template, null, false, specialTokens, clock);
    }

    /// Whether the model brought no template and the plain one is used.
    public boolean isPlain() {
        return plain;
    }

    /// @param messages in order; see [Conversation] for their form
    /// @param tools declarations of functions, or null
    /// @param generationPrompt whether the text ends where the assistant begins to answer
    /// @throws TemplateException of kind MESSAGES when the template does not take these messages
    public Rendered render(
            List<Map<String, @Nullable Object>> messages,
            @Nullable List<@Nullable Object> tools,
            boolean generationPrompt) {
        var variables = new HashMap<String, @Nullable Object>(specialTokens);
        variables.put("messages", messages);
        variables.put("tools", tools);
        variables.put("documents", null);
        variables.put("add_generation_prompt", generationPrompt);
        variables.put(
                "raise_exception",
                (Callable)
                        (args, named) -> {
                            throw TemplateException.messages(
                                    "the model's chat template does not take this conversation: "
                                            + Values.text(args.isEmpty() ? "" : args.get(0)));
                        });
        variables.put(
                "strftime_now",
                (Callable)
                        (args, named) ->
                                Dates.format(
                                        LocalDateTime.ofInstant(
                                                clock.instant(), ZoneId.systemDefault()),
                                        Values.text(args.isEmpty() ? "" : args.get(0))));
        List<Node> used = tools != null && toolNodes != null ? toolNodes : nodes;
        var interpreter = new Interpreter(variables);
        try {
            String text = interpreter.render(used);
            return new Rendered(
                    text,
                    interpreter.marked().stream()
                            .map(part -> new int[] {part.from(), part.to()})
                            .toList());
        } catch (StackOverflowError deep) {
            throw TemplateException.messages("the chat template calls itself without end");
        }
    }

    /// Every token at which an answer in this format is over: those that the model's files name, and the control token that the template
    /// puts after an answer.
    public Set<Integer> stopIds(Tokenizer tokenizer) {
        var stops = new TreeSet<>(tokenizer.stopIds());
        String mark = "xyzzy";
        try {
            String text =
                    render(
                                    List.of(
                                            Map.of("role", "user", "content", "a"),
                                            Map.of("role", "assistant", "content", mark)),
                                    null,
                                    false)
                            .text();
            int after = text.lastIndexOf(mark);
            if (after >= 0) {
                int[] rest = tokenizer.encode(text.substring(after + mark.length()), true);
                for (int id : rest) {
                    if (tokenizer.isSpecial(id)) {
                        stops.add(id);
                        break;
                    }
                }
            }
        } catch (TemplateException picky) {
            // a template that does not take the plainest conversation leaves us with what the files
            // say
            return stops;
        }
        return stops;
    }
}
