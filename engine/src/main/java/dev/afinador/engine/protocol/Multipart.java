package dev.afinador.engine.protocol;

import dev.afinador.engine.EngineRefusal;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.tomcat.util.http.fileupload.FileItemIterator;
import org.apache.tomcat.util.http.fileupload.FileItemStream;
import org.apache.tomcat.util.http.fileupload.FileUpload;
import org.apache.tomcat.util.http.fileupload.FileUploadException;
import org.apache.tomcat.util.http.fileupload.UploadContext;
import org.jspecify.annotations.Nullable;

/// Reads a multipart form as it comes in: the file goes straight to its place on the disk. The servlet container's own way takes
/// a part without a file name for a short text and holds it in memory, and one official client sends files like that.
final class Multipart {

    private static final int MOST_PARTS = 20;
    private static final int LONGEST_FIELD = 4 << 10;

    private Multipart() {}

    /// @param file     what the receiver made of the file; null when there was none
    /// @param filename as the client calls it; null when it does not
    record Form<T>(Map<String, String> fields, @Nullable T file, @Nullable String filename) {

        @Nullable String field(String name) {
            return fields.get(name);
        }
    }

    /// @param fileField which part is the file
    /// @param receive   takes the file's bytes, once
    /// @param undo      forgets what was received, when the rest of the form cannot be read
    static <T> Form<T> read(
            HttpServletRequest request,
            String fileField,
            Function<InputStream, T> receive,
            java.util.function.Consumer<T> undo)
            throws IOException {
        String type = request.getContentType();
        if (type == null
                || !type.toLowerCase(java.util.Locale.ROOT).startsWith("multipart/form-data")) {
            throw EngineRefusal.badRequest(
                    null,
                    null,
                    "Expected a multipart/form-data body with the part '" + fileField + "'.");
        }
        FileUpload upload = new FileUpload();
        upload.setFileCountMax(MOST_PARTS);
        upload.setHeaderEncoding(StandardCharsets.UTF_8.name());
        Map<String, String> fields = new HashMap<>();
        @Nullable T file = null;
        String filename = null;
        try {
            FileItemIterator parts = upload.getItemIterator(context(request));
            while (parts.hasNext()) {
                FileItemStream part = parts.next();
                try (InputStream in = part.openStream()) {
                    if (fileField.equals(part.getFieldName())) {
                        if (file != null) {
                            throw EngineRefusal.badRequest(
                                    fileField,
                                    null,
                                    "The part '" + fileField + "' was sent twice.");
                        }
                        filename = part.getName();
                        file = receive.apply(in);
                    } else {
                        fields.put(part.getFieldName(), text(part.getFieldName(), in));
                    }
                }
            }
            return new Form<>(fields, file, filename);
        } catch (FileUploadException e) {
            discard(file, undo);
            throw EngineRefusal.badRequest(
                    null, null, "The multipart body could not be read: " + e.getMessage());
        } catch (IOException | RuntimeException e) {
            discard(file, undo);
            throw e;
        }
    }

    private static <T> void discard(@Nullable T file, java.util.function.Consumer<T> undo) {
        if (file != null) {
            undo.accept(file);
        }
    }

    private static String text(@Nullable String name, InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(LONGEST_FIELD + 1);
        if (bytes.length > LONGEST_FIELD) {
            throw EngineRefusal.badRequest(
                    name,
                    null,
                    "The part '" + name + "' is longer than " + LONGEST_FIELD + " bytes.");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static UploadContext context(HttpServletRequest request) {
        return new UploadContext() {
            @Override
            public String getCharacterEncoding() {
                return StandardCharsets.UTF_8.name();
            }

            @Override
            public long contentLength() {
                return request.getContentLengthLong();
            }

            @Override
            public String getContentType() {
                return request.getContentType();
            }

            @Override
            public InputStream getInputStream() throws IOException {
                return request.getInputStream();
            }
        };
    }
}
