package dev.afinador.dataset.repair;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFiles;
import dev.afinador.dataset.Scratch;
import dev.afinador.dataset.make.Making;
import dev.afinador.dataset.make.Makings;
import dev.afinador.work.Refusal;
import java.io.IOException;

/// Repairs of datasets: looked at beforehand, then ordered.
public final class Repairs {

    private final DatasetFiles files;
    private final Scratch scratch;
    private final Makings makings;

    public Repairs(DatasetFiles files, Scratch scratch, Makings makings) {
        this.files = files;
        this.scratch = scratch;
        this.makings = makings;
    }

    /// What the plan would do, looking at the beginning of a large file only.
    ///
    /// @param mostChanges how many changes to show
    /// @param mostBytes   how much of the file to read
    /// @throws Refusal `repair_line_too_long`
    public Repair.Outcome preview(Dataset dataset, RepairPlan plan, int mostChanges, long mostBytes)
            throws IOException {
        return new Repair(plan, () -> files.open(dataset.sha256()), scratch, _ -> {})
                .preview(mostChanges, mostBytes);
    }

    /// @param validationName what the dataset of the examples that are set aside is called
    /// @throws Refusal `repair_nothing_chosen`
    public Making order(Dataset dataset, RepairPlan plan, String validationName) {
        if (plan.fixes().isEmpty() && plan.percent() == 0) {
            throw Refusal.invalid("repair_nothing_chosen", dataset.name());
        }
        return makings.order(
                Making.Kind.REPAIR,
                dataset.id(),
                RepairMaker.recipe(plan, validationName),
                dataset.name());
    }
}
