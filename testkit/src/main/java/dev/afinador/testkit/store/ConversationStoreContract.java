package dev.afinador.testkit.store;

import static dev.afinador.testkit.store.Samples.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.conversation.Conversation;
import dev.afinador.conversation.ConversationFilter;
import dev.afinador.conversation.ConversationFilter.State;
import dev.afinador.conversation.ConversationId;
import dev.afinador.conversation.ConversationRow;
import dev.afinador.conversation.ConversationStore;
import dev.afinador.conversation.ConversationStore.Put;
import dev.afinador.conversation.Turn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a [ConversationStore] must keep to.
public abstract class ConversationStoreContract {

    private static final Conversation.Judgement ANA = new Conversation.Judgement("ana", START);

    protected abstract ConversationStore store();

    @Test
    void a_conversation_comes_back_as_it_was_taken_in() {
        Conversation full =
                new Conversation(
                        new ConversationId(UUID.randomUUID()),
                        "crm-7",
                        List.of(
                                new Turn("system", "Sé amable.", null),
                                new Turn("user", "¿Dónde está mi pedido? 📦", null),
                                new Turn(
                                        "assistant",
                                        "",
                                        "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
                                                + "\"function\":{\"name\":\"buscar\",\"arguments\":\"{}\"}}]}"),
                                new Turn(
                                        "tool",
                                        "en camino",
                                        "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"en camino\"}"),
                                new Turn("assistant", "Va en camino.", null)),
                        "[{\"type\":\"function\",\"function\":{\"name\":\"buscar\"}}]",
                        new TreeMap<>(),
                        4,
                        "del lunes",
                        List.of("envíos", "ñandú"),
                        "gpt-4o-mini",
                        ANA,
                        START.minusSeconds(60),
                        START,
                        START,
                        1);
        assertThat(store().take(List.of(full)))
                .containsExactly(new ConversationStore.Taken(Put.CREATED, full.id()));
        assertThat(store().find(full.id())).contains(full);
        assertThat(store().findExternal("crm-7")).contains(full);
        assertThat(store().findExternal("crm-8")).isEmpty();
        assertThat(store().tags()).containsExactly("envíos", "ñandú");
    }

    @Test
    void one_that_is_sent_again_is_there_once() {
        Conversation first = named("crm-1", "¿Hola?", "Hola.");
        Conversation again = named("crm-1", "¿Hola?", "Hola.");
        Conversation other = named("crm-1", "¿Hola?", "Hola, ¿qué tal?");
        assertThat(puts(first, again, other))
                .containsExactly(Put.CREATED, Put.UNCHANGED, Put.UPDATED);
        assertThat(store().count(ConversationFilter.ALL)).isEqualTo(1);
        Conversation there = store().find(first.id()).orElseThrow();
        assertThat(there.answer()).isEqualTo("Hola, ¿qué tal?");
        assertThat(there.version()).isEqualTo(2);
        assertThat(texts(search("tal"))).containsExactly("¿Hola?");
    }

    @Test
    void one_without_a_name_is_known_by_what_was_said() {
        assertThat(puts(said("¿A?", "B."), said("¿A?", "B."), said("¿A?", "C.")))
                .containsExactly(Put.CREATED, Put.UNCHANGED, Put.CREATED);
    }

    @Test
    void what_somebody_judged_is_not_changed_by_what_comes_in() {
        Conversation first = named("crm-2", "¿Sí?", "No.");
        store().take(List.of(first));
        assertThat(store().rate(first.id(), 5, ANA)).isTrue();
        assertThat(puts(named("crm-2", "¿Sí?", "Tal vez."))).containsExactly(Put.KEPT);
        Conversation there = store().find(first.id()).orElseThrow();
        assertThat(there.answer()).isEqualTo("No.");
        assertThat(there.stars()).isEqualTo(5);
        assertThat(there.judged()).isEqualTo(ANA);

        // taken back, it is nobody's judgement any more
        assertThat(store().rate(first.id(), null, ANA)).isTrue();
        assertThat(puts(named("crm-2", "¿Sí?", "Tal vez."))).containsExactly(Put.UPDATED);
    }

    @Test
    void a_better_answer_is_stored_for_the_version_that_was_seen_only() {
        Conversation first = said("¿Precio?", "No sé.");
        store().take(List.of(first));
        SortedMap<Integer, String> better = new TreeMap<>();
        better.put(1, "Cuesta 20 €.");
        assertThat(store().edit(first.id(), better, 1, ANA)).isTrue();
        assertThat(store().edit(first.id(), new TreeMap<>(), 1, ANA)).isFalse();
        Conversation there = store().find(first.id()).orElseThrow();
        assertThat(there.edits()).containsExactlyEntriesOf(better);
        assertThat(there.turns().getLast().text()).isEqualTo("No sé.");
        assertThat(there.better().getLast().text()).isEqualTo("Cuesta 20 €.");
        assertThat(rows(State.EDITED))
                .extracting(ConversationRow::answer)
                .containsExactly("Cuesta 20 €.");
        assertThat(search("cuesta")).hasSize(1);
    }

    @Test
    void tags_and_a_note_are_kept_and_found_by() {
        Conversation first = said("¿Uno?", "1.");
        store().take(List.of(first, said("¿Dos?", "2.")));
        assertThat(store().describe(first.id(), List.of("números"), "Bonita", START)).isTrue();
        assertThat(texts(search("bonita"))).containsExactly("¿Uno?");
        assertThat(texts(list(filter(null, "números", null, null, false, State.ANY))))
                .containsExactly("¿Uno?");
        assertThat(store().describe(first.id(), List.of(), "", START)).isTrue();
        assertThat(store().tags()).isEmpty();
        assertThat(store().describe(new ConversationId(UUID.randomUUID()), List.of(), "", START))
                .isFalse();
    }

    @Test
    void words_are_found_whatever_their_case_and_accents_and_signs() {
        store().take(
                        List.of(
                                said("¿Cuándo llega la DEVOLUCIÓN al 100%?", "Mañana_mismo."),
                                said("Otra cosa", "Sí.")));
        assertThat(search("devolucion cuando")).hasSize(1);
        assertThat(search("DEVOLUCIÓN")).hasSize(1);
        assertThat(search("100%")).hasSize(1);
        assertThat(search("mañana_mismo")).hasSize(1);
        assertThat(search("o_r")).isEmpty();
        assertThat(search("devolucion otra")).isEmpty();
    }

    @Test
    void filters_by_stars_state_and_time_count_together() {
        List<Conversation> all = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            all.add(at("¿" + i + "?", START.plusSeconds(i), i == 0 || i == 6 ? null : i));
        }
        store().take(all);
        SortedMap<Integer, String> better = new TreeMap<>();
        better.put(1, "mejor");
        store().edit(all.get(6).id(), better, 1, ANA);

        assertThat(texts(rows(State.RATED))).containsExactly("¿5?", "¿4?", "¿3?", "¿2?", "¿1?");
        assertThat(texts(rows(State.UNRATED))).containsExactly("¿6?", "¿0?");
        assertThat(texts(list(filter(null, null, 4, null, false, State.ANY))))
                .containsExactly("¿5?", "¿4?");
        assertThat(texts(list(filter(null, null, 4, null, true, State.ANY))))
                .containsExactly("¿6?", "¿5?", "¿4?");
        assertThat(texts(list(filter(null, null, 2, 3, false, State.ANY))))
                .containsExactly("¿3?", "¿2?");
        var time =
                new ConversationFilter(
                        null,
                        null,
                        null,
                        null,
                        false,
                        State.ANY,
                        START.plusSeconds(2),
                        START.plusSeconds(4));
        assertThat(texts(list(time))).containsExactly("¿3?", "¿2?");
        assertThat(store().count(time)).isEqualTo(2);
    }

    @Test
    void pages_follow_each_other_without_a_gap_and_neighbours_are_those_of_the_list() {
        List<Conversation> all = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            all.add(at("¿" + i + "?", START.plusSeconds(i / 5), i % 2 == 0 ? 5 : 1));
        }
        store().take(all);
        var good = filter(null, null, 4, null, false, State.ANY);
        List<ConversationRow> whole = list(good);
        assertThat(whole).hasSize(12);
        List<ConversationRow> paged = new ArrayList<>();
        ConversationId after = null;
        for (var page = store().list(good, null, 5);
                !page.isEmpty();
                page = store().list(good, after, 5)) {
            paged.addAll(page);
            after = page.getLast().id();
        }
        assertThat(paged).isEqualTo(whole);
        assertThat(store().read(good, null, 100))
                .extracting(Conversation::id)
                .isEqualTo(whole.stream().map(ConversationRow::id).toList());

        assertThat(store().neighbours(whole.get(3).id(), good))
                .isEqualTo(new ConversationStore.Neighbours(whole.get(2).id(), whole.get(4).id()));
        assertThat(store().neighbours(whole.getFirst().id(), good).before()).isNull();
        assertThat(store().neighbours(whole.getLast().id(), good).after()).isNull();
    }

    @Test
    void a_deleted_one_is_gone_with_its_tags() {
        Conversation first = said("¿Adiós?", "Adiós.");
        store().take(List.of(first));
        store().describe(first.id(), List.of("fin"), "", START);
        assertThat(store().delete(first.id())).isTrue();
        assertThat(store().delete(first.id())).isFalse();
        assertThat(store().find(first.id())).isEmpty();
        assertThat(store().tags()).isEmpty();
        assertThat(store().rate(first.id(), 3, ANA)).isFalse();
    }

    @Test
    void of_two_who_send_the_same_at_once_one_makes_it() throws Exception {
        List<Put> puts =
                Race.of(
                        2,
                        _ ->
                                store().take(List.of(named("crm-9", "¿Quién?", "Yo.")))
                                        .getFirst()
                                        .put());
        assertThat(puts).containsExactlyInAnyOrder(Put.CREATED, Put.UNCHANGED);
        assertThat(store().count(ConversationFilter.ALL)).isEqualTo(1);
    }

    private List<Put> puts(Conversation... conversations) {
        return store().take(List.of(conversations)).stream()
                .map(ConversationStore.Taken::put)
                .toList();
    }

    private List<ConversationRow> list(ConversationFilter filter) {
        return store().list(filter, null, 100);
    }

    private List<ConversationRow> rows(State state) {
        return list(filter(null, null, null, null, false, state));
    }

    private List<ConversationRow> search(String words) {
        return list(filter(words, null, null, null, false, State.ANY));
    }

    private static List<String> texts(List<ConversationRow> rows) {
        return rows.stream().map(ConversationRow::question).toList();
    }

    private static ConversationFilter filter(
            @Nullable String text,
            @Nullable String tag,
            @Nullable Integer min,
            @Nullable Integer max,
            boolean orEdited,
            State state) {
        return new ConversationFilter(text, tag, min, max, orEdited, state, null, null);
    }

    private static Conversation named(String name, String question, String answer) {
        return conversation(name, question, answer, START, null);
    }

    private static Conversation said(String question, String answer) {
        return conversation(null, question, answer, START, null);
    }

    private static Conversation at(String question, Instant at, @Nullable Integer stars) {
        return conversation(null, question, "Respuesta.", at, stars);
    }

    private static Conversation conversation(
            @Nullable String name,
            String question,
            String answer,
            Instant at,
            @Nullable Integer stars) {
        return new Conversation(
                new ConversationId(UUID.randomUUID()),
                name,
                List.of(new Turn("user", question, null), new Turn("assistant", answer, null)),
                null,
                new TreeMap<>(),
                stars,
                "",
                List.of(),
                null,
                stars == null ? null : ANA,
                at,
                START,
                START,
                1);
    }
}
