package dev.afinador.testkit.provider;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The parts of a `multipart/form-data` body by name. Official clients may send the file part without a filename.
final class Multipart {
    private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]+)\"?");
    private static final Pattern NAME = Pattern.compile("[; ]name=\"([^\"]*)\"");
    private static final Pattern FILENAME = Pattern.compile("[; ]filename=\"([^\"]*)\"");

    private final Map<String, Part> parts = new HashMap<>();

    /// One part of the form.
    static final class Part {
        private final @Nullable String filename;
        private final byte[] content;

        private Part(@Nullable String filename, byte[] content) {
            this.filename = filename;
            this.content = content;
        }

        /// Null when the sender gave none.
        @Nullable String filename() {
            return filename;
        }

        byte[] content() {
            return content;
        }

        String text() {
            return new String(content, StandardCharsets.UTF_8);
        }
    }

    static Multipart read(WireRequest request) {
        Matcher boundary = BOUNDARY.matcher(request.header("content-type", ""));
        if (!request.header("content-type", "").startsWith("multipart/form-data")
                || !boundary.find()) {
            throw Refusal.badRequest(null, null, "A multipart/form-data body is needed here");
        }
        var multipart = new Multipart();
        multipart.split(
                request.body(), ("--" + boundary.group(1)).getBytes(StandardCharsets.ISO_8859_1));
        return multipart;
    }

    @Nullable Part part(String name) {
        return parts.get(name);
    }

    private void split(byte[] body, byte[] delimiter) {
        int start = find(body, delimiter, 0);
        while (start >= 0) {
            int next = find(body, delimiter, start + delimiter.length);
            if (next < 0) {
                return;
            }
            // between the delimiters: CRLF, headers, empty line, content, CRLF
            add(body, start + delimiter.length + 2, next - 2);
            start = next;
        }
    }

    private void add(byte[] body, int from, int to) {
        int content = find(body, "\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1), from) + 4;
        if (content < 4 || content > to) {
            return;
        }
        String headers = new String(body, from, content - from, StandardCharsets.UTF_8);
        Matcher name = NAME.matcher(headers);
        if (name.find()) {
            Matcher filename = FILENAME.matcher(headers);
            byte[] bytes = new byte[to - content];
            System.arraycopy(body, content, bytes, 0, bytes.length);
            parts.put(name.group(1), new Part(filename.find() ? filename.group(1) : null, bytes));
        }
    }

    private static int find(byte[] body, byte[] wanted, int from) {
        outer:
        for (int i = Math.max(0, from); i <= body.length - wanted.length; i++) {
            for (int j = 0; j < wanted.length; j++) {
                if (body[i + j] != wanted[j]) {
                    continue outer;
                }
            }
            return i;
        }
        return -1;
    }
}
