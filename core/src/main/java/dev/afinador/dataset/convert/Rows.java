package dev.afinador.dataset.convert;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.afinador.dataset.LineReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/// The rows of a source one after the other: records of a table, elements of a list, or objects on lines.
abstract class Rows implements AutoCloseable {

    static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    /// One row.
    ///
    /// @param line    1-based, where it begins in the file
    /// @param values  of a table's record
    /// @param members of an object: texts as they are, everything else as compact JSON; null members are absent
    /// @param json    the object as compact JSON; empty for a table's record
    /// @param trouble code of what is wrong with the row as a whole
    record Raw(
            long line,
            List<String> values,
            Map<String, String> members,
            byte[] json,
            @Nullable String trouble) {
        @Override
        public String toString() {
            return "row at line " + line;
        }
    }

    /// @return null at the end
    /// @throws ConversionException when it cannot be read on from here
    abstract @Nullable Raw next() throws IOException;

    @Override
    public abstract void close() throws IOException;

    static Rows table(Reader reader, char delimiter, char quote) {
        return new Table(reader, delimiter, quote);
    }

    static Rows objects(InputStream in, Charset charset, boolean list) throws IOException {
        return list
                ? new Elements(new InputStreamReader(in, charset))
                : new ObjectLines(in, charset);
    }

    private static final class Table extends Rows {
        private final CsvReader<CsvRecord> reader;
        private final Iterator<CsvRecord> records;
        private long line;

        Table(Reader reader, char delimiter, char quote) {
            this.reader =
                    CsvReader.builder()
                            .fieldSeparator(delimiter)
                            .quoteCharacter(quote)
                            .allowExtraFields(true)
                            .allowMissingFields(true)
                            .maxBufferSize(64 << 20)
                            .ofCsvRecord(reader);
            this.records = this.reader.iterator();
        }

        @Override
        @Nullable Raw next() {
            try {
                if (!records.hasNext()) {
                    return null;
                }
                CsvRecord row = records.next();
                line = row.getStartingLineNumber();
                return new Raw(line, row.getFields(), Map.of(), new byte[0], null);
            } catch (CsvParseException | java.io.UncheckedIOException e) {
                throw new ConversionException("convert_table_broken", line + 1);
            }
        }

        @Override
        public void close() throws IOException {
            reader.close();
        }
    }

    /// The elements of one JSON list.
    private static final class Elements extends Rows {
        private final JsonParser parser;
        private boolean begun;

        Elements(Reader reader) {
            this.parser = JSON.createParser(ObjectReadContext.empty(), reader);
        }

        @Override
        @Nullable Raw next() {
            try {
                if (!begun) {
                    begun = true;
                    if (parser.nextToken() != JsonToken.START_ARRAY) {
                        throw new ConversionException("convert_no_list");
                    }
                }
                JsonToken token = parser.nextToken();
                if (token == null || token == JsonToken.END_ARRAY) {
                    return null;
                }
                long line = parser.currentTokenLocation().getLineNr();
                if (token != JsonToken.START_OBJECT) {
                    parser.skipChildren();
                    return new Raw(line, List.of(), Map.of(), new byte[0], "row_not_an_object");
                }
                byte[] json = copy(parser);
                return new Raw(line, List.of(), members(json), json, null);
            } catch (StreamConstraintsException e) {
                throw new ConversionException("convert_json_too_deep");
            } catch (JacksonException e) {
                var at = e.getLocation();
                throw new ConversionException(
                        "convert_json_broken",
                        at == null ? 0 : at.getLineNr(),
                        at == null ? 0 : at.getColumnNr());
            }
        }

        @Override
        public void close() {
            parser.close();
        }
    }

    /// An object per line.
    private static final class ObjectLines extends Rows {
        private final InputStream in;
        private final LineReader lines;
        private final Charset charset;

        ObjectLines(InputStream in, Charset charset) {
            // UTF-16 has line feeds of two bytes; its lines are cut after it is UTF-8
            boolean wide =
                    !charset.newEncoder().canEncode('\n') || "\n".getBytes(charset).length > 1;
            this.charset = wide ? StandardCharsets.UTF_8 : charset;
            this.in = wide ? new dev.afinador.dataset.Utf8Stream(in, charset) : in;
            this.lines = new LineReader(this.in);
        }

        @Override
        @Nullable Raw next() throws IOException {
            while (lines.next()) {
                String text = new String(lines.bytes(), 0, lines.length(), charset).strip();
                if (text.isEmpty()) {
                    continue;
                }
                if (lines.tooLong()) {
                    return trouble("row_too_long");
                }
                try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
                    if (parser.nextToken() != JsonToken.START_OBJECT) {
                        return trouble("row_not_an_object");
                    }
                    byte[] json = copy(parser);
                    return parser.nextToken() == null
                            ? new Raw(lines.number(), List.of(), members(json), json, null)
                            : trouble("row_json_broken");
                } catch (JacksonException e) {
                    return trouble("row_json_broken");
                }
            }
            return null;
        }

        private Raw trouble(String code) {
            return new Raw(lines.number(), List.of(), Map.of(), new byte[0], code);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /// The structure at hand as compact JSON; numbers keep their value.
    private static byte[] copy(JsonParser parser) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            generator.copyCurrentStructureExact(parser);
        }
        return out.toByteArray();
    }

    static Map<String, String> members(byte[] json) {
        Map<String, String> members = new LinkedHashMap<>();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String key = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (value) {
                    case VALUE_STRING -> members.put(key, parser.getString());
                    case VALUE_NULL -> {}
                    case START_OBJECT, START_ARRAY ->
                            members.put(key, new String(copy(parser), StandardCharsets.UTF_8));
                    default -> members.put(key, parser.getString());
                }
            }
        }
        return members;
    }
}
