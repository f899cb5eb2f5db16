package dev.afinador.dataset;

import java.time.Instant;
import java.util.List;

/// A named dataset: what its versions have in common.
///
/// @param name  what people call it; not unique
/// @param tags  in alphabetical order, each once
/// @param notes free text, possibly empty
public record DatasetFamily(
        FamilyId id, String name, List<String> tags, String notes, Instant createdAt) {
    public DatasetFamily {
        tags = List.copyOf(tags);
    }
}
