package dev.afinador.openai;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.text.Normalizer;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A `multipart/form-data` body of some fields and one file, streamed: of the file no more than a buffer is in memory. Its
/// length is known beforehand, so that servers need not take chunks.
final class MultipartBody {

    private static final int LONGEST_FILENAME = 120;

    private final String boundary = "afinador-" + UUID.randomUUID();
    private final BodyPublisher publisher;
    private final Source source;

    /// @param bytes how many bytes of `content` belong to the file; the stream is left open after them
    MultipartBody(
            Map<String, String> fields,
            String fileField,
            String filename,
            InputStream content,
            long bytes) {
        var head = new StringBuilder();
        fields.forEach((name, value) ->
                head.append("--")
                        .append(boundary)
                        .append("\r\nContent-Disposition: form-data; name=\"")
                        .append(name)
                        .append("\"\r\n\r\n")
                        .append(value)
                        .append("\r\n"));
        head.append("--")
                .append(boundary)
                .append("\r\nContent-Disposition: form-data; name=\"")
                .append(fileField)
                .append("\"; filename=\"")
                .append(sanitize(filename))
                .append("\"\r\nContent-Type: application/octet-stream\r\n\r\n");
        String tail = "\r\n--" + boundary + "--\r\n";
        this.source = new Source(content, bytes);
        this.publisher =
                BodyPublishers.concat(
                        BodyPublishers.ofString(head.toString()),
                        BodyPublishers.fromPublisher(
                                BodyPublishers.ofInputStream(() -> source), bytes),
                        BodyPublishers.ofString(tail));
    }

    BodyPublisher publisher() {
        return publisher;
    }

    String contentType() {
        return "multipart/form-data; boundary=" + boundary;
    }

    /// Why the file could not be read to its end, or null when it was (so far).
    @Nullable IOException unreadable() {
        return source.failure;
    }

    /// A plain ASCII name without a path that ends in `.jsonl`, the only ending that OpenAI takes for training files.
    static String sanitize(String filename) {
        String name =
                filename.substring(
                        Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1);
        name = Normalizer.normalize(name, Normalizer.Form.NFD).replaceAll("\\p{M}+", "");
        name = name.replaceAll("[^A-Za-z0-9._ -]", "_").strip();
        String ending = ".jsonl";
        if (name.endsWith(ending)) {
            name = name.substring(0, name.length() - ending.length());
        }
        if (name.isBlank()) {
            name = "training";
        }
        return name.substring(0, Math.min(name.length(), LONGEST_FILENAME)) + ending;
    }

    /// Hands out exactly the announced number of bytes and remembers when it cannot: that a file of ours cannot be read is
    /// no trouble of the provider's.
    private static final class Source extends InputStream {

        private final InputStream content;
        private long left;
        private volatile @Nullable IOException failure;

        Source(InputStream content, long bytes) {
            this.content = content;
            this.left = bytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            try {
                int read = content.read(into, offset, (int) Math.min(length, left));
                if (read < 0) {
                    throw new EOFException("the file is " + left + " bytes shorter than announced");
                }
                left -= read;
                return read;
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }
    }
}
