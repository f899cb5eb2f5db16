package dev.afinador.server.web.jobs;

/// The start form's fields as text, exactly as they came. Null is never in it: absent fields are empty.
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
}
