package dev.afinador.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A process of ours that says on its output when it is ready. Numbers about it come from `/proc`.
final class Child implements AutoCloseable {

    private static final long TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux

    private final Process process;
    private final String readyLine;
    private final long startNanos;

    private Child(Process process, String readyLine, long startNanos) {
        this.process = process;
        this.readyLine = readyLine;
        this.startNanos = startNanos;
    }

    /// Starts it and waits for the first line with `sign` in it; lines before that are shown.
    static Child start(List<String> command, String sign) {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment()
                .keySet()
                .removeIf(name ->
                        (name.startsWith("AFINADOR_") && !name.equals("AFINADOR_JAVA_HOME"))
                                || name.startsWith("OPENAI_")
                                || name.startsWith("SPRING_")
                                || name.startsWith("SERVER_")
                                || name.equals("JAVA_TOOL_OPTIONS"));
        builder.environment().put("LC_ALL", "C.UTF-8");
        long begun = System.nanoTime();
        try {
            Process process = builder.start();
            BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.contains(sign)) {
                    long took = System.nanoTime() - begun;
                    Thread.ofVirtual().start(() -> drain(out));
                    return new Child(process, line, took);
                }
                System.err.println(line);
            }
            throw new IllegalStateException(
                    "It ended with " + process.waitFor() + " before it was ready: " + command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void drain(BufferedReader out) {
        try {
            while (out.readLine() != null) {
                // nobody needs it, but a full pipe would stop the process
            }
        } catch (IOException e) {
            // it ended
        }
    }

    /// From the command to the line that says ready.
    long startNanos() {
        return startNanos;
    }

    /// The word of the ready line that begins with this.
    String word(String beginning) {
        for (String word : readyLine.split("\\s+")) {
            if (word.startsWith(beginning)) {
                return word;
            }
        }
        throw new IllegalStateException("No " + beginning + " in: " + readyLine);
    }

    /// The command line of the process itself, whatever script began it.
    List<String> command() {
        return List.of(proc("cmdline").split("\0"));
    }

    /// One of `VmRSS`, `VmHWM`, in MB.
    double megabytes(String name) {
        return proc("status")
                        .lines()
                        .filter(line -> line.startsWith(name + ":"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow()
                / 1024.0;
    }

    /// Time on processors so far, in seconds.
    double cpuSeconds() {
        String stat = proc("stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12]))
                / (double) TICKS_PER_SECOND;
    }

    private String proc(String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Tells it to stop and waits for that.
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(40, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
