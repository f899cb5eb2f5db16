package dev.afinador.dataset.upload;

import dev.afinador.dataset.Datasets;
import dev.afinador.dataset.Origin;
import dev.afinador.work.Refusal;
import dev.afinador.work.TaskQueue;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes a dataset of an upload whose bytes are all there. Instance: an upload id.
public final class TakeIn implements TaskQueue.Step {

    private static final Logger log = LoggerFactory.getLogger(TakeIn.class);
    private static final Duration SOON = Duration.ofSeconds(2);

    private final UploadStore store;
    private final Parts parts;
    private final Datasets datasets;
    private final InstantSource clock;
    private final String node;

    /// @param node this machine
    public TakeIn(
            UploadStore store, Parts parts, Datasets datasets, InstantSource clock, String node) {
        this.store = store;
        this.parts = parts;
        this.datasets = datasets;
        this.clock = clock;
        this.node = node;
    }

    @Override
    public TaskQueue.Next run(String instance) {
        UploadId id = UploadId.parse(instance);
        Upload upload = store.find(id).orElse(null);
        if (upload == null || upload.state() != Upload.State.RECEIVED) {
            return new TaskQueue.Next.Done();
        }
        if (!upload.node().equals(node)) {
            return new TaskQueue.Next.Again(clock.instant().plus(SOON)); // its bytes are there
        }
        try {
            String sha256 = sha256(upload);
            datasets.keep(
                    new Datasets.Arrival(
                            upload.name(),
                            upload.filename(),
                            sha256,
                            upload.length(),
                            null,
                            Origin.UPLOADED),
                    parts.of(id),
                    dataset -> store.done(id, dataset.id(), clock.instant()));
            parts.delete(id);
        } catch (NoSuchFileException e) {
            log.warn("the bytes of upload {} are gone", id);
            store.fail(id, "upload_lost", clock.instant());
        } catch (Refusal refusal) { // the same content is being deleted right now
            return new TaskQueue.Next.Again(clock.instant().plus(SOON));
        } catch (IOException e) {
            throw new UncheckedIOException("upload " + id + " could not be taken in", e);
        }
        return new TaskQueue.Next.Done();
    }

    /// Once computed it is stored, before the file is given away: a repeated step needs it when the file is gone.
    private String sha256(Upload upload) throws IOException {
        if (upload.sha256() != null) {
            return upload.sha256();
        }
        String sha256 = HexFormat.of().formatHex(digest(parts.of(upload.id())));
        store.hashed(upload.id(), sha256);
        return sha256;
    }

    private static byte[] digest(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        byte[] chunk = new byte[256 << 10];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                digest.update(chunk, 0, read);
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("the machine is being stopped");
                }
            }
        }
        return digest.digest();
    }
}
