package dev.afinador.server.web.conversations;

import dev.afinador.conversation.Conversation;
import dev.afinador.conversation.ConversationFilter;
import dev.afinador.conversation.ConversationRow;
import dev.afinador.conversation.ConversationStore.Neighbours;
import dev.afinador.conversation.ConversationStore.Put;
import dev.afinador.conversation.Conversations;
import dev.afinador.conversation.Turn;
import dev.afinador.dataset.convert.ConversionException;
import dev.afinador.server.security.Sessions;
import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.Option;
import dev.afinador.server.web.shared.Tone;
import dev.afinador.server.web.shared.Words;
import dev.afinador.work.Refusal;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;

/// The list of conversations, one of them, and what people think of it.
@Controller
@RequestMapping("/conversations")
class ConversationsPage {

    private static final int MANY = 50;

    private final Conversations conversations;

    ConversationsPage(Conversations conversations) {
        this.conversations = conversations;
    }

    @GetMapping
    String list(
            @ModelAttribute Asked asked,
            @RequestParam(defaultValue = "") String after,
            Words words,
            Model model) {
        model.addAttribute("view", view(asked, after, List.of(), List.of(), words));
        return "conversations/list";
    }

    private ConversationsView view(
            Asked asked,
            String after,
            List<NoticeView> notices,
            List<String> troubles,
            Words words) {
        ConversationFilter filter = asked.filter();
        List<ConversationRow> found =
                conversations.list(
                        filter, after.isBlank() ? null : conversations.get(after).id(), MANY + 1);
        List<ConversationRow> rows = found.stream().limit(MANY).toList();
        long total = conversations.count(filter);
        boolean any = total > 0 || asked.active();
        String query = asked.query();
        return new ConversationsView(
                rows.stream().map(row -> row(row, query, words)).toList(),
                notices,
                troubles,
                any
                        ? new ConversationsView.Filter(
                                asked.shownQ(),
                                asked.starOptions(words),
                                asked.stateOptions(words),
                                tagOptions(conversations.tags(), asked.tag()),
                                asked.active())
                        : null,
                words.say("conversations.total", total, words.number(total)),
                after.isBlank() ? null : "/conversations" + query,
                found.size() > MANY
                        ? "/conversations" + asked.and("after", rows.getLast().id().toString())
                        : null,
                "/conversations/prepare" + query);
    }

    static List<Option> tagOptions(List<String> tags, @Nullable String chosen) {
        return tags.stream().map(tag -> new Option(tag, tag, tag.equals(chosen))).toList();
    }

    private static ConversationsView.Row row(ConversationRow row, String query, Words words) {
        int stars = row.stars() == null ? 0 : row.stars();
        return new ConversationsView.Row(
                row.id().toString(),
                "/conversations/" + row.id() + query,
                row.question().isBlank() ? "…" : row.question(),
                row.answer(),
                stars,
                rated(stars, words),
                row.edited(),
                row.tags(),
                row.model(),
                words.ago(row.saidAt()));
    }

    private static String rated(int stars, Words words) {
        return stars == 0
                ? words.say("conversation.unrated")
                : words.say("conversation.rated", stars);
    }

    @PostMapping
    String bring(
            @RequestParam(required = false) @Nullable MultipartFile file,
            Words words,
            Model model,
            HttpServletResponse response)
            throws IOException {
        List<NoticeView> notices;
        List<String> troubles = List.of();
        String filename = file == null ? null : file.getOriginalFilename();
        if (file == null || filename == null || filename.isEmpty()) {
            response.setStatus(422);
            notices = List.of(NoticeView.of(Tone.ERROR, words.say("conversations.no-file"), null));
        } else {
            try (InputStream content = file.getInputStream()) {
                Conversations.Imported imported =
                        conversations.importFile(filename, content, Sessions.caller().name());
                notices = List.of(notice(imported, words));
                troubles = troubles(imported, words);
            } catch (Refusal refusal) {
                response.setStatus(422);
                Object[] args = refusal.args().toArray();
                String key = "problem." + refusal.code();
                notices =
                        List.of(
                                new NoticeView(
                                        Tone.ERROR,
                                        words.sayOr(key + ".title", refusal.code(), args),
                                        words.sayOr(key + ".detail", "", args),
                                        words.sayOr(key + ".fix", "", args),
                                        null,
                                        null,
                                        null));
            }
        }
        model.addAttribute("view", view(Asked.NOTHING, "", notices, troubles, words));
        return "conversations/list";
    }

    private static NoticeView notice(Conversations.Imported imported, Words words) {
        ConversionException ended = imported.ended();
        String text =
                words.say(
                        "conversations.imported.text",
                        words.number(imported.rows()),
                        words.number(imported.count(Put.CREATED)),
                        words.number(imported.count(Put.UPDATED)),
                        words.number(imported.count(Put.UNCHANGED)),
                        words.number(imported.count(Put.KEPT)),
                        words.number(imported.leftOut()));
        if (ended != null) {
            String why =
                    words.sayOr("making." + ended.code(), ended.code(), ended.args().toArray());
            return new NoticeView(
                    Tone.ERROR,
                    words.say("conversations.imported.broken"),
                    text,
                    why,
                    null,
                    null,
                    null);
        }
        return NoticeView.of(
                imported.leftOut() > 0 ? Tone.WARNING : Tone.OK,
                words.say("conversations.imported"),
                text);
    }

    private static List<String> troubles(Conversations.Imported imported, Words words) {
        return imported.first().stream()
                .limit(20)
                .map(t ->
                        words.say(
                                "conversations.row",
                                words.number(t.line()),
                                words.sayOr(
                                        "violation." + t.code(),
                                        words.sayOr("making." + t.code(), t.code(), t.arg()),
                                        t.arg())))
                .toList();
    }

    @GetMapping("/{id}")
    String one(@PathVariable String id, @ModelAttribute Asked asked, Words words, Model model) {
        Conversation c = conversations.get(id);
        Neighbours around = conversations.neighbours(c.id(), asked.filter());
        String query = asked.query();
        int stars = c.stars() == null ? 0 : c.stars();
        List<ConversationsView.Turn> turns = new ArrayList<>();
        for (int i = 0; i < c.turns().size(); i++) {
            turns.add(turn(i, c, words));
        }
        String question = c.question().strip().replaceAll("\\s+", " ");
        Conversation.Judgement judged = c.judged();
        model.addAttribute(
                "view",
                new ConversationsView.One(
                        c.id().toString(),
                        "/conversations/" + c.id(),
                        question.length() > 90 ? question.substring(0, 90) + "…" : question,
                        query,
                        "/conversations" + query,
                        stars,
                        rated(stars, words),
                        judged == null
                                ? null
                                : words.say(
                                        "conversation.judged",
                                        judged.by(),
                                        words.exact(judged.at())),
                        turns,
                        String.join(", ", c.tags()),
                        c.tags(),
                        c.note(),
                        c.model(),
                        c.externalId(),
                        words.ago(c.saidAt()),
                        c.version(),
                        around.before() == null
                                ? null
                                : "/conversations/" + around.before() + query,
                        around.after() == null
                                ? null
                                : "/conversations/" + around.after() + query));
        return "conversations/conversation";
    }

    private static ConversationsView.Turn turn(int at, Conversation c, Words words) {
        Turn turn = c.turns().get(at);
        String role =
                switch (turn.role()) {
                    case "developer" -> "system";
                    case "function" -> "tool";
                    default -> turn.role();
                };
        return new ConversationsView.Turn(
                at,
                role,
                words.sayOr("dataset.role." + turn.role(), turn.role()),
                turn.text(),
                c.edits().get(at),
                turn.isAnswer(),
                turn.json());
    }

    @PostMapping("/{id}/rating")
    String rate(
            @PathVariable String id,
            @RequestParam(defaultValue = "") String stars,
            @ModelAttribute Asked asked) {
        Conversation c = conversations.get(id);
        conversations.rate(
                c.id(),
                stars.matches("[0-9]") ? Integer.valueOf(stars) : null,
                Sessions.caller().name());
        return "redirect:/conversations/" + c.id() + asked.query();
    }

    @PostMapping("/{id}/answers/{turn}")
    String edit(
            @PathVariable String id,
            @PathVariable int turn,
            @RequestParam(defaultValue = "") String text,
            @RequestParam long version,
            @ModelAttribute Asked asked) {
        Conversation c = conversations.get(id);
        conversations.edit(c.id(), turn, text, version, Sessions.caller().name());
        return "redirect:/conversations/" + c.id() + asked.and("said", "answer-saved");
    }

    @PostMapping("/{id}/description")
    String describe(
            @PathVariable String id,
            @RequestParam(defaultValue = "") String tags,
            @RequestParam(defaultValue = "") String note,
            @ModelAttribute Asked asked) {
        Conversation c = conversations.get(id);
        conversations.describe(c.id(), Arrays.asList(tags.split(",")), note);
        return "redirect:/conversations/" + c.id() + asked.and("said", "dataset-described");
    }

    @PostMapping("/{id}/deletion")
    String delete(@PathVariable String id) {
        conversations.delete(conversations.get(id).id());
        return "redirect:/conversations?said=conversation-deleted";
    }

    static List<Integer> oneToFive() {
        return IntStream.rangeClosed(1, 5).boxed().toList();
    }
}
