package dev.afinador.testkit.provider;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The requests that were seen: counted without end, listed up to the last ten thousand. Never holds a key.
public final class RequestLog {
    private static final int KEPT = 10_000;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private final Map<Endpoint, Long> counts = new EnumMap<>(Endpoint.class);
    private long unknown;

    /// One request.
    ///
    /// @param target   path and query as they came
    /// @param endpoint null for an address the protocol does not have
    public record Entry(Instant at, String method, String target, @Nullable Endpoint endpoint) {}

    synchronized void add(Entry entry) {
        if (entries.size() == KEPT) {
            entries.removeFirst();
        }
        entries.addLast(entry);
        if (entry.endpoint == null) {
            unknown++;
        } else {
            counts.merge(entry.endpoint, 1L, Long::sum);
        }
    }

    /// How often this call arrived, answered or not.
    public synchronized long count(Endpoint endpoint) {
        return counts.getOrDefault(endpoint, 0L);
    }

    /// All calls of the protocol and of unknown addresses.
    public synchronized long count() {
        return unknown + counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /// By method and path template; calls that never came are left out.
    public synchronized Map<String, Long> counts() {
        Map<String, Long> byCall = new TreeMap<>();
        counts.forEach((endpoint, count) -> byCall.put(endpoint.call(), count));
        if (unknown > 0) {
            byCall.put("unknown", unknown);
        }
        return byCall;
    }

    /// Oldest first.
    public synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    public synchronized void clear() {
        entries.clear();
        counts.clear();
        unknown = 0;
    }
}
