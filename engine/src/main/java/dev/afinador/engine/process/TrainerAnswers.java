package dev.afinador.engine.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The trainer's commands that print one record and end: `inspect` and `device`.
final class TrainerAnswers {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int HEAP = 256;
    private static final int LONGEST_ANSWER = 1 << 20;

    private TrainerAnswers() {}

    /// @throws IOException when it gave no record in time; the message says why
    static JsonNode ask(TrainerCommand command, Duration patience, String... arguments)
            throws IOException, InterruptedException {
        Process process = command.start(HEAP, true, arguments);
        try {
            process.getOutputStream().close();
            ErrorTail errors =
                    new ErrorTail(
                            process.getErrorStream(), null, "trainer-errors-" + process.pid());
            AtomicReference<byte[]> printed = new AtomicReference<>(new byte[0]);
            Thread reader =
                    Thread.ofPlatform()
                            .daemon()
                            .name("trainer-answer-" + process.pid())
                            .start(() -> printed.set(readAll(process.getInputStream())));
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("it gave no answer in " + patience.toSeconds() + " s");
            }
            reader.join(5_000);
            String[] lines = new String(printed.get(), StandardCharsets.UTF_8).strip().split("\\R");
            for (int i = lines.length - 1; i >= 0; i--) { // libraries may print before
                if (lines[i].startsWith("{")) {
                    return JSON.readTree(lines[i]);
                }
            }
            throw new IOException(Ending.of(process.exitValue(), errors.lastLine()));
        } catch (JacksonException e) {
            throw new IOException("its answer is no JSON", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static byte[] readAll(InputStream in) {
        try (in) {
            return in.readNBytes(LONGEST_ANSWER);
        } catch (IOException e) {
            return new byte[0];
        }
    }
}
