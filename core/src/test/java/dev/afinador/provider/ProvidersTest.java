package dev.afinador.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afinador.fake.Death;
import dev.afinador.fake.FakeClock;
import dev.afinador.fake.Memory;
import dev.afinador.fake.MemoryProviderStore;
import dev.afinador.work.Refusal;
import dev.afinador.work.Uuid7;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProvidersTest {

    private static final String HERE = "https://llm.example.org/v1";
    private static final String KEY = "sk-one-secret-key-1234";

    private final FakeClock clock = new FakeClock(Instant.parse("2026-11-23T10:00:00Z"));
    private final Memory memory = new Memory(new Death());
    private final MemoryProviderStore store = new MemoryProviderStore(memory);
    private final Map<String, String> environment = new HashMap<>();
    private final Providers providers =
            new Providers(
                    store,
                    new ClearBox(),
                    memory,
                    environment::get,
                    id -> false,
                    clock,
                    new Uuid7(clock));

    /// Seals nothing; that is tested where it is done.
    private static final class ClearBox implements SecretBox {
        @Override
        public byte[] seal(Credential secret, String boundTo) {
            return (boundTo + " " + secret.reveal()).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Credential open(byte[] sealed, String boundTo) {
            String text = new String(sealed, StandardCharsets.UTF_8);
            if (!text.startsWith(boundTo + " ")) {
                throw new CannotOpenException("bound to something else", new Exception());
            }
            return new Credential(text.substring(boundTo.length() + 1));
        }
    }

    private static ProviderForm form(String url, @Nullable String key) {
        return new ProviderForm("Cuenta", "compatible", url, null, null, key, false, null);
    }

    private Provider withKey() {
        return providers.add(form(HERE, KEY));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/v1",
                "http://llm.example.org/v1",
                "https://llm.example.org:8443/v1",
                "https://llm.example.org.evil.example/v1"
            })
    void a_stored_key_goes_to_no_other_address(String elsewhere) {
        Provider provider = withKey();
        ProviderForm moved = form(elsewhere, null);

        assertViolates(
                "key",
                "needed_for_new_address",
                () -> providers.change(provider.id(), moved, null));
        assertViolates(
                "key",
                "needed_for_new_address",
                () -> providers.keyFor(moved, providers.draft(moved), provider));

        assertThat(store.find(provider.id())).contains(provider);
        assertThat(providers.change(provider.id(), form(elsewhere, "sk-another-1"), null).baseUrl())
                .hasToString(elsewhere);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://llm.example.org/v2",
                "https://LLM.example.org/v1/",
                "https://llm.example.org:443/v1"
            })
    void a_stored_key_stays_with_its_address(String sameplace) {
        Provider provider = withKey();
        ProviderForm moved = form(sameplace, null);

        assertThat(providers.keyFor(moved, providers.draft(moved), provider).reveal())
                .isEqualTo(KEY);
        Provider changed = providers.change(provider.id(), moved, null);
        assertThat(providers.credential(changed).reveal()).isEqualTo(KEY);
    }

    @Test
    void a_key_of_the_environment_goes_to_no_other_address_either() {
        environment.put("OPENAI_API_KEY", KEY);
        providers.adoptEnvironment();
        ProviderForm moved = form("https://evil.example/v1", null);

        assertViolates(
                "key",
                "needed_for_new_address",
                () -> providers.change(Providers.OPENAI, moved, null));
    }

    @Test
    void a_provider_without_a_key_moves_freely_and_a_forgotten_key_hinders_nobody() {
        Provider keyless = providers.add(form(HERE, null));
        Provider moved = providers.change(keyless.id(), form("https://other.example", null), null);
        assertThat(moved.baseUrl()).hasToString("https://other.example");

        Provider provider =
                providers.add(
                        new ProviderForm("B", "compatible", HERE, null, null, KEY, false, null));
        ProviderForm forgetting =
                new ProviderForm(
                        "B", "compatible", "https://other.example", null, null, null, true, null);
        assertThat(providers.change(provider.id(), forgetting, null).key())
                .isEqualTo(new KeySource.None());
        assertThat(store.findSecret(provider.id(), ProviderStore.SecretPurpose.API_KEY)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.openai.com/v1///, https://api.openai.com/v1",
        "http://[::1]:8080/v1, http://[::1]:8080/v1",
        "'  https://llm.example.org  ', https://llm.example.org",
        "http://127.0.0.1:1234, http://127.0.0.1:1234"
    })
    void addresses_are_taken_as_people_write_them(String typed, String stored) {
        assertThat(providers.add(form(typed, null)).baseUrl()).hasToString(stored);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://x.example",
                "file:///etc/passwd",
                "https://",
                "https:///v1",
                "https://user:pass@x.example",
                "https://x.example/#a",
                "https://x.example/?a=b",
                "x.example/v1",
                "javascript:alert(1)",
                "https://x example",
                "http://[::1"
            })
    void what_is_no_address_is_refused(String typed) {
        assertViolates("base_url", "http_url", () -> providers.add(form(typed, null)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\r\nX-Evil: 1", "a b", "añb", "a\u0000b", "a\tb"})
    void nothing_that_could_make_another_header_goes_into_one(String value) {
        assertViolates("key", "header_characters", () -> providers.add(form(HERE, value)));
        assertViolates(
                "organization",
                "header_characters",
                () ->
                        providers.add(
                                new ProviderForm(
                                        "A", "compatible", HERE, value, null, null, false, null)));
        assertViolates(
                "project",
                "header_characters",
                () ->
                        providers.add(
                                new ProviderForm(
                                        "A", "compatible", HERE, null, value, null, false, null)));
        assertThat(store.list()).isEmpty();
    }

    @Test
    void the_environment_brings_openai_once_and_follows_the_key() {
        environment.put("OPENAI_API_KEY", "sk-first-key-in-here-1111");
        environment.put("OPENAI_ORG_ID", "org-1");
        providers.adoptEnvironment();
        environment.put("OPENAI_API_KEY", "sk-second-key-in-here-2222");
        providers.adoptEnvironment();

        Provider openai = store.find(Providers.OPENAI).orElseThrow();
        assertThat(openai.key()).isEqualTo(new KeySource.Environment("OPENAI_API_KEY", "2222"));
        assertThat(openai.organization()).isEqualTo("org-1");
        assertThat(openai.baseUrl()).isEqualTo(Providers.OPENAI_BASE_URL);
        assertThat(store.list()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "OPENAI_BASE_URL, not an address",
        "OPENAI_BASE_URL, ftp://x.example",
        "OPENAI_ORG_ID, 'a\nb'",
        "OPENAI_PROJECT_ID, 'añb'"
    })
    void odd_settings_of_the_environment_are_named_without_the_key(String variable, String value) {
        environment.put("OPENAI_API_KEY", KEY);
        environment.put(variable, value.replace("\\n", "\n"));

        assertThatThrownBy(providers::adoptEnvironment)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(variable)
                .message()
                .doesNotContain(KEY);
    }

    @Test
    void a_blank_address_of_the_environment_is_none() {
        environment.put("OPENAI_API_KEY", KEY);
        environment.put("OPENAI_BASE_URL", "  ");
        providers.adoptEnvironment();
        assertThat(store.find(Providers.OPENAI).orElseThrow().baseUrl())
                .isEqualTo(Providers.OPENAI_BASE_URL);
    }

    @Test
    void a_change_made_from_an_old_reading_is_refused() {
        Provider read = withKey();
        providers.change(read.id(), form(HERE, null), read.version());

        assertThatThrownBy(() -> providers.change(read.id(), form(HERE, null), read.version()))
                .isInstanceOfSatisfying(
                        Refusal.class, r -> assertThat(r.code()).isEqualTo("changed_meanwhile"));
    }

    private static void assertViolates(
            String field, String rule, org.assertj.core.api.ThrowableAssert.ThrowingCallable deed) {
        assertThatThrownBy(deed)
                .isInstanceOfSatisfying(
                        Refusal.class,
                        r ->
                                assertThat(r.violations())
                                        .extracting(
                                                Refusal.Violation::field, Refusal.Violation::code)
                                        .contains(
                                                org.assertj.core.groups.Tuple.tuple(field, rule)));
    }
}
