package dev.afinador.server.web.jobs;

import dev.afinador.server.web.shared.FindingView;
import dev.afinador.server.web.shared.StatusView;
import dev.afinador.server.web.shared.TimeView;
import dev.afinador.server.web.shared.Tone;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The verification of a job as a document.
public record ReportView(
        String jobId,
        String jobHref,
        String jobName,
        StatusView status,
        TimeView at,
        Tone verdict,
        String conclusion,
        List<Section> sections,
        List<FindingView> findings,
        List<State> states,
        String json,
        String markdown) {

    /// A question and its answer.
    public record Section(
            String title, Tone tone, String answer, List<Fact> facts, List<String> paragraphs) {}

    public record Fact(String label, String value, boolean code, @Nullable TimeView at) {}

    /// A row of the table of states.
    public record State(StatusView status, String meaning, String next, boolean current) {}
}
