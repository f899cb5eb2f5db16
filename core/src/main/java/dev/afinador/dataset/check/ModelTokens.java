package dev.afinador.dataset.check;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.afinador.dataset.tokens.OpenAiEncoding;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/// How a model reads training examples, as far as a published source tells; the sources are in `models.csv`.
///
/// @param model    the name that was asked for, without what a fine-tuned model's name adds
/// @param encoding how it cuts texts
/// @param tokens   of one example that it reads; 0 when no source tells
/// @param source   where it is published
public record ModelTokens(String model, OpenAiEncoding encoding, int tokens, URI source) {

    /// @param model a base model, or a fine-tuned one such as `ft:gpt-4o-mini-2024-07-18:org::id`
    /// @return empty for models that nothing is known of
    public static Optional<ModelTokens> of(String model) {
        String base = base(model);
        Row best = null;
        for (Row row : Shipped.ROWS) {
            if (row.covers(base) && (best == null || row.name.length() > best.name.length())) {
                best = row;
            }
        }
        return Optional.ofNullable(best)
                .map(row -> new ModelTokens(base, row.encoding, row.tokens, row.source));
    }

    /// The base model of a fine-tuned model's name, in small letters; a base model's name as it is.
    ///
    /// OpenAI writes `ft:base:organization:suffix:id`, Azure `base.ft-id`.
    public static String base(String model) {
        String name = model.strip().toLowerCase(Locale.ROOT);
        if (name.startsWith("ft:")) {
            int end = name.indexOf(':', 3);
            name = end < 0 ? name.substring(3) : name.substring(3, end);
        }
        int azure = name.indexOf(".ft-");
        return azure < 0 ? name : name.substring(0, azure);
    }

    private record Row(String name, boolean open, OpenAiEncoding encoding, int tokens, URI source) {

        static Row of(NamedCsvRecord cells) {
            String name = cells.getField("model");
            String tokens = cells.getField("tokens");
            return new Row(
                    name.replace("*", ""),
                    name.endsWith("*"),
                    OpenAiEncoding.valueOf(cells.getField("encoding").toUpperCase(Locale.ROOT)),
                    tokens.isEmpty() ? 0 : Integer.parseInt(tokens),
                    URI.create(cells.getField("source")));
        }

        boolean covers(String model) {
            return model.startsWith(name)
                    && (open
                            || model.length() == name.length()
                            || model.charAt(name.length()) == '-');
        }
    }

    /// Read once, when somebody first asks.
    private static final class Shipped {
        static final List<Row> ROWS = read();

        private static List<Row> read() {
            try (InputStream in =
                            Objects.requireNonNull(
                                    ModelTokens.class.getResourceAsStream("models.csv"));
                    CsvReader<NamedCsvRecord> rows =
                            CsvReader.builder()
                                    .commentStrategy(CommentStrategy.SKIP)
                                    .ofNamedCsvRecord(in)) {
                return rows.stream().map(Row::of).toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
