package dev.afinador.openai;

import dev.afinador.provider.CallJournal;
import dev.afinador.provider.CreateJobRequest;
import dev.afinador.provider.Credential;
import dev.afinador.provider.FineTuningBackend;
import dev.afinador.provider.KeySource;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.ProviderKind;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// What the tests of this module start from.
final class Given {

    static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    static final String KEY = "sk-test-0123456789abcdef";

    static final String JOB =
            """
            {"object":"fine_tuning.job","id":"ftjob-1","model":"gpt-4o-mini-2024-07-18","created_at":1763307081,
             "finished_at":null,"fine_tuned_model":null,"organization_id":"org-1","status":"queued",
             "training_file":"file-1","validation_file":null,"result_files":[],"trained_tokens":null,"error":{},
             "hyperparameters":{"n_epochs":"auto"},"seed":7,"estimated_finish":null,"integrations":[],
             "method":{"type":"supervised","supervised":{"hyperparameters":{"n_epochs":3,"batch_size":"auto"}}},
             "metadata":{"afinador_job":"j-1"},"user_provided_suffix":"soporte"}\
            """;

    static final OpenAiTimeouts SHORT =
            new OpenAiTimeouts(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(20));

    static final CreateJobRequest REQUEST =
            new CreateJobRequest(
                    "gpt-4o-mini",
                    "file-1",
                    null,
                    "soporte",
                    42L,
                    "supervised",
                    Map.of(
                            "n_epochs",
                            "3",
                            "batch_size",
                            "auto",
                            "learning_rate_multiplier",
                            "0.1"),
                    Map.of("afinador_job", "j-1"));

    private Given() {}

    static Provider provider(ProviderKind kind, URI baseUrl) {
        return new Provider(
                new ProviderId("p1"),
                "Prueba",
                kind,
                baseUrl,
                null,
                null,
                new KeySource.Stored("cdef"),
                false,
                NOW,
                1);
    }

    static OpenAiBackends backends(CallJournal journal) {
        return new OpenAiBackends(
                journal, _ -> new Credential(KEY), InstantSource.fixed(NOW), SHORT);
    }

    static FineTuningBackend backend(URI baseUrl) {
        return backends(new Journal()).of(provider(ProviderKind.COMPATIBLE, baseUrl));
    }

    static String list(String... jobs) {
        return "{\"object\":\"list\",\"data\":[" + String.join(",", jobs) + "],\"has_more\":false}";
    }

    /// Keeps what is recorded.
    static final class Journal implements CallJournal {
        final List<Call> calls = new CopyOnWriteArrayList<>();

        @Override
        public void record(Call call) {
            calls.add(call);
        }

        @Override
        public List<Call> ofJob(String jobId, ProviderId provider, int limit) {
            return calls.reversed();
        }

        @Override
        public List<Call> ofProvider(ProviderId provider, int limit) {
            return calls.reversed();
        }

        @Override
        public void prune(Instant jobCallsBefore, Instant bulkCallsBefore) {}
    }
}
