package dev.afinador.fake;

import dev.afinador.fake.Memory.Task;
import dev.afinador.work.TaskQueue;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The durable queue, run by hand: one step at a time, in the order of their due times, on the test's thread.
public final class SteppedQueue implements TaskQueue {

    private static final Duration RETRY = Duration.ofSeconds(1);

    /// More steps than any flow has within one moment.
    private static final int MOST_AT_ONCE = 2000;

    private final Memory memory;
    private final FakeClock clock;
    private final Map<Kind, Step> steps = new EnumMap<>(Kind.class);

    public SteppedQueue(Memory memory, FakeClock clock) {
        this.memory = memory;
        this.clock = clock;
    }

    /// What does the work of this kind from now on; kinds without a step wait.
    public void use(Kind kind, Step step) {
        steps.put(kind, step);
    }

    private static String key(Kind kind, String instance) {
        return kind + " " + instance;
    }

    @Override
    public void schedule(Kind kind, String instance, Instant notBefore) {
        Task unused =
                memory.write(t ->
                        t.tasks.compute(
                                key(kind, instance),
                                (k, old) -> {
                                    if (old == null) {
                                        return new Task(notBefore, false, null, 0);
                                    }
                                    if (old.picked()) {
                                        Instant wake = earlier(old.wakeAt(), notBefore);
                                        return new Task(old.due(), true, wake, old.failures());
                                    }
                                    Instant due = earlier(old.due(), notBefore);
                                    return new Task(due, false, null, old.failures());
                                }));
    }

    private static Instant earlier(@org.jspecify.annotations.Nullable Instant a, Instant b) {
        return a == null || b.isBefore(a) ? b : a;
    }

    /// What waits or runs, as `SUBMIT_JOB 019a…`.
    public List<String> tasks() {
        return memory.read(t -> List.copyOf(t.tasks.keySet()));
    }

    public Optional<Instant> dueOf(Kind kind, String instance) {
        return memory.read(
                t -> Optional.ofNullable(t.tasks.get(key(kind, instance))).map(Task::due));
    }

    /// As a restarted process does first: what it was doing when it died is to be done again.
    void releaseAll() {
        boolean unused =
                memory.write(t -> {
                    t.tasks.replaceAll((k, task) ->
                            new Task(task.due(), false, task.wakeAt(), task.failures()));
                    return true;
                });
    }

    /// Runs the step that is due first, if one is due now.
    ///
    /// @return false when nothing is due
    public boolean runOne() {
        Optional<String> next =
                memory.read(t ->
                        t.tasks.entrySet().stream()
                                .filter(e -> !e.getValue().picked() && isMine(e.getKey()))
                                .filter(e -> !e.getValue().due().isAfter(clock.instant()))
                                .min(Comparator.comparing(e -> e.getValue().due()))
                                .map(Map.Entry::getKey));
        next.ifPresent(this::run);
        return next.isPresent();
    }

    private boolean isMine(String key) {
        return steps.containsKey(Kind.valueOf(key.split(" ")[0]));
    }

    private void run(String key) {
        Task unused =
                memory.write(t ->
                        t.tasks.computeIfPresent(
                                key, (k, old) -> new Task(old.due(), true, null, old.failures())));
        String[] parts = key.split(" ");
        Step step = steps.get(Kind.valueOf(parts[0]));
        Instant again = null;
        int failures = 0;
        try {
            again =
                    switch (step.run(parts[1])) {
                        case Next.Done() -> null;
                        case Next.Again(Instant notBefore) -> notBefore;
                    };
        } catch (RuntimeException e) {
            failures = memory.read(t -> t.tasks.get(key).failures()) + 1;
            again = clock.instant().plus(RETRY.multipliedBy(failures));
        }
        end(key, again, failures);
    }

    private void end(String key, @org.jspecify.annotations.Nullable Instant again, int failures) {
        boolean unused =
                memory.write(t -> {
                    Instant wake = t.tasks.get(key).wakeAt();
                    Instant due =
                            again == null ? wake : wake == null ? again : earlier(wake, again);
                    if (due == null) {
                        t.tasks.remove(key);
                    } else {
                        t.tasks.put(key, new Task(due, false, null, failures));
                    }
                    return true;
                });
    }

    /// Runs whatever becomes due within this time, moving the clock from one due time to the next.
    public void runFor(Duration time) {
        Instant end = clock.instant().plus(time);
        int atOnce = 0;
        while (true) {
            if (runOne()) {
                if (++atOnce > MOST_AT_ONCE) {
                    throw new AssertionError("the queue spins at " + clock.instant() + tasks());
                }
                continue;
            }
            atOnce = 0;
            Optional<Instant> next =
                    memory.read(t ->
                            t.tasks.entrySet().stream()
                                    .filter(e -> !e.getValue().picked() && isMine(e.getKey()))
                                    .map(e -> e.getValue().due())
                                    .min(Comparator.naturalOrder()));
            if (next.isEmpty() || next.get().isAfter(end)) {
                if (clock.instant().isBefore(end)) {
                    clock.set(end);
                }
                return;
            }
            clock.set(next.get());
        }
    }
}
