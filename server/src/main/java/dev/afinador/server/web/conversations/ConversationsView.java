package dev.afinador.server.web.conversations;

import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.Option;
import dev.afinador.server.web.shared.Spoken;
import dev.afinador.server.web.shared.TimeView;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The list of conversations.
///
/// @param notices  what an import came to
/// @param filter   null before there is anything to filter
/// @param total    how many the filter leaves, in words
/// @param first    address of the list's beginning, or null when this is it
/// @param next     address of the next rows, or null
/// @param prepare  address of the preparation with the same filter
public record ConversationsView(
        List<Row> rows,
        List<NoticeView> notices,
        List<String> troubles,
        @Nullable Filter filter,
        String total,
        @Nullable String first,
        @Nullable String next,
        String prepare) {

    public record Filter(
            String q, List<Option> stars, List<Option> states, List<Option> tags, boolean active) {}

    /// @param stars 0 to 5; 0 while nobody has rated it
    /// @param rated the same in words
    public record Row(
            String id,
            String href,
            String question,
            String answer,
            int stars,
            String rated,
            boolean edited,
            List<String> tags,
            @Nullable String model,
            TimeView said) {}

    /// One conversation.
    ///
    /// @param query   the filter of the list it was opened from, as part of an address
    /// @param version that is seen
    public record One(
            String id,
            String href,
            String title,
            String query,
            String list,
            int stars,
            String rated,
            @Nullable String judged,
            List<Turn> turns,
            String tags,
            List<String> tagList,
            String note,
            @Nullable String model,
            @Nullable String externalId,
            TimeView said,
            long version,
            @Nullable String previous,
            @Nullable String next) {}

    /// @param role     `system`, `user`, `assistant` or `tool`: its colours
    /// @param better   the better answer, or null
    /// @param editable whether a better answer can be written
    public record Turn(
            int at,
            String role,
            String who,
            String text,
            @Nullable String better,
            boolean editable,
            @Nullable String message) {}

    /// The preparation of a dataset.
    ///
    /// @param hidden  what was chosen, for the form that orders
    /// @param leftOut why conversations give no example, in words
    public record Prepare(
            String q,
            List<Option> stars,
            List<Option> tags,
            boolean orEdited,
            List<Option> shapes,
            List<Option> systems,
            String systemText,
            String name,
            NoticeView verdict,
            List<String> leftOut,
            List<Spoken> samples,
            List<Map.Entry<String, String>> hidden,
            boolean orderable) {}
}
