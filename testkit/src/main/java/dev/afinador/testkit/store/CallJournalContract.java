package dev.afinador.testkit.store;

import static dev.afinador.testkit.store.Samples.OPENAI;
import static dev.afinador.testkit.store.Samples.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.job.Job;
import dev.afinador.job.JobStatus;
import dev.afinador.provider.CallJournal;
import dev.afinador.provider.CallJournal.Call;
import dev.afinador.provider.ProviderId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a [CallJournal] must keep to.
public abstract class CallJournalContract {

    private static final ProviderId AZURE = new ProviderId("azure");

    protected abstract Stores stores();

    @BeforeEach
    void makeProvider() {
        stores().providers().insert(Samples.provider(OPENAI.value(), "OpenAI"));
    }

    private CallJournal journal() {
        return stores().calls();
    }

    private static Call call(Instant at, ProviderId provider, @Nullable String job, String what) {
        return new Call(at, provider, job, what, null, 1234, null, "connection lost – ñ");
    }

    @Test
    void a_jobs_calls_come_with_the_bulk_calls_of_its_provider_newest_first() {
        Call bulk = call(START, OPENAI, null, "GET /fine_tuning/jobs?limit=100");
        Call own =
                new Call(
                        START.plusSeconds(1),
                        OPENAI,
                        "job-1",
                        "POST /fine_tuning/jobs",
                        200,
                        88,
                        "req-1",
                        null);
        Call sameMoment = call(START.plusSeconds(1), OPENAI, null, "GET /files");
        journal().record(bulk);
        journal().record(own);
        journal().record(sameMoment);
        journal().record(call(START, OPENAI, "job-2", "GET /other"));
        journal().record(call(START, AZURE, null, "GET /elsewhere"));

        assertThat(journal().ofJob("job-1", OPENAI, 10)).containsExactly(sameMoment, own, bulk);
        assertThat(journal().ofJob("job-1", OPENAI, 2)).containsExactly(sameMoment, own);
        assertThat(journal().ofProvider(OPENAI, 10)).hasSize(4).startsWith(sameMoment, own);
        assertThat(journal().ofProvider(OPENAI, 1)).containsExactly(sameMoment);
    }

    @Test
    void bulk_calls_from_before_a_job_or_long_after_it_do_not_concern_it() {
        Job job =
                Samples.job("ventas", OPENAI, "ftjob-1", JobStatus.SUCCEEDED, START).toBuilder()
                        .finishedAt(START.plusSeconds(100))
                        .build();
        stores().jobs().insert(job);
        Call during = call(START.plusSeconds(50), OPENAI, null, "during");
        Call sawTheEnd = call(START.plusSeconds(110), OPENAI, null, "saw the end");
        Call own = call(START.plusSeconds(9_000), OPENAI, job.id().toString(), "own");
        journal().record(call(START.minusMillis(1), OPENAI, null, "before"));
        journal().record(during);
        journal().record(sawTheEnd);
        journal().record(call(START.plusSeconds(8_000), OPENAI, null, "long after"));
        journal().record(own);

        assertThat(journal().ofJob(job.id().toString(), OPENAI, 10))
                .containsExactly(own, sawTheEnd, during);
    }

    @Test
    void calls_of_jobs_and_bulk_calls_are_forgotten_each_in_their_time() {
        Instant old = START.minusSeconds(100);
        Call ownOld = call(old, OPENAI, "job-1", "old");
        Call bulkOld = call(old, OPENAI, null, "old bulk");
        Call bulkNew = call(START, OPENAI, null, "new bulk");
        journal().record(ownOld);
        journal().record(bulkOld);
        journal().record(bulkNew);

        journal().prune(old, START);
        assertThat(journal().ofProvider(OPENAI, 10)).containsExactly(bulkNew, ownOld);

        journal().prune(START, START);
        assertThat(journal().ofProvider(OPENAI, 10)).containsExactly(bulkNew);
    }
}
