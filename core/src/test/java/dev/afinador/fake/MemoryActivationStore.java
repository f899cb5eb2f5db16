package dev.afinador.fake;

import dev.afinador.activation.Activation;
import dev.afinador.activation.ActivationStore;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Activations in memory.
public final class MemoryActivationStore implements ActivationStore {

    private final Memory memory;

    public MemoryActivationStore(Memory memory) {
        this.memory = memory;
    }

    @Override
    public boolean append(Activation activation) {
        return memory.write(t -> {
            long highest =
                    t.activations.stream()
                            .filter(a -> a.alias().equals(activation.alias()))
                            .mapToLong(Activation::number)
                            .max()
                            .orElse(0);
            return activation.number() == highest + 1 && t.activations.add(activation);
        });
    }

    @Override
    public Optional<Activation> current(String alias) {
        return history(alias, 1).stream().findFirst();
    }

    @Override
    public List<Activation> current() {
        return memory.read(t ->
                t.activations.stream()
                        .map(Activation::alias)
                        .distinct()
                        .sorted()
                        .flatMap(alias -> current(alias).stream())
                        .toList());
    }

    @Override
    public List<Activation> history(String alias, int limit) {
        return memory.read(t ->
                t.activations.stream()
                        .filter(a -> a.alias().equals(alias))
                        .sorted(Comparator.comparingLong(Activation::number).reversed())
                        .limit(limit)
                        .toList());
    }

    @Override
    public boolean inForce(String model) {
        return current().stream().anyMatch(a -> a.model().equals(model));
    }
}
