package dev.afinador.dataset.convert;

import de.siegmar.fastcsv.reader.CsvParseException;
import dev.afinador.dataset.SourceFormat;
import dev.afinador.dataset.SourceSniffer;
import dev.afinador.dataset.TextEncoding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// How a source is written, as its beginning tells; each of it can be set otherwise.
///
/// @param format    one that can be converted
/// @param encoding  of the characters
/// @param delimiter between the values of a table
/// @param quote     around values of a table that hold the delimiter
/// @param header    whether the first row of a table names the columns
/// @param list      whether JSON is one list and not an object per line
/// @param columns   names of the columns of a table, or keys of the first objects, in order; made up where a table names none
/// @param shaped    whether the objects are examples of the protocol or of ShareGPT already, so that there is nothing to map
public record Layout(
        SourceFormat format,
        TextEncoding encoding,
        char delimiter,
        char quote,
        boolean header,
        boolean list,
        List<String> columns,
        boolean shaped) {
    public Layout {
        columns = List.copyOf(columns);
    }

    /// Names of columns are data of somebody.
    @Override
    public String toString() {
        return format + " " + encoding + ", " + columns.size() + " columns";
    }

    private static final int OBJECTS = 50;
    private static final int MOST_COLUMNS = 200;

    /// @param head  the first bytes of the source, at most [SourceSniffer#HEAD]
    /// @param whole whether that is all of it
    /// @param set   what somebody has decided; the rest is guessed
    public static Layout of(byte[] head, boolean whole, SourceFormat format, Settings set) {
        TextEncoding guessed = TextEncoding.of(head, whole);
        TextEncoding encoding = set.encoding() == null ? guessed : set.encoding();
        String text =
                new String(
                        head,
                        encoding.mark(),
                        Math.max(0, head.length - encoding.mark()),
                        encoding.charset());
        return switch (format) {
            case CSV, TSV, OTHER -> table(text, whole, encoding, format, set);
            case JSON_ARRAY, SHAREGPT, ALPACA, JSON_LINES -> objects(text, encoding, format);
        };
    }

    private static Layout table(
            String text, boolean whole, TextEncoding encoding, SourceFormat format, Settings set) {
        char delimiter = set.delimiter() == 0 ? delimiter(text, format) : set.delimiter();
        char quote = set.quote() == 0 ? quote(text, delimiter) : set.quote();
        String sample = whole ? text : text.substring(0, Math.max(0, text.lastIndexOf('\n')));
        List<List<String>> rows = new ArrayList<>();
        try (var table = Rows.table(new java.io.StringReader(sample), delimiter, quote)) {
            for (Rows.Raw row = table.next(); row != null && rows.size() < 20; row = table.next()) {
                rows.add(row.values());
            }
        } catch (CsvParseException e) {
            return new Layout(format, encoding, delimiter, quote, true, false, List.of(), false);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // never, of a text in memory
        }
        boolean header = set.header() == null ? looksLikeHeader(rows) : set.header();
        int width =
                Math.max(usualWidth(rows), header && !rows.isEmpty() ? rows.getFirst().size() : 0);
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < Math.min(width, MOST_COLUMNS); i++) {
            boolean named =
                    header && i < rows.getFirst().size() && !rows.getFirst().get(i).isBlank();
            columns.add(named ? rows.getFirst().get(i).strip() : "#" + (i + 1));
        }
        return new Layout(format, encoding, delimiter, quote, header, false, columns, false);
    }

    /// As many values as most rows have.
    private static int usualWidth(List<List<String>> rows) {
        Map<Integer, Integer> counts = new TreeMap<>();
        rows.forEach(row -> counts.merge(row.size(), 1, Integer::sum));
        return counts.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(0);
    }

    private static char delimiter(String text, SourceFormat format) {
        if (format == SourceFormat.TSV) {
            return '\t';
        }
        char found = SourceSniffer.delimiterOf(text);
        return found == 0 ? ',' : found;
    }

    /// An apostrophe only where fields begin with it and none with a quotation mark.
    private static char quote(String text, char delimiter) {
        String start = text.substring(0, Math.min(text.length(), 8_192));
        boolean doubles = start.startsWith("\"") || start.contains(delimiter + "\"");
        boolean singles = start.startsWith("'") && start.contains("'" + delimiter + "'");
        return singles && !doubles ? '\'' : '"';
    }

    /// The first row names columns when its values are short, all different, and none is a sentence.
    private static boolean looksLikeHeader(List<List<String>> rows) {
        if (rows.size() < 2) {
            return false;
        }
        List<String> first = rows.getFirst();
        Set<String> different = new LinkedHashSet<>(first);
        return different.size() == first.size()
                && first.stream()
                        .allMatch(name ->
                                !name.isBlank()
                                        && name.length() <= 60
                                        && name.strip().split("\\s+").length <= 4
                                        && !name.strip().matches(".*[.?!]$|[\\d.,]+"));
    }

    private static Layout objects(String text, TextEncoding encoding, SourceFormat format) {
        boolean list = text.stripLeading().startsWith("[");
        Set<String> columns = new LinkedHashSet<>();
        boolean shaped = false;
        int seen = 0;
        try (var rows =
                Rows.objects(
                        new ByteArrayInputStream(
                                text.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                        java.nio.charset.StandardCharsets.UTF_8,
                        list)) {
            for (Rows.Raw row = rows.next(); row != null && seen < OBJECTS; row = rows.next()) {
                if (row.trouble() == null) {
                    shaped |= seen == 0 && Shapes.isShaped(row);
                    row.members().keySet().stream()
                            .limit(MOST_COLUMNS - (long) columns.size())
                            .forEach(columns::add);
                    seen++;
                }
            }
        } catch (IOException | ConversionException e) {
            // the beginning of a large file is cut off somewhere: what came before it counts
            return new Layout(
                    format, encoding, ',', '"', false, list, List.copyOf(columns), shaped);
        }
        return new Layout(format, encoding, ',', '"', false, list, List.copyOf(columns), shaped);
    }

    /// What somebody decided about a layout.
    ///
    /// @param delimiter 0 for a guess
    /// @param quote     0 for a guess
    public record Settings(
            @org.jspecify.annotations.Nullable TextEncoding encoding,
            char delimiter,
            char quote,
            @org.jspecify.annotations.Nullable Boolean header) {
        public static final Settings GUESS = new Settings(null, (char) 0, (char) 0, null);
    }
}
