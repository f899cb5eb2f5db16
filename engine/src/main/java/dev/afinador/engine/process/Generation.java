package dev.afinador.engine.process;

import dev.afinador.engine.process.Sampling.Answer;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The answers to one request as they come. Closing it before its end tells the model to stop.
public final class Generation implements AutoCloseable {

    private final LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final int choices;
    private final Runnable cancel;
    private final Runnable release;
    private int finished;
    private boolean over;
    private boolean closed;

    Generation(int choices, Runnable cancel, Runnable release) {
        this.choices = choices;
        this.cancel = cancel;
        this.release = release;
    }

    void add(Answer answer) {
        answers.add(answer);
    }

    /// The next answer, or null when none came in time. After the last `Finished`, or a `Failed`, there is none.
    public @Nullable Answer next(Duration patience) throws InterruptedException {
        Answer answer = answers.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (answer instanceof Answer.Finished) {
            finished++;
        }
        if (answer instanceof Answer.Failed || finished == choices) {
            over = true;
        }
        return answer;
    }

    /// Whether nothing more comes.
    public boolean isOver() {
        return over;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (!over) {
            cancel.run();
        }
        release.run();
    }
}
