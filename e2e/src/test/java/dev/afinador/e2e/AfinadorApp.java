package dev.afinador.e2e;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipFile;

/// The packaged server, unpacked and with a recorded fast start, as `./afinador start` runs it. Made once per jar: these
/// tests start many processes.
final class AfinadorApp {

    private static final List<String> JVM_OPTIONS =
            List.of(
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseCompactObjectHeaders",
                    "-Xms64m",
                    "-Xmx192m",
                    "-Xss512k",
                    "-XX:ReservedCodeCacheSize=96m",
                    "-XX:+ExitOnOutOfMemoryError",
                    "--enable-native-access=ALL-UNNAMED",
                    "-Xlog:disable",
                    "-Xlog:all=error:stderr",
                    "-Dfile.encoding=UTF-8",
                    "-Dstdout.encoding=UTF-8",
                    "-Dstderr.encoding=UTF-8");

    private final Path folder;

    private AfinadorApp(Path folder) {
        this.folder = folder;
    }

    private static final class Holder {
        static final AfinadorApp APP = make();
    }

    static AfinadorApp get() {
        return Holder.APP;
    }

    /// A scratch folder that the build's `clean` removes.
    static Path work() {
        return Path.of(System.getProperty("afinador.e2e.work", "target/e2e")).toAbsolutePath();
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /// The command line that runs the server.
    List<String> command(List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(JVM_OPTIONS);
        Path cache = folder.resolve("afinador.aot");
        if (Files.exists(cache)) {
            command.add("-XX:AOTCache=" + cache);
        }
        command.add("-jar");
        command.add(folder.resolve("afinador.jar").toString());
        command.addAll(options);
        return command;
    }

    private static AfinadorApp make() {
        Path jar =
                Path.of(System.getProperty("afinador.jar", "../server/target/afinador.jar"))
                        .toAbsolutePath()
                        .normalize();
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(jar + " is not there: package the server first");
        }
        try {
            String version = fingerprint(jar);
            Path folder = work().resolve("app-" + version);
            if (!Files.exists(folder.resolve("ready"))) {
                deleteTree(folder);
                Files.createDirectories(work());
                run(
                        java(),
                        "-Djarmode=tools",
                        "-jar",
                        jar.toString(),
                        "extract",
                        "--destination",
                        folder.toString());
                record(folder);
                Files.createFile(folder.resolve("ready"));
            }
            return new AfinadorApp(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Of what is in the jar: one that is packaged anew from the same parts has the same.
    private static String fingerprint(Path jar) throws IOException {
        var sum = new CRC32();
        try (var zip = new ZipFile(jar.toFile())) {
            zip.stream()
                    .map(entry -> entry.getName() + " " + entry.getCrc())
                    .sorted()
                    .forEach(line -> sum.update(line.getBytes(StandardCharsets.UTF_8)));
        }
        return Long.toHexString(sum.getValue());
    }

    private static void record(Path folder) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(JVM_OPTIONS);
        command.add("-XX:AOTCacheOutput=" + folder.resolve("afinador.aot"));
        command.add("-jar");
        command.add(folder.resolve("afinador.jar").toString());
        command.add("--afinador.rehearsal=true");
        command.add("--afinador.data=" + folder.resolve("rehearsal"));
        command.add("--server.port=0");
        run(command.toArray(String[]::new));
    }

    private static void run(String... command) throws IOException {
        File log = Files.createTempFile(work(), "prepare-", ".log").toFile();
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log);
        AfinadorProcess.cleanEnvironment(builder);
        Process process = builder.start();
        try {
            if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        "The server could not be prepared:\n" + Files.readString(log.toPath()));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        Files.delete(log.toPath());
    }

    static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
