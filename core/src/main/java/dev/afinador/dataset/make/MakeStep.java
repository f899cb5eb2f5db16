package dev.afinador.dataset.make;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.Datasets;
import dev.afinador.dataset.Scratch;
import dev.afinador.work.Refusal;
import dev.afinador.work.TaskQueue;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes a dataset in the background. Killed, it begins again and makes the same; what it had kept by then is found and not kept
/// twice. Instance: a making id.
public final class MakeStep implements TaskQueue.Step {

    private static final Logger log = LoggerFactory.getLogger(MakeStep.class);
    private static final Duration NOTE_EVERY = Duration.ofMillis(400);
    private static final Duration SOON = Duration.ofSeconds(1);

    private final MakingStore store;
    private final Map<Making.Kind, Maker> makers;
    private final Datasets datasets;
    private final Scratch scratch;
    private final InstantSource clock;

    public MakeStep(
            MakingStore store,
            Map<Making.Kind, Maker> makers,
            Datasets datasets,
            Scratch scratch,
            InstantSource clock) {
        this.store = store;
        this.makers = Map.copyOf(makers);
        this.datasets = datasets;
        this.scratch = scratch;
        this.clock = clock;
    }

    @Override
    public TaskQueue.Next run(String instance) {
        MakingId id = MakingId.parse(instance);
        Making making = store.find(id).orElse(null);
        if (making == null || making.state() != Making.State.WORKING) {
            return new TaskQueue.Next.Done();
        }
        Maker maker = makers.get(making.kind());
        if (maker == null) {
            throw new IllegalStateException("nobody makes " + making.kind());
        }
        try {
            make(making, maker);
        } catch (CancelledException e) {
            return new TaskQueue.Next.Done();
        } catch (Refusal refusal) {
            if (refusal.code().equals("content_being_deleted")) {
                return new TaskQueue.Next.Again(clock.instant().plus(SOON));
            }
            fail(making, refusal.code(), refusal.args());
        } catch (NoSuchFileException e) {
            fail(making, "source_gone", List.of());
        } catch (IOException e) {
            throw new UncheckedIOException("the making of " + id + " was interrupted", e);
        }
        return new TaskQueue.Next.Done();
    }

    private void fail(Making making, String code, List<Object> args) {
        log.info("making {} ({}) failed: {}", making.id(), making.kind().word(), code);
        store.fail(making.id(), code, args.stream().map(String::valueOf).toList(), clock.instant());
    }

    private void make(Making making, Maker maker) throws IOException {
        List<Maker.Made> made = maker.make(making, scratch, new Notes(making.id()));
        try {
            List<DatasetId> results = new ArrayList<>();
            for (int i = 0; i < made.size(); i++) {
                boolean last = i == made.size() - 1;
                Consumer<Dataset> also =
                        dataset -> {
                            results.add(dataset.id());
                            if (last) {
                                store.done(making.id(), results, clock.instant());
                            }
                        };
                keep(made.get(i), also);
            }
        } finally {
            made.forEach(file -> file.file().close());
        }
    }

    private void keep(Maker.Made made, Consumer<Dataset> also) throws IOException {
        datasets.keep(
                new Datasets.Arrival(
                        made.name(),
                        made.filename(),
                        made.file().sha256(),
                        made.file().bytes(),
                        made.family(),
                        made.origin()),
                made.file().file().path(),
                also);
    }

    private static final class CancelledException extends IOException {
        CancelledException() {
            super("cancelled");
        }
    }

    private final class Notes implements Maker.Progress {
        private final MakingId id;
        private Instant noted = Instant.MIN;

        Notes(MakingId id) {
            this.id = id;
        }

        @Override
        public void reached(long done, long total) throws IOException {
            Instant now = clock.instant();
            if (!noted.equals(Instant.MIN)
                    && Duration.between(noted, now).compareTo(NOTE_EVERY) < 0) {
                return;
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("the machine is being stopped");
            }
            noted = now;
            if (!store.progress(id, done, total, now)) {
                throw new CancelledException();
            }
        }
    }
}
