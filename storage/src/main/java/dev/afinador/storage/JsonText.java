package dev.afinador.storage;

import dev.afinador.dataset.DatasetFinding;
import java.util.List;
import java.util.Map;
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
}
