package dev.afinador.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How a trainer process is started: which JVM, with what on its class path, and with how little of our environment.
///
/// @param java      the `java` to run
/// @param classPath as `java -cp` takes it
/// @param main      the class to run
/// @param cache     where native libraries are unpacked
/// @param options   further options of the JVM
public record TrainerCommand(
        Path java, String classPath, String main, Path cache, List<String> options) {

    /// The trainer in a folder of jars.
    public static TrainerCommand of(Path java, Path folder, Path cache, List<String> options) {
        return new TrainerCommand(java, folder + "/*", "dev.afinador.trainer.Main", cache, options);
    }

    /// What native libraries and JVMs look for; keys of ours are not among it.
    private static final List<String> PASSED_ON =
            List.of(
                    "PATH",
                    "HOME",
                    "TMPDIR",
                    "TZ",
                    "LANG",
                    "LC_",
                    "LD_",
                    "DYLD_",
                    "CUDA",
                    "NVIDIA",
                    "OMP_",
                    "GOMP_",
                    "OPENBLAS_",
                    "KMP_",
                    "MALLOC_",
                    "SYSTEMROOT",
                    "TEMP",
                    "TMP");

    public TrainerCommand {
        options = List.copyOf(options);
    }

    /// A process of this command. Its standard streams are pipes, but for an output that nobody reads.
    ///
    /// @param heap   most megabytes of Java heap; weights and gradients live outside of it
    /// @param output whether somebody reads what it prints
    Process start(int heap, boolean output, String... arguments) throws IOException {
        List<String> line = new ArrayList<>();
        if (isPosix()) {
            // Ctrl-C in a terminal reaches every process of its group. An ignored signal stays
            // ignored across `exec`, and a
            // JVM that finds it ignored leaves it so: the server then ends its children in order.
            line.addAll(List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh"));
        }
        line.add(java.toString());
        line.add("-Xmx" + heap + "m");
        line.add("-XX:+UseSerialGC");
        line.add("-XX:-UsePerfData");
        line.add("--enable-native-access=ALL-UNNAMED");
        line.add("-Dorg.bytedeco.javacpp.cachedir=" + cache);
        line.add("-Dfile.encoding=UTF-8");
        line.add("-Dstdout.encoding=UTF-8");
        line.add("-Dstderr.encoding=UTF-8");
        line.addAll(options);
        line.add("-cp");
        line.add(classPath);
        line.add(main);
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> !passesOn(name));
        // Threads of libtorch that wait for each other would spin. Beside anything else that wants
        // the processor, such as the
        // server, that makes a step ten times slower.
        environment.putIfAbsent("OMP_WAIT_POLICY", "PASSIVE");
        if (!output) {
            builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        }
        Process process = builder.start();
        endMeFirst(process);
        return process;
    }

    private static boolean passesOn(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return PASSED_ON.stream().anyMatch(known -> upper.startsWith(known));
    }

    /// When memory runs out, Linux shall take the training and not the server.
    private static void endMeFirst(Process process) {
        Path score = Path.of("/proc/" + process.pid() + "/oom_score_adj");
        if (Files.isWritable(score)) {
            try {
                Files.writeString(score, "800");
            } catch (IOException e) {
                // It ended already, or this system does not let us: then memory is shared out as
                // ever.
            }
        }
    }

    /// Whether the trainer is where this command looks for it.
    boolean isInstalled() {
        return !classPath.endsWith("/*")
                || Files.isDirectory(Path.of(classPath.substring(0, classPath.length() - 2)));
    }

    private static boolean isPosix() {
        return Files.isExecutable(Path.of("/bin/sh"));
    }
}
