package dev.afinador.engine.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.afinador.engine.EngineModels.Loadable;
import dev.afinador.engine.process.Sampling.Answer;
import dev.afinador.testkit.SettableClock;
import dev.afinador.testkit.trainer.FakeTrainer;
import dev.afinador.testkit.trainer.FakeTrainerScript;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// Who starts, ends and inherits what.
class ChildProcessesTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir Path temp;
    private TrainerCommand command;

    @BeforeEach
    void prepare() {
        command = command(FakeTrainer.class.getName());
    }

    private TrainerCommand command(String main) {
        return new TrainerCommand(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                main,
                temp.resolve("natives"),
                new FakeTrainerScript(temp).options());
    }

    /// Prints its environment and where natives go.
    public static final class Teller {
        public static void main(String[] args) {
            System.getenv().forEach((name, value) -> System.out.println(name + "=" + value));
            System.out.println("cache=" + System.getProperty("org.bytedeco.javacpp.cachedir"));
            System.out.println("memory=" + Runtime.getRuntime().maxMemory());
        }
    }

    @Test
    void a_child_gets_no_keys_of_ours_little_memory_and_a_cache_outside_of_the_home()
            throws Exception {
        Process child = command(Teller.class.getName()).start(64, true);
        String told = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(told).contains("PATH=").contains("cache=" + temp.resolve("natives"));
        List<String> names = told.lines().map(l -> l.replaceAll("=.*", "")).toList();
        assertThat(names)
                .noneMatch(
                        n -> n.contains("AFINADOR") || n.contains("KEY") || n.startsWith("JAVA"));
        long memory = Long.parseLong(told.replaceAll("(?s).*memory=([0-9]+).*", "$1"));
        assertThat(memory).isLessThanOrEqualTo(64L << 20);
    }

    @Test
    void a_child_ends_when_its_parent_is_gone() throws Exception {
        Process child = command.start(64, true, "serve");
        child.getOutputStream().close(); // what the end of the parent does

        assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void ctrl_c_in_a_terminal_does_not_reach_the_child() throws Exception {
        Process child = command.start(64, true, "serve");
        child.inputReader().readLine(); // it is ready, so its handlers are in place
        new ProcessBuilder("kill", "-INT", String.valueOf(child.pid())).start().waitFor();
        child.getOutputStream()
                .write(
                        "{\"kind\":\"generate\",\"id\":\"1\",\"prompt\":\"hola\",\"n\":1}\n"
                                .getBytes(StandardCharsets.UTF_8));
        child.getOutputStream().flush();

        assertThat(child.inputReader().lines().anyMatch(l -> l.contains("finished"))).isTrue();
        child.destroyForcibly();
    }

    private static Sampling.Request request(String said) {
        return new Sampling.Request(
                JsonMapper.shared().valueToTree(List.of(Map.of("role", "user", "content", said))),
                null,
                null,
                1,
                1,
                null,
                null,
                null,
                1,
                null);
    }

    private static List<Answer> all(Generation generation) throws InterruptedException {
        List<Answer> answers = new ArrayList<>();
        try (generation) {
            while (!generation.isOver()) {
                answers.add(generation.next(LONG));
            }
        }
        return answers;
    }

    private Loadable model(String name) {
        return new Loadable(name, FakeTrainerScript.model(temp.resolve("models"), name), null);
    }

    @Test
    void a_model_that_nobody_has_called_for_a_while_leaves_memory_and_comes_back()
            throws Exception {
        var clock = SettableClock.at("2026-11-23T10:00:00Z");
        try (var sampler =
                new Sampler(
                        command, clock, new Sampler.Settings(64, Duration.ofMillis(400), 2, 4))) {
            assertThat(all(sampler.ask(model("nano"), request("hola"))))
                    .last()
                    .isInstanceOf(Answer.Finished.class);
            long pid = sampler.processes().values().iterator().next();
            all(sampler.ask(model("nano"), request("otra vez")));
            assertThat(sampler.processes()).containsValue(pid);

            clock.advance(Duration.ofSeconds(1));
            await().until(() -> sampler.processes().isEmpty());
            await().until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
            assertThat(all(sampler.ask(model("nano"), request("hola"))))
                    .last()
                    .isInstanceOf(Answer.Finished.class);
        }
    }

    @Test
    void the_model_that_has_waited_longest_makes_room_for_another_and_a_busy_one_never_does()
            throws Exception {
        var clock = SettableClock.at("2026-11-23T10:00:00Z");
        try (var sampler =
                new Sampler(
                        command, clock, new Sampler.Settings(64, Duration.ofMinutes(5), 2, 4))) {
            Loadable one = model("uno");
            Loadable two = model("dos");
            Loadable three = model("tres");
            all(sampler.ask(one, request("hola")));
            clock.advance(Duration.ofSeconds(1));
            all(sampler.ask(two, request("hola")));
            clock.advance(Duration.ofSeconds(1));

            all(sampler.ask(three, request("hola")));
            assertThat(sampler.processes()).containsOnlyKeys(two.base(), three.base());

            try (Generation a = sampler.ask(two, request("[endless] a"));
                    Generation b = sampler.ask(three, request("[endless] b"))) {
                assertThat(a.next(LONG)).isNotNull();
                assertThat(b.next(LONG)).isNotNull();
                org.assertj.core.api.Assertions.assertThatThrownBy(
                                () -> sampler.ask(one, request("hola")))
                        .hasMessageContaining("2 models in memory");
            }
            assertThat(all(sampler.ask(one, request("hola"))))
                    .last()
                    .isInstanceOf(Answer.Finished.class);
        }
    }

    @Test
    void an_ending_server_ends_its_models_and_tells_those_who_wait() throws Exception {
        var clock = SettableClock.at("2026-11-23T10:00:00Z");
        var sampler =
                new Sampler(command, clock, new Sampler.Settings(64, Duration.ofMinutes(5), 2, 4));
        Generation endless = sampler.ask(model("nano"), request("[endless] a"));
        assertThat(endless.next(LONG)).isInstanceOf(Answer.Started.class);
        long pid = sampler.processes().values().iterator().next();

        sampler.close();

        await().until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
        Answer last = endless.next(LONG);
        while (!endless.isOver()) {
            last = endless.next(LONG);
        }
        assertThat(last).isInstanceOf(Answer.Failed.class);
    }

    @Test
    void the_last_words_on_the_error_stream_are_remembered_without_stack_frames()
            throws IOException, InterruptedException {
        String errors =
                "x".repeat(10_000)
                        + "\nException: no memory\n\tat a.b(C.java:1)\n\t... 3 more\n"
                        + "WARNING: a method has been called by a library\n\n";
        var tail =
                new ErrorTail(
                        new java.io.ByteArrayInputStream(errors.getBytes(StandardCharsets.UTF_8)),
                        temp.resolve("errors.log"),
                        "test");

        assertThat(tail.lastLine()).isEqualTo("Exception: no memory");
        assertThat(Ending.of(137, "")).isEqualTo("it was killed (signal 9, SIGKILL)");
        assertThat(Ending.of(3, "x")).isEqualTo("it ended with status 3: x");
        assertThat(Ending.of(143, "")).contains("SIGTERM");
        assertThat(Ending.of(135, "")).isEqualTo("signal 7 ended it");
    }
}
