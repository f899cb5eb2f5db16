package dev.afinador.openai;

import dev.afinador.provider.ProviderException;
import dev.afinador.provider.RemoteFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Brings one training file to the provider: in one request, or in parts when it is larger than one request may be.
final class Upload {

    static final long LARGEST_FILE = 512L << 20;
    static final long PART = 64L << 20;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final String PURPOSE = "fine-tune";

    private final OpenAiBackend backend;
    private final Vendor vendor;
    private final long largestFile;
    private final long part;

    Upload(OpenAiBackend backend, Vendor vendor) {
        this(backend, vendor, LARGEST_FILE, PART);
    }

    Upload(OpenAiBackend backend, Vendor vendor, long largestFile, long part) {
        this.backend = backend;
        this.vendor = vendor;
        this.largestFile = largestFile;
        this.part = part;
    }

    RemoteFile send(String filename, InputStream content, long bytes) {
        if (vendor.wantsByteOrderMark()) {
            byte[] first = readFirst(content);
            InputStream whole = new SequenceInputStream(new ByteArrayInputStream(first), content);
            if (!Arrays.equals(first, BYTE_ORDER_MARK)) {
                whole = new SequenceInputStream(new ByteArrayInputStream(BYTE_ORDER_MARK), whole);
                return sendAsItIs(filename, whole, bytes + BYTE_ORDER_MARK.length);
            }
            return sendAsItIs(filename, whole, bytes);
        }
        return sendAsItIs(filename, content, bytes);
    }

    private static byte[] readFirst(InputStream content) {
        try {
            return content.readNBytes(BYTE_ORDER_MARK.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RemoteFile sendAsItIs(String filename, InputStream content, long bytes) {
        return bytes <= largestFile
                ? sendWhole(filename, content, bytes)
                : sendInParts(filename, content, bytes);
    }

    private RemoteFile sendWhole(String filename, InputStream content, long bytes) {
        var body = new MultipartBody(Map.of("purpose", PURPOSE), "file", filename, content, bytes);
        return stream(
                OpenAiBackend.FILES,
                body,
                answer ->
                        Reader.file(Json.parse(answer.body()))
                                .orElseThrow(
                                        () -> backend.unusable(answer, "the answer is no file")));
    }

    private RemoteFile sendInParts(String filename, InputStream content, long bytes) {
        ObjectNode announcement = Json.MAPPER.createObjectNode();
        announcement.put("filename", MultipartBody.sanitize(filename));
        announcement.put("purpose", PURPOSE);
        announcement.put("bytes", bytes);
        announcement.put("mime_type", "text/jsonl");
        String upload = post("/uploads", announcement.toString(), "upload");
        String path = "/uploads/" + Endpoint.encode(upload);
        try {
            ObjectNode completion = Json.MAPPER.createObjectNode();
            ArrayNode parts = completion.putArray("part_ids");
            for (long sent = 0; sent < bytes; sent += part) {
                var body =
                        new MultipartBody(
                                Map.of(), "data", filename, content, Math.min(part, bytes - sent));
                String id =
                        stream(
                                path + "/parts",
                                body,
                                answer -> backend.idOf(answer, "upload part"));
                parts.add(id);
            }
            return backend.call(
                    Request.postJson(
                            path + "/complete", completion.toString(), backend.timeouts().upload()),
                    answer ->
                            Reader.file(backend.object(answer, "upload").path("file"))
                                    .orElseThrow(() ->
                                            backend.unusable(answer, "the upload has no file")));
        } catch (RuntimeException e) {
            giveUp(path, e);
            throw e;
        }
    }

    private String post(String path, String json, String what) {
        return backend.call(
                Request.postJson(path, json, backend.timeouts().read()),
                answer -> backend.idOf(answer, what));
    }

    /// Frees the space of the parts; where even that fails, the upload expires by itself after an hour.
    private void giveUp(String path, RuntimeException because) {
        try {
            backend.call(Request.post(path + "/cancel", backend.timeouts().read()), _ -> path);
        } catch (ProviderException e) {
            because.addSuppressed(e);
        }
    }

    private <T> T stream(
            String path,
            MultipartBody body,
            java.util.function.Function<Reply.Answered, T> reader) {
        try {
            return backend.call(Request.upload(path, body, backend.timeouts().upload()), reader);
        } catch (ProviderException e) {
            IOException unreadable = body.unreadable();
            if (unreadable != null) {
                throw new UncheckedIOException(
                        "the training file cannot be read: " + unreadable.getMessage(), unreadable);
            }
            throw e;
        }
    }
}
