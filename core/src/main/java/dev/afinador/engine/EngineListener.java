package dev.afinador.engine;

/// Hears that something about a job was stored, soon after it was. A hint: it may be lost, and it must not take long.
@FunctionalInterface
public interface EngineListener {
    void changed(EngineJob job);
}
