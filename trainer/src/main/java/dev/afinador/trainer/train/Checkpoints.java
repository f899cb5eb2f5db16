package dev.afinador.trainer.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Folders of a run that appear complete or not at all: written under another name, made durable, then renamed.
///
/// - `checkpoints/step-000040`: what can be served
/// - `resume-000040`: what going on needs; the newest is kept
final class Checkpoints {

    private static final String RESUME = "resume-";

    private final Path run;

    Checkpoints(Path run) {
        this.run = run;
        remove(list(run).filter(path -> name(path).endsWith(".tmp")).toList());
        remove(
                list(run.resolve("checkpoints"))
                        .filter(path -> name(path).endsWith(".tmp"))
                        .toList());
    }

    /// @return the folder relative to the run
    String checkpoint(int step, Consumer<Path> write) {
        String name = "checkpoints/step-" + digits(step);
        publish(run.resolve(name), write);
        return name;
    }

    void resume(int step, Consumer<Path> write) {
        publish(run.resolve(RESUME + digits(step)), write);
        remove(resumes().filter(path -> !name(path).equals(RESUME + digits(step))).toList());
    }

    /// Where the run can go on, the newest first.
    Optional<Path> newest() {
        return resumes().max(Comparator.comparing(Checkpoints::name));
    }

    static int step(Path resume) {
        return Integer.parseInt(name(resume).substring(RESUME.length()));
    }

    private Stream<Path> resumes() {
        return list(run).filter(path -> name(path).matches(RESUME + "\\d+"));
    }

    private static void publish(Path folder, Consumer<Path> write) {
        Path draft = folder.resolveSibling(name(folder) + ".tmp");
        try {
            remove(List.of(draft));
            Files.createDirectories(draft);
            write.accept(draft);
            try (Stream<Path> files = Files.walk(draft)) {
                for (Path file : files.toList()) {
                    force(file);
                }
            }
            remove(List.of(folder)); // of an earlier try at the same step, with the same content
            Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
            force(Objects.requireNonNull(folder.getParent()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Folders are made durable too: a rename is lost otherwise. Windows has no way to, and does not need it.
    private static void force(Path path) throws IOException {
        boolean folder = Files.isDirectory(path);
        if (folder && System.getProperty("os.name").startsWith("Windows")) {
            return;
        }
        try (FileChannel channel =
                FileChannel.open(
                        path, folder ? StandardOpenOption.READ : StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static String digits(int step) {
        return String.format("%06d", step);
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }

    private static Stream<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(List<Path> paths) {
        for (Path path : paths) {
            if (!Files.exists(path)) {
                continue;
            }
            try (Stream<Path> all = Files.walk(path)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
