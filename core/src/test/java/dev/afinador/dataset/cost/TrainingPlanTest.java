package dev.afinador.dataset.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.afinador.dataset.DatasetText;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingPlanTest {

    private static final String HEADER = "model,currency,per_million,as_of,source\n";

    /// The cookbook's own rule, worked out by hand at its edges.
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 25",
        "3, 25",
        "4, 25",
        "5, 20",
        "10, 10",
        "33, 3",
        "34, 3",
        "100, 3",
        "8333, 3",
        "8334, 2",
        "12500, 2",
        "12501, 1",
        "25000, 1",
        "1000000, 1"
    })
    void epochs_are_those_of_the_cookbook(long examples, int epochs) {
        assertThat(TrainingPlan.recommendedEpochs(examples)).isEqualTo(epochs);
    }

    @Test
    void money_is_exact_and_time_is_never_too_short() throws PriceListException {
        Price price = PriceList.parse(HEADER + "m,USD,0.1,2026-01-01,x\n").find("m").orElseThrow();
        var plan = new TrainingPlan(123_457, 3);
        assertThat(plan.tokens()).isEqualTo(370_371);
        assertThat(plan.costPerEpoch(price)).isEqualByComparingTo("0.0123457");
        assertThat(plan.cost(price)).isEqualByComparingTo("0.0370371");
        assertThat(plan.time(1_000)).isEqualTo(Duration.ofSeconds(371));
        assertThatThrownBy(() -> plan.time(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> plan.time(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_price_covers_dated_snapshots_and_no_other_models() throws PriceListException {
        PriceList list =
                PriceList.parse(
                        "# ours\nsource,as_of,per_million,currency,model\n"
                                + "\"factura, p. 2\",2026-03-01,3.00,EUR,GPT-4o-mini\n"
                                + "https://example.com,2026-03-01,25,USD,gpt-4o\n"
                                + "https://example.com,2026-03-01,20,USD,gpt-4o-2024-08-06\n");
        assertThat(list.find("gpt-4o-mini-2024-07-18"))
                .hasValue(
                        new Price(
                                "gpt-4o-mini",
                                "EUR",
                                new BigDecimal("3.00"),
                                LocalDate.of(2026, 3, 1),
                                "factura, p. 2"));
        assertThat(list.find("gpt-4o-2024-08-06").orElseThrow().perMillion())
                .isEqualByComparingTo("20");
        assertThat(list.find("gpt-4o-2024-11-20").orElseThrow().perMillion())
                .isEqualByComparingTo("25");
        assertThat(list.find("gpt-4o-audio")).isEmpty();
        assertThat(list.find("gpt-4")).isEmpty();
    }

    @Test
    void every_shipped_price_has_a_date_and_an_address() {
        assertThat(PriceList.shipped().prices())
                .isNotEmpty()
                .allSatisfy(price -> assertThat(price.source()).startsWith("https://"))
                .allSatisfy(price -> assertThat(price.asOf()).isAfter("2023-01-01"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "m,USD,3,2026-01-01,x         | 0 | ''",
                "model,price;m,3              | 2 | column_missing",
                "HEADER;,USD,3,2026-01-01,x   | 2 | model_missing",
                "HEADER;m,usd,3,2026-01-01,x  | 2 | currency_bad",
                "HEADER;m,USD,'3,00',2026-01-01,x | 2 | amount_bad",
                "HEADER;m,USD,-3,2026-01-01,x | 2 | amount_bad",
                "HEADER;m,USD,1e9,2026-01-01,x | 2 | amount_bad",
                "HEADER;m,USD,,2026-01-01,x   | 2 | amount_bad",
                "HEADER;m,USD,3,1.1.2026,x    | 2 | date_bad",
                "HEADER;m,USD,3,2026-01-01,   | 2 | source_missing",
                "HEADER;m,USD,3,2026-01-01,x;M,USD,4,2026-01-01,x | 3 | model_twice",
                "model,model;m,m              | 1 | not_csv"
            })
    void a_wrong_list_is_told_with_line_and_code(String list, long line, String code)
            throws PriceListException {
        String csv =
                list.replace("HEADER", HEADER.strip()).replace(';', '\n').replace('\'', '"') + "\n";
        if (code.isEmpty()) {
            assertThat(PriceList.parse(csv).prices()).as("a header alone").isEmpty();
            return;
        }
        PriceListException e =
                catchThrowableOfType(PriceListException.class, () -> PriceList.parse(csv));
        assertThat(e).as(csv).isNotNull();
        assertThat(e.code()).isEqualTo(code);
        assertThat(e.line()).isEqualTo(line);
        for (Locale locale : new Locale[] {Locale.ENGLISH, Locale.of("es")}) {
            assertThat(DatasetText.in(locale).problem(e)).isNotBlank().doesNotContain("{");
        }
    }
}
