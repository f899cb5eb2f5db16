package dev.afinador.dataset.cost;

import java.math.BigDecimal;
import java.time.LocalDate;

/// What a provider bills for training.
///
/// @param model      the base model; dated snapshots of it are covered
/// @param currency   three letters, e.g. `USD`
/// @param perMillion tokens; not negative
/// @param asOf       the day of the source
/// @param source     where it is published: an address or words
public record Price(
        String model, String currency, BigDecimal perMillion, LocalDate asOf, String source) {

    /// Exact.
    public BigDecimal of(long tokens) {
        return perMillion.multiply(BigDecimal.valueOf(tokens)).movePointLeft(6);
    }
}
