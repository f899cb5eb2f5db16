package dev.afinador.fake;

import dev.afinador.provider.CallJournal;
import dev.afinador.provider.ProviderId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/// The journal of calls in memory.
public final class MemoryCallJournal implements CallJournal {

    private final Memory memory;

    public MemoryCallJournal(Memory memory) {
        this.memory = memory;
    }

    @Override
    public void record(Call call) {
        boolean unused = memory.write(t -> t.calls.add(call));
    }

    private List<Call> newest() {
        return memory.read(t ->
                t.calls.reversed().stream()
                        .sorted(Comparator.comparing(Call::at).reversed())
                        .toList());
    }

    @Override
    public List<Call> ofJob(String jobId, ProviderId provider, int limit) {
        return ofProvider(provider, Integer.MAX_VALUE).stream()
                .filter(c -> c.jobId() == null || c.jobId().equals(jobId))
                .limit(limit)
                .toList();
    }

    @Override
    public List<Call> ofProvider(ProviderId provider, int limit) {
        return newest().stream().filter(c -> c.provider().equals(provider)).limit(limit).toList();
    }

    @Override
    public void prune(Instant jobCallsBefore, Instant bulkCallsBefore) {
        boolean unused =
                memory.write(t ->
                        t.calls.removeIf(c ->
                                c.at().isBefore(
                                                c.jobId() == null
                                                        ? bulkCallsBefore
                                                        : jobCallsBefore)));
    }
}
