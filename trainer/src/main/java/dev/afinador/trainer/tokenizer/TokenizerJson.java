package dev.afinador.trainer.tokenizer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The parts of a `tokenizer.json`. Vocabulary and merges, which are most of it, are read as a stream.
final class TokenizerJson {

    @Nullable JsonNode normalizer;
    @Nullable JsonNode preTokenizer;
    @Nullable JsonNode decoder;
    final Map<String, Integer> vocabulary = new HashMap<>();
    final List<AddedTokens.Added> added = new ArrayList<>();

    /// control tokens that stand before and after a single text
    int[] before = new int[0];

    int[] after = new int[0];

    private final List<String[]> merges = new ArrayList<>();
    private final Map<String, JsonNode> model = new HashMap<>();

    private TokenizerJson() {}

    static TokenizerJson read(Path file) throws IOException {
        var json = new TokenizerJson();
        try (InputStream in = Files.newInputStream(file);
                JsonParser parser = JsonMapper.shared().createParser(in)) {
            json.readAll(parser);
        } catch (JacksonException broken) {
            throw new TokenizerException(
                    "tokenizer.json is no JSON of a tokenizer: " + broken.getOriginalMessage(),
                    broken);
        }
        json.check();
        return json;
    }

    private void readAll(JsonParser parser) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new TokenizerException("tokenizer.json is no JSON object");
        }
        JsonNode postProcessor = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "model" -> readModel(parser);
                case "normalizer" -> normalizer = parser.readValueAsTree();
                case "pre_tokenizer" -> preTokenizer = parser.readValueAsTree();
                case "decoder" -> decoder = parser.readValueAsTree();
                case "post_processor" -> postProcessor = parser.readValueAsTree();
                case "added_tokens" -> {
                    JsonNode tokens = parser.readValueAsTree();
                    tokens.forEach(this::readAdded);
                }
                default -> parser.skipChildren();
            }
        }
        if (postProcessor != null) {
            readPostProcessor(postProcessor);
        }
    }

    private void readModel(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new TokenizerException("tokenizer.json has no \"model\"");
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("vocab") && value == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    String token = parser.currentName();
                    parser.nextToken();
                    vocabulary.put(token, parser.getIntValue());
                }
            } else if (name.equals("merges") && value == JsonToken.START_ARRAY) {
                readMerges(parser);
            } else {
                if (name.equals("vocab")) {
                    // a list of pairs with scores: the Unigram kind, refused by its type below
                    parser.skipChildren();
                } else {
                    model.put(name, parser.readValueAsTree());
                }
            }
        }
    }

    private void readMerges(JsonParser parser) {
        while (true) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.END_ARRAY) {
                return;
            }
            if (token == JsonToken.START_ARRAY) {
                parser.nextToken();
                String left = parser.getString();
                parser.nextToken();
                merges.add(new String[] {left, parser.getString()});
                parser.nextToken();
            } else {
                String pair = parser.getString();
                int space = pair.indexOf(' ');
                if (space < 0) {
                    throw new TokenizerException(
                            "tokenizer.json: merge " + merges.size() + " is no pair");
                }
                merges.add(new String[] {pair.substring(0, space), pair.substring(space + 1)});
            }
        }
    }

    private void readAdded(JsonNode token) {
        added.add(
                new AddedTokens.Added(
                        token.path("id").asInt(),
                        token.path("content").asString(""),
                        token.path("single_word").asBoolean(false),
                        token.path("lstrip").asBoolean(false),
                        token.path("rstrip").asBoolean(false),
                        token.path("normalized").asBoolean(true),
                        token.path("special").asBoolean(false)));
    }

    private void readPostProcessor(JsonNode node) {
        String type = node.path("type").asString("");
        switch (type) {
            case "" -> {}
            case "ByteLevel" -> {}
            case "Sequence" -> node.path("processors").forEach(this::readPostProcessor);
            case "TemplateProcessing" -> {
                var ids = new IntList();
                for (JsonNode part : node.path("single")) {
                    if (part.has("Sequence")) {
                        before = ids.toArray();
                        ids = new IntList();
                    } else {
                        String name = part.path("SpecialToken").path("id").asString("");
                        for (JsonNode id : node.path("special_tokens").path(name).path("ids")) {
                            ids.add(id.asInt());
                        }
                    }
                }
                after = ids.toArray();
            }
            default -> throw Patterns.unknown("post_processor", type);
        }
    }

    private void check() {
        String type =
                model.containsKey("type")
                        ? java.util.Objects.requireNonNull(model.get("type")).asString("")
                        : merges.isEmpty() ? "" : "BPE";
        if (!type.equals("BPE")) {
            throw Patterns.unknown("model", type);
        }
        if (vocabulary.isEmpty()) {
            throw new TokenizerException("tokenizer.json has no vocabulary");
        }
        for (String affix : new String[] {"continuing_subword_prefix", "end_of_word_suffix"}) {
            JsonNode value = model.get(affix);
            if (value != null && !value.asString("").isEmpty()) {
                throw Patterns.unknown("model", "BPE with " + affix);
            }
        }
    }

    Bpe bpe() {
        JsonNode unknown = model.get("unk_token");
        int unknownId =
                unknown == null || !unknown.isString()
                        ? -1
                        : idsByContent().getOrDefault(unknown.asString(), -1);
        return new Bpe(
                vocabulary,
                merges,
                unknownId,
                flag("fuse_unk"),
                flag("byte_fallback"),
                flag("ignore_merges"));
    }

    private boolean flag(String name) {
        JsonNode value = model.get(name);
        return value != null && value.asBoolean(false);
    }

    Map<String, Integer> idsByContent() {
        var ids = new HashMap<>(vocabulary);
        added.forEach(token -> ids.put(token.content(), token.id()));
        return ids;
    }
}
