package dev.afinador.dataset.cost;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Prices as people keep them: a CSV file with the columns `model`, `currency`, `per_million`, `as_of` and `source`, in any
/// order, with comments after `#`.
///
/// @param prices one for each model
public record PriceList(List<Price> prices) {

    private static final List<String> COLUMNS =
            List.of("model", "currency", "per_million", "as_of", "source");

    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

    /// How snapshots are dated: `-0125`, `-2025-04-14`.
    private static final Pattern DATE = Pattern.compile("-(\\d{4}|\\d{4}-\\d{2}-\\d{2})");

    public PriceList {
        prices = List.copyOf(prices);
    }

    /// What vendors have published and the product knows of; few.
    public static PriceList shipped() {
        try (InputStream in =
                Objects.requireNonNull(PriceList.class.getResourceAsStream("prices.csv"))) {
            return read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (PriceListException e) {
            throw new IllegalStateException(e);
        }
    }

    /// @param in UTF-8, with or without a mark; not closed
    public static PriceList read(InputStream in) throws IOException, PriceListException {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return parse(text.startsWith("\uFEFF") ? text.substring(1) : text);
    }

    public static PriceList parse(String csv) throws PriceListException {
        List<Price> prices = new ArrayList<>();
        Set<String> models = new HashSet<>();
        try (CsvReader<NamedCsvRecord> rows =
                CsvReader.builder()
                        .commentStrategy(CommentStrategy.SKIP)
                        .skipEmptyLines(true)
                        .ofNamedCsvRecord(csv)) {
            for (NamedCsvRecord row : rows) {
                Price price = price(row);
                if (!models.add(price.model())) {
                    throw new PriceListException(
                            row.getStartingLineNumber(), "model_twice", price.model());
                }
                prices.add(price);
            }
        } catch (CsvParseException e) {
            throw new PriceListException(1, "not_csv", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a text is never unreadable
        }
        return new PriceList(prices);
    }

    private static Price price(NamedCsvRecord row) throws PriceListException {
        long line = row.getStartingLineNumber();
        for (String column : COLUMNS) {
            if (!row.getHeader().contains(column)) {
                throw new PriceListException(line, "column_missing", column);
            }
        }
        String model = field(row, "model").toLowerCase(Locale.ROOT);
        String currency = field(row, "currency");
        String source = field(row, "source");
        if (model.isEmpty()) {
            throw new PriceListException(line, "model_missing", "");
        }
        if (!CURRENCY.matcher(currency).matches()) {
            throw new PriceListException(line, "currency_bad", currency);
        }
        if (source.isEmpty()) {
            throw new PriceListException(line, "source_missing", model);
        }
        return new Price(model, currency, amount(row), date(row), source);
    }

    private static BigDecimal amount(NamedCsvRecord row) throws PriceListException {
        String text = field(row, "per_million");
        try {
            // a plain number: no exponents, whose digits could be without end
            if (text.length() <= 20 && !text.toLowerCase(Locale.ROOT).contains("e")) {
                BigDecimal amount = new BigDecimal(text);
                if (amount.signum() >= 0) {
                    return amount;
                }
            }
        } catch (NumberFormatException e) {
            // told below, as for the others
        }
        throw new PriceListException(row.getStartingLineNumber(), "amount_bad", text);
    }

    private static LocalDate date(NamedCsvRecord row) throws PriceListException {
        String text = field(row, "as_of");
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw new PriceListException(row.getStartingLineNumber(), "date_bad", text);
        }
    }

    private static String field(NamedCsvRecord row, String column) {
        return row.findField(column).orElse("").strip();
    }

    /// @param model a base model, dated or not
    public Optional<Price> find(String model) {
        String name = model.strip().toLowerCase(Locale.ROOT);
        Optional<Price> exact = prices.stream().filter(p -> p.model().equals(name)).findFirst();
        return exact.isPresent()
                ? exact
                : prices.stream().filter(p -> covers(p.model(), name)).findFirst();
    }

    private static boolean covers(String model, String name) {
        return name.startsWith(model) && DATE.matcher(name.substring(model.length())).matches();
    }
}
