package dev.afinador.dataset;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Behaves as the port says, in memory; what is used by jobs is told to it.
public final class FakeDatasetStore implements DatasetStore {

    public final Set<DatasetId> used = new HashSet<>();
    private final List<Dataset> rows = new ArrayList<>();
    private final Map<FamilyId, DatasetFamily> families = new HashMap<>();
    private final Map<DatasetId, CheckReport> reports = new HashMap<>();
    private final Map<DatasetId, CheckProgress> checks = new HashMap<>();
    private final Map<String, Instant> wanted = new HashMap<>();
    private final Set<String> beingDeleted = new HashSet<>();
    private String hidden = "";

    /// The next look for this content comes too early to see it.
    public void hideOnce(String sha256) {
        hidden = sha256;
    }

    @Override
    public Dataset insert(Dataset dataset, @Nullable CheckReport report) {
        families.computeIfAbsent(
                dataset.family(),
                id -> new DatasetFamily(id, dataset.name(), List.of(), "", dataset.createdAt()));
        int version =
                1
                        + (int)
                                rows.stream()
                                        .filter(row -> row.family().equals(dataset.family()))
                                        .count();
        Dataset row =
                new Dataset(
                        dataset.id(),
                        dataset.family(),
                        dataset.name(),
                        version,
                        dataset.filename(),
                        dataset.format(),
                        dataset.sha256(),
                        dataset.bytes(),
                        DatasetKind.UNKNOWN,
                        0,
                        0,
                        0,
                        CheckState.WAITING,
                        false,
                        null,
                        dataset.origin(),
                        dataset.createdAt(),
                        null);
        rows.addFirst(row);
        checks.put(row.id(), new CheckProgress(null, 0, 0, Map.of(), List.of(), false, 0));
        if (report != null) {
            finishCheck(row.id(), report);
        }
        return find(row.id()).orElseThrow();
    }

    @Override
    public Optional<Dataset> find(DatasetId id) {
        return rows.stream().filter(row -> row.id().equals(id)).findFirst();
    }

    @Override
    public Optional<Dataset> findBySha256(String sha256) {
        if (hidden.equals(sha256)) {
            hidden = "";
            return Optional.empty();
        }
        return rows.stream().filter(row -> row.sha256().equals(sha256)).findFirst();
    }

    @Override
    public Optional<Dataset> findBySha256(FamilyId family, String sha256) {
        return rows.stream()
                .filter(row -> row.sha256().equals(sha256) && row.family().equals(family))
                .findFirst();
    }

    @Override
    public List<Dataset> list(DatasetQuery query) {
        return rows.stream().limit(query.limit()).toList();
    }

    @Override
    public long count(DatasetQuery query) {
        return rows.size();
    }

    @Override
    public List<Dataset> versions(FamilyId family) {
        return rows.reversed().stream().filter(row -> row.family().equals(family)).toList();
    }

    @Override
    public List<Dataset> relatives(FamilyId family) {
        return List.of();
    }

    @Override
    public Optional<DatasetFamily> family(FamilyId id) {
        return Optional.ofNullable(families.get(id));
    }

    @Override
    public boolean describe(FamilyId id, String name, List<String> tags, String notes) {
        return families.computeIfPresent(
                        id, (_, old) -> new DatasetFamily(id, name, tags, notes, old.createdAt()))
                != null;
    }

    @Override
    public List<String> tags() {
        return families.values().stream()
                .flatMap(family -> family.tags().stream())
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public List<DatasetFinding> findings(DatasetId id, int limit) {
        return report(id).map(CheckReport::findings).orElse(List.of()).stream()
                .sorted(Comparator.comparingLong(DatasetFinding::line))
                .limit(limit)
                .toList();
    }

    @Override
    public List<DatasetFinding> findings(DatasetId id, String rule, int limit) {
        return findings(id, Integer.MAX_VALUE).stream()
                .filter(finding -> finding.rule().equals(rule))
                .limit(limit)
                .toList();
    }

    @Override
    public Optional<CheckReport> report(DatasetId id) {
        return Optional.ofNullable(reports.get(id));
    }

    /// All that was noted, in order.
    final List<CheckProgress> noted = new ArrayList<>();

    @Override
    public boolean beginCheck(DatasetId id, Instant now) {
        return checks.computeIfPresent(
                        id,
                        (_, old) ->
                                new CheckProgress(
                                        now,
                                        0,
                                        0,
                                        Map.of(),
                                        List.of(),
                                        old.cancelRequested(),
                                        old.attempts() + 1))
                != null;
    }

    @Override
    public boolean noteCheck(DatasetId id, CheckProgress progress) {
        noted.add(progress);
        CheckProgress old = checks.get(id);
        return old != null && !old.cancelRequested();
    }

    @Override
    public Optional<CheckProgress> progress(DatasetId id) {
        return Optional.ofNullable(checks.get(id));
    }

    @Override
    public boolean finishCheck(DatasetId id, CheckReport report) {
        if (checks.remove(id) == null) {
            return false;
        }
        reports.put(id, report);
        replace(id, report, CheckState.DONE);
        return true;
    }

    @Override
    public boolean endCheck(DatasetId id, CheckState state) {
        if (checks.remove(id) == null) {
            return false;
        }
        replace(id, null, state);
        return true;
    }

    private void replace(DatasetId id, @Nullable CheckReport report, CheckState state) {
        rows.replaceAll(row ->
                row.id().equals(id)
                        ? new Dataset(
                                row.id(),
                                row.family(),
                                row.name(),
                                row.version(),
                                row.filename(),
                                row.format(),
                                row.sha256(),
                                row.bytes(),
                                report == null ? row.kind() : report.kind(),
                                report == null ? row.examples() : report.examples(),
                                report == null ? row.errors() : report.errors(),
                                report == null ? row.warnings() : report.warnings(),
                                state,
                                report != null && report.held(),
                                row.accepted(),
                                row.origin(),
                                row.createdAt(),
                                row.deletedAt())
                        : row);
    }

    @Override
    public boolean cancelCheck(DatasetId id) {
        return checks.computeIfPresent(
                        id,
                        (_, old) ->
                                new CheckProgress(
                                        old.startedAt(),
                                        old.read(),
                                        old.examples(),
                                        old.rules(),
                                        old.findings(),
                                        true,
                                        old.attempts()))
                != null;
    }

    @Override
    public boolean recheck(DatasetId id) {
        boolean ended =
                find(id).filter(row ->
                                row.check() == CheckState.CANCELLED
                                        || row.check() == CheckState.FAILED)
                        .isPresent();
        if (ended) {
            checks.put(id, new CheckProgress(null, 0, 0, Map.of(), List.of(), false, 0));
            replace(id, null, CheckState.WAITING);
        }
        return ended;
    }

    @Override
    public boolean accept(DatasetId id, Dataset.Acceptance acceptance) {
        return find(id).filter(Dataset::held).isPresent();
    }

    @Override
    public boolean use(DatasetId id) {
        return find(id).isPresent();
    }

    @Override
    public Deletion delete(DatasetId id, Instant now) {
        if (used.contains(id)) {
            return Deletion.IN_USE;
        }
        return rows.removeIf(row -> row.id().equals(id)) ? Deletion.DELETED : Deletion.UNKNOWN;
    }

    @Override
    public void prune() {
        families.keySet().removeIf(family -> versions(family).isEmpty());
    }

    @Override
    public boolean wantContent(String sha256, Instant now) {
        if (beingDeleted.contains(sha256)) {
            return false;
        }
        wanted.put(sha256, now);
        return true;
    }

    @Override
    public boolean confirmContent(String sha256, Instant now) {
        return wanted.containsKey(sha256) && wantContent(sha256, now);
    }

    @Override
    public Claim claimContent(String sha256, Instant now, Duration quiet) {
        Instant at = wanted.get(sha256);
        if (at == null || findBySha256(sha256).isPresent()) {
            return Claim.KEPT;
        }
        if (at.plus(quiet).isAfter(now)) {
            return Claim.LATER;
        }
        beingDeleted.add(sha256);
        return Claim.CLAIMED;
    }

    @Override
    public void contentDeleted(String sha256) {
        if (beingDeleted.remove(sha256)) {
            wanted.remove(sha256);
        }
    }
}
