package dev.afinador.server.web.jobs;

import java.util.Map;

/// The start form's fields as text, as they came but for blanks around them. Absent fields are empty.
public record StartForm(
        String dataset,
        String validationDataset,
        String provider,
        String baseModel,
        String name,
        String suffix,
        String seed,
        String method,
        String nEpochs,
        String batchSize,
        String learningRateMultiplier,
        String beta) {

    public static StartForm empty() {
        return new StartForm(
                "", "", "", "", "", "", "", "supervised", "auto", "auto", "auto", "auto");
    }

    static StartForm of(Map<String, String> typed) {
        return new StartForm(
                text(typed, "dataset"),
                text(typed, "validationDataset"),
                text(typed, "provider"),
                text(typed, "baseModel"),
                text(typed, "name"),
                text(typed, "suffix"),
                text(typed, "seed"),
                text(typed, "method"),
                text(typed, "nEpochs"),
                text(typed, "batchSize"),
                text(typed, "learningRateMultiplier"),
                text(typed, "beta"));
    }

    private static String text(Map<String, String> typed, String name) {
        return typed.getOrDefault(name, "").strip();
    }

    StartForm withDataset(String id) {
        return new StartForm(
                id,
                validationDataset,
                provider,
                baseModel,
                name,
                suffix,
                seed,
                method,
                nEpochs,
                batchSize,
                learningRateMultiplier,
                beta);
    }

    StartForm withValidationDataset(String id) {
        return new StartForm(
                dataset,
                id,
                provider,
                baseModel,
                name,
                suffix,
                seed,
                method,
                nEpochs,
                batchSize,
                learningRateMultiplier,
                beta);
    }
}
