package dev.afinador.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// How the characters of a text file are written down. Files without a mark tell it only by what would make sense, so this is a
/// good guess and no more: what is no UTF-8 is taken for Windows-1252, as spreadsheets write it in most of the world.
public enum TextEncoding {
    UTF_8(StandardCharsets.UTF_8, 0),
    /// With a byte-order mark.
    UTF_8_MARKED(StandardCharsets.UTF_8, 3),
    UTF_16LE_MARKED(StandardCharsets.UTF_16LE, 2),
    UTF_16BE_MARKED(StandardCharsets.UTF_16BE, 2),
    UTF_16LE(StandardCharsets.UTF_16LE, 0),
    UTF_16BE(StandardCharsets.UTF_16BE, 0),
    WINDOWS_1252(Charset.forName("windows-1252"), 0);

    private final Charset charset;
    private final int mark;

    TextEncoding(Charset charset, int mark) {
        this.charset = charset;
        this.mark = mark;
    }

    public Charset charset() {
        return charset;
    }

    /// How many bytes of byte-order mark come before the text.
    public int mark() {
        return mark;
    }

    /// As people know it.
    public String title() {
        return switch (this) {
            case UTF_8 -> "UTF-8";
            case UTF_8_MARKED -> "UTF-8 (BOM)";
            case UTF_16LE_MARKED, UTF_16LE -> "UTF-16 LE";
            case UTF_16BE_MARKED, UTF_16BE -> "UTF-16 BE";
            case WINDOWS_1252 -> "Windows-1252";
        };
    }

    /// @param head  the beginning of a file, of some kilobytes where there are so many
    /// @param whole whether that is all of it
    public static TextEncoding of(byte[] head, boolean whole) {
        int b0 = at(head, 0);
        int b1 = at(head, 1);
        if (b0 == 0xEF && b1 == 0xBB && at(head, 2) == 0xBF) {
            return UTF_8_MARKED;
        }
        if (b0 == 0xFF && b1 == 0xFE) {
            return UTF_16LE_MARKED;
        }
        if (b0 == 0xFE && b1 == 0xFF) {
            return UTF_16BE_MARKED;
        }
        // structure is ASCII: in UTF-16 every second byte of it is zero
        int even = 0;
        int odd = 0;
        int looked = Math.min(head.length & ~1, 4_096);
        for (int i = 0; i < looked; i += 2) {
            even += head[i] == 0 ? 1 : 0;
            odd += head[i + 1] == 0 ? 1 : 0;
        }
        if (odd * 4 > looked / 2 && even * 16 < looked) {
            return UTF_16LE;
        }
        if (even * 4 > looked / 2 && odd * 16 < looked) {
            return UTF_16BE;
        }
        return isUtf8(head, whole) ? UTF_8 : WINDOWS_1252;
    }

    /// @param whole whether a character that is cut off at the end counts as wrong
    static boolean isUtf8(byte[] bytes, boolean whole) {
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(4_096);
        while (true) {
            out.clear();
            CoderResult outcome = decoder.decode(in, out, whole);
            if (outcome.isError()) {
                return false;
            }
            if (outcome.isUnderflow()) {
                return true;
            }
        }
    }

    /// Whether the rest of a stream is UTF-8 to its end. A character that began before it counts as right.
    public static boolean isUtf8(InputStream rest) throws IOException {
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.allocate(64 << 10);
        CharBuffer out = CharBuffer.allocate(64 << 10);
        boolean first = true;
        while (true) {
            int read = rest.read(in.array(), in.position(), in.remaining());
            boolean ended = read < 0;
            in.position(in.position() + Math.max(0, read)).flip();
            if (first) {
                while (in.hasRemaining() && (in.get(in.position()) & 0xC0) == 0x80) {
                    in.get();
                }
                first = false;
            }
            out.clear();
            if (decoder.decode(in, out, ended).isError()) {
                return false;
            }
            if (ended) {
                return true;
            }
            in.compact();
        }
    }

    private static int at(byte[] bytes, int i) {
        return i < bytes.length ? bytes[i] & 0xFF : -1;
    }
}
