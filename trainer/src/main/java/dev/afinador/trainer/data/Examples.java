package dev.afinador.trainer.data;

import dev.afinador.trainer.chat.ChatTemplate;
import dev.afinador.trainer.chat.Conversation;
import dev.afinador.trainer.chat.TemplateException;
import dev.afinador.trainer.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Encodes examples for one model.
public final class Examples {

    /// a content that no answer has
    private static final String PROBE = "\uE0F8";

    /// characters that a template may put between a prompt and the content of its answer
    private static final int LONGEST_OPENING = 400;

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private final Set<Integer> stops;
    private final int longest;
    private final Consumer<Remark> remarks;

    /// @param longest tokens of an example; what is beyond is cut off
    /// @param remarks told what people should know about lines
    public Examples(
            Tokenizer tokenizer, ChatTemplate template, int longest, Consumer<Remark> remarks) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.stops = template.stopIds(tokenizer);
        this.longest = longest;
        this.remarks = remarks;
    }

    /// A chat example: `{"messages": […], "tools": […]}`. One comes out, or one per answer where the template shows earlier answers
    /// in another form than it asks for them, so that every answer is trained on what the model will see.
    public List<Encoded> supervised(String json, long line) throws InvalidExample {
        JsonNode record = parse(json, line);
        Conversation all =
                conversation(record.path("messages"), record.path("tools"), "messages", line);
        var answers = new ArrayList<Integer>();
        for (int i = 0; i < all.messages().size(); i++) {
            if (all.isAssistant(i) && all.weights().get(i) != 0) {
                answers.add(i);
            }
        }
        if (answers.isEmpty()) {
            boolean any = all.messages().stream().anyMatch(m -> "assistant".equals(m.get("role")));
            throw new InvalidExample(
                    any ? "nothing_to_train" : "assistant_missing",
                    line,
                    0,
                    any
                            ? "every answer of the assistant has weight 0. Give at least one of them weight 1, or leave the line out."
                            : "there is no message of the assistant, so there is nothing to learn. Add the answer that the model should give.");
        }
        remarkGuarded(all, line);
        remarkTools(all, line);
        return fitted(encode(all, answers, line), line);
    }

    /// A preference: `{"input": {"messages": […]}, "preferred_output": […], "non_preferred_output": […]}`.
    public EncodedPair preference(String json, long line) throws InvalidExample {
        JsonNode record = parse(json, line);
        JsonNode input = record.path("input");
        Conversation prompt =
                conversation(input.path("messages"), input.path("tools"), "input.messages", line);
        Encoded chosen = answer(prompt, record, "preferred_output", line);
        Encoded rejected = answer(prompt, record, "non_preferred_output", line);
        return new EncodedPair(chosen, rejected);
    }

    private Encoded answer(Conversation prompt, JsonNode record, String member, long line)
            throws InvalidExample {
        Conversation answer = conversation(record.path(member), null, member, line);
        if (!answer.isAssistant(answer.messages().size() - 1)) {
            throw new InvalidExample(
                    "assistant_missing",
                    line,
                    0,
                    "the last message of \"" + member + "\" must be the assistant's.");
        }
        Conversation all = prompt.then(answer);
        remarkGuarded(all, line);
        var answers = new ArrayList<Integer>();
        for (int i = prompt.messages().size(); i < all.messages().size(); i++) {
            if (all.isAssistant(i)) {
                answers.add(i);
            }
        }
        List<Encoded> encoded = fitted(encode(all, answers, line), line);
        // an answer of several turns in an odd template: the last turn stands for it
        return encoded.get(encoded.size() - 1);
    }

    // --- masks

    private List<Encoded> encode(Conversation all, List<Integer> answers, long line)
            throws InvalidExample {
        ChatTemplate.Rendered whole = render(all, all.messages().size(), false, line);
        int[][] spans = marked(all, whole, answers);
        if (spans == null) {
            spans = byPrompts(all, whole.text(), answers, line);
        }
        if (spans != null) {
            return List.of(encode(whole.text(), spans, line));
        }
        var each = new ArrayList<Encoded>();
        for (int answer : answers) {
            String prompt = render(all, answer, true, line).text();
            String said = render(all, answer + 1, false, line).text();
            int from =
                    said.startsWith(prompt)
                            ? prompt.length()
                            : answerStart(all, answer, prompt, said, line);
            if (from == said.length()) {
                throw new InvalidExample(
                        "answer_not_rendered",
                        line,
                        0,
                        "the model's chat template leaves the assistant's message "
                                + answer
                                + " out. Give it content.");
            }
            String text = prompt + said.substring(from);
            each.add(encode(text, new int[][] {{prompt.length(), text.length()}}, line));
        }
        return each;
    }

    /// Where the template marks the assistant's parts itself.
    private static int @Nullable [][] marked(
            Conversation all, ChatTemplate.Rendered whole, List<Integer> answers) {
        long assistants =
                all.messages().stream().filter(m -> "assistant".equals(m.get("role"))).count();
        if (whole.marked().isEmpty() || whole.marked().size() != assistants) {
            return null;
        }
        var spans = new ArrayList<int[]>();
        int mark = 0;
        for (int i = 0; i < all.messages().size(); i++) {
            if (all.isAssistant(i)) {
                int[] span = whole.marked().get(mark++);
                if (answers.contains(i)) {
                    spans.add(span);
                }
            }
        }
        return spans.toArray(new int[0][]);
    }

    /// An answer begins where the prompt that asks for it ends. Null when the whole text does not begin with each prompt and each answer.
    private int @Nullable [][] byPrompts(
            Conversation all, String whole, List<Integer> answers, long line)
            throws InvalidExample {
        var spans = new ArrayList<int[]>();
        for (int answer : answers) {
            if (answer == 0) {
                throw new InvalidExample(
                        "assistant_first",
                        line,
                        0,
                        "the conversation begins with the assistant, so there is nothing that it answers. Put a message of the user before it, or give it weight 0.");
            }
            String prompt = render(all, answer, true, line).text();
            String said =
                    answer + 1 == all.messages().size()
                            ? whole
                            : render(all, answer + 1, false, line).text();
            if (!whole.startsWith(said)
                    || !said.startsWith(prompt)
                    || said.length() == prompt.length()) {
                return null;
            }
            spans.add(new int[] {prompt.length(), said.length()});
        }
        return spans.toArray(new int[0][]);
    }

    /// Some templates write what came before an answer in another way once the answer is there (a system message that stands only in the last
    /// question, say). The answer then begins where the text before it agrees longest, backwards, with the prompt.
    private int answerStart(Conversation all, int answer, String prompt, String said, long line)
            throws InvalidExample {
        var probed = new ArrayList<>(all.messages().subList(0, answer));
        probed.add(Map.of("role", "assistant", "content", PROBE));
        String probe =
                render(
                                new Conversation(probed, all.tools(), all.weights(), 0),
                                probed.size(),
                                false,
                                line)
                        .text();
        int latest = commonPrefix(said, probe);
        int best = -1;
        int longestAgreement = 0;
        for (int at = latest; at >= 0 && latest - at <= LONGEST_OPENING; at--) {
            int agreement = 0;
            while (agreement < at
                    && agreement < prompt.length()
                    && said.charAt(at - 1 - agreement)
                            == prompt.charAt(prompt.length() - 1 - agreement)) {
                agreement++;
            }
            if (agreement > longestAgreement) {
                longestAgreement = agreement;
                best = at;
            }
        }
        if (best < 0) {
            throw new InvalidExample(
                    "answer_not_located",
                    line,
                    0,
                    "in the text that the model's chat template makes of this conversation the answer cannot be told from the rest.");
        }
        return best;
    }

    private Encoded encode(String text, int[][] spans, long line) {
        int[] cuts = new int[spans.length * 2];
        for (int i = 0; i < spans.length; i++) {
            cuts[2 * i] = spans[i][0];
            cuts[2 * i + 1] = spans[i][1];
        }
        Tokenizer.Cut cut = tokenizer.encode(text, true, cuts);
        float[] weights = new float[cut.tokens().length];
        for (int i = 0; i < spans.length; i++) {
            int from = cut.at()[2 * i];
            Arrays.fill(weights, from, end(cut.tokens(), from, cut.at()[2 * i + 1]), 1f);
        }
        return new Encoded(cut.tokens(), weights, line);
    }

    /// The model stops at the token that ends its turn: what the template puts behind it is not the model's.
    private int end(int[] tokens, int from, int to) {
        for (int i = to - 1; i >= from; i--) {
            if (stops.contains(tokens[i])) {
                String behind = tokenizer.decode(Arrays.copyOfRange(tokens, i + 1, to), false);
                return behind.isBlank() ? i + 1 : to;
            }
        }
        return to;
    }

    private List<Encoded> fitted(List<Encoded> examples, long line) throws InvalidExample {
        var fitted = new ArrayList<Encoded>();
        for (Encoded example : examples) {
            if (example.tokens().length <= longest) {
                fitted.add(example);
                continue;
            }
            Encoded cut = example.cutTo(longest);
            if (cut.trained() == 0) {
                throw new InvalidExample(
                        "example_too_long",
                        line,
                        0,
                        "it has "
                                + example.tokens().length
                                + " tokens and the model takes "
                                + longest
                                + ": nothing of the answer is left. Shorten what comes before the answer, or split the example.");
            }
            remarks.accept(
                    new Remark(
                            "example_cut",
                            line,
                            "Line "
                                    + line
                                    + " has "
                                    + example.tokens().length
                                    + " tokens; the last "
                                    + (example.tokens().length - longest)
                                    + " are cut off, because the model takes "
                                    + longest
                                    + "."));
            fitted.add(cut);
        }
        return fitted;
    }

    // --- reading

    private static JsonNode parse(String json, long line) throws InvalidExample {
        try {
            JsonNode record = JSON.readTree(json);
            if (record.isObject()) {
                return record;
            }
            throw new InvalidExample(
                    "not_an_object", line, 1, "every line must be one JSON object.");
        } catch (JacksonException broken) {
            int column = broken.getLocation() == null ? 0 : broken.getLocation().getColumnNr();
            throw new InvalidExample(
                    "json_broken",
                    line,
                    Math.max(column, 1),
                    "this is no valid JSON. Every line must be one complete JSON object.");
        }
    }

    private Conversation conversation(
            JsonNode messages, @Nullable JsonNode tools, String path, long line)
            throws InvalidExample {
        try {
            return Conversation.read(messages, tools, path, tokenizer);
        } catch (Conversation.Problem problem) {
            throw new InvalidExample(
                    problem.code(), line, 0, problem.path() + ": " + problem.getMessage());
        }
    }

    private ChatTemplate.Rendered render(
            Conversation conversation, int messages, boolean prompt, long line)
            throws InvalidExample {
        try {
            return template.render(
                    conversation.messages().subList(0, messages), conversation.tools(), prompt);
        } catch (TemplateException refused) {
            if (refused.kind() == TemplateException.Kind.TEMPLATE) {
                throw refused;
            }
            throw new InvalidExample(
                    "template_refused",
                    line,
                    0,
                    refused.getMessage()
                            + ". Change the roles or their order, or take another base model.");
        }
    }

    private void remarkGuarded(Conversation conversation, long line) {
        if (conversation.guarded() > 0) {
            remarks.accept(
                    new Remark(
                            "control_token_in_text",
                            line,
                            "Line "
                                    + line
                                    + " spells a control token of the model in its text ("
                                    + conversation.guarded()
                                    + " times). It is trained as plain text."));
        }
    }

    private void remarkTools(Conversation conversation, long line) throws InvalidExample {
        if (conversation.tools() == null) {
            return;
        }
        int all = conversation.messages().size();
        String with = render(conversation, all, false, line).text();
        String without =
                render(
                                new Conversation(
                                        conversation.messages(), null, conversation.weights(), 0),
                                all,
                                false,
                                line)
                        .text();
        if (with.equals(without)) {
            remarks.accept(
                    new Remark(
                            "tools_not_in_template",
                            line,
                            "Line "
                                    + line
                                    + " declares tools, but the chat template of this model does not show them to it."));
        }
    }

    private static int commonPrefix(String a, String b) {
        int same = 0;
        while (same < a.length() && same < b.length() && a.charAt(same) == b.charAt(same)) {
            same++;
        }
        return same;
    }
}
