package dev.afinador.trainer.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Lines of a UTF-8 file, one in memory at a time. A byte order mark is skipped; blank lines are skipped and counted.
final class LineReader implements Closeable {

    private static final int LONGEST = 64 << 20;

    private final BufferedInputStream in;
    private long line;

    LineReader(Path file) throws IOException {
        this.in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    }

    /// Number of the line that was read last, from 1.
    long line() {
        return line;
    }

    /// The next line that is not blank, or null at the end.
    @Nullable String next() throws IOException, InvalidExample {
        while (true) {
            byte[] bytes = bytes();
            if (bytes == null) {
                return null;
            }
            line++;
            String text = text(bytes);
            if (!text.isBlank()) {
                return text;
            }
        }
    }

    private byte @Nullable [] bytes() throws IOException, InvalidExample {
        var bytes = new ByteArrayOutputStream(1024);
        int next = in.read();
        if (next < 0) {
            return null;
        }
        while (next >= 0 && next != '\n') {
            bytes.write(next);
            if (bytes.size() > LONGEST) {
                throw new InvalidExample(
                        "line_too_long",
                        line + 1,
                        0,
                        "the line is longer than 64 MB. Every line must be one example.");
            }
            next = in.read();
        }
        return bytes.toByteArray();
    }

    private String text(byte[] bytes) throws InvalidExample {
        int from =
                line == 1
                                && bytes.length >= 3
                                && bytes[0] == (byte) 0xEF
                                && bytes[1] == (byte) 0xBB
                                && bytes[2] == (byte) 0xBF
                        ? 3
                        : 0;
        ByteBuffer in = ByteBuffer.wrap(bytes, from, bytes.length - from);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(in).toString();
        } catch (CharacterCodingException broken) {
            throw new InvalidExample(
                    "encoding_broken",
                    line,
                    in.position() + 1,
                    "the text is not UTF-8. Save the file as UTF-8.");
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
