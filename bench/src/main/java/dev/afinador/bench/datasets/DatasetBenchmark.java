package dev.afinador.bench.datasets;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads a large training file in several ways, each in a process of its own, and prints a Markdown table.
public final class DatasetBenchmark {

    private static final String JVM_HEAP = "-Xmx256m";

    /// A comma too much.
    private static final String WRONG =
            "{\"messages\": [{\"role\": \"user\", \"content\": \"?\",}]}\n";

    private final Path here;
    private final int megabytes;
    private final int slowMegabytes;
    private final int times;

    private DatasetBenchmark(Path here, int megabytes, int slowMegabytes, int times) {
        this.here = here;
        this.megabytes = megabytes;
        this.slowMegabytes = slowMegabytes;
        this.times = times;
    }

    /// @param args the repository's folder, then options
    public static void main(String[] args) throws IOException, InterruptedException {
        int megabytes = 1_024;
        int slow = 64;
        int times = 3;
        for (int i = 1; i + 1 < args.length; i += 2) {
            int value = Integer.parseInt(args[i + 1]);
            switch (args[i]) {
                case "--megabytes" -> megabytes = value;
                case "--slow-megabytes" -> slow = value;
                case "--times" -> times = value;
                default -> throw new IllegalArgumentException("unknown option " + args[i]);
            }
        }
        new DatasetBenchmark(Path.of(args[0]), megabytes, slow, times).run();
    }

    /// What a process told.
    ///
    /// @param seconds   of the fastest time
    /// @param processor seconds of all threads for one time, the process's start included: hardly changed by other work on the machine
    /// @param heap      bytes, the most
    /// @param resident  bytes, the most; 0 where the system does not tell
    /// @param first     seconds to the first finding; negative for none
    /// @param tokens    of the contents
    private record Measured(
            long bytes,
            double seconds,
            double processor,
            long heap,
            long resident,
            double first,
            long tokens) {

        double speed() {
            return bytes / 1e6 / seconds;
        }

        double perProcessorSecond() {
            return bytes / 1e6 / processor;
        }
    }

    private void run() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("afinador-bench");
        try {
            int threads = Runtime.getRuntime().availableProcessors();
            Path slow = file(folder.resolve("part.jsonl"), slowMegabytes, false);
            Path large = file(folder.resolve("large.jsonl"), megabytes, true);
            Measured bytes = read(Reading.Way.BYTES, 1, large);
            Measured structureOne = read(Reading.Way.STRUCTURE, 1, large);
            Measured structure = read(Reading.Way.STRUCTURE, threads, large);
            Measured tokensOne = read(Reading.Way.TOKENS, 1, large);
            Measured tokens = read(Reading.Way.TOKENS, threads, large);
            Measured everythingOne = read(Reading.Way.EVERYTHING, 1, large);
            Measured everything = read(Reading.Way.EVERYTHING, threads, large);
            Measured jtokkit = read(Reading.Way.JTOKKIT, 1, slow);
            Measured notebook = notebook(folder, slow);

            print(
                    "| With `o200k_base` tokens, for the same processor time, beside | times as much |");
            print("| --- | ---: |");
            print(
                    "| Jackson and JTokkit as published | × %.1f |",
                    tokensOne.perProcessorSecond() / jtokkit.perProcessorSecond());
            if (notebook != null) {
                print(
                        "| the data-preparation notebook's logic in Python with tiktoken | × %.1f |",
                        tokensOne.perProcessorSecond() / notebook.perProcessorSecond());
            }
            print("");
            print(
                    "| %,d MB, heap %s | MB/s, 1 thread | MB/s, %d threads | MB per processor second | heap, MB | resident, MB | first"
                            + " finding, s |",
                    bytes.bytes() / 1_000_000, JVM_HEAP.substring(4), threads);
            print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
            print(
                    "| reading the bytes alone | %.0f | | %.0f | | | |",
                    bytes.speed(), bytes.perProcessorSecond());
            row("structure only", structureOne, structure);
            row("structure and `o200k_base` tokens", tokensOne, tokens);
            row("everything: texts, comparisons, tokens", everythingOne, everything);
            print(
                    "| Jackson and JTokkit (%d MB) | %.1f | | %.1f | %d | %d | |",
                    slowMegabytes,
                    jtokkit.speed(),
                    jtokkit.perProcessorSecond(),
                    jtokkit.heap() >> 20,
                    jtokkit.resident() >> 20);
            if (notebook == null) {
                print("| Python and tiktoken | not installed | | | | | |");
            } else {
                print(
                        "| notebook's logic, Python and tiktoken (%d MB) | %.1f | | %.1f | | %d | |",
                        slowMegabytes,
                        notebook.speed(),
                        notebook.perProcessorSecond(),
                        notebook.resident() >> 20);
                print("");
                print(
                        "Tokens of the part's contents: %,d by JTokkit, %,d by tiktoken.",
                        jtokkit.tokens(), notebook.tokens());
            }
        } finally {
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private static void row(String name, Measured one, Measured all) {
        print(
                "| %s | %.0f | %.0f | %.0f | %d | %d | %.2f |",
                name,
                one.speed(),
                all.speed(),
                one.perProcessorSecond(),
                all.heap() >> 20,
                all.resident() >> 20,
                all.first());
    }

    /// The large one has a wrong line a tenth of a percent from its start.
    private static Path file(Path file, int megabytes, boolean wrong) throws IOException {
        long bytes = megabytes * 1_000_000L;
        if (!wrong) {
            LargeFile.write(file, bytes);
            return file;
        }
        Path rest = file.resolveSibling("rest.jsonl");
        LargeFile.write(rest, bytes);
        try (InputStream in = Files.newInputStream(rest);
                OutputStream out = Files.newOutputStream(file)) {
            byte[] start = in.readNBytes((int) (bytes / 1_000));
            int end = start.length;
            while (start[end - 1] != '\n') {
                end--;
            }
            out.write(start, 0, end);
            out.write(WRONG.getBytes(StandardCharsets.UTF_8));
            out.write(start, end, start.length - end);
            in.transferTo(out);
        }
        Files.delete(rest);
        return file;
    }

    private Measured read(Reading.Way way, int threads, Path file)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(way == Reading.Way.JTOKKIT ? "-Xmx1g" : JVM_HEAP);
        command.add("-XX:+UseSerialGC");
        command.add("-XX:+UseCompactObjectHeaders");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Reading.class.getName());
        command.add(way.name());
        command.add(String.valueOf(threads));
        command.add(String.valueOf(times));
        command.add(file.toString());
        return Objects.requireNonNull(measure(command));
    }

    /// @return null when Python or tiktoken is not there
    private @Nullable Measured notebook(Path folder, Path file)
            throws IOException, InterruptedException {
        Path ranks = folder.resolve("o200k_base.tiktoken");
        try (InputStream in =
                DatasetBenchmark.class.getResourceAsStream(
                        "/com/knuddels/jtokkit/o200k_base.tiktoken")) {
            Files.copy(Objects.requireNonNull(in), ranks, StandardCopyOption.REPLACE_EXISTING);
        }
        String script = here.resolve("bench/notebook_logic.py").toString();
        try {
            return measure(List.of("python3", script, ranks.toString(), file.toString()));
        } catch (IOException e) {
            return null;
        }
    }

    private static @Nullable Measured measure(List<String> command)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            if (command.getFirst().equals("python3")) {
                return null;
            }
            throw new IOException("failed: " + String.join(" ", command));
        }
        String[] words = out.strip().split(" ");
        return new Measured(
                Long.parseLong(words[0]),
                Double.parseDouble(words[1]),
                Double.parseDouble(words[2]),
                Long.parseLong(words[3]),
                Long.parseLong(words[4]),
                Double.parseDouble(words[5]),
                Long.parseLong(words[6]));
    }

    private static void print(String format, Object... args) {
        System.out.println(String.format(Locale.ENGLISH, format, args));
    }
}
