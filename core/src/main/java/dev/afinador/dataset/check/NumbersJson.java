package dev.afinador.dataset.check;

import dev.afinador.dataset.check.FileReport.Bar;
import dev.afinador.dataset.check.FileReport.Numbers;
import dev.afinador.dataset.check.FileReport.Spread;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// The numbers of a report as JSON, as they are stored and sent. What a later version adds, an earlier one passes over; what
/// it does not find, it takes for 0.
public final class NumbersJson {

    private static final JsonFactory JSON = new JsonFactory();

    private NumbersJson() {}

    public static String write(Numbers numbers) {
        var text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            write(numbers, json);
        }
        return text.toString();
    }

    /// As one value into a document that somebody else writes.
    public static void write(Numbers numbers, JsonGenerator json) {
        json.writeStartObject();
        if (numbers.encoding() != null) {
            json.writeStringProperty("encoding", numbers.encoding());
        }
        byRole(json, "messages", numbers.messages());
        byRole(json, "tokens", numbers.tokens());
        json.writeNumberProperty("tool_tokens", numbers.toolTokens());
        json.writeNumberProperty("frame_tokens", numbers.frameTokens());
        json.writeNumberProperty("total_tokens", numbers.totalTokens());
        json.writeNumberProperty("tokens_per_epoch", numbers.tokensPerEpoch());
        json.writeNumberProperty("learned_tokens", numbers.learnedTokens());
        json.writeNumberProperty("over_limit", numbers.overLimit());
        json.writeNumberProperty("image_examples", numbers.imageExamples());
        json.writeNumberProperty("images", numbers.images());
        json.writeNumberProperty("distinct", numbers.distinct());
        spread(json, "tokens_per_example", numbers.tokensPerExample());
        spread(json, "answer_tokens", numbers.answerTokens());
        spread(json, "messages_per_example", numbers.messagesPerExample());
        json.writeNumberProperty("recommended_epochs", numbers.recommendedEpochs());
        json.writeEndObject();
    }

    private static void byRole(JsonGenerator json, String name, Map<Role, Long> values) {
        json.writeObjectPropertyStart(name);
        for (Role role : Role.values()) {
            Long value = values.get(role);
            if (value != null) {
                json.writeNumberProperty(role.word(), value);
            }
        }
        json.writeEndObject();
    }

    private static void spread(JsonGenerator json, String name, Spread spread) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("least", spread.least());
        json.writeNumberProperty("p5", spread.p5());
        json.writeNumberProperty("p25", spread.p25());
        json.writeNumberProperty("median", spread.median());
        json.writeNumberProperty("p75", spread.p75());
        json.writeNumberProperty("p95", spread.p95());
        json.writeNumberProperty("p99", spread.p99());
        json.writeNumberProperty("most", spread.most());
        json.writeNumberProperty("mean", spread.mean());
        json.writeArrayPropertyStart("bars");
        for (Bar bar : spread.bars()) {
            json.writeStartArray();
            json.writeNumber(bar.from());
            json.writeNumber(bar.to());
            json.writeNumber(bar.count());
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /// @throws IllegalArgumentException when it is something else
    public static Numbers read(String text) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            json.nextToken();
            if (!(value(json) instanceof Map<?, ?> map)) {
                throw new IllegalArgumentException("the numbers of a report are an object");
            }
            return numbers(map);
        }
    }

    private static Numbers numbers(Map<?, ?> map) {
        return new Numbers(
                map.get("encoding") instanceof String encoding ? encoding : null,
                byRole(map.get("messages")),
                byRole(map.get("tokens")),
                whole(map.get("tool_tokens")),
                whole(map.get("frame_tokens")),
                whole(map.get("total_tokens")),
                whole(map.get("tokens_per_epoch")),
                whole(map.get("learned_tokens")),
                whole(map.get("over_limit")),
                whole(map.get("image_examples")),
                whole(map.get("images")),
                whole(map.get("distinct")),
                spread(map.get("tokens_per_example")),
                spread(map.get("answer_tokens")),
                spread(map.get("messages_per_example")),
                small(map.get("recommended_epochs")));
    }

    private static Map<Role, Long> byRole(@Nullable Object value) {
        Map<Role, Long> values = new EnumMap<>(Role.class);
        if (value instanceof Map<?, ?> map) {
            for (Role role : Role.values()) {
                if (map.containsKey(role.word())) {
                    values.put(role, whole(map.get(role.word())));
                }
            }
        }
        return values;
    }

    private static Spread spread(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return Spread.NONE;
        }
        List<Bar> bars = new ArrayList<>();
        if (map.get("bars") instanceof List<?> list) {
            for (Object item : list) {
                if (item instanceof List<?> bar && bar.size() >= 3) {
                    bars.add(new Bar(whole(bar.get(0)), whole(bar.get(1)), whole(bar.get(2))));
                }
            }
        }
        return new Spread(
                small(map.get("least")),
                small(map.get("p5")),
                small(map.get("p25")),
                small(map.get("median")),
                small(map.get("p75")),
                small(map.get("p95")),
                small(map.get("p99")),
                small(map.get("most")),
                map.get("mean") instanceof Number mean ? mean.doubleValue() : 0,
                bars);
    }

    private static long whole(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }

    private static int small(@Nullable Object value) {
        return Math.toIntExact(whole(value));
    }

    /// Maps, lists, texts and numbers; everything else is null.
    private static @Nullable Object value(JsonParser json) {
        return switch (json.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = json.currentName();
                    json.nextToken();
                    map.put(name, value(json));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(json));
                }
                yield list;
            }
            case VALUE_STRING -> json.getString();
            case VALUE_NUMBER_INT -> json.getLongValue();
            case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
            case null, default -> null;
        };
    }
}
