package dev.afinador.dataset.repair;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFiles;
import dev.afinador.dataset.DatasetStore;
import dev.afinador.dataset.Origin;
import dev.afinador.dataset.Scratch;
import dev.afinador.dataset.make.Maker;
import dev.afinador.dataset.make.Making;
import dev.afinador.work.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Carries a [RepairPlan] out: the next version of the dataset, and a dataset of its own for what is set aside.
public final class RepairMaker implements Maker {

    private static final String FIXES = "fixes";
    private static final String PERCENT = "percent";
    private static final String SEED = "seed";
    private static final String VALIDATION_NAME = "validation_name";

    private final DatasetStore datasets;
    private final DatasetFiles files;

    public RepairMaker(DatasetStore datasets, DatasetFiles files) {
        this.datasets = datasets;
        this.files = files;
    }

    /// The plan as [Making#recipe()].
    ///
    /// @param validationName what the dataset of the examples that are set aside is called
    public static Map<String, String> recipe(RepairPlan plan, String validationName) {
        return Map.of(
                FIXES,
                plan.fixes().stream().map(Fix::word).sorted().collect(Collectors.joining(" ")),
                PERCENT,
                Integer.toString(plan.percent()),
                SEED,
                Long.toString(plan.seed()),
                VALIDATION_NAME,
                validationName);
    }

    private static RepairPlan plan(Map<String, String> recipe) {
        return new RepairPlan(
                Arrays.stream(recipe.getOrDefault(FIXES, "").split(" "))
                        .map(Fix::of)
                        .flatMap(Optional::stream)
                        .collect(Collectors.toSet()),
                Integer.parseInt(recipe.getOrDefault(PERCENT, "0")),
                Long.parseLong(recipe.getOrDefault(SEED, "0")));
    }

    @Override
    public List<Made> make(Making making, Scratch scratch, Progress progress) throws IOException {
        Dataset source =
                Optional.ofNullable(making.source())
                        .flatMap(datasets::find)
                        .filter(dataset -> dataset.deletedAt() == null)
                        .orElseThrow(() -> Refusal.notFound("source_gone"));
        RepairPlan plan = plan(making.recipe());
        long total = plan.looksAhead() ? 2 * source.bytes() : source.bytes();
        var repair =
                new Repair(
                        plan,
                        () -> files.open(source.sha256()),
                        scratch,
                        read -> progress.reached(read, total));
        try (Scratch.Writing training = scratch.write();
                Scratch.Writing validation = scratch.write()) {
            Repair.Outcome outcome = repair.write(training, validation);
            if (outcome.changesNothing()) {
                throw Refusal.conflict("repair_changes_nothing", source.name());
            }
            if (training.bytes() == 0) {
                throw Refusal.conflict("repair_leaves_nothing", source.name());
            }
            List<Made> made = new ArrayList<>();
            made.add(
                    new Made(
                            training.finish(),
                            source.name(),
                            source.filename(),
                            source.family(),
                            new Origin(Origin.Way.REPAIR, source.id(), told(plan, outcome))));
            if (validation.bytes() > 0) {
                made.add(
                        new Made(
                                validation.finish(),
                                making.recipe().getOrDefault(VALIDATION_NAME, source.name()),
                                validationFile(source.filename()),
                                null,
                                new Origin(Origin.Way.SPLIT, source.id(), told(plan, outcome))));
            }
            return made;
        }
    }

    /// What was done, for people to read later.
    private static Map<String, String> told(RepairPlan plan, Repair.Outcome outcome) {
        Map<String, String> told = new HashMap<>();
        outcome.counts().forEach((fix, lines) -> told.put(fix.word(), lines.toString()));
        if (plan.percent() > 0) {
            told.put(PERCENT, Integer.toString(plan.percent()));
            told.put(SEED, Long.toString(plan.seed()));
            told.put("set_aside", Long.toString(outcome.setAside()));
        }
        return told;
    }

    private static String validationFile(String filename) {
        int dot = filename.lastIndexOf('.');
        String stem = dot > 0 ? filename.substring(0, dot) : filename;
        return stem + ".validation.jsonl";
    }
}
