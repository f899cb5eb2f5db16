package dev.afinador.cli;

import dev.afinador.dataset.DatasetKind;
import dev.afinador.dataset.check.CheckOptions;
import dev.afinador.dataset.cost.Price;
import dev.afinador.dataset.cost.PriceList;
import dev.afinador.dataset.cost.TrainingPlan;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is wanted to know about the training.
///
/// @param model           the base model, or null
/// @param prices          to look it up in
/// @param epochs          0 for the recommended ones
/// @param tokensPerSecond of a machine that trains; 0 when nobody asked
record Quote(@Nullable String model, PriceList prices, int epochs, double tokensPerSecond) {

    /// @return empty for validation files, for files without tokens or examples, and for reinforcement: its work depends on
    ///         what the model tries, not on the file
    Optional<TrainingPlan> plan(CheckedFile file) {
        return file.role() == CheckOptions.Role.VALIDATION
                        || file.report().kind() == DatasetKind.REINFORCEMENT
                ? Optional.empty()
                : file.report().numbers().plan(epochs);
    }

    Optional<Price> price() {
        return Optional.ofNullable(model).flatMap(prices::find);
    }
}
