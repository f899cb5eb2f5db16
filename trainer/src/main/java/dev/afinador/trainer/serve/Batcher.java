package dev.afinador.trainer.serve;

import dev.afinador.trainer.Failure;
import dev.afinador.trainer.Failures;
import dev.afinador.trainer.model.KvCache;
import dev.afinador.trainer.model.Lora;
import dev.afinador.trainer.model.ModelConfig;
import dev.afinador.trainer.tensor.Compute;
import dev.afinador.trainer.tensor.Memory;
import dev.afinador.trainer.tensor.Tensors;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.random.RandomGenerator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/// Continuous batching (Orca, OSDI 2022): answers join and leave between two tokens, and each pass over the weights moves all of them on by one. Prompts are
/// read in parts in between, so that a long one does not hold up the others.
final class Batcher {

    private static final int MOST_AT_ONCE = 16;
    private static final int PROMPT_PART = 256;

    /// What is asked of the batcher, in the order it came.
    sealed interface Command {
        record Generate(Request request) implements Command {}

        record Cancel(String id) implements Command {}

        /// Nothing more will come.
        record End() implements Command {}
    }

    private final Compute compute;
    private final Answers answers;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final BlockingQueue<Command> commands = new LinkedBlockingQueue<>();
    private final Deque<Request> waiting = new ArrayDeque<>();
    private final List<Sequence> active = new ArrayList<>();
    private @Nullable Loaded loaded;
    private boolean ended;

    Batcher(Compute compute, Answers answers, InstantSource clock, RandomGenerator random) {
        this.compute = compute;
        this.answers = answers;
        this.clock = clock;
        this.random = random;
    }

    /// May be called by any thread.
    void submit(Command command) {
        commands.add(command);
    }

    /// Works until [Command.End] has come; what is unfinished then is dropped, for nobody is left to read it.
    void run() throws InterruptedException {
        try (NoGradGuard guard = new NoGradGuard()) {
            while (!ended) {
                if (active.isEmpty() && waiting.isEmpty()) {
                    take(commands.take());
                }
                for (Command command = commands.poll();
                        command != null;
                        command = commands.poll()) {
                    take(command);
                }
                if (!ended) {
                    admit();
                    turn();
                }
            }
        } finally {
            active.forEach(Sequence::close);
            if (loaded != null) {
                loaded.close();
            }
        }
    }

    private void take(Command command) {
        switch (command) {
            case Command.Generate(Request request) -> waiting.add(request);
            case Command.Cancel(String id) -> cancel(id);
            case Command.End() -> ended = true;
        }
    }

    private void cancel(String id) {
        boolean known = waiting.removeIf(request -> request.id().equals(id));
        for (Sequence sequence : List.copyOf(active)) {
            if (sequence.request.id().equals(id)) {
                drop(sequence);
                known = true;
            }
        }
        if (known) {
            answers.failed(
                    id, new Failure(Failure.Code.CANCELLED, null, "the request was cancelled"));
        }
    }

    private void drop(Sequence sequence) {
        active.remove(sequence);
        sequence.close();
    }

    /// Lets waiting requests in while there is room for all their answers.
    private void admit() {
        while (!waiting.isEmpty()
                && (active.isEmpty()
                        || active.size() + waiting.getFirst().answers() <= MOST_AT_ONCE)) {
            Request request = waiting.getFirst();
            try (PointerScope scope = new PointerScope()) {
                if (!start(request)) {
                    return; // as soon as others have given back their memory
                }
                waiting.removeFirst();
            } catch (Failure e) {
                waiting.removeFirst();
                answers.failed(request.id(), e);
            } catch (RuntimeException | OutOfMemoryError e) {
                waiting.removeFirst();
                answers.failed(request.id(), known(e));
            }
        }
    }

    private static Failure known(Throwable e) {
        Failure known = Failures.of(e);
        if (known != null) {
            return known;
        }
        e.printStackTrace(); // holds no text of requests
        return new Failure(
                Failure.Code.DEVICE_FAILED,
                null,
                0,
                "the model could not be computed: " + Compute.firstLine(e),
                e);
    }

    private boolean start(Request request) {
        Loaded here = loaded(request);
        int[] prompt = here.prompt(request);
        ModelConfig config = here.model.config();
        int room = config.context() - prompt.length;
        if (room < 1) {
            throw new Failure(
                    Failure.Code.CONTEXT_LENGTH_EXCEEDED,
                    "messages",
                    "This model's maximum context length is "
                            + config.context()
                            + " tokens. However, your messages resulted in "
                            + prompt.length
                            + " tokens. Please reduce the length of the messages.");
        }
        int most = Math.min(room, request.maxTokens().orElse(room));
        int expected = Math.min(prompt.length + most, prompt.length + 256);
        if (!fits(KvCache.bytes(config, compute, expected) * request.answers())) {
            if (active.isEmpty()) {
                throw new Failure(
                        Failure.Code.OUT_OF_MEMORY,
                        "messages",
                        "there is not enough memory for a prompt of " + prompt.length + " tokens");
            }
            return false;
        }
        Lora adapter =
                here.adapter(
                        request.adapter(),
                        lora -> active.stream().anyMatch(sequence -> sequence.adapter == lora));
        answers.started(request.id(), prompt.length);
        long seed = request.seed().orElseGet(random::nextLong);
        for (int i = 0; i < request.answers(); i++) {
            active.add(
                    new Sequence(
                            request,
                            i,
                            adapter,
                            new KvCache(config, compute, expected),
                            here.tokenizer,
                            here.stopIds(request),
                            prompt,
                            most,
                            seed + i));
        }
        return true;
    }

    private static boolean fits(long bytes) {
        OptionalLong free = Memory.free();
        return free.isEmpty() || bytes < free.getAsLong() * 0.8;
    }

    private Loaded loaded(Request request) {
        if (loaded == null) {
            loaded = Loaded.open(request.baseModel(), compute, clock);
        } else if (!loaded.folder.equals(request.baseModel())) {
            throw Request.invalid("base_model", "this process answers for another base model");
        }
        return loaded;
    }

    /// Reads on in one prompt and moves every answer on by a token.
    private void turn() {
        active.stream().filter(Sequence::isReading).findFirst().ifPresent(this::read);
        List<Sequence> speaking =
                active.stream()
                        .filter(sequence -> !sequence.isReading() && sequence.reason() == null)
                        .sorted(Comparator.comparingInt(s -> System.identityHashCode(s.adapter)))
                        .toList();
        if (!speaking.isEmpty()) {
            guarded(speaking, () -> speak(speaking));
        }
        for (Sequence sequence : List.copyOf(active)) {
            if (sequence.reason() != null) {
                sequence.finish(answers);
                drop(sequence);
            }
        }
    }

    private void read(Sequence sequence) {
        guarded(
                List.of(sequence),
                () -> {
                    Loaded here = Objects.requireNonNull(loaded);
                    long[] part = sequence.unread(PROMPT_PART);
                    Tensor hidden =
                            here.model.extend(
                                    Tensors.of(compute, part, 1, part.length),
                                    sequence.cache,
                                    AdapterRows.of(sequence.adapter));
                    sequence.wasRead(part.length);
                    if (!sequence.isReading()) {
                        Tensor last = hidden.narrow(1, part.length - 1, 1).view(1, -1);
                        sequence.accept(Tensors.floats(here.model.logits(last)), answers);
                    }
                });
    }

    private void speak(List<Sequence> speaking) {
        Loaded here = Objects.requireNonNull(loaded);
        long[] ids = speaking.stream().mapToLong(Sequence::next).toArray();
        Tensor hidden =
                here.model.step(
                        Tensors.of(compute, ids, ids.length, 1),
                        speaking.stream().map(sequence -> sequence.cache).toList(),
                        adapters(speaking));
        float[] logits =
                Tensors.floats(
                        here.model.logits(hidden.view(ids.length, here.model.config().hidden())));
        int vocabulary = here.model.config().vocabulary();
        for (int i = 0; i < speaking.size(); i++) {
            speaking.get(i)
                    .accept(
                            Arrays.copyOfRange(logits, i * vocabulary, (i + 1) * vocabulary),
                            answers);
        }
    }

    private static dev.afinador.trainer.model.Adapters adapters(List<Sequence> sorted) {
        Lora first = sorted.getFirst().adapter;
        if (sorted.stream().allMatch(sequence -> sequence.adapter == first)) {
            return AdapterRows.of(first);
        }
        List<AdapterRows.Stretch> stretches = new ArrayList<>();
        int from = 0;
        while (from < sorted.size()) {
            Lora adapter = sorted.get(from).adapter;
            int to = from;
            while (to < sorted.size() && sorted.get(to).adapter == adapter) {
                to++;
            }
            stretches.add(new AdapterRows.Stretch(adapter, from, to - from));
            from = to;
        }
        return new AdapterRows(stretches);
    }

    /// What goes wrong ends the answers it is about, not the process.
    private void guarded(List<Sequence> about, Runnable work) {
        try (PointerScope scope = new PointerScope()) {
            work.run();
        } catch (RuntimeException | OutOfMemoryError e) {
            Failure failure = e instanceof Failure f ? f : known(e);
            about.stream()
                    .map(sequence -> sequence.request.id())
                    .distinct()
                    .forEach(id -> {
                        answers.failed(id, failure);
                        List.copyOf(active).stream()
                                .filter(sequence -> sequence.request.id().equals(id))
                                .forEach(this::drop);
                    });
        }
    }
}
