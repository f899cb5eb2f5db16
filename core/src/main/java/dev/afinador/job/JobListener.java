package dev.afinador.job;

import dev.afinador.provider.ProviderId;

/// Hears of changes after they are durable. A hint only: nothing may be lost when it is not called.
public interface JobListener {

    void jobChanged(JobId id);

    void syncChanged(ProviderId provider);
}
