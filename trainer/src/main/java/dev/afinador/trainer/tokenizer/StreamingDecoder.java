package dev.afinador.trainer.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Text of tokens as they come, one after the other. What is handed out never ends inside a character: its first bytes are kept until the
/// rest has come. Bytes that are no UTF-8 become U+FFFD. Not safe for several threads.
public final class StreamingDecoder {

    private final Tokenizer tokenizer;
    private final boolean skipSpecial;
    private final CharsetDecoder utf8 =
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private byte[] kept = new byte[0];
    private int spacesToDrop;

    StreamingDecoder(Tokenizer tokenizer, boolean skipSpecial) {
        this.tokenizer = tokenizer;
        this.skipSpecial = skipSpecial;
        this.spacesToDrop = tokenizer.leadingSpaces();
    }

    /// What can be said for sure after this token; often the empty text.
    public String next(int token) {
        return text(tokenizer.bytes(token, skipSpecial), false);
    }

    /// What is still kept, when no token follows.
    public String end() {
        String rest = text(new byte[0], true);
        utf8.reset();
        return rest;
    }

    private String text(byte[] more, boolean last) {
        byte[] all = kept;
        if (more.length > 0) {
            all = Arrays.copyOf(kept, kept.length + more.length);
            System.arraycopy(more, 0, all, kept.length, more.length);
        }
        int from = 0;
        while (spacesToDrop > 0 && from < all.length && all[from] == ' ') {
            from++;
            spacesToDrop--;
        }
        if (from < all.length) {
            spacesToDrop = 0;
        }
        ByteBuffer in = ByteBuffer.wrap(all, from, all.length - from);
        CharBuffer out = CharBuffer.allocate(all.length + 4);
        utf8.decode(in, out, last);
        if (last) {
            utf8.flush(out);
        }
        kept = new byte[in.remaining()];
        in.get(kept);
        return out.flip().toString();
    }
}
