package dev.afinador.server.web.jobs;

import dev.afinador.server.web.shared.FindingView;
import dev.afinador.server.web.shared.StatusView;
import dev.afinador.server.web.shared.Tone;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The verification of a job as a document.
///
/// @param dashboard the job's page at the vendor, where there is one
public record ReportView(
        String jobId,
        String jobHref,
        String jobName,
        StatusView status,
        String title,
        String madeAt,
        Tone verdict,
        String conclusion,
        List<Section> sections,
        String json,
        String markdown,
        @Nullable String dashboard) {

    /// A question with its answer, a table, or findings.
    public record Section(
            String id,
            String title,
            @Nullable Answer answer,
            List<String> paragraphs,
            List<Fact> facts,
            List<Step> flow,
            @Nullable Table table,
            List<FindingView> findings) {}

    public record Answer(Tone tone, String word) {}

    public record Fact(String label, String value, boolean code) {}

    /// @param place `done`, `now`, `next` or `never`
    public record Step(String label, String at, String place, String icon) {}

    public record Table(List<String> headers, List<TableRow> rows) {}

    /// @param badge the state that the row is about, or null
    public record TableRow(@Nullable StatusView badge, List<String> cells, boolean current) {}
}
