package dev.afinador.dataset.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingFileFuzzTest {

    private static Path seeds() throws URISyntaxException {
        return Path.of(TrainingFileFuzzTest.class.getResource("seeds").toURI());
    }

    static Stream<Path> files() throws IOException, URISyntaxException {
        return Files.list(seeds()).sorted();
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_seed_is_read_in_good_order(Path file) throws IOException {
        TrainingFileFuzzer.fuzzerTestOneInput(Files.readAllBytes(file));
    }

    /// What a fuzzer does first, without one.
    @ParameterizedTest
    @MethodSource("files")
    void every_seed_with_bytes_changed_is_read_in_good_order(Path file) throws IOException {
        byte[] good = Files.readAllBytes(file);
        var random = new Random(good.length);
        for (int i = 0; i < 30 && good.length > 0; i++) {
            byte[] bad = good.clone();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            TrainingFileFuzzer.fuzzerTestOneInput(bad);
        }
    }

    /// `./mvnw -pl core test -Pfuzz`: ten minutes, in a process whose heap is too small for memory to grow unseen.
    @Test
    @EnabledIfSystemProperty(named = "afinador.fuzz.seconds", matches = "\\d+")
    void jazzer_finds_nothing() throws Exception {
        long seconds = Long.getLong("afinador.fuzz.seconds");
        Path target = Path.of("target", "fuzz");
        Path corpus = Files.createDirectories(target.resolve("corpus"));
        Path log = target.resolve("fuzz.log");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx384m",
                                "-XX:+EnableDynamicAgentLoading",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                // Maven puts the class path into a jar of its own
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                "com.code_intelligence.jazzer.Jazzer",
                                "--target_class=" + TrainingFileFuzzer.class.getName(),
                                "--instrumentation_includes=dev.afinador.dataset.**",
                                "--custom_hook_includes=dev.afinador.dataset.**",
                                "--reproducer_path=" + target.toAbsolutePath(),
                                "-artifact_prefix=" + target.toAbsolutePath() + "/",
                                "-max_total_time=" + seconds,
                                "-max_len=8192",
                                "-timeout=60", // the first one instruments the classes
                                "-print_final_stats=1",
                                corpus.toString(),
                                seeds().toString()));
        Process jazzer =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            assertThat(jazzer.waitFor(seconds + 120, TimeUnit.SECONDS)).as("it ends").isTrue();
            assertThat(jazzer.exitValue())
                    .as("nothing found; otherwise %s tells, with the file beside it", log)
                    .isZero();
        } finally {
            jazzer.destroyForcibly();
        }
    }
}
