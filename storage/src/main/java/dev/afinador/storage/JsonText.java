package dev.afinador.storage;

import dev.afinador.dataset.DatasetFinding;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Maps and lists as the JSON text that columns hold.
final class JsonText {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};
    private static final TypeReference<Map<String, Double>> NUMBERS = new TypeReference<>() {};
    private static final TypeReference<List<String>> LIST = new TypeReference<>() {};
    private static final TypeReference<Map<String, Long>> COUNTS = new TypeReference<>() {};
    private static final TypeReference<List<Long>> LONGS = new TypeReference<>() {};
    private static final TypeReference<List<DatasetFinding>> FINDINGS = new TypeReference<>() {};

    private JsonText() {}

    static String of(Object mapOrList) {
        return MAPPER.writeValueAsString(mapOrList);
    }

    static Map<String, String> texts(String json) {
        return MAPPER.readValue(json, TEXTS);
    }

    static Map<String, Double> numbers(String json) {
        return MAPPER.readValue(json, NUMBERS);
    }

    static Map<String, Long> counts(String json) {
        return MAPPER.readValue(json, COUNTS);
    }

    static List<Long> longs(String json) {
        return MAPPER.readValue(json, LONGS);
    }

    static List<DatasetFinding> findings(String json) {
        return MAPPER.readValue(json, FINDINGS);
    }

    static List<String> list(String json) {
        return MAPPER.readValue(json, LIST);
    }

    /// What a finding tells beyond the columns of its table: the list of its values, or an object with its place in the line.
    static String details(DatasetFinding finding) {
        return finding.column() == 0 && finding.excerpt() == null
                ? of(finding.args())
                : of(new Details(finding.args(), finding.column(), finding.excerpt()));
    }

    static Details details(String json) {
        return json.startsWith("[")
                ? new Details(list(json), 0, null)
                : MAPPER.readValue(json, Details.class);
    }

    record Details(List<String> args, int column, DatasetFinding.@Nullable Excerpt excerpt) {}
}
