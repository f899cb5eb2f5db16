package dev.afinador.testkit.store;

import dev.afinador.access.SessionStore;
import dev.afinador.activation.ActivationStore;
import dev.afinador.dataset.DatasetStore;
import dev.afinador.dataset.make.MakingStore;
import dev.afinador.dataset.upload.UploadStore;
import dev.afinador.job.JobStore;
import dev.afinador.provider.CallJournal;
import dev.afinador.provider.ProviderStore;
import dev.afinador.sync.SyncStore;
import dev.afinador.sync.WebhookDeliveries;
import dev.afinador.testkit.SettableClock;
import dev.afinador.work.Transactions;

/// All stores on one database that is empty when a test begins.
public record Stores(
        JobStore jobs,
        ProviderStore providers,
        SyncStore sync,
        WebhookDeliveries deliveries,
        DatasetStore datasets,
        UploadStore uploads,
        MakingStore makings,
        ActivationStore activations,
        SessionStore sessions,
        CallJournal calls,
        Transactions transactions,
        SettableClock clock) {}
