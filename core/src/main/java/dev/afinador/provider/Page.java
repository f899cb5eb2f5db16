package dev.afinador.provider;

import java.util.List;

/// One page of a provider's list, in the provider's order.
///
/// @param hasMore what the provider said; true when it did not say and the page was not empty
public record Page<T>(List<T> data, boolean hasMore) {
    public Page {
        data = List.copyOf(data);
    }
}
