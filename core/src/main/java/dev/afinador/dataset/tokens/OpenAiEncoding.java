package dev.afinador.dataset.tokens;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The encodings of OpenAI's models of today, equal to those of `tiktoken` to the id. The vocabularies are the ones that
/// JTokkit carries; a test holds them to the checksums that `tiktoken` has for them.
public enum OpenAiEncoding implements Tokenizer {
    /// GPT-4o, GPT-4.1, the o series and later ones.
    O200K_BASE(new Splitter.O200k()),
    /// GPT-3.5 Turbo, GPT-4, and `babbage-002` and `davinci-002`.
    CL100K_BASE(new Splitter.Cl100k());

    private final Splitter splitter;

    /// Read on first use: a few megabytes and some hundredths of a second.
    private volatile @Nullable Vocabulary vocabulary;

    OpenAiEncoding(Splitter splitter) {
        this.splitter = splitter;
    }

    @Override
    public TokenCounter counter() {
        return new PieceCounter(splitter, vocabulary());
    }

    @Override
    public Tokens encode(byte[] utf8) {
        byte[] b = Arrays.copyOf(utf8, utf8.length + TokenCounter.PADDING);
        Vocabulary tokens = vocabulary();
        var merges = new Merges(tokens);
        int[] ids = new int[utf8.length / 3 + 8];
        int[] ends = new int[ids.length];
        int count = 0;
        int from = 0;
        while (from < utf8.length) {
            int end = splitter.end(b, from, utf8.length);
            int whole = tokens.id(b, from, end);
            int parts = whole != Vocabulary.NONE ? 1 : merges.merge(b, from, end);
            if (count + parts > ids.length) {
                ids = Arrays.copyOf(ids, 2 * ids.length + parts);
                ends = Arrays.copyOf(ends, ids.length);
            }
            for (int i = 0; i < parts; i++) {
                int partEnd = whole != Vocabulary.NONE ? end : merges.end(i);
                ids[count] = whole != Vocabulary.NONE ? whole : tokens.id(b, from, partEnd);
                ends[count++] = partEnd;
                from = partEnd;
            }
        }
        return new Tokens(Arrays.copyOf(ids, count), Arrays.copyOf(ends, count));
    }

    /// The bytes that a token stands for.
    public byte[] bytes(int id) {
        return vocabulary().bytes(id);
    }

    /// How many tokens there are, without the special ones.
    public int size() {
        return vocabulary().size();
    }

    private Vocabulary vocabulary() {
        Vocabulary there = vocabulary;
        if (there != null) {
            return there;
        }
        synchronized (this) {
            there = vocabulary;
            if (there == null) {
                there = load();
                vocabulary = there;
            }
            return there;
        }
    }

    private Vocabulary load() {
        String resource = "/com/knuddels/jtokkit/" + id() + ".tiktoken";
        try (InputStream in = OpenAiEncoding.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the vocabulary " + resource + " is not there");
            }
            return Vocabulary.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException("the vocabulary " + resource + " could not be read", e);
        }
    }

    @Override
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
