package dev.afinador.cli;

import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetFinding.Severity;
import dev.afinador.dataset.DatasetText;
import dev.afinador.dataset.TrainingFileRule;
import dev.afinador.text.Messages;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/// SARIF 2.1.0, which code hosts show beside the file:
/// https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html
final class SarifOutput implements Output {

    private static final JsonFactory JSON =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

    @Override
    public void write(Run run, PrintWriter out) {
        DatasetText words = DatasetText.in(run.locale());
        Messages messages = Messages.of(SarifOutput.class, run.locale());
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
            json.writeStringProperty("version", "2.1.0");
            json.writeArrayPropertyStart("runs");
            json.writeStartObject();
            Map<String, Integer> rules = tool(run, words, json);
            json.writeArrayPropertyStart("invocations");
            json.writeStartObject();
            json.writeBooleanProperty("executionSuccessful", run.unreadable().isEmpty());
            json.writeArrayPropertyStart("toolExecutionNotifications");
            for (String file : run.unreadable()) {
                json.writeStartObject();
                json.writeStringProperty("level", "error");
                text(json, "message", messages.text("file.unread", file));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndArray();
            // columns of findings count characters, not UTF-16 units
            json.writeStringProperty("columnKind", "unicodeCodePoints");
            json.writeArrayPropertyStart("results");
            for (CheckedFile file : run.files()) {
                for (DatasetFinding finding : file.report().findings()) {
                    result(file, finding, rules, words, json);
                }
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
        }
        out.println();
    }

    /// @return the index of each rule that has findings
    private static Map<String, Integer> tool(Run run, DatasetText words, JsonGenerator json) {
        json.writeObjectPropertyStart("tool");
        json.writeObjectPropertyStart("driver");
        json.writeStringProperty("name", "Afinador");
        String version = Output.version();
        if (version != null) {
            json.writeStringProperty("semanticVersion", version);
        }
        json.writeStringProperty("language", run.locale().getLanguage());
        Map<String, Integer> index = new LinkedHashMap<>();
        json.writeArrayPropertyStart("rules");
        for (TrainingFileRule rule : found(run)) {
            index.put(rule.id(), index.size());
            json.writeStartObject();
            json.writeStringProperty("id", rule.id());
            text(json, "shortDescription", words.title(rule));
            text(json, "help", words.fix(rule));
            json.writeObjectPropertyStart("defaultConfiguration");
            json.writeStringProperty("level", level(rule.severity()));
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
        return index;
    }

    private static List<TrainingFileRule> found(Run run) {
        List<TrainingFileRule> found = new ArrayList<>();
        for (TrainingFileRule rule : TrainingFileRule.values()) {
            if (run.files().stream().anyMatch(f -> f.report().counts().containsKey(rule.id()))) {
                found.add(rule);
            }
        }
        return found;
    }

    private static void result(
            CheckedFile file,
            DatasetFinding finding,
            Map<String, Integer> rules,
            DatasetText words,
            JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("ruleId", finding.rule());
        Integer index = rules.get(finding.rule());
        if (index != null) {
            json.writeNumberProperty("ruleIndex", index);
        }
        json.writeStringProperty("level", level(finding.severity()));
        text(json, "message", words.title(finding) + "\n" + words.fix(finding));
        json.writeArrayPropertyStart("locations");
        json.writeStartObject();
        json.writeObjectPropertyStart("physicalLocation");
        json.writeObjectPropertyStart("artifactLocation");
        json.writeStringProperty("uri", uri(file.name()));
        json.writeEndObject();
        if (finding.line() > 0) {
            json.writeObjectPropertyStart("region");
            json.writeNumberProperty("startLine", finding.line());
            if (finding.column() > 0) {
                json.writeNumberProperty("startColumn", finding.column());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
        if (finding.path() != null) {
            json.writeArrayPropertyStart("logicalLocations");
            json.writeStartObject();
            json.writeStringProperty("fullyQualifiedName", finding.path());
            json.writeEndObject();
            json.writeEndArray();
        }
        json.writeEndObject();
        json.writeEndArray();
        json.writeEndObject();
    }

    private static String level(Severity severity) {
        return severity.name().toLowerCase(Locale.ROOT);
    }

    private static void text(JsonGenerator json, String name, String text) {
        json.writeObjectPropertyStart(name);
        json.writeStringProperty("text", text);
        json.writeEndObject();
    }

    /// Relative to where the program was started, or absolute, as the file was named.
    static String uri(String name) {
        if (name.equals("-")) {
            return "stdin";
        }
        Path path = Path.of(name);
        if (path.isAbsolute()) {
            return path.toUri().toString();
        }
        try {
            return new URI(null, null, name.replace(path.getFileSystem().getSeparator(), "/"), null)
                    .toASCIIString();
        } catch (URISyntaxException e) {
            return path.toUri().toString();
        }
    }
}
