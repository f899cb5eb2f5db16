package dev.afinador.trainer.tokenizer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The tokenizer of one model folder. Immutable but for a cache of words; safe for several threads.
public final class Tokenizer {

    /// Put inside a text that spells a control token, this character keeps it from being one; it is not encoded itself. It is one of Unicode's
    /// noncharacters, which text meant for exchange does not hold.
    public static final char GUARD = '\uFDD0';

    /// Token ids of a text that was cut in places.
    ///
    /// @param tokens all of them
    /// @param at for each cut, how many tokens come before it
    public record Cut(int[] tokens, int[] at) {}

    private final Normalizer normalizer;
    private final PreTokenizer preTokenizer;
    private final Bpe bpe;
    private final AddedTokens rawTokens;
    private final AddedTokens normalizedTokens;
    private final Map<Integer, AddedTokens.Added> addedById;
    private final @Nullable String[] tokenById;
    private final Map<String, Integer> vocabulary;
    private final Spelling spelling;
    private final int[] before;
    private final int[] after;
    private final SpecialTokens special;

    Tokenizer(TokenizerJson json, SpecialTokens special) {
        this.normalizer = Normalizer.read(json.normalizer);
        this.preTokenizer = PreTokenizer.read(json.preTokenizer);
        this.bpe = json.bpe();
        this.spelling = Spelling.read(json.decoder, json.preTokenizer);
        this.vocabulary = json.vocabulary;
        List<AddedTokens.Added> added = json.added;
        this.rawTokens =
                new AddedTokens(
                        added.stream().filter(token -> !token.normalized()).toList(), text -> text);
        this.normalizedTokens =
                new AddedTokens(
                        added.stream().filter(AddedTokens.Added::normalized).toList(),
                        text -> normalizer.apply(text, true));
        this.addedById = new java.util.HashMap<>();
        int largest = -1;
        for (int id : vocabulary.values()) {
            largest = Math.max(largest, id);
        }
        for (AddedTokens.Added token : added) {
            addedById.put(token.id(), token);
            largest = Math.max(largest, token.id());
        }
        this.tokenById = new String[largest + 1];
        vocabulary.forEach((token, id) -> tokenById[id] = token);
        added.forEach(token -> tokenById[token.id()] = token.content());
        this.before = json.before;
        this.after = json.after;
        this.special = special;
    }

    /// Reads `tokenizer.json` and, where they are, `tokenizer_config.json`, `special_tokens_map.json` and `generation_config.json`.
    ///
    /// @throws TokenizerException when a file is missing, broken or of a kind that is not supported; the message says which
    public static Tokenizer read(Path folder) {
        try {
            TokenizerJson json = TokenizerJson.read(folder.resolve("tokenizer.json"));
            return new Tokenizer(json, SpecialTokens.read(folder, json.idsByContent()));
        } catch (java.nio.file.NoSuchFileException missing) {
            throw new TokenizerException("tokenizer.json is missing", missing);
        } catch (IOException broken) {
            throw new TokenizerException(
                    "tokenizer.json cannot be read: " + broken.getMessage(), broken);
        }
    }

    /// Number of ids, gaps included: one more than the largest id.
    public int size() {
        return tokenById.length;
    }

    /// The id of exactly this token.
    public OptionalInt id(String token) {
        for (AddedTokens.Added added : addedById.values()) {
            if (added.content().equals(token)) {
                return OptionalInt.of(added.id());
            }
        }
        Integer id = vocabulary.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    public OptionalInt bos() {
        return special.id(special.bos());
    }

    /// The token that the model's own files name as the end of a text.
    public OptionalInt eos() {
        return special.id(special.eos());
    }

    public OptionalInt pad() {
        return special.id(special.pad());
    }

    /// Every token at which the model's own files say that an answer is over. May be empty.
    public Set<Integer> stopIds() {
        return special.stopIds();
    }

    /// Names and texts that chat templates expect: `bos_token`, `eos_token`, `pad_token`, `unk_token`; only those that there are.
    public Map<String, String> templateVariables() {
        return special.variables();
    }

    public boolean isSpecial(int id) {
        AddedTokens.Added added = addedById.get(id);
        return added != null && added.special();
    }

    /// Contents of all control tokens: what text of a person must not be taken for.
    public Set<String> controlTokens() {
        var contents = new java.util.TreeSet<String>();
        addedById.values().stream()
                .filter(AddedTokens.Added::special)
                .forEach(token -> contents.add(token.content()));
        return contents;
    }

    /// The text with a [#GUARD] inside everything that spells a control token; the same text when there is none.
    public String guard(String text) {
        List<AddedTokens.Found> found = rawTokens.findSpecial(text);
        List<AddedTokens.Found> more = normalizedTokens.findSpecial(text);
        if (found.isEmpty() && more.isEmpty()) {
            return text;
        }
        var places = new java.util.TreeSet<Integer>();
        found.forEach(each -> places.add(each.start() + 1));
        more.forEach(each -> places.add(each.start() + 1));
        var out = new StringBuilder(text);
        for (int place : places.descendingSet()) {
            out.insert(place, GUARD);
        }
        return out.toString();
    }

    /// @param special whether what looks like a control token is one; false for text that people wrote
    public int[] encode(String text, boolean special) {
        return encode(text, special, new int[0]).tokens();
    }

    /// A prompt as the reference encodes it: control tokens in the text count, and those that the file puts around a text are added.
    public int[] encodePrompt(String text) {
        int[] inner = encode(text, true);
        int[] all = Arrays.copyOf(before, before.length + inner.length + after.length);
        System.arraycopy(inner, 0, all, before.length, inner.length);
        System.arraycopy(after, 0, all, before.length + inner.length, after.length);
        return all;
    }

    /// Like [#encode(String, boolean)], but no token reaches across a cut: the parts are encoded as a model meets them that is given the first
    /// part and goes on by itself.
    ///
    /// @param cuts char offsets in `text`, ascending
    public Cut encode(String text, boolean special, int[] cuts) {
        var out = new IntList();
        int[] at = new int[cuts.length];
        int cut = 0;
        int from = 0;
        for (AddedTokens.Found found : rawTokens.find(text, special)) {
            cut = segment(text, from, found.start(), special, cuts, cut, at, out);
            while (cut < cuts.length && cuts[cut] <= found.start()) {
                at[cut++] = out.size();
            }
            out.add(found.token().id());
            // a cut inside a control token comes after it
            while (cut < cuts.length && cuts[cut] < found.end()) {
                at[cut++] = out.size();
            }
            from = found.end();
        }
        cut = segment(text, from, text.length(), special, cuts, cut, at, out);
        while (cut < cuts.length) {
            at[cut++] = out.size();
        }
        return new Cut(out.toArray(), at);
    }

    private int segment(
            String text,
            int from,
            int to,
            boolean special,
            int[] cuts,
            int firstCut,
            int[] at,
            IntList out) {
        int cut = firstCut;
        int start = from;
        while (cut < cuts.length && cuts[cut] < to) {
            part(text.substring(start, Math.max(start, cuts[cut])), start, from, special, out);
            start = Math.max(start, cuts[cut]);
            at[cut++] = out.size();
        }
        if (start < to) {
            part(text.substring(start, to), start, from, special, out);
        }
        return cut;
    }

    private void part(String text, int start, int segmentStart, boolean special, IntList out) {
        if (text.isEmpty()) {
            return;
        }
        PreTokenizer.Place place =
                start != segmentStart
                        ? PreTokenizer.Place.INSIDE
                        : start == 0
                                ? PreTokenizer.Place.TEXT_START
                                : PreTokenizer.Place.SEGMENT_START;
        String normalized = normalizer.apply(text, place != PreTokenizer.Place.INSIDE);
        if (normalizedTokens.isEmpty()) {
            words(normalized, place, out);
            return;
        }
        int from = 0;
        for (AddedTokens.Found found : normalizedTokens.find(normalized, special)) {
            words(normalized.substring(from, found.start()), place, out);
            out.add(found.token().id());
            from = found.end();
            place = PreTokenizer.Place.SEGMENT_START;
        }
        words(normalized.substring(from), place, out);
    }

    private void words(String text, PreTokenizer.Place place, IntList out) {
        String plain = text.indexOf(GUARD) < 0 ? text : text.replace(String.valueOf(GUARD), "");
        if (!plain.isEmpty()) {
            preTokenizer.split(plain, place, word -> bpe.encode(word, out));
        }
    }

    /// @param skipSpecial whether control tokens are left out
    public String decode(int[] tokens, boolean skipSpecial) {
        StreamingDecoder decoder = decoder(skipSpecial);
        var text = new StringBuilder();
        for (int token : tokens) {
            text.append(decoder.next(token));
        }
        return text.append(decoder.end()).toString();
    }

    public StreamingDecoder decoder(boolean skipSpecial) {
        return new StreamingDecoder(this, skipSpecial);
    }

    /// The bytes that a token adds to a text; none for an id that the file does not know.
    public byte[] bytes(int token, boolean skipSpecial) {
        AddedTokens.Added added = addedById.get(token);
        if (added != null) {
            return skipSpecial && added.special()
                    ? new byte[0]
                    : added.content().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        }
        String spelled = token >= 0 && token < tokenById.length ? tokenById[token] : null;
        return spelled == null ? new byte[0] : spelling.bytes(spelled);
    }

    int leadingSpaces() {
        return spelling.leadingSpaces();
    }
}
