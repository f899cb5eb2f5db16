package dev.afinador.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.engine.WebhookDelivery;
import dev.afinador.engine.WebhookEndpoint;
import dev.afinador.engine.WebhookStore;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a [WebhookStore] must keep to.
public abstract class WebhookStoreContract {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00.123Z");

    protected abstract EngineStores stores();

    private WebhookStore store() {
        return stores().webhooks();
    }

    private static WebhookEndpoint endpoint(String id, @Nullable Instant disabledAt) {
        return new WebhookEndpoint(
                id,
                "avisos ñ",
                URI.create("https://hooks.example.org/a?b=c"),
                List.of("fine_tuning.job.succeeded", "fine_tuning.job.failed"),
                "whsec_…abcd",
                START,
                START,
                disabledAt);
    }

    @Test
    void an_endpoint_comes_back_as_it_was_stored_and_as_it_was_changed() {
        store().insert(endpoint("whe_1", null), new byte[] {1, 2});
        assertThat(store().find("whe_1")).contains(endpoint("whe_1", null));

        WebhookEndpoint changed = endpoint("whe_1", START.plusSeconds(5));
        assertThat(store().update(changed)).isTrue();
        assertThat(store().find("whe_1")).contains(changed);
        assertThat(store().update(endpoint("whe_2", null))).isFalse();
    }

    @Test
    void lists_are_newest_first_and_go_on_after_an_element() {
        for (int i = 1; i <= 3; i++) {
            store().insert(endpoint("whe_" + i, null), new byte[] {1});
        }

        assertThat(store().list(null, 2))
                .extracting(WebhookEndpoint::id)
                .containsExactly("whe_3", "whe_2");
        assertThat(store().list("whe_2", 2))
                .extracting(WebhookEndpoint::id)
                .containsExactly("whe_1");
    }

    @Test
    void the_old_secret_signs_as_long_as_it_was_said_and_not_a_moment_longer() {
        store().insert(endpoint("whe_1", null), new byte[] {1});
        store().rotate("whe_1", new byte[] {2}, "whsec_…2222", START, START.plusSeconds(60));

        assertThat(store().secrets("whe_1", START.plusSeconds(59)))
                .containsExactly(new byte[] {2}, new byte[] {1});
        assertThat(store().secrets("whe_1", START.plusSeconds(60))).containsExactly(new byte[] {2});
        assertThat(store().find("whe_1").orElseThrow().hint()).isEqualTo("whsec_…2222");

        store().rotate("whe_1", new byte[] {3}, "whsec_…3333", START, null);
        assertThat(store().secrets("whe_1", START)).containsExactly(new byte[] {3});
        assertThat(store().secrets("nobody", START)).isEmpty();
    }

    @Test
    void a_delivery_counts_its_attempts_and_goes_with_its_endpoint() {
        store().insert(endpoint("whe_1", null), new byte[] {1});
        WebhookDelivery delivery =
                new WebhookDelivery(
                        "wh_1", "whe_1", "fine_tuning.job.failed", "{\"a\":\"ñ\"}", START, 0);
        store().insertDelivery(delivery);
        store().insertDelivery(
                        new WebhookDelivery(
                                "wh_2", "whe_1", "fine_tuning.job.failed", "{}", START, 0));
        store().countAttempt("wh_1");

        assertThat(store().findDelivery("wh_1").orElseThrow().attempts()).isEqualTo(1);
        assertThat(store().findDelivery("wh_1").orElseThrow().body()).isEqualTo("{\"a\":\"ñ\"}");
        store().deleteDelivery("wh_1");
        assertThat(store().findDelivery("wh_1")).isEmpty();
        assertThat(store().delete("whe_1")).isTrue();
        assertThat(store().findDelivery("wh_2")).isEmpty();
        assertThat(store().delete("whe_1")).isFalse();
    }
}
