package dev.afinador.engine.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// Reads a process's standard error to its end, so that the process never waits for a reader: the first megabyte goes to a
/// file, the last lines are remembered.
final class ErrorTail {

    private static final int KEPT_ON_DISK = 1 << 20;
    private static final int REMEMBERED = 4 << 10;

    private final byte[] tail = new byte[REMEMBERED];
    private int end;
    private boolean full;
    private final Thread reader;

    /// @param file is appended to; null for none
    ErrorTail(InputStream errors, @Nullable Path file, String name) {
        this.reader = Thread.ofPlatform().daemon().name(name).start(() -> drain(errors, file));
    }

    private void drain(InputStream errors, @Nullable Path file) {
        byte[] chunk = new byte[4 << 10];
        int written = 0;
        try (InputStream in = errors;
                OutputStream out =
                        file == null
                                ? OutputStream.nullOutputStream()
                                : Files.newOutputStream(
                                        file,
                                        StandardOpenOption.CREATE,
                                        StandardOpenOption.APPEND)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                remember(chunk, read);
                int more = Math.min(read, KEPT_ON_DISK - written);
                if (more > 0) {
                    out.write(chunk, 0, more);
                    written += more;
                }
            }
        } catch (IOException e) {
            // The process is gone, or the disk is full: what was read is remembered.
        }
    }

    private synchronized void remember(byte[] chunk, int length) {
        for (int i = 0; i < length; i++) {
            tail[end] = chunk[i];
            end = (end + 1) % tail.length;
            full |= end == 0;
        }
    }

    /// The last line that is not empty, no stack frame and no warning of the JVM about the libraries that it runs; empty when
    /// there is none. Waits a moment for a process that has just ended.
    String lastLine() throws InterruptedException {
        reader.join(1_000);
        String text;
        synchronized (this) {
            byte[] bytes = new byte[full ? tail.length : end];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = tail[full ? (end + i) % tail.length : i];
            }
            text = new String(bytes, StandardCharsets.UTF_8);
        }
        String[] lines = text.split("\\R");
        for (int i = lines.length - 1; i >= 0; i--) {
            String line = lines[i].strip();
            if (!line.isEmpty()
                    && !line.startsWith("at ")
                    && !line.startsWith("...")
                    && !line.startsWith("WARNING: ")) {
                return line.length() <= 300 ? line : line.substring(0, 300) + "…";
            }
        }
        return "";
    }
}
