package dev.afinador.server.web.datasets;

import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.Option;
import dev.afinador.server.web.shared.TimeView;
import dev.afinador.server.web.shared.Tone;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The list of training files.
///
/// @param filter   what is typed and chosen above it, or null before there is anything to filter
/// @param total    how many there are in words
/// @param uploads  that are not done
/// @param makings  that are being worked on
/// @param newer    address of the list's beginning, or null when this is it
/// @param older    address of the next rows, or null
/// @param maxBytes the largest file that is taken
/// @param most     the same in words
public record DatasetsView(
        List<Row> rows,
        List<NoticeView> problem,
        @Nullable FilterView filter,
        String total,
        List<UploadRow> uploads,
        List<MakingRow> makings,
        @Nullable String newer,
        @Nullable String older,
        long maxBytes,
        String most) {

    /// @param active whether anything is filtered
    public record FilterView(String q, List<Option> tags, List<Option> verdicts, boolean active) {}

    /// @param verdict e.g. `Listo`, `3 errores`: always with its icon
    /// @param versions e.g. `v3`
    public record Row(
            String id,
            String href,
            String name,
            String filename,
            String version,
            String kind,
            String examples,
            String size,
            Tone tone,
            String verdict,
            TimeView created) {}

    /// A file that came in part.
    ///
    /// @param api     where its bytes go on
    /// @param length  in bytes
    /// @param receiving whether bytes are still to come
    public record UploadRow(
            String id,
            String api,
            String filename,
            long length,
            int percent,
            String text,
            boolean receiving,
            @Nullable String trouble) {}

    /// A dataset that is being made.
    public record MakingRow(String href, String name, String what, int percent) {}
}
