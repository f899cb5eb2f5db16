package dev.afinador.trainer.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Cuts normalized text into the words within which pairs are joined.
sealed interface PreTokenizer {

    /// Where a piece of text stands, which decides what may be put before it.
    enum Place {
        /// the very beginning of what is encoded
        TEXT_START,
        /// right after a special token
        SEGMENT_START,
        /// the text goes on
        INSIDE
    }

    void split(String text, Place place, Consumer<String> words);

    static PreTokenizer read(@Nullable JsonNode node) {
        if (node == null || node.isNull()) {
            return new Sequence(List.of());
        }
        String type = node.path("type").asString("");
        return switch (type) {
            case "ByteLevel" ->
                    new ByteLevel(
                            node.path("add_prefix_space").asBoolean(true),
                            node.path("use_regex").asBoolean(true));
            case "Split" ->
                    new Split(
                            Patterns.read(node.path("pattern"), "pre_tokenizer Split"),
                            behavior(node.path("behavior").asString("")),
                            node.path("invert").asBoolean(false));
            case "Digits" -> new Digits(node.path("individual_digits").asBoolean(false));
            case "Metaspace" -> metaspace(node);
            case "Sequence" ->
                    new Sequence(
                            node.path("pretokenizers")
                                    .valueStream()
                                    .map(PreTokenizer::read)
                                    .toList());
            default -> throw Patterns.unknown("pre_tokenizer", type);
        };
    }

    private static Split.Behavior behavior(String word) {
        for (Split.Behavior behavior : Split.Behavior.values()) {
            if (behavior.name().replace("_", "").equals(word.toUpperCase(Locale.ROOT))) {
                return behavior;
            }
        }
        throw Patterns.unknown("pre_tokenizer Split behavior", word);
    }

    private static Metaspace metaspace(JsonNode node) {
        String scheme =
                node.path("prepend_scheme")
                        .asString(
                                node.path("add_prefix_space").asBoolean(true) ? "always" : "never");
        return new Metaspace(
                node.path("replacement").asString("▁"),
                switch (scheme) {
                    case "always" -> Metaspace.Prepend.ALWAYS;
                    case "first" -> Metaspace.Prepend.FIRST;
                    case "never" -> Metaspace.Prepend.NEVER;
                    default ->
                            throw Patterns.unknown(
                                    "pre_tokenizer Metaspace prepend_scheme", scheme);
                },
                node.path("split").asBoolean(true));
    }

    record Sequence(List<PreTokenizer> steps) implements PreTokenizer {
        @Override
        public void split(String text, Place place, Consumer<String> words) {
            run(0, text, place, words);
        }

        private void run(int step, String text, Place place, Consumer<String> words) {
            if (step == steps.size()) {
                if (!text.isEmpty()) {
                    words.accept(text);
                }
                return;
            }
            var where =
                    new Object() {
                        Place now = place;
                    };
            steps.get(step)
                    .split(
                            text,
                            place,
                            word -> {
                                run(step + 1, word, where.now, words);
                                // later steps see every word as text of its own, as the reference
                                // does
                                where.now =
                                        place == Place.INSIDE ? Place.INSIDE : Place.SEGMENT_START;
                            });
        }
    }

    record ByteLevel(boolean addPrefixSpace, boolean useRegex) implements PreTokenizer {

        private static final Pattern WORDS =
                Patterns.unicode(
                        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
                        "pre_tokenizer ByteLevel");

        @Override
        public void split(String text, Place place, Consumer<String> words) {
            String whole =
                    addPrefixSpace && place != Place.INSIDE && !text.startsWith(" ")
                            ? " " + text
                            : text;
            if (!useRegex) {
                words.accept(ByteChars.spell(whole));
                return;
            }
            Split.pieces(WORDS, whole, false, Split.Behavior.ISOLATED)
                    .forEach(word -> words.accept(ByteChars.spell(word)));
        }
    }

    record Split(Pattern pattern, Behavior behavior, boolean invert) implements PreTokenizer {

        /// What becomes of the places that match.
        enum Behavior {
            REMOVED,
            ISOLATED,
            MERGED_WITH_PREVIOUS,
            MERGED_WITH_NEXT,
            CONTIGUOUS
        }

        @Override
        public void split(String text, Place place, Consumer<String> words) {
            pieces(pattern, text, invert, behavior).forEach(words);
        }

        static List<String> pieces(
                Pattern pattern, String text, boolean invert, Behavior behavior) {
            var pieces = new ArrayList<String>();
            Matcher matcher = pattern.matcher(text);
            var out = new Joiner(text, behavior, pieces);
            int end = 0;
            while (matcher.find()) {
                if (matcher.start() == matcher.end()) {
                    continue;
                }
                if (matcher.start() > end) {
                    out.add(end, matcher.start(), invert);
                }
                out.add(matcher.start(), matcher.end(), !invert);
                end = matcher.end();
            }
            if (end < text.length()) {
                out.add(end, text.length(), invert);
            }
            out.close();
            return pieces;
        }

        private static final class Joiner {
            private final String text;
            private final Behavior behavior;
            private final List<String> pieces;
            private int start = -1;
            private int end;
            private boolean lastMatched;

            Joiner(String text, Behavior behavior, List<String> pieces) {
                this.text = text;
                this.behavior = behavior;
                this.pieces = pieces;
            }

            void add(int from, int to, boolean matched) {
                boolean joins =
                        start >= 0
                                && switch (behavior) {
                                    case REMOVED, ISOLATED -> false;
                                    case CONTIGUOUS -> matched == lastMatched;
                                    case MERGED_WITH_PREVIOUS -> matched && !lastMatched;
                                    case MERGED_WITH_NEXT -> lastMatched && !matched;
                                };
                if (!joins) {
                    close();
                    start = from;
                }
                end = to;
                lastMatched = matched;
                if (behavior == Behavior.REMOVED && matched) {
                    start = -1;
                }
            }

            void close() {
                if (start >= 0) {
                    pieces.add(text.substring(start, end));
                }
            }
        }
    }

    record Digits(boolean individually) implements PreTokenizer {

        private static final Pattern DIGITS = Patterns.unicode("\\p{N}", "pre_tokenizer Digits");

        @Override
        public void split(String text, Place place, Consumer<String> words) {
            Split.pieces(
                            DIGITS,
                            text,
                            false,
                            individually ? Split.Behavior.ISOLATED : Split.Behavior.CONTIGUOUS)
                    .forEach(words);
        }
    }

    record Metaspace(String replacement, Prepend prepend, boolean cuts) implements PreTokenizer {

        enum Prepend {
            ALWAYS,
            FIRST,
            NEVER
        }

        @Override
        public void split(String text, Place place, Consumer<String> words) {
            String marked = text.replace(" ", replacement);
            boolean mark =
                    switch (prepend) {
                        case ALWAYS -> place != Place.INSIDE;
                        case FIRST -> place == Place.TEXT_START;
                        case NEVER -> false;
                    };
            if (mark && !marked.startsWith(replacement)) {
                marked = replacement + marked;
            }
            if (cuts) {
                Split.pieces(
                                Pattern.compile(Pattern.quote(replacement)),
                                marked,
                                false,
                                Split.Behavior.MERGED_WITH_NEXT)
                        .forEach(words);
            } else {
                words.accept(marked);
            }
        }
    }
}
