package dev.afinador.dataset.convert;

import java.text.Normalizer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What becomes of the columns of a source.
///
/// @param columns    the column of each part, by its place among [Layout#columns()]; parts without a column are absent
/// @param systemText what every example says to the model first, where its row says nothing; or empty
public record Mapping(Map<Part, Integer> columns, String systemText) {
    public Mapping {
        columns = Map.copyOf(columns);
    }

    @Override
    public String toString() {
        return columns.toString();
    }

    /// By the names of the columns; where those tell nothing, the first one is the question and the second the answer.
    public static Mapping guess(List<String> columns) {
        Map<Part, Integer> found = new EnumMap<>(Part.class);
        Map<Integer, Part> taken = new HashMap<>();
        // exact names first: `input` is the question unless there is an `instruction`
        for (Part part : new Part[] {Part.SYSTEM, Part.HISTORY, Part.REJECTED, Part.ANSWER}) {
            take(part, columns, found, taken);
        }
        take(Part.QUESTION, columns, found, taken);
        take(Part.CONTEXT, columns, found, taken);
        if (!found.containsKey(Part.QUESTION) && !found.containsKey(Part.ANSWER)) {
            int next = 0;
            for (Part part : new Part[] {Part.QUESTION, Part.ANSWER}) {
                while (taken.containsKey(next)) {
                    next++;
                }
                if (next < columns.size()) {
                    found.put(part, next);
                    taken.put(next, part);
                }
            }
        }
        return new Mapping(found, "");
    }

    private static void take(
            Part part, List<String> columns, Map<Part, Integer> found, Map<Integer, Part> taken) {
        Integer best = null;
        int bestRank = Integer.MAX_VALUE;
        for (int i = 0; i < columns.size(); i++) {
            String name = plain(columns.get(i));
            if (!taken.containsKey(i) && part.isCalled(name)) {
                int rank =
                        part == Part.QUESTION && (name.equals("input") || name.equals("entrada"))
                                ? 1
                                : 0;
                if (rank < bestRank) {
                    best = i;
                    bestRank = rank;
                }
            }
        }
        if (best != null) {
            found.put(part, best);
            taken.put(best, part);
        }
    }

    private static String plain(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]", "");
    }

    @Nullable Integer column(Part part) {
        return columns.get(part);
    }
}
