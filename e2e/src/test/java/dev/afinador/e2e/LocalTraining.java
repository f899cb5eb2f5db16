package dev.afinador.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What a server needs to train by itself, as `./afinador start` passes it.
public final class LocalTraining {

    private LocalTraining() {}

    /// Options that bring the trainer along, built just before these tests.
    public static List<String> options() {
        Path trainer = Path.of(System.getProperty("afinador.trainer", "../trainer/target/trainer"));
        if (!Files.isDirectory(trainer)) {
            throw new IllegalStateException(trainer + " is not there: package the trainer first");
        }
        Path root = root();
        return List.of(
                "--afinador.engine.trainer=" + trainer.toAbsolutePath().normalize(),
                "--afinador.engine.natives=" + root.resolve(".afinador/native"),
                "--afinador.engine.shipped-models=" + root.resolve("trainer/models"));
    }

    /// Fifty questions and answers in Spanish.
    public static Path pairs() {
        return root().resolve("docs/examples/soporte-50.jsonl");
    }

    private static Path root() {
        return Path.of("..").toAbsolutePath().normalize();
    }
}
