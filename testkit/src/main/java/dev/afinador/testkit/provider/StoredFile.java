package dev.afinador.testkit.provider;

import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/// A file at the provider. `content` is never changed.
final class StoredFile {
    private final String id;
    private final String filename;
    private final String purpose;
    private final Instant createdAt;
    private final byte[] content;
    private String status;

    StoredFile(
            String id,
            String filename,
            String purpose,
            Instant createdAt,
            byte[] content,
            String status) {
        this.id = id;
        this.filename = filename;
        this.purpose = purpose;
        this.createdAt = createdAt;
        this.content = content;
        this.status = status;
    }

    String id() {
        return id;
    }

    String purpose() {
        return purpose;
    }

    byte[] content() {
        return content;
    }

    /// Ends the processing that Azure starts with.
    void processed() {
        status = "processed";
    }

    ObjectNode json() {
        ObjectNode node = Json.object();
        node.put("object", "file").put("id", id).put("purpose", purpose).put("filename", filename);
        node.put("bytes", content.length).put("created_at", createdAt.getEpochSecond());
        node.putNull("expires_at");
        node.put("status", status).putNull("status_details");
        return node;
    }
}
