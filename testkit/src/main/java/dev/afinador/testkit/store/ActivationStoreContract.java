package dev.afinador.testkit.store;

import static dev.afinador.testkit.store.Samples.OPENAI;
import static dev.afinador.testkit.store.Samples.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.activation.Activation;
import dev.afinador.activation.ActivationStore;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What an [ActivationStore] must keep to.
public abstract class ActivationStoreContract {

    protected abstract Stores stores();

    private ActivationStore store() {
        return stores().activations();
    }

    private static Activation activation(String alias, long number, String model) {
        return activation(alias, number, model, null);
    }

    private static Activation activation(
            String alias, long number, String model, @Nullable Long rollbackOf) {
        return new Activation(
                alias,
                number,
                OPENAI,
                model,
                number == 1 ? null : "job " + number,
                number == 1 ? null : "before",
                "admin ñ",
                number == 1 ? null : "why 'not' 🙂",
                rollbackOf,
                START.plusSeconds(number));
    }

    @Test
    void the_highest_number_is_in_force() {
        Activation first = activation("principal", 1, "m1");
        Activation second = activation("principal", 2, "m2");
        Activation back = activation("principal", 3, "m1", 2L);
        Activation other = activation("beta", 1, "m9");

        assertThat(store().append(first)).isTrue();
        assertThat(store().append(second)).isTrue();
        assertThat(store().inForce("m1")).isFalse();
        assertThat(store().append(back)).isTrue();
        assertThat(store().append(other)).isTrue();

        assertThat(store().current("principal")).contains(back);
        assertThat(store().current("nobody")).isEmpty();
        assertThat(store().current()).containsExactly(other, back);
        assertThat(store().history("principal", 10)).containsExactly(back, second, first);
        assertThat(store().history("principal", 1)).containsExactly(back);
        assertThat(store().inForce("m1")).isTrue();
        assertThat(store().inForce("m9")).isTrue();
        assertThat(store().inForce("m2")).isFalse();
    }

    @Test
    void a_number_is_given_once_and_without_gaps() {
        assertThat(store().append(activation("principal", 2, "m"))).isFalse();
        assertThat(store().append(activation("principal", 1, "m"))).isTrue();
        assertThat(store().append(activation("principal", 1, "other"))).isFalse();
        assertThat(store().append(activation("principal", 3, "other"))).isFalse();

        assertThat(store().history("principal", 10)).hasSize(1);
    }

    @Test
    void of_many_activations_with_one_number_one_is_stored() throws Exception {
        for (int number = 1; number <= 5; number++) {
            long n = number;
            List<Boolean> won =
                    Race.of(6, i -> store().append(activation("principal", n, "m" + i)));

            assertThat(won).containsOnlyOnce(true);
            assertThat(store().current("principal").orElseThrow().model())
                    .isEqualTo("m" + won.indexOf(true));
        }
        assertThat(store().history("principal", 10)).hasSize(5);
    }
}
