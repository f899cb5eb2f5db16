package dev.afinador.server.web.conversations;

import dev.afinador.conversation.ConversationFilter;
import dev.afinador.server.web.shared.Option;
import dev.afinador.server.web.shared.Words;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriComponentsBuilder;

/// What the list was asked for, as it stands in addresses.
///
/// @param fq    words that are looked for
/// @param least stars, 1 to 5
/// @param only  `rated`, `unrated` or `edited`
/// @param ftag  a tag
record Asked(
        @Nullable String fq, @Nullable String least, @Nullable String only, @Nullable String ftag) {

    static final Asked NOTHING = new Asked(null, null, null, null);

    private static @Nullable String given(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }

    String shownQ() {
        String q = given(fq);
        return q == null ? "" : q;
    }

    @Nullable String tag() {
        return given(ftag);
    }

    @Nullable Integer stars() {
        return least != null && least.matches("[1-5]") ? Integer.valueOf(least) : null;
    }

    ConversationFilter.State state() {
        return Arrays.stream(ConversationFilter.State.values())
                .filter(state -> state.word().equals(only))
                .findFirst()
                .orElse(ConversationFilter.State.ANY);
    }

    boolean active() {
        return given(fq) != null
                || tag() != null
                || stars() != null
                || state() != ConversationFilter.State.ANY;
    }

    ConversationFilter filter() {
        return new ConversationFilter(given(fq), tag(), stars(), null, false, state(), null, null);
    }

    String query() {
        return and("", "");
    }

    /// @param name of one more parameter, or empty
    String and(String name, String value) {
        UriComponentsBuilder uri = UriComponentsBuilder.newInstance();
        Stream.of(
                        new String[] {"fq", given(fq)},
                        new String[] {"least", stars() == null ? null : stars().toString()},
                        new String[] {
                            "only", state() == ConversationFilter.State.ANY ? null : state().word()
                        },
                        new String[] {"ftag", tag()},
                        new String[] {name.isEmpty() ? "x" : name, name.isEmpty() ? null : value})
                .filter(pair -> pair[1] != null)
                .forEach(pair -> uri.queryParam(pair[0], encoded(pair[1])));
        return uri.build(true).toUriString();
    }

    private static String encoded(String text) {
        return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8)
                .replace("+", "%20");
    }

    List<Option> starOptions(Words words) {
        return ConversationsPage.oneToFive().stream()
                .map(n ->
                        new Option(
                                n.toString(),
                                words.say("conversations.least", n),
                                n.equals(stars())))
                .toList();
    }

    List<Option> stateOptions(Words words) {
        return Arrays.stream(ConversationFilter.State.values())
                .filter(state -> state != ConversationFilter.State.ANY)
                .map(state ->
                        new Option(
                                state.word(),
                                words.say("conversations.state." + state.word()),
                                state == state()))
                .toList();
    }
}
