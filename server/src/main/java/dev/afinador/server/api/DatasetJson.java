package dev.afinador.server.api;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.afinador.dataset.CheckProgress;
import dev.afinador.dataset.CheckReport;
import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFamily;
import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetText;
import dev.afinador.dataset.Origin;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// A dataset in the API: one version of a named one.
///
/// @param familyId what all its versions have in common
/// @param version  1-based
/// @param format   how the file is written: `json_lines`, or what has to be converted first
/// @param kind     `chat`, `preference`, `reinforcement`, `completion` or `unknown`
/// @param check    `waiting`, `done`, `cancelled` or `failed`; counts hold when it is done
/// @param usable   whether a job may start with it
/// @param held     whether an administrator has to accept what was found before that
@JsonNaming(SnakeCaseStrategy.class)
public record DatasetJson(
        String id,
        String familyId,
        String name,
        int version,
        String filename,
        String format,
        String sha256,
        long bytes,
        String kind,
        long examples,
        long errors,
        long warnings,
        String check,
        boolean usable,
        boolean held,
        @Nullable AcceptanceJson accepted,
        OriginJson origin,
        Instant createdAt,
        @Nullable Instant deletedAt) {

    @JsonNaming(SnakeCaseStrategy.class)
    public record AcceptanceJson(String by, Instant at) {}

    /// @param way    `upload`, `repair`, `split`, `conversion` or `conversations`
    /// @param recipe what was done, as words and values
    @JsonNaming(SnakeCaseStrategy.class)
    public record OriginJson(String way, @Nullable String datasetId, Map<String, String> recipe) {
        static OriginJson of(Origin origin) {
            return new OriginJson(
                    origin.way().word(),
                    origin.from() == null ? null : origin.from().toString(),
                    origin.recipe());
        }
    }

    static DatasetJson of(Dataset d) {
        return new DatasetJson(
                d.id().toString(),
                d.family().toString(),
                d.name(),
                d.version(),
                d.filename(),
                d.format().word(),
                d.sha256(),
                d.bytes(),
                d.kind().name().toLowerCase(Locale.ROOT),
                d.examples(),
                d.errors(),
                d.warnings(),
                d.check().word(),
                d.usable(),
                d.held(),
                d.accepted() == null
                        ? null
                        : new AcceptanceJson(d.accepted().by(), d.accepted().at()),
                OriginJson.of(d.origin()),
                d.createdAt(),
                d.deletedAt());
    }

    /// A named dataset.
    @JsonNaming(SnakeCaseStrategy.class)
    public record FamilyJson(
            String id, String name, List<String> tags, String notes, Instant createdAt) {
        static FamilyJson of(DatasetFamily family) {
            return new FamilyJson(
                    family.id().toString(),
                    family.name(),
                    family.tags(),
                    family.notes(),
                    family.createdAt());
        }
    }

    /// @param line    1-based; 0 when it is about the whole file
    /// @param column  1-based, counting characters; null when it is about the whole line
    /// @param excerpt what stands there, with all letters that are not of the format as `x` and all digits as `9`
    public record FindingJson(
            String rule,
            String severity,
            long line,
            @Nullable Integer column,
            @Nullable String path,
            @Nullable String excerpt,
            String message,
            String fix) {
        static FindingJson of(DatasetFinding f, Locale locale) {
            DatasetText text = DatasetText.in(locale);
            return new FindingJson(
                    f.rule(),
                    f.severity().name().toLowerCase(Locale.ROOT),
                    f.line(),
                    f.column() == 0 ? null : f.column(),
                    f.path(),
                    f.excerpt() == null ? null : f.excerpt().text(),
                    text.title(f),
                    text.fix(f));
        }
    }

    /// A check that is not over.
    ///
    /// @param startedAt null while it waits for its turn
    /// @param rules     how often each rule was broken so far
    @JsonNaming(SnakeCaseStrategy.class)
    public record ProgressJson(
            @Nullable Instant startedAt,
            long bytesRead,
            long examples,
            Map<String, Long> rules,
            boolean cancelRequested) {
        static ProgressJson of(CheckProgress p) {
            return new ProgressJson(
                    p.startedAt(), p.read(), p.examples(), p.rules(), p.cancelRequested());
        }
    }

    /// A dataset with what is known about it.
    ///
    /// @param rules    how often each rule was broken, complete; empty until the check is done
    /// @param findings up to 1,000 of them, some of each rule, in file order
    /// @param lines    lines of the file, 0 until the check is done
    /// @param numbers  tokens by role and per example, their distributions, and what an epoch is billed for; null until the
    ///                 check is done
    /// @param progress of a check that is not over
    @JsonNaming(SnakeCaseStrategy.class)
    public record ReportJson(
            DatasetJson dataset,
            FamilyJson family,
            Map<String, Long> rules,
            List<FindingJson> findings,
            long lines,
            @JsonRawValue @Nullable String numbers,
            @Nullable ProgressJson progress) {
        static ReportJson of(
                Dataset dataset,
                DatasetFamily family,
                @Nullable CheckReport report,
                @Nullable CheckProgress progress,
                Locale locale) {
            List<DatasetFinding> findings =
                    report != null
                            ? report.findings()
                            : progress != null ? progress.findings() : List.of();
            return new ReportJson(
                    DatasetJson.of(dataset),
                    FamilyJson.of(family),
                    report == null ? Map.of() : report.rules(),
                    findings.stream().limit(1_000).map(f -> FindingJson.of(f, locale)).toList(),
                    report == null ? 0 : report.lines().lines(),
                    report == null ? null : report.numbers(),
                    progress == null ? null : ProgressJson.of(progress));
        }
    }
}
