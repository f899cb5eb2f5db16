package dev.afinador.server.web.apidocs;

import dev.afinador.server.web.shared.Words;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Puts the OpenAPI document into the order and the language of its reader. What no bundle has words for is shown as the
/// document has it, marked as English.
final class ApiDocument {

    private static final List<String> ORDER =
            List.of(
                    "jobs",
                    "datasets",
                    "conversations",
                    "models",
                    "providers",
                    "access",
                    "webhooks");
    private static final List<String> METHODS = List.of("get", "post", "put", "patch", "delete");
    private static final String FILE = "multipart/form-data";

    private final JsonMapper json;
    private final JsonNode document;
    private final Shapes shapes;
    private final String base;
    private final Words words;
    private final boolean english;

    ApiDocument(JsonMapper json, JsonNode document, String base, Words words) {
        this.json = json;
        this.document = document;
        this.shapes = new Shapes(document);
        this.base = base;
        this.words = words;
        this.english = words.locale().getLanguage().equals(Locale.ENGLISH.getLanguage());
    }

    ApiView view() {
        Map<String, List<ApiView.Operation>> byGroup = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            for (String method : METHODS) {
                JsonNode operation = path.getValue().path(method);
                if (operation.isObject()) {
                    byGroup.computeIfAbsent(
                                    operation.path("tags").path(0).asString("webhooks"),
                                    tag -> new ArrayList<>())
                            .add(operation(method, path.getKey(), operation));
                }
            }
        }
        return new ApiView(
                command("get", "/api/v1/ai/training/fine-tuning/jobs", null),
                byGroup.entrySet().stream()
                        .sorted(Comparator.comparingInt(group -> place(group.getKey())))
                        .map(group -> group(group.getKey(), group.getValue()))
                        .toList());
    }

    private static int place(String group) {
        int at = ORDER.indexOf(group);
        return at < 0 ? ORDER.size() : at;
    }

    private ApiView.Group group(String tag, List<ApiView.Operation> operations) {
        String described = tag;
        for (JsonNode known : document.path("tags")) {
            if (known.path("name").asString("").equals(tag)) {
                described = known.path("description").asString(tag);
            }
        }
        return new ApiView.Group(
                "group-" + tag,
                text("api.group." + tag, described),
                operations.stream()
                        .sorted(
                                Comparator.comparing(ApiView.Operation::path)
                                        .thenComparing(o -> METHODS.indexOf(o.method())))
                        .toList());
    }

    private ApiView.Operation operation(String method, String path, JsonNode operation) {
        String key = key(method, path);
        String described = operation.path("description").asString("");
        ApiView.Body body = body(operation);
        return new ApiView.Operation(
                key.replace("api.op.", "").replace('.', '-'),
                method,
                path,
                text(key, operation.path("summary").asString(method.toUpperCase(Locale.ROOT))),
                described.isEmpty() ? null : text(key + ".text", described),
                parameters(operation),
                body,
                answers(operation),
                command(method, path, body),
                method.equals("delete"));
    }

    /// `api.op.get.jobs.id.events` stands for `GET /api/v1/ai/training/fine-tuning/jobs/{id}/events`.
    static String key(String method, String path) {
        return "api.op."
                + method
                + path.replaceFirst("^/api/v1/(ai/)?(training/)?(fine-tuning/)?", ".")
                        .replace('/', '.')
                        .replaceAll("[{}]", "")
                        .toLowerCase(Locale.ROOT);
    }

    private ApiView.Text text(String key, String otherwise) {
        return words.knows(key)
                ? new ApiView.Text(words.say(key), false)
                : new ApiView.Text(otherwise, !english);
    }

    private List<ApiView.Parameter> parameters(JsonNode operation) {
        List<ApiView.Parameter> parameters = new ArrayList<>();
        for (JsonNode parameter : operation.path("parameters")) {
            String name = parameter.path("name").asString("");
            String described = parameter.path("description").asString("");
            String key = "api.param." + name.toLowerCase(Locale.ROOT);
            JsonNode schema = parameter.path("schema");
            parameters.add(
                    new ApiView.Parameter(
                            name,
                            parameter.path("in").asString("query"),
                            parameter.path("required").asBoolean(false),
                            Shapes.word(schema),
                            described.isEmpty() && !words.knows(key) ? null : text(key, described),
                            schema.has("default") ? schema.path("default").asString() : null));
        }
        return parameters;
    }

    private ApiView.@Nullable Body body(JsonNode operation) {
        for (Map.Entry<String, JsonNode> content :
                operation.path("requestBody").path("content").properties()) {
            JsonNode schema = content.getValue().path("schema");
            if (content.getKey().equals(FILE)) {
                String field =
                        schema.path("properties").properties().stream()
                                .filter(p -> Shapes.word(p.getValue()).equals("binary"))
                                .map(Map.Entry::getKey)
                                .findFirst()
                                .orElse("file");
                return new ApiView.Body(FILE, field, null, "");
            }
            JsonNode example = content.getValue().path("example");
            return new ApiView.Body(
                    content.getKey(),
                    null,
                    schema.isEmpty() ? null : shapes.shape(schema),
                    example.isMissingNode()
                            ? shapes.example(schema, json)
                            : json.writerWithDefaultPrettyPrinter().writeValueAsString(example));
        }
        return null;
    }

    private List<ApiView.Answer> answers(JsonNode operation) {
        List<ApiView.Answer> answers = new ArrayList<>();
        for (Map.Entry<String, JsonNode> answer : operation.path("responses").properties()) {
            JsonNode content = answer.getValue().path("content");
            JsonNode schema = content.path("application/json").path("schema");
            answers.add(
                    new ApiView.Answer(
                            answer.getKey(),
                            String.join(
                                    ", ",
                                    content.properties().stream().map(Map.Entry::getKey).toList()),
                            schema.isEmpty() ? null : shapes.shape(schema)));
        }
        return answers;
    }

    private String command(String method, String path, ApiView.@Nullable Body body) {
        var command = new StringBuilder("curl");
        if (!method.equals("get")) {
            command.append(" -X ").append(method.toUpperCase(Locale.ROOT));
        }
        command.append(" -H \"Authorization: Bearer $AFINADOR_TOKEN\"");
        if (body != null && body.file() != null) {
            command.append(" -F ").append(body.file()).append("=@data.jsonl");
        } else if (body != null) {
            command.append(" --json '").append(body.example().replaceAll("\\s+", " ")).append("'");
        }
        return command.append(" '").append(base).append(path).append("'").toString();
    }
}
