package dev.afinador.server.web.apidocs;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Tells a schema of the OpenAPI document in the form of the JSON it stands for, with types where values would be.
final class Shapes {

    private static final String REFERENCE = "#/components/schemas/";
    private static final String INDENT = "  ";

    private final JsonNode schemas;

    Shapes(JsonNode document) {
        this.schemas = document.path("components").path("schemas");
    }

    /// E.g. `{ "step": integer }`, over several lines.
    String shape(JsonNode schema) {
        var out = new StringBuilder();
        write(schema, "", new HashSet<>(), out);
        return out.toString();
    }

    /// Something to start from when a body is typed: what the schema gives as an example, and what must be there.
    String example(JsonNode schema, JsonMapper json) {
        JsonNode real = resolve(schema);
        if (real.has("example")) {
            return json.writerWithDefaultPrettyPrinter().writeValueAsString(real.get("example"));
        }
        ObjectNode example = json.createObjectNode();
        Set<String> required = new HashSet<>();
        real.path("required").forEach(name -> required.add(name.asString()));
        for (Map.Entry<String, JsonNode> property : real.path("properties").properties()) {
            JsonNode given = property.getValue().path("example");
            if (!given.isMissingNode()) {
                example.set(property.getKey(), given);
            } else if (required.contains(property.getKey())) {
                example.put(property.getKey(), "");
            }
        }
        return json.writerWithDefaultPrettyPrinter().writeValueAsString(example);
    }

    private JsonNode resolve(JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        return reference.startsWith(REFERENCE)
                ? schemas.path(reference.substring(REFERENCE.length()))
                : schema;
    }

    private void write(JsonNode schema, String indent, Set<String> open, StringBuilder out) {
        String name = schema.path("$ref").asString("");
        JsonNode real = resolve(schema);
        if (!name.isEmpty() && !open.add(name)) {
            out.append("…"); // of its own kind
            return;
        }
        String type = type(real);
        if (type.equals("array")) {
            out.append("[");
            write(real.path("items"), indent, open, out);
            out.append("]");
        } else if (!real.path("properties").isEmpty()) {
            String inner = indent + INDENT;
            out.append("{\n");
            var fields = real.path("properties").properties().iterator();
            while (fields.hasNext()) {
                Map.Entry<String, JsonNode> field = fields.next();
                out.append(inner).append('"').append(field.getKey()).append("\": ");
                write(field.getValue(), inner, open, out);
                out.append(fields.hasNext() ? ",\n" : "\n");
            }
            out.append(indent).append("}");
        } else if (real.path("additionalProperties").isObject()
                && !real.path("additionalProperties").isEmpty()) {
            out.append("{ …: ");
            write(real.path("additionalProperties"), indent, open, out);
            out.append(" }");
        } else {
            out.append(word(real, type));
        }
        open.remove(name);
    }

    /// The type in a word; the values where they are few.
    static String word(JsonNode schema) {
        return word(schema, type(schema));
    }

    private static String word(JsonNode schema, String type) {
        if (schema.path("enum").isArray()) {
            List<String> values = new ArrayList<>();
            schema.path("enum").forEach(value -> values.add("\"" + value.asString() + "\""));
            return String.join(" | ", values);
        }
        String format = schema.path("format").asString("");
        return switch (format) {
            case "date-time", "date", "uri", "binary", "uuid" -> format;
            default -> type.isEmpty() ? "any" : type;
        };
    }

    /// OpenAPI 3.1 writes what may be null as a list of types.
    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (!type.isArray()) {
            return type.asString("");
        }
        for (JsonNode one : type) {
            if (!one.asString().equals("null")) {
                return one.asString();
            }
        }
        return "";
    }
}
