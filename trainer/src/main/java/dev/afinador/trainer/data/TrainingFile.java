package dev.afinador.trainer.data;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/// The encoded examples of a training file. They lie in a file of their own next to the run; memory holds three numbers per example. Examples are
/// numbered from 0 in the order of the file; for preferences, number 2n is what is wanted and 2n + 1 what is not.
public final class TrainingFile implements AutoCloseable {

    private final Path store;
    private final FileChannel channel;
    private final long[] offsets;
    private final int[] lengths;
    private final long[] lines;
    private final long trainedTokens;

    private TrainingFile(Path store, Index index) throws IOException {
        this.store = store;
        this.channel = FileChannel.open(store, StandardOpenOption.READ);
        this.offsets = Arrays.copyOf(index.offsets, index.size);
        this.lengths = Arrays.copyOf(index.lengths, index.size);
        this.lines = Arrays.copyOf(index.lines, index.size);
        this.trainedTokens = index.trainedTokens;
    }

    /// @param store file that is written and, when this is closed, deleted
    /// @throws InvalidExample for the first line that cannot be used
    public static TrainingFile supervised(Path file, Examples examples, Path store)
            throws IOException, InvalidExample {
        return read(file, store, examples::supervised);
    }

    /// @throws InvalidExample for the first line that cannot be used
    public static TrainingFile preferences(Path file, Examples examples, Path store)
            throws IOException, InvalidExample {
        return read(
                file,
                store,
                (json, line) -> {
                    EncodedPair pair = examples.preference(json, line);
                    return List.of(pair.chosen(), pair.rejected());
                });
    }

    private interface Encoder {
        List<Encoded> encode(String json, long line) throws InvalidExample;
    }

    private static TrainingFile read(Path file, Path store, Encoder encoder)
            throws IOException, InvalidExample {
        var index = new Index();
        try (var lines = new LineReader(file);
                var out =
                        new DataOutputStream(
                                new BufferedOutputStream(Files.newOutputStream(store)))) {
            for (String json = lines.next(); json != null; json = lines.next()) {
                for (Encoded example : encoder.encode(json, lines.line())) {
                    index.add(example);
                    for (int i = 0; i < example.tokens().length; i++) {
                        out.writeInt(example.tokens()[i]);
                        out.writeFloat(example.weights()[i]);
                    }
                }
            }
        } catch (IOException | InvalidExample | RuntimeException failed) {
            Files.deleteIfExists(store);
            throw failed;
        }
        return new TrainingFile(store, index);
    }

    /// Number of examples.
    public int size() {
        return lengths.length;
    }

    /// Length in tokens.
    public int length(int example) {
        return lengths[example];
    }

    public long line(int example) {
        return lines[example];
    }

    /// Tokens that count in one pass over the file.
    public long trainedTokens() {
        return trainedTokens;
    }

    public Encoded get(int example) {
        ByteBuffer bytes = ByteBuffer.allocate(lengths[example] * 8);
        try {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, offsets[example] + bytes.position()) < 0) {
                    throw new IOException(store.getFileName() + " is too short");
                }
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        bytes.flip();
        int[] tokens = new int[lengths[example]];
        float[] weights = new float[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = bytes.getInt();
            weights[i] = bytes.getFloat();
        }
        return new Encoded(tokens, weights, lines[example]);
    }

    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(store);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static final class Index {
        long[] offsets = new long[256];
        int[] lengths = new int[256];
        long[] lines = new long[256];
        int size;
        long trainedTokens;
        private long end;

        void add(Encoded example) {
            if (size == lengths.length) {
                offsets = Arrays.copyOf(offsets, size * 2);
                lengths = Arrays.copyOf(lengths, size * 2);
                lines = Arrays.copyOf(lines, size * 2);
            }
            offsets[size] = end;
            lengths[size] = example.tokens().length;
            lines[size++] = example.line();
            trainedTokens += example.trained();
            end += example.tokens().length * 8L;
        }
    }
}
