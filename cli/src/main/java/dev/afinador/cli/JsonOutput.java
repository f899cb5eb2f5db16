package dev.afinador.cli;

import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetText;
import dev.afinador.dataset.check.FileReport;
import dev.afinador.dataset.check.NumbersJson;
import dev.afinador.dataset.cost.TrainingPlan;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/// For programs: the words of the REST API, a list of files.
final class JsonOutput implements Output {

    private static final JsonFactory JSON =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

    @Override
    public void write(Run run, PrintWriter out) {
        DatasetText words = DatasetText.in(run.locale());
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeBooleanProperty("failed", run.failed());
            json.writeArrayPropertyStart("unreadable");
            for (String file : run.unreadable()) {
                json.writeString(file);
            }
            json.writeEndArray();
            json.writeArrayPropertyStart("files");
            for (CheckedFile file : run.files()) {
                file(file, run.quote(), words, json);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        out.println();
    }

    private static void file(CheckedFile file, Quote quote, DatasetText words, JsonGenerator json) {
        FileReport report = file.report();
        json.writeStartObject();
        json.writeStringProperty("file", file.name());
        json.writeStringProperty("role", file.role().name().toLowerCase(Locale.ROOT));
        json.writeStringProperty("kind", report.kind().name().toLowerCase(Locale.ROOT));
        json.writeNumberProperty("bytes", report.bytes());
        json.writeNumberProperty("lines", report.lines());
        json.writeNumberProperty("examples", report.examples());
        json.writeNumberProperty("errors", report.errors());
        json.writeNumberProperty("warnings", report.warnings());
        json.writeBooleanProperty("held", report.holds());
        json.writeObjectPropertyStart("rules");
        for (Map.Entry<String, Long> rule : report.counts().entrySet()) {
            json.writeNumberProperty(rule.getKey(), rule.getValue());
        }
        json.writeEndObject();
        json.writeArrayPropertyStart("findings");
        for (DatasetFinding finding : report.findings()) {
            finding(finding, words, json);
        }
        json.writeEndArray();
        json.writeName("numbers");
        NumbersJson.write(report.numbers(), json);
        quote.plan(file).ifPresent(plan -> plan(plan, quote, json));
        json.writeEndObject();
    }

    /// Amounts of money are texts: they are exact.
    private static void plan(TrainingPlan plan, Quote quote, JsonGenerator json) {
        json.writeObjectPropertyStart("plan");
        json.writeNumberProperty("epochs", plan.epochs());
        json.writeNumberProperty("tokens", plan.tokens());
        if (quote.tokensPerSecond() > 0) {
            json.writeNumberProperty("seconds", plan.time(quote.tokensPerSecond()).toSeconds());
        }
        quote.price()
                .ifPresent(price -> {
                    json.writeObjectPropertyStart("cost");
                    json.writeStringProperty("model", price.model());
                    json.writeStringProperty("currency", price.currency());
                    json.writeStringProperty("per_million", price.perMillion().toPlainString());
                    json.writeStringProperty("per_epoch", plan.costPerEpoch(price).toPlainString());
                    json.writeStringProperty("total", plan.cost(price).toPlainString());
                    json.writeStringProperty("as_of", price.asOf().toString());
                    json.writeStringProperty("source", price.source());
                    json.writeEndObject();
                });
        json.writeEndObject();
    }

    private static void finding(DatasetFinding finding, DatasetText words, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("rule", finding.rule());
        json.writeStringProperty("severity", finding.severity().name().toLowerCase(Locale.ROOT));
        json.writeNumberProperty("line", finding.line());
        if (finding.column() > 0) {
            json.writeNumberProperty("column", finding.column());
        }
        if (finding.path() != null) {
            json.writeStringProperty("path", finding.path());
        }
        if (finding.excerpt() != null) {
            json.writeStringProperty("excerpt", finding.excerpt().text());
        }
        json.writeStringProperty("message", words.title(finding));
        json.writeStringProperty("fix", words.fix(finding));
        json.writeEndObject();
    }
}
