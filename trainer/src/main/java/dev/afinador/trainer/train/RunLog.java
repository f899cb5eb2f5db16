package dev.afinador.trainer.train;

import dev.afinador.trainer.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `log.jsonl`: what the process tells its parent, one record per line. A process that was killed may leave half a line at the end; the next one ends it.
public final class RunLog implements AutoCloseable {

    private final FileChannel file;
    private final InstantSource clock;

    public RunLog(Path folder, InstantSource clock) throws IOException {
        this.clock = clock;
        this.file =
                FileChannel.open(
                        folder.resolve("log.jsonl"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        long size = file.size();
        ByteBuffer last = ByteBuffer.allocate(1);
        if (size > 0 && file.read(last, size - 1) == 1 && last.get(0) != '\n') {
            file.write(ByteBuffer.wrap(new byte[] {'\n'}), size);
        }
        file.position(file.size());
    }

    public ObjectNode record(String kind) {
        return JsonMapper.shared().createObjectNode().put("at", clock.millis()).put("kind", kind);
    }

    /// Appends a record. It reaches the disk with the next [#durable].
    public void write(ObjectNode record) {
        try {
            ByteBuffer line = ByteBuffer.wrap((record + "\n").getBytes(StandardCharsets.UTF_8));
            while (line.hasRemaining()) {
                file.write(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Appends a record and returns when it is on the disk.
    public void durable(ObjectNode record) {
        write(record);
        try {
            file.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void message(String level, String code, String message, long line) {
        ObjectNode record =
                record("message").put("level", level).put("code", code).put("message", message);
        if (line > 0) {
            record.put("line", line);
        }
        write(record);
    }

    public void failed(Failure failure) {
        ObjectNode record =
                record("failed")
                        .put("code", failure.code().word())
                        .put("message", failure.getMessage())
                        .put("param", failure.param());
        if (failure.line() > 0) {
            record.put("line", failure.line());
        } else {
            record.putNull("line");
        }
        durable(record);
    }

    static ObjectNode numbers(Map<String, Double> values) {
        ObjectNode node = JsonMapper.shared().createObjectNode();
        values.forEach((name, value) -> putFinite(node, name, value));
        return node;
    }

    /// JSON has no word for what is not a number.
    static void putFinite(ObjectNode node, String name, @Nullable Double value) {
        if (value != null && Double.isFinite(value)) {
            node.put(name, value);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
