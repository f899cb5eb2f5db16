package dev.afinador.testkit.store;

import dev.afinador.engine.EngineFileStore;
import dev.afinador.engine.EngineJobStore;
import dev.afinador.engine.EngineMachineStore;
import dev.afinador.engine.WebhookStore;
import dev.afinador.work.Transactions;

/// The engine's stores on one database that is empty when a test begins.
public record EngineStores(
        EngineFileStore files,
        EngineJobStore jobs,
        WebhookStore webhooks,
        EngineMachineStore machines,
        Transactions transactions) {}
