package dev.afinador.server.web.datasets;

import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.TimeView;
import dev.afinador.server.web.shared.Tone;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The list of training files.
public record DatasetsView(List<Row> rows, List<NoticeView> problem) {

    /// @param verdict e.g. `Listo`, `3 errores`: always with its icon
    public record Row(
            String id,
            String href,
            String name,
            String filename,
            String kind,
            String examples,
            String size,
            Tone tone,
            String verdict,
            TimeView created) {}

    /// The page of one.
    ///
    /// @param usable whether a job may be started with it
    public record One(
            Row row,
            String sha256,
            boolean usable,
            NoticeView verdict,
            List<Finding> findings,
            boolean moreFindings,
            boolean deletable,
            @Nullable String startHref) {}

    /// Something about a line.
    ///
    /// @param line e.g. `87`, or null when it is about the whole file
    public record Finding(
            Tone tone,
            String severity,
            @Nullable String line,
            @Nullable String path,
            String text,
            @Nullable String todo) {}
}
