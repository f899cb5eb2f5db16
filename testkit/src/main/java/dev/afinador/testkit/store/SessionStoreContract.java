package dev.afinador.testkit.store;

import static dev.afinador.testkit.store.Samples.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.access.Principal;
import dev.afinador.access.Role;
import dev.afinador.access.SessionStore;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What a [SessionStore] must keep to.
public abstract class SessionStoreContract {

    private static final Principal ANA = new Principal("Ana Ñúñez", Role.OPERATOR);

    protected abstract Stores stores();

    private SessionStore store() {
        return stores().sessions();
    }

    @Test
    void a_code_opens_once() {
        store().insertCode("hash", ANA, START.plusSeconds(10));

        assertThat(store().takeCode("other", START)).isEmpty();
        assertThat(store().takeCode("hash", START)).contains(ANA);
        assertThat(store().takeCode("hash", START)).isEmpty();
    }

    @Test
    void a_code_opens_only_before_it_expires() {
        store().insertCode("hash", ANA, START);

        assertThat(store().takeCode("hash", START)).isEmpty();
        assertThat(store().takeCode("hash", START.minusMillis(1))).contains(ANA);
    }

    @Test
    void of_many_who_take_a_code_one_gets_it() throws Exception {
        for (int round = 0; round < 5; round++) {
            String code = "hash " + round;
            store().insertCode(code, ANA, START.plusSeconds(10));

            List<Optional<Principal>> taken = Race.of(8, i -> store().takeCode(code, START));

            assertThat(taken).containsOnlyOnce(Optional.of(ANA));
        }
    }

    @Test
    void a_session_lasts_until_it_expires_or_is_ended() {
        store().insertSession("token", ANA, START, START.plusSeconds(10));
        store().insertSession("other", ANA, START, START.plusSeconds(10));

        assertThat(store().findSession("token", START.plusSeconds(9))).contains(ANA);
        assertThat(store().findSession("token", START.plusSeconds(10))).isEmpty();
        assertThat(store().findSession("nobody", START)).isEmpty();
        store().deleteSession("token");
        assertThat(store().findSession("token", START)).isEmpty();
        assertThat(store().findSession("other", START)).contains(ANA);
    }

    @Test
    void what_has_expired_is_forgotten_and_nothing_else() {
        store().insertCode("old code", ANA, START);
        store().insertCode("new code", ANA, START.plusMillis(1));
        store().insertSession("old", ANA, START.minusSeconds(1), START);
        store().insertSession("new", ANA, START.minusSeconds(1), START.plusMillis(1));

        store().prune(START);

        // Looked at from before their end, when only forgetting explains that they are not there.
        assertThat(store().findSession("old", START.minusMillis(1))).isEmpty();
        assertThat(store().takeCode("old code", START.minusMillis(1))).isEmpty();
        assertThat(store().findSession("new", START)).contains(ANA);
        assertThat(store().takeCode("new code", START)).contains(ANA);
    }
}
