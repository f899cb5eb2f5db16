package dev.afinador.bench.datasets;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.check.CheckListener;
import dev.afinador.dataset.check.CheckOptions;
import dev.afinador.dataset.check.FileReport;
import dev.afinador.dataset.check.TrainingFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// One way of reading the file, in a process of its own; prints what [Measured] reads.
final class Reading {

    enum Way {
        BYTES,
        STRUCTURE,
        TOKENS,
        EVERYTHING,
        JTOKKIT
    }

    private Reading() {}

    /// @param args the way, the number of threads, how often, the file
    public static void main(String[] args) throws IOException {
        Way way = Way.valueOf(args[0]);
        int threads = Integer.parseInt(args[1]);
        int times = Integer.parseInt(args[2]);
        Path file = Path.of(args[3]);
        double best = Double.MAX_VALUE;
        double first = -1;
        long tokens = 0;
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            var watch = new FirstFinding(start);
            tokens = read(way, threads, file, watch);
            best = Math.min(best, (System.nanoTime() - start) / 1e9);
            if (i == 0) {
                first = watch.seconds; // with nothing compiled yet
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%d %.4f %.4f %d %d %.3f %d%n",
                Files.size(file),
                best,
                processorSeconds() / times,
                heap(),
                resident(),
                first,
                tokens);
    }

    private static long read(Way way, int threads, Path file, CheckListener listener)
            throws IOException {
        return switch (way) {
            case BYTES -> bytes(file);
            case STRUCTURE -> check(file, CheckOptions.structure().withThreads(threads), listener);
            case TOKENS ->
                    check(
                            file,
                            CheckOptions.everything().withContents(false).withThreads(threads),
                            listener);
            case EVERYTHING ->
                    check(file, CheckOptions.everything().withThreads(threads), listener);
            case JTOKKIT -> jtokkit(file);
        };
    }

    private static long bytes(Path file) throws IOException {
        byte[] chunk = new byte[1 << 20];
        long sum = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                sum += chunk[count / 2]; // so that it is not for nothing
            }
        }
        return Math.min(0, sum);
    }

    private static long check(Path file, CheckOptions options, CheckListener listener)
            throws IOException {
        CheckOptions.Limits limits = CheckOptions.Limits.forHeap(Runtime.getRuntime().maxMemory());
        try (InputStream in = Files.newInputStream(file)) {
            FileReport report = TrainingFile.check(in, options.withLimits(limits), listener);
            if (report.errors() != 1) { // the one that was put there
                throw new IllegalStateException("unexpected: " + report.counts());
            }
            return report.numbers().tokens().values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /// Contents of messages by Jackson's tokens and JTokkit as published: the usual way in Java.
    private static long jtokkit(Path file) throws IOException {
        Encoding encoding =
                Encodings.newDefaultEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
        var json = new JsonFactory();
        long tokens = 0;
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                try (JsonParser parser = json.createParser(ObjectReadContext.empty(), line)) {
                    boolean content = false;
                    while (parser.nextToken() != null) {
                        if (parser.currentToken() == JsonToken.PROPERTY_NAME) {
                            content = parser.currentName().equals("content");
                        } else if (content && parser.currentToken() == JsonToken.VALUE_STRING) {
                            tokens += encoding.countTokensOrdinary(parser.getString());
                        }
                    }
                }
            }
        }
        return tokens;
    }

    /// Of all threads, compilers and collectors included.
    private static double processorSeconds() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }

    /// The most that was in use at any one time, all parts of the heap together.
    private static long heap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }

    /// Linux tells; 0 elsewhere.
    private static long resident() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElse(0);
    }

    private static final class FirstFinding implements CheckListener {
        private final long start;
        private volatile double seconds = -1;

        FirstFinding(long start) {
            this.start = start;
        }

        @Override
        public void found(DatasetFinding finding) {
            if (seconds < 0) {
                seconds = (System.nanoTime() - start) / 1e9;
            }
        }
    }
}
