package dev.afinador.trainer.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The roles that tokens have in a model's own files.
///
/// @param variables texts of the tokens by their names (`bos_token` …)
/// @param ids ids of these texts
/// @param stopIds where an answer is over: `eos_token_id` of `generation_config.json` and `config.json`, and `eos_token`
record SpecialTokens(
        Map<String, String> variables, Map<String, Integer> ids, Set<Integer> stopIds) {

    private static final String[] NAMES = {"bos_token", "eos_token", "unk_token", "pad_token"};

    static SpecialTokens read(Path folder, Map<String, Integer> idsByContent) throws IOException {
        JsonNode config = json(folder.resolve("tokenizer_config.json"));
        JsonNode map = json(folder.resolve("special_tokens_map.json"));
        var variables = new LinkedHashMap<String, String>();
        for (String name : NAMES) {
            String text = text(config.path(name));
            if (text == null) {
                text = text(map.path(name));
            }
            if (text != null) {
                variables.put(name, text);
            }
        }
        var stops = new TreeSet<Integer>();
        addIds(json(folder.resolve("generation_config.json")).path("eos_token_id"), stops);
        addIds(json(folder.resolve("config.json")).path("eos_token_id"), stops);
        Integer eos = idsByContent.get(variables.getOrDefault("eos_token", ""));
        if (eos != null) {
            stops.add(eos);
        }
        return new SpecialTokens(Map.copyOf(variables), idsByContent, java.util.Set.copyOf(stops));
    }

    @Nullable String bos() {
        return variables.get("bos_token");
    }

    @Nullable String eos() {
        return variables.get("eos_token");
    }

    @Nullable String pad() {
        return variables.get("pad_token");
    }

    OptionalInt id(@Nullable String content) {
        Integer id = content == null ? null : ids.get(content);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    private static void addIds(JsonNode node, Set<Integer> ids) {
        if (node.isInt()) {
            ids.add(node.asInt());
        }
        node.valueStream().filter(JsonNode::isInt).forEach(id -> ids.add(id.asInt()));
    }

    private static @Nullable String text(JsonNode node) {
        JsonNode content = node.isObject() ? node.path("content") : node;
        return content.isString() ? content.asString() : null;
    }

    private static JsonNode json(Path file) throws IOException {
        if (!Files.exists(file)) {
            return JsonMapper.shared().createObjectNode();
        }
        try {
            return JsonMapper.shared().readTree(Files.readString(file));
        } catch (JacksonException broken) {
            throw new TokenizerException(
                    file.getFileName() + " is no JSON: " + broken.getOriginalMessage(), broken);
        }
    }
}
