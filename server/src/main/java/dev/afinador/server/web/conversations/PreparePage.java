package dev.afinador.server.web.conversations;

import dev.afinador.conversation.ConversationFilter;
import dev.afinador.conversation.Conversations;
import dev.afinador.conversation.Preparation;
import dev.afinador.conversation.PreparationMaker;
import dev.afinador.conversation.Turn;
import dev.afinador.dataset.make.Making;
import dev.afinador.dataset.make.Makings;
import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.Option;
import dev.afinador.server.web.shared.Spoken;
import dev.afinador.server.web.shared.Tone;
import dev.afinador.server.web.shared.Words;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;

/// Choosing which conversations become a dataset, seeing what it would hold, ordering it.
@Controller
@RequestMapping("/conversations/prepare")
class PreparePage {

    private static final int PREVIEWED = 2_000;
    private static final int SAMPLES = 4;
    private static final int LONGEST = 800;
    private static final int USUAL = 4;

    private final PreparationMaker preparations;
    private final Conversations conversations;
    private final Makings makings;

    PreparePage(PreparationMaker preparations, Conversations conversations, Makings makings) {
        this.preparations = preparations;
        this.conversations = conversations;
        this.makings = makings;
    }

    /// What comes from the form. Without stars, those with 4 or more are proposed.
    ///
    /// @param given whether it comes from the form
    record Wish(
            @Nullable String fq,
            @Nullable String least,
            @Nullable String ftag,
            @Nullable String orEdited,
            @Nullable String shape,
            @Nullable String system,
            @Nullable String systemText,
            @Nullable String name,
            @Nullable String given) {

        Preparation preparation() {
            Preparation.Shape wanted =
                    word(shape, Preparation.Shape.values(), Preparation.Shape.CHAT);
            return new Preparation(
                    new ConversationFilter(
                            fq == null || fq.isBlank() ? null : fq.strip(),
                            ftag == null || ftag.isBlank() ? null : ftag,
                            stars(),
                            null,
                            orEdited != null,
                            wanted == Preparation.Shape.PREFERENCE
                                    ? ConversationFilter.State.EDITED
                                    : ConversationFilter.State.ANY,
                            null,
                            null),
                    wanted,
                    word(system, Preparation.SystemPrompt.values(), Preparation.SystemPrompt.KEEP),
                    systemText == null ? "" : systemText);
        }

        @Nullable Integer stars() {
            if (least != null && least.matches("[1-5]")) {
                return Integer.valueOf(least);
            }
            return given == null ? Integer.valueOf(USUAL) : null;
        }

        private static <E extends Enum<E>> E word(@Nullable String word, E[] all, E otherwise) {
            return Arrays.stream(all)
                    .filter(e -> e.name().toLowerCase(Locale.ROOT).equals(word))
                    .findFirst()
                    .orElse(otherwise);
        }
    }

    @GetMapping
    String form(@ModelAttribute Wish wish, Words words, Model model) {
        Preparation preparation = wish.preparation();
        PreparationMaker.Outcome outcome = preparations.preview(preparation, PREVIEWED, SAMPLES);
        model.addAttribute("view", view(wish, preparation, outcome, words));
        return "conversations/prepare";
    }

    private ConversationsView.Prepare view(
            Wish wish, Preparation preparation, PreparationMaker.Outcome outcome, Words words) {
        List<Option> stars = new ArrayList<>();
        stars.add(new Option("", words.say("prepare.stars.any"), wish.stars() == null));
        for (Integer n : ConversationsPage.oneToFive()) {
            stars.add(
                    new Option(
                            n.toString(),
                            words.say("conversations.least", n),
                            n.equals(wish.stars())));
        }
        List<String> leftOut = new ArrayList<>();
        new TreeMap<>(outcome.leftOut())
                .forEach((code, many) ->
                        leftOut.add(
                                words.sayOr("prepare." + code, code) + ": " + words.number(many)));
        String shown = name(wish, words);
        return new ConversationsView.Prepare(
                wish.fq() == null ? "" : wish.fq(),
                stars,
                ConversationsPage.tagOptions(conversations.tags(), wish.ftag()),
                wish.orEdited() != null,
                Arrays.stream(Preparation.Shape.values())
                        .map(s ->
                                new Option(
                                        s.word(),
                                        words.say("prepare.shape." + s.word()),
                                        s == preparation.shape()))
                        .toList(),
                Arrays.stream(Preparation.SystemPrompt.values())
                        .map(s ->
                                new Option(
                                        s.word(),
                                        words.say("prepare.system." + s.word()),
                                        s == preparation.system()))
                        .toList(),
                preparation.systemText(),
                shown,
                verdict(outcome, words),
                leftOut,
                outcome.samples().stream().map(e -> sample(e, words)).toList(),
                hidden(wish, preparation, shown),
                outcome.examples() > 0);
    }

    private static String name(Wish wish, Words words) {
        String name = wish.name();
        return name == null || name.isBlank()
                ? words.say(
                        "prepare.name.usual",
                        words.day(LocalDate.ofInstant(words.now(), words.zone())))
                : name.strip();
    }

    private static List<Map.Entry<String, String>> hidden(
            Wish wish, Preparation preparation, String name) {
        List<Map.Entry<String, String>> hidden = new ArrayList<>();
        hidden.add(Map.entry("given", "1"));
        hidden.add(Map.entry("fq", wish.fq() == null ? "" : wish.fq()));
        hidden.add(Map.entry("least", wish.stars() == null ? "" : wish.stars().toString()));
        hidden.add(Map.entry("ftag", wish.ftag() == null ? "" : wish.ftag()));
        if (wish.orEdited() != null) {
            hidden.add(Map.entry("orEdited", "1"));
        }
        hidden.add(Map.entry("shape", preparation.shape().word()));
        hidden.add(Map.entry("system", preparation.system().word()));
        hidden.add(Map.entry("systemText", preparation.systemText()));
        hidden.add(Map.entry("name", name));
        return hidden;
    }

    private static NoticeView verdict(PreparationMaker.Outcome outcome, Words words) {
        if (outcome.examples() == 0) {
            return NoticeView.of(
                    Tone.WARNING, words.say("prepare.none"), words.say("prepare.none.text"));
        }
        String text =
                words.say(
                        outcome.complete() ? "prepare.all" : "prepare.first",
                        words.number(outcome.read()),
                        words.number(outcome.meant()));
        return NoticeView.of(
                outcome.complete() && outcome.examples() < 10 ? Tone.WARNING : Tone.OK,
                words.say(
                        outcome.complete() ? "prepare.would" : "prepare.would.least",
                        outcome.examples(),
                        words.number(outcome.examples())),
                outcome.complete() && outcome.examples() < 10
                        ? text + " " + words.say("prepare.few")
                        : text);
    }

    private static Spoken sample(Preparation.Example example, Words words) {
        List<Spoken.Said> said = new ArrayList<>();
        boolean pair = example.chosen() != null;
        example.turns().forEach(turn -> said.add(said(turn, !pair, words)));
        Turn chosen = example.chosen();
        if (chosen != null) {
            said.add(said(chosen, true, words));
        }
        Turn rejected = example.rejected();
        return new Spoken("", said, rejected == null ? null : cut(rejected.text()));
    }

    private static Spoken.Said said(Turn turn, boolean answersCount, Words words) {
        return new Spoken.Said(
                turn.role(),
                words.sayOr("dataset.role." + turn.role(), turn.role()),
                cut(turn.text()),
                answersCount && turn.role().equals("assistant"));
    }

    private static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return text.substring(0, end) + "…";
    }

    @PostMapping
    String order(@ModelAttribute Wish wish, Words words) {
        Making making = preparations.order(makings, wish.preparation(), name(wish, words), null);
        return "redirect:/datasets/makings/" + making.id();
    }
}
