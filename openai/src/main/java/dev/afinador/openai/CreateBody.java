package dev.afinador.openai;

import dev.afinador.provider.CreateJobRequest;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/// The JSON of a create request.
final class CreateBody {

    /// Numbers as JSON writes them, short enough that nothing is lost or blown up.
    private static final String NUMBER =
            "-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,17})?([eE][+-]?[0-9]{1,2})?";

    private CreateBody() {}

    static String of(CreateJobRequest request, Vendor vendor) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.put("model", request.model());
        body.put("training_file", request.trainingFile());
        if (request.validationFile() != null) {
            body.put("validation_file", request.validationFile());
        }
        if (request.suffix() != null) {
            body.put("suffix", request.suffix());
        }
        if (request.seed() != null) {
            body.put("seed", request.seed());
        }
        vendor.putMethod(body, request);
        if (!request.metadata().isEmpty()) {
            ObjectNode metadata = body.putObject("metadata");
            new TreeMap<>(request.metadata()).forEach(metadata::put);
        }
        return body.toString();
    }

    /// `auto` and other words as text, numbers and truth values as such.
    static void putSettings(ObjectNode settings, Map<String, String> values) {
        new TreeMap<>(values)
                .forEach((name, value) -> {
                    String text = value.strip();
                    if (text.matches("-?(0|[1-9][0-9]{0,17})")) {
                        settings.put(name, Long.parseLong(text));
                    } else if (text.matches(NUMBER)) {
                        settings.put(name, new BigDecimal(text));
                    } else if ("true".equals(text) || "false".equals(text)) {
                        settings.put(name, Boolean.parseBoolean(text));
                    } else {
                        settings.put(name, text);
                    }
                });
    }
}
