package dev.afinador.dataset;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where a version of a dataset comes from.
///
/// @param from   the version it was made from, possibly of another family and possibly deleted since; null when it came from outside
/// @param recipe what was done, as stable words and their values (e.g. `dedupe` → `12` lines), for people to read later
public record Origin(Way way, @Nullable DatasetId from, Map<String, String> recipe) {
    public Origin {
        recipe = Map.copyOf(recipe);
    }

    public static final Origin UPLOADED = new Origin(Way.UPLOAD, null, Map.of());

    public enum Way {
        UPLOAD,
        REPAIR,
        /// The part that a repair set aside for validation.
        SPLIT,
        CONVERSION,
        CONVERSATIONS;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
