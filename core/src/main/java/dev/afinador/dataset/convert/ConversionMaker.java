package dev.afinador.dataset.convert;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFiles;
import dev.afinador.dataset.DatasetKind;
import dev.afinador.dataset.DatasetStore;
import dev.afinador.dataset.Origin;
import dev.afinador.dataset.Scratch;
import dev.afinador.dataset.SourceFormat;
import dev.afinador.dataset.SourceSniffer;
import dev.afinador.dataset.TextEncoding;
import dev.afinador.dataset.make.Maker;
import dev.afinador.dataset.make.Making;
import dev.afinador.work.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Converts a source into the next version of its dataset.
public final class ConversionMaker implements Maker {

    private static final String ENCODING = "encoding";
    private static final String DELIMITER = "delimiter";
    private static final String QUOTE = "quote";
    private static final String HEADER = "header";
    private static final String SYSTEM_TEXT = "system_text";
    private static final String COLUMN = "column.";

    private final DatasetStore datasets;
    private final DatasetFiles files;

    public ConversionMaker(DatasetStore datasets, DatasetFiles files) {
        this.datasets = datasets;
        this.files = files;
    }

    /// Settings and mapping as [Making#recipe()].
    public static Map<String, String> recipe(Layout layout, Mapping mapping) {
        Map<String, String> recipe = new HashMap<>();
        recipe.put(ENCODING, layout.encoding().name());
        recipe.put(DELIMITER, String.valueOf(layout.delimiter()));
        recipe.put(QUOTE, String.valueOf(layout.quote()));
        recipe.put(HEADER, Boolean.toString(layout.header()));
        recipe.put(SYSTEM_TEXT, mapping.systemText());
        mapping.columns().forEach((part, at) -> recipe.put(COLUMN + part.word(), at.toString()));
        return recipe;
    }

    private static Layout.Settings settings(Map<String, String> recipe) {
        return new Layout.Settings(
                recipe.containsKey(ENCODING) ? TextEncoding.valueOf(recipe.get(ENCODING)) : null,
                character(recipe.get(DELIMITER)),
                character(recipe.get(QUOTE)),
                recipe.containsKey(HEADER) ? Boolean.valueOf(recipe.get(HEADER)) : null);
    }

    private static char character(@Nullable String text) {
        return text == null || text.isEmpty() ? 0 : text.charAt(0);
    }

    private static Mapping mapping(Map<String, String> recipe) {
        Map<Part, Integer> columns = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            String at = recipe.get(COLUMN + part.word());
            if (at != null) {
                columns.put(part, Integer.valueOf(at));
            }
        }
        return new Mapping(columns, recipe.getOrDefault(SYSTEM_TEXT, ""));
    }

    /// How the dataset is written, and the start of what it could become.
    ///
    /// @param set what somebody has decided; the rest is guessed
    public Layout layout(Dataset source, Layout.Settings set) throws IOException {
        try (InputStream content = files.open(source.sha256())) {
            byte[] head = content.readNBytes(SourceSniffer.HEAD);
            boolean whole = head.length == source.bytes();
            Layout.Settings settled = set;
            if (set.encoding() == null
                    && TextEncoding.of(head, whole) == TextEncoding.UTF_8
                    && !whole
                    && !TextEncoding.isUtf8(content)) {
                // accents come late in some files: what is not UTF-8 to its end is not UTF-8
                settled =
                        new Layout.Settings(
                                TextEncoding.WINDOWS_1252,
                                set.delimiter(),
                                set.quote(),
                                set.header());
            }
            return Layout.of(head, whole, source.format(), settled);
        }
    }

    /// What would come out.
    public Conversion.Outcome preview(
            Dataset source, Layout layout, Mapping mapping, long mostRows, int samples)
            throws IOException {
        try (InputStream content = files.open(source.sha256())) {
            return new Conversion(layout, mapping, _ -> {}).preview(content, mostRows, samples);
        }
    }

    @Override
    public List<Made> make(Making making, Scratch scratch, Progress progress) throws IOException {
        Dataset source =
                Optional.ofNullable(making.source())
                        .flatMap(datasets::find)
                        .filter(dataset -> dataset.deletedAt() == null)
                        .orElseThrow(() -> Refusal.notFound("source_gone"));
        Layout layout = layout(source, settings(making.recipe()));
        Mapping mapping = mapping(making.recipe());
        try (Scratch.Writing out = scratch.write();
                InputStream content = files.open(source.sha256())) {
            Conversion.Outcome outcome =
                    new Conversion(layout, mapping, read -> progress.reached(read, source.bytes()))
                            .write(content, out);
            if (outcome.written() == 0) {
                throw Refusal.conflict("convert_nothing_came_out", source.name(), outcome.rows());
            }
            return List.of(
                    new Made(
                            out.finish(),
                            source.name(),
                            linesFile(source.filename()),
                            source.family(),
                            new Origin(Origin.Way.CONVERSION, source.id(), told(layout, outcome))));
        } catch (ConversionException e) {
            throw Refusal.conflict(e.code(), e.args().toArray());
        }
    }

    /// What was done, for people to read later: rows, examples, and which rows were left out.
    private static Map<String, String> told(Layout layout, Conversion.Outcome outcome) {
        Map<String, String> told = new HashMap<>();
        told.put("format", layout.format().word());
        told.put("encoding", layout.encoding().title());
        told.put("rows", Long.toString(outcome.rows()));
        told.put("written", Long.toString(outcome.written()));
        outcome.troubles().forEach((code, rows) -> told.put(code, rows.toString()));
        if (!outcome.first().isEmpty()) {
            told.put(
                    "left_out",
                    String.join(
                            " ",
                            outcome.first().stream()
                                    .map(trouble -> Long.toString(trouble.line()))
                                    .toList()));
        }
        return told;
    }

    private static String linesFile(String filename) {
        int dot = filename.lastIndexOf('.');
        String stem = dot > 0 ? filename.substring(0, dot) : filename;
        return stem + ".jsonl";
    }

    /// Whether a file can be converted: lines of objects that are no examples can be too.
    public static boolean takes(Dataset dataset) {
        boolean foreignLines =
                dataset.format() == SourceFormat.JSON_LINES
                        && dataset.kind() == DatasetKind.UNKNOWN;
        return dataset.format().needsConversion() || foreignLines;
    }
}
