package dev.afinador.testkit.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/// Lets several threads do the same at the same moment.
final class Race {

    private Race() {}

    /// What each runner gave, in the order of their numbers from 0. A runner that throws fails the race.
    static <T> List<T> of(int runners, IntFunction<T> run) throws Exception {
        CyclicBarrier start = new CyclicBarrier(runners);
        List<Callable<T>> tasks = new ArrayList<>();
        for (int i = 0; i < runners; i++) {
            int number = i;
            tasks.add(() -> {
                start.await(30, TimeUnit.SECONDS);
                return run.apply(number);
            });
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        }
    }
}
