package dev.afinador.trainer.model;

import org.bytedeco.pytorch.Tensor;

/// What is added to the base's projections.
@FunctionalInterface
public interface Adapters {

    Adapters NONE = (layer, projection, x, y) -> y;

    /// @param x what goes into the projection `(…, inputs)`
    /// @param y what the base makes of it `(…, outputs)`
    /// @return what the adapted model makes of it
    Tensor apply(int layer, Projection projection, Tensor x, Tensor y);
}
