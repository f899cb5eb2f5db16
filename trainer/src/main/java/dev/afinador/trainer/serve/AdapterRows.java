package dev.afinador.trainer.serve;

import dev.afinador.trainer.model.Adapters;
import dev.afinador.trainer.model.Lora;
import dev.afinador.trainer.model.Projection;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/// Several adapters on one pass over the base's weights: each is applied to its own rows, which lie together.
final class AdapterRows implements Adapters {

    /// @param adapter null for the base itself
    record Stretch(@Nullable Lora adapter, int from, int count) {}

    private final List<Stretch> stretches;

    AdapterRows(List<Stretch> stretches) {
        this.stretches = stretches;
    }

    static Adapters of(@Nullable Lora adapter) {
        return adapter == null ? Adapters.NONE : adapter;
    }

    @Override
    public Tensor apply(int layer, Projection projection, Tensor x, Tensor y) {
        for (Stretch stretch : stretches) {
            if (stretch.adapter != null) {
                Tensor rows = y.narrow(0, stretch.from, stretch.count);
                rows.copy_(
                        stretch.adapter.apply(
                                layer, projection, x.narrow(0, stretch.from, stretch.count), rows));
            }
        }
        return y;
    }
}
