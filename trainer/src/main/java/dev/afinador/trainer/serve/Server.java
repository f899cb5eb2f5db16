package dev.afinador.trainer.serve;

import dev.afinador.trainer.Failure;
import dev.afinador.trainer.tensor.Compute;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.SplittableRandom;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The `serve` command: reads requests until its input ends.
public final class Server {

    private final InputStream in;
    private final Answers answers;
    private final InstantSource clock;

    public Server(InputStream in, PrintStream out, InstantSource clock) {
        this.in = in;
        this.answers = new Answers(out);
        this.clock = clock;
    }

    public void run(Compute compute) throws InterruptedException {
        var batcher = new Batcher(compute, answers, clock, new SplittableRandom());
        Thread.ofPlatform().daemon().name("requests").start(() -> listen(batcher));
        answers.ready(compute);
        batcher.run();
    }

    private void listen(Batcher batcher) {
        try (var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                hear(line, batcher);
            }
        } catch (IOException e) {
            // as good as an end
        }
        batcher.submit(new Batcher.Command.End());
    }

    private void hear(String line, Batcher batcher) {
        JsonNode json;
        try {
            json = JsonMapper.shared().readTree(line);
        } catch (JacksonException e) {
            return; // no command
        }
        String id = json.path("id").asString("");
        switch (json.path("kind").asString("")) {
            case "generate" -> {
                try {
                    batcher.submit(new Batcher.Command.Generate(Request.read(json)));
                } catch (Failure e) {
                    answers.failed(id, e);
                }
            }
            case "cancel" -> batcher.submit(new Batcher.Command.Cancel(id));
            default -> {}
        }
    }
}
