package dev.afinador.dataset.check;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Checks a training file: its lines against the rules of their format, its texts for what should not be in them, its
/// examples against each other. Reads it once, with as many threads as wanted; the result depends on neither their number nor
/// on where the file is cut.
///
/// What it finds names lines, paths, keys and what is allowed there, never the texts of examples.
public final class TrainingFile {

    /// Reports at most this often.
    private static final long PROGRESS_BYTES = 8 << 20;

    private final CheckOptions options;
    private final CheckListener listener;
    private final Blocks blocks;
    private final WholeFile whole;

    /// Blocks that were checked before those in front of them. The lock of what follows, too.
    private final PriorityQueue<Block> waiting =
            new PriorityQueue<>((a, b) -> Long.compare(a.number, b.number));

    private final List<Block> free = new ArrayList<>();
    private long next;
    private long progressAt;
    private boolean stopped;
    private @Nullable Throwable failure;

    /// Known once the first block was read; no other block is checked before.
    private @Nullable Template template;

    private TrainingFile(InputStream in, CheckOptions options, CheckListener listener) {
        this.options = options;
        this.listener = listener;
        this.blocks =
                new Blocks(in, options.limits().blockBytes(), options.limits().maxLineBytes());
        this.whole = new WholeFile(options, listener);
    }

    /// Reads the content to its end, unless it cannot be a training file at all; does not close it.
    ///
    /// @throws CheckCancelledException when the listener wants it, or the thread is interrupted
    public static FileReport check(
            InputStream content, CheckOptions options, CheckListener listener) throws IOException {
        return new TrainingFile(content, options, listener).run();
    }

    public static FileReport check(InputStream content, CheckOptions options) throws IOException {
        return check(content, options, CheckListener.NONE);
    }

    private FileReport run() throws IOException {
        List<Thread> helpers = new ArrayList<>();
        for (int i = 1; i < options.threads(); i++) {
            // threads of the system's own, because virtual ones that compute leave no room for any
            // other
            helpers.add(Thread.ofPlatform().daemon().name("check-", i).start(this::work));
        }
        boolean interrupted = false;
        work();
        for (Thread helper : helpers) {
            while (true) {
                try {
                    helper.join();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                    stop(new CheckCancelledException());
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        synchronized (waiting) {
            switch (failure) {
                case null -> {}
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw new IllegalStateException(e);
            }
            listener.read(whole.progress());
            return whole.report();
        }
    }

    private void work() {
        try {
            var lines = new LineCheck(options, whole.gate());
            Block block = take();
            while (block != null && blocks.read(block)) {
                try {
                    prepare(lines, block);
                    lines.check(block);
                } finally {
                    blocks.done(block);
                }
                deliver(block);
                block = take();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop(new CheckCancelledException());
        } catch (IOException | RuntimeException | Error e) {
            stop(e);
        }
    }

    /// @return null when nothing more is wanted
    private @Nullable Block take() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        synchronized (waiting) {
            // whoever is far ahead waits, so that what waits to be put together stays little
            while (!stopped && waiting.size() > 4 * options.threads()) {
                waiting.wait();
            }
            if (stopped) {
                return null;
            }
            return free.isEmpty() ? new Block() : free.removeLast();
        }
    }

    /// The file's first examples tell what the others are compared without.
    private void prepare(LineCheck lines, Block block) throws InterruptedException {
        synchronized (waiting) {
            if (block.number == 0) {
                template = options.contents() ? lines.template(block) : Template.NONE;
                waiting.notifyAll();
            }
            while (template == null) {
                if (stopped) {
                    throw new CheckCancelledException();
                }
                waiting.wait();
            }
            lines.use(template);
        }
    }

    private void deliver(Block block) {
        synchronized (waiting) {
            waiting.add(block);
            while (!waiting.isEmpty() && waiting.peek().number == next && !stopped) {
                Block first = waiting.remove();
                next++;
                if (!whole.add(first)) {
                    end();
                }
                if (first.endsAt >= progressAt) {
                    listener.read(whole.progress());
                    progressAt = first.endsAt + PROGRESS_BYTES;
                }
                if (free.size() < 2 * options.threads()) {
                    free.add(first);
                }
                if (!stopped && listener.isCancelled()) {
                    throw new CheckCancelledException();
                }
            }
            waiting.notifyAll();
        }
    }

    /// The rest of the file does not matter.
    private void end() {
        stopped = true;
        blocks.stop();
    }

    private void stop(Throwable why) {
        synchronized (waiting) {
            if (failure == null && !stopped) {
                failure = why;
            }
            stopped = true;
            waiting.notifyAll();
        }
        blocks.stop();
    }
}
