package dev.afinador.dataset.convert;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rows of a table, a list or a file of lines, one after the other and all in one shape.
public final class Source {

    private final Layout layout;
    private final Rows rows;
    private long read;

    /// @param row     1-based among the rows, without a header
    /// @param line    1-based in the file
    /// @param values  by column or key, in their order: texts as they are, everything else as compact JSON; what is null or
    ///                not there is absent
    /// @param trouble code of what is wrong with the row as a whole, or null
    public record Row(long row, long line, Map<String, String> values, @Nullable String trouble) {
        @Override
        public String toString() {
            return "row " + row + " at line " + line;
        }
    }

    private Source(Layout layout, Rows rows) {
        this.layout = layout;
        this.rows = rows;
    }

    /// Whoever opened the stream closes it.
    ///
    /// @param in the source from its first byte
    public static Source open(InputStream in, Layout layout) throws IOException {
        return new Source(layout, rows(in, layout));
    }

    /// @return null at the end
    /// @throws ConversionException when it cannot be read on from here
    public @Nullable Row next() throws IOException {
        Rows.Raw raw = rows.next();
        if (raw == null) {
            return null;
        }
        read++;
        if (raw.trouble() != null || raw.json().length > 0) {
            return new Row(read, raw.line(), raw.members(), raw.trouble());
        }
        List<String> columns = layout.columns();
        if (raw.values().size() > columns.size()) {
            return new Row(read, raw.line(), Map.of(), "row_too_many_columns");
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < raw.values().size(); i++) {
            values.putIfAbsent(columns.get(i), raw.values().get(i));
        }
        return new Row(read, raw.line(), values, null);
    }

    static Rows rows(InputStream in, Layout layout) throws IOException {
        in.skipNBytes(layout.encoding().mark());
        boolean table =
                switch (layout.format()) {
                    case CSV, TSV, OTHER -> true;
                    case JSON_ARRAY, JSON_LINES, SHAREGPT, ALPACA -> false;
                };
        if (!table) {
            return Rows.objects(in, layout.encoding().charset(), layout.list());
        }
        Rows rows =
                Rows.table(
                        new InputStreamReader(in, layout.encoding().charset()),
                        layout.delimiter(),
                        layout.quote());
        if (layout.header()) {
            rows.next();
        }
        return rows;
    }
}
