package dev.afinador.engine.process;

import dev.afinador.engine.EngineEvent;
import dev.afinador.engine.Trainer.LogRead;
import dev.afinador.engine.TrainerRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads `log.jsonl`. What is no record of the contract is passed over: a torn line, a kind of a later version.
final class LogReader {

    private static final Logger log = LoggerFactory.getLogger(LogReader.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final int AT_ONCE = 256 << 10;
    private static final int LONGEST_LINE = 16 << 20;

    private LogReader() {}

    static LogRead read(Path file, long from, int most) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            List<TrainerRecord> records = new ArrayList<>();
            long at = from;
            ByteBuffer buffer = ByteBuffer.allocate(AT_ONCE);
            while (records.size() < most) {
                buffer.clear();
                readFully(channel, buffer, at);
                byte[] bytes = buffer.array();
                int length = buffer.position();
                int start = 0;
                int end;
                while (records.size() < most && (end = lineEnd(bytes, start, length)) >= 0) {
                    TrainerRecord record =
                            record(new String(bytes, start, end - start, StandardCharsets.UTF_8));
                    if (record != null) {
                        records.add(record);
                    }
                    start = end + 1;
                }
                at += start;
                if (start > 0 && length == bytes.length) {
                    continue; // there is more
                }
                if (start == 0 && length == bytes.length) { // a line longer than the buffer
                    if (bytes.length >= LONGEST_LINE) {
                        at += length;
                        log.warn("{} holds a line without an end; it is passed over", file);
                    } else {
                        buffer = ByteBuffer.allocate(bytes.length * 4);
                    }
                    continue;
                }
                break;
            }
            return new LogRead(records, at);
        } catch (NoSuchFileException e) {
            return new LogRead(List.of(), from);
        }
    }

    private static void readFully(FileChannel channel, ByteBuffer buffer, long at)
            throws IOException {
        long place = at;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, place);
            if (read < 0) {
                return;
            }
            place += read;
        }
    }

    private static int lineEnd(byte[] bytes, int from, int length) {
        for (int i = from; i < length; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    static @Nullable TrainerRecord record(String line) {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JacksonException e) {
            return null;
        }
        if (!node.isObject()) {
            return null;
        }
        return switch (text(node, "kind", "")) {
            case "started" ->
                    new TrainerRecord.Started(
                            text(node, "device", "?"),
                            text(node, "precision", "?"),
                            (int) number(node, "threads"),
                            number(node, "resumed_from_step"));
            case "validated" ->
                    new TrainerRecord.Validated(
                            number(node, "examples"),
                            number(node, "validation_examples"),
                            number(node, "skipped"),
                            number(node, "trained_tokens_per_epoch"));
            case "resolved" ->
                    new TrainerRecord.Resolved(
                            hyperparameters(node.path("hyperparameters")),
                            number(node, "total_steps"));
            case "message" ->
                    new TrainerRecord.Message(
                            level(text(node, "level", "info")),
                            text(node, "code", ""),
                            text(node, "message", ""),
                            number(node, "line"));
            case "metrics" -> new TrainerRecord.Metrics(number(node, "step"), numbers(node));
            case "checkpoint" -> {
                Map<String, Double> metrics = numbers(node.path("metrics"));
                metrics.put("step", (double) number(node, "step"));
                yield new TrainerRecord.Checkpoint(
                        number(node, "step"), text(node, "folder", ""), metrics);
            }
            case "paused" -> new TrainerRecord.LastWord.Paused(number(node, "step"));
            case "failed" ->
                    new TrainerRecord.LastWord.Failed(
                            text(node, "code", "training_failed"),
                            text(node, "message", "Training failed without saying why."),
                            textOrNull(node, "param"),
                            number(node, "line"));
            case "succeeded" ->
                    new TrainerRecord.LastWord.Succeeded(
                            number(node, "step"),
                            text(node, "folder", ""),
                            number(node, "trained_tokens"));
            default -> null;
        };
    }

    private static EngineEvent.Level level(String word) {
        return switch (word) {
            case "error" -> EngineEvent.Level.ERROR;
            case "warn", "warning" -> EngineEvent.Level.WARN;
            default -> EngineEvent.Level.INFO;
        };
    }

    private static Map<String, String> hyperparameters(JsonNode node) {
        Map<String, String> values = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (entry.getValue().isNumber()) {
                values.put(entry.getKey(), entry.getValue().asString());
            }
        }
        return values;
    }

    /// Every number that is one; the books know neither infinity nor "not a number".
    private static Map<String, Double> numbers(JsonNode node) {
        Map<String, Double> values = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (entry.getValue().isNumber() && !entry.getKey().equals("at")) {
                double value = entry.getValue().doubleValue();
                if (Double.isFinite(value)) {
                    values.put(entry.getKey(), value);
                }
            }
        }
        return values;
    }

    private static long number(JsonNode node, String name) {
        JsonNode value = node.path(name);
        return value.isNumber() ? value.asLong(0) : 0;
    }

    private static String text(JsonNode node, String name, String otherwise) {
        JsonNode value = node.path(name);
        return value.isString() ? value.stringValue() : otherwise;
    }

    private static @Nullable String textOrNull(JsonNode node, String name) {
        JsonNode value = node.path(name);
        return value.isString() ? value.stringValue() : null;
    }
}
