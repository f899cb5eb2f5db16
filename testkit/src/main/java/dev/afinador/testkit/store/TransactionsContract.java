package dev.afinador.testkit.store;

import static dev.afinador.testkit.store.Samples.OPENAI;
import static dev.afinador.testkit.store.Samples.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afinador.job.Job;
import dev.afinador.job.JobEvent;
import dev.afinador.job.JobQuery;
import dev.afinador.job.JobStatus;
import dev.afinador.job.JobTransition;
import dev.afinador.work.Transactions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What [Transactions] and the stores in them must keep to.
public abstract class TransactionsContract {

    protected abstract Stores stores();

    @BeforeEach
    void makeProvider() {
        stores().providers().insert(Samples.provider(OPENAI.value(), "OpenAI"));
    }

    private Transactions transactions() {
        return stores().transactions();
    }

    @Test
    void what_is_written_together_is_there_together() {
        Job job = Samples.job("ventas");
        JobTransition born = new JobTransition(START, null, JobStatus.PENDING, null, null);

        String result =
                transactions()
                        .inTransaction(() -> {
                            stores().jobs().insert(job);
                            stores().jobs().addTransition(job.id(), born);
                            return "done";
                        });

        assertThat(result).isEqualTo("done");
        assertThat(stores().jobs().find(job.id())).contains(job);
        assertThat(stores().jobs().transitions(job.id())).containsExactly(born);
    }

    @Test
    void a_thrown_exception_takes_everything_back_and_is_passed_on() {
        Job job = Samples.job("ventas");
        IllegalStateException thrown = new IllegalStateException("no");

        assertThatThrownBy(() ->
                        transactions()
                                .runInTransaction(() -> {
                                    stores().jobs().insert(job);
                                    stores().jobs()
                                            .addEvents(
                                                    job.id(),
                                                    List.of(
                                                            new JobEvent(
                                                                    "e1", START, "info", "message",
                                                                    "x", null)));
                                    throw thrown;
                                }))
                .isSameAs(thrown);

        assertThat(stores().jobs().find(job.id())).isEmpty();
        assertThat(stores().jobs().events(job.id(), null, 5)).isEmpty();
    }

    @Test
    void reads_inside_see_what_was_written_inside() {
        Job job = Samples.job("ventas");

        transactions()
                .runInTransaction(() -> {
                    stores().jobs().insert(job);
                    assertThat(stores().jobs().find(job.id())).contains(job);
                    assertThat(stores().jobs().list(JobQuery.newest(5))).containsExactly(job);
                });
    }

    @Test
    void others_see_nothing_before_the_end_and_do_not_wait_for_it() throws Exception {
        Job job = Samples.job("ventas");

        transactions()
                .inTransaction(() -> {
                    stores().jobs().insert(job);
                    try {
                        return assertThat(Race.of(1, i -> stores().jobs().list(JobQuery.newest(5))))
                                .containsExactly(List.of());
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });

        assertThat(stores().jobs().list(JobQuery.newest(5))).containsExactly(job);
    }

    @Test
    void an_inner_transaction_is_part_of_the_outer() {
        Job inner = Samples.job("inner");

        assertThatThrownBy(() ->
                        transactions()
                                .runInTransaction(() -> {
                                    transactions()
                                            .runInTransaction(() -> stores().jobs().insert(inner));
                                    throw new IllegalStateException("outer");
                                }))
                .hasMessage("outer");

        assertThat(stores().jobs().find(inner.id())).isEmpty();
    }

    @Test
    void many_at_a_time_lose_no_update() throws Exception {
        Job job = Samples.job("0");
        stores().jobs().insert(job);
        AtomicInteger tries = new AtomicInteger();

        Race.of(
                8,
                i -> {
                    for (int done = 0; done < 5; ) {
                        tries.incrementAndGet();
                        done +=
                                transactions()
                                        .inTransaction(() -> {
                                            Job read = stores().jobs().find(job.id()).orElseThrow();
                                            int count = Integer.parseInt(read.name()) + 1;
                                            return stores().jobs()
                                                            .update(
                                                                    read.toBuilder()
                                                                            .name(
                                                                                    String.valueOf(
                                                                                            count))
                                                                            .build())
                                                    ? 1
                                                    : 0;
                                        });
                    }
                    return i;
                });

        assertThat(stores().jobs().find(job.id()).orElseThrow().name()).isEqualTo("40");
        assertThat(tries.get()).isGreaterThanOrEqualTo(40);
    }
}
