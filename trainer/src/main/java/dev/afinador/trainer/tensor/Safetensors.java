package dev.afinador.trainer.tensor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A file of named tensors (https://huggingface.co/docs/safetensors): eight bytes with the length of a JSON header, the header, the numbers. The file
/// is mapped into memory; its tensors are read where they lie and are good while it is open.
public final class Safetensors implements AutoCloseable {

    private static final int LARGEST_HEADER = 100 << 20; // the format's own limit

    private final Path file;
    private final Arena arena;
    private final MemorySegment data;
    private final SequencedMap<String, Entry> entries;
    private final Map<String, String> metadata;

    /// @param type null for one that libtorch does not have here
    private record Entry(
            String dtype, @Nullable ScalarType type, long[] shape, long from, long to) {}

    private Safetensors(
            Path file,
            Arena arena,
            MemorySegment data,
            SequencedMap<String, Entry> entries,
            Map<String, String> metadata) {
        this.file = file;
        this.arena = arena;
        this.data = data;
        this.entries = entries;
        this.metadata = metadata;
    }

    /// @throws IOException when the file cannot be read or is not what the format says; the message names the file
    @SuppressWarnings("MustBeClosed") // what is returned closes it
    public static Safetensors open(Path file) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < 8) {
                throw broken(file, "it is shorter than its header's length");
            }
            MemorySegment all = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
            long header =
                    all.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
            if (header < 2 || header > LARGEST_HEADER || header > size - 8) {
                throw broken(file, "its header would be " + header + " bytes long");
            }
            byte[] json = all.asSlice(8, header).toArray(ValueLayout.JAVA_BYTE);
            MemorySegment data = all.asSlice(8 + header);
            var metadata = new LinkedHashMap<String, String>();
            return new Safetensors(
                    file, arena, data, entries(file, json, data.byteSize(), metadata), metadata);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private static SequencedMap<String, Entry> entries(
            Path file, byte[] json, long bytes, Map<String, String> metadata) throws IOException {
        JsonNode header;
        try {
            header = JsonMapper.shared().readTree(json);
        } catch (JacksonException e) {
            throw broken(file, "its header is no JSON");
        }
        var entries = new LinkedHashMap<String, Entry>();
        for (Map.Entry<String, JsonNode> property : header.properties()) {
            JsonNode node = property.getValue();
            if (property.getKey().equals("__metadata__")) {
                node.properties().forEach(p -> metadata.put(p.getKey(), p.getValue().asString()));
                continue;
            }
            long[] shape = node.path("shape").valueStream().mapToLong(JsonNode::asLong).toArray();
            long from = node.path("data_offsets").path(0).asLong(-1);
            long to = node.path("data_offsets").path(1).asLong(-1);
            String dtype = node.path("dtype").asString("?");
            ScalarType type = type(dtype);
            if (from < 0 || to < from || to > bytes) {
                throw broken(
                        file,
                        property.getKey() + " lies outside of the file, which may be cut off");
            }
            if (type != null && to - from != elements(shape) * size(type)) {
                throw broken(file, property.getKey() + " has another size than its shape says");
            }
            entries.put(property.getKey(), new Entry(dtype, type, shape, from, to));
        }
        return entries;
    }

    public SequencedMap<String, long[]> shapes() {
        var shapes = new LinkedHashMap<String, long[]>();
        entries.forEach((name, entry) -> shapes.put(name, entry.shape));
        return Collections.unmodifiableSequencedMap(shapes);
    }

    /// As the file spells it, e.g. `BF16`.
    public String dtype(String name) {
        return entry(name).dtype;
    }

    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    public long bytes() {
        return data.byteSize();
    }

    /// The tensor where it lies in the file: read-only, on the processor, good while the file is open.
    ///
    /// @throws IllegalArgumentException when there is none of this name, or of a type that is not supported
    public Tensor get(String name) {
        Entry entry = entry(name);
        if (entry.type == null) {
            throw new IllegalArgumentException(
                    name + " in " + file.getFileName() + " is of type " + entry.dtype);
        }
        Pointer at = new Address(data.address() + entry.from);
        return torch.from_blob(at, entry.shape, new TensorOptions(entry.type));
    }

    private Entry entry(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException(file.getFileName() + " has no tensor " + name);
        }
        return entry;
    }

    @Override
    public void close() {
        arena.close();
    }

    /// Writes the tensors in their order, durable when the call returns.
    public static void write(
            Path file, SequencedMap<String, Tensor> tensors, Map<String, String> metadata) {
        ObjectNode header = JsonMapper.shared().createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode node = header.putObject("__metadata__");
            metadata.forEach(node::put);
        }
        long at = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            ScalarType type = tensor.scalar_type().intern();
            ObjectNode node = header.putObject(entry.getKey());
            node.put("dtype", dtype(type));
            var shape = node.putArray("shape");
            for (long length : tensor.shape()) {
                shape.add(length);
            }
            long bytes = tensor.numel() * size(type);
            node.putArray("data_offsets").add(at).add(at + bytes);
            at += bytes;
        }
        String json = header.toString();
        byte[] text =
                (json + " ".repeat((8 - json.getBytes(StandardCharsets.UTF_8).length % 8) % 8))
                        .getBytes(StandardCharsets.UTF_8);
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer head =
                    ByteBuffer.allocate(8 + text.length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(text.length)
                            .put(text)
                            .flip();
            writeAll(channel, head);
            for (Tensor tensor : tensors.values()) {
                Tensor flat = tensor.detach().cpu().contiguous();
                MemorySegment bytes = Tensors.memory(flat, size(flat.scalar_type().intern()));
                for (long from = 0; from < bytes.byteSize(); from += 1 << 26) {
                    long length = Math.min(1 << 26, bytes.byteSize() - from);
                    writeAll(channel, bytes.asSlice(from, length).asByteBuffer());
                }
            }
            channel.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static @Nullable ScalarType type(String dtype) {
        return switch (dtype) {
            case "F32" -> ScalarType.Float;
            case "F16" -> ScalarType.Half;
            case "BF16" -> ScalarType.BFloat16;
            case "I64" -> ScalarType.Long;
            default -> null;
        };
    }

    private static String dtype(ScalarType type) {
        return switch (type) {
            case Float -> "F32";
            case Half -> "F16";
            case BFloat16 -> "BF16";
            case Long -> "I64";
            default -> throw new IllegalArgumentException("no safetensors type for " + type);
        };
    }

    private static int size(ScalarType type) {
        return switch (type) {
            case Half, BFloat16 -> 2;
            case Float -> 4;
            case Long -> 8;
            default -> throw new IllegalArgumentException("no safetensors type for " + type);
        };
    }

    private static long elements(long[] shape) {
        long elements = 1;
        for (long length : shape) {
            elements = Math.multiplyExact(elements, length);
        }
        return elements;
    }

    private static IOException broken(Path file, String why) {
        return new IOException(file.getFileName() + " is no usable safetensors file: " + why);
    }

    /// A place in memory that somebody else owns.
    private static final class Address extends Pointer {
        Address(long address) {
            super((Pointer) null);
            this.address = address;
        }
    }
}
