package dev.afinador.trainer.tokenizer;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;

/// Patterns of `tokenizer.json`, which are written for Oniguruma. The constructs that tokenizers use mean the same in Java once `\s`,
/// `\w` and letter case are those of Unicode.
final class Patterns {

    private Patterns() {}

    static Pattern read(JsonNode node, String where) {
        JsonNode literal = node.path("String");
        if (literal.isString()) {
            return Pattern.compile(Pattern.quote(literal.asString()));
        }
        JsonNode regex = node.path("Regex");
        if (!regex.isString()) {
            throw new TokenizerException(
                    "tokenizer.json: " + where + " has neither a string nor a regular expression");
        }
        return unicode(regex.asString(), where);
    }

    static Pattern unicode(String regex, String where) {
        try {
            return Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNICODE_CASE);
        } catch (PatternSyntaxException wrong) {
            throw new TokenizerException(
                    "tokenizer.json: "
                            + where
                            + " has a regular expression that cannot be read: "
                            + wrong.getDescription(),
                    wrong);
        }
    }

    static TokenizerException unknown(String part, String type) {
        return new TokenizerException(
                "tokenizer.json: this kind of " + part + " is not supported: \"" + type + "\"");
    }
}
