package dev.afinador.trainer.tokenizer;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// How tokens of the vocabulary spell text: what `decoder` of `tokenizer.json` says, as bytes per token.
///
/// @param space what stands for a space, or null where tokens are spelled byte by byte
/// @param byteTokens whether tokens `<0x00>` to `<0xFF>` stand for bytes
/// @param leadingSpaces how many spaces at the very beginning of decoded text are not part of it
record Spelling(@Nullable String space, boolean byteTokens, int leadingSpaces) {

    static Spelling read(@Nullable JsonNode node, @Nullable JsonNode preTokenizer) {
        String type = node == null ? "" : node.path("type").asString("");
        return switch (type) {
            case "ByteLevel" -> new Spelling(null, false, 0);
            case "Metaspace" ->
                    new Spelling(
                            java.util.Objects.requireNonNull(node)
                                    .path("replacement")
                                    .asString("▁"),
                            false,
                            "never"
                                            .equals(
                                                    java.util.Objects.requireNonNull(node)
                                                            .path("prepend_scheme")
                                                            .asString(""))
                                    ? 0
                                    : 1);
            case "Sequence" ->
                    sequence(java.util.Objects.requireNonNull(node).path("decoders"), preTokenizer);
            default -> throw Patterns.unknown("decoder", type.isEmpty() ? "none" : type);
        };
    }

    private static Spelling sequence(JsonNode steps, @Nullable JsonNode preTokenizer) {
        String space = null;
        boolean byteTokens = false;
        int leading = 0;
        for (JsonNode step : steps) {
            String type = step.path("type").asString("");
            switch (type) {
                case "Replace" -> {
                    if (!" ".equals(step.path("content").asString(""))) {
                        throw Patterns.unknown("decoder Replace", step.toString());
                    }
                    space = step.path("pattern").path("String").asString("▁");
                }
                case "ByteFallback" -> byteTokens = true;
                case "Fuse" -> {}
                case "Strip" -> leading = step.path("start").asInt(0);
                case "ByteLevel", "Metaspace" -> {
                    return read(step, preTokenizer);
                }
                default -> throw Patterns.unknown("decoder", type);
            }
        }
        if (space == null) {
            throw Patterns.unknown("decoder", "Sequence without Replace or ByteLevel");
        }
        return new Spelling(space, byteTokens, leading);
    }

    byte[] bytes(String token) {
        String space = space();
        if (space == null) {
            return ByteChars.bytes(token);
        }
        if (byteTokens
                && token.length() == 6
                && token.startsWith("<0x")
                && token.charAt(5) == '>') {
            int high = Character.digit(token.charAt(3), 16);
            int low = Character.digit(token.charAt(4), 16);
            if (high >= 0 && low >= 0) {
                return new byte[] {(byte) (high * 16 + low)};
            }
        }
        return token.replace(space, " ").getBytes(StandardCharsets.UTF_8);
    }
}
