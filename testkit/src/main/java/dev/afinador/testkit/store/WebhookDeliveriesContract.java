package dev.afinador.testkit.store;

import static dev.afinador.testkit.store.Samples.OPENAI;
import static dev.afinador.testkit.store.Samples.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afinador.provider.ProviderId;
import dev.afinador.sync.WebhookDeliveries;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What [WebhookDeliveries] must keep to.
public abstract class WebhookDeliveriesContract {

    protected abstract Stores stores();

    private WebhookDeliveries deliveries() {
        return stores().deliveries();
    }

    @Test
    void a_delivery_is_the_first_of_its_id_and_provider_once() {
        assertThat(deliveries().isFirst(OPENAI, "wh-1", START)).isTrue();
        assertThat(deliveries().isFirst(OPENAI, "wh-1", START.plusSeconds(5))).isFalse();
        assertThat(deliveries().isFirst(OPENAI, "wh-2", START)).isTrue();
        assertThat(deliveries().isFirst(new ProviderId("azure"), "wh-1", START)).isTrue();
    }

    @Test
    void of_many_deliveries_of_one_id_one_is_the_first() throws Exception {
        List<Boolean> first = Race.of(8, i -> deliveries().isFirst(OPENAI, "wh-1", START));

        assertThat(first).containsOnlyOnce(true);
    }

    @Test
    void a_delivery_whose_work_was_rolled_back_may_come_again() {
        assertThatThrownBy(() ->
                        stores().transactions()
                                .runInTransaction(() -> {
                                    deliveries().isFirst(OPENAI, "wh-1", START);
                                    throw new IllegalStateException("no");
                                }))
                .hasMessage("no");

        assertThat(deliveries().isFirst(OPENAI, "wh-1", START)).isTrue();
    }

    @Test
    void old_deliveries_are_forgotten() {
        deliveries().isFirst(OPENAI, "old", START);
        deliveries().isFirst(OPENAI, "new", START.plusSeconds(1));

        deliveries().prune(START.plusSeconds(1));

        assertThat(deliveries().isFirst(OPENAI, "old", START)).isTrue();
        assertThat(deliveries().isFirst(OPENAI, "new", START)).isFalse();
    }
}
