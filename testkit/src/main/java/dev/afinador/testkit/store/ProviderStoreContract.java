package dev.afinador.testkit.store;

import static dev.afinador.testkit.store.Samples.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afinador.job.JobStatus;
import dev.afinador.provider.KeySource;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.ProviderKind;
import dev.afinador.provider.ProviderStore;
import dev.afinador.provider.ProviderStore.SecretPurpose;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a [ProviderStore] must keep to.
public abstract class ProviderStoreContract {

    protected abstract Stores stores();

    private ProviderStore store() {
        return stores().providers();
    }

    @Test
    void a_provider_comes_back_as_it_was_stored_with_every_kind_of_key() {
        List<KeySource> keys =
                List.of(
                        new KeySource.None(),
                        new KeySource.Environment("OPENAI_API_KEY", "st-1"),
                        new KeySource.Stored(""));
        for (int i = 0; i < keys.size(); i++) {
            Provider provider =
                    new Provider(
                            new ProviderId("p-" + i),
                            "Año 🙂 " + i,
                            ProviderKind.values()[i],
                            URI.create("https://example.org:8443/openai/v1"),
                            i == 0 ? null : "org-1",
                            i == 1 ? null : "proj_1",
                            keys.get(i),
                            i == 2,
                            START,
                            i);
            store().insert(provider);

            assertThat(store().find(provider.id())).contains(provider);
        }
        assertThat(store().find(new ProviderId("nobody"))).isEmpty();
    }

    @Test
    void names_are_unique_without_case_and_lists_go_by_them() {
        store().insert(Samples.provider("p-1", "Ópera"));
        store().insert(Samples.provider("p-2", "azure"));
        store().insert(Samples.provider("p-3", "Beta"));

        assertThatThrownBy(() -> store().insert(Samples.provider("p-4", "ÓPERA")))
                .isInstanceOf(ProviderStore.DuplicateNameException.class);
        assertThatThrownBy(() -> store().update(Samples.provider("p-3", "AZURE")))
                .isInstanceOf(ProviderStore.DuplicateNameException.class);
        assertThatThrownBy(() -> store().insert(Samples.provider("p-1", "new")))
                .isNotInstanceOf(ProviderStore.DuplicateNameException.class);
        assertThat(store().list())
                .extracting(Provider::name)
                .startsWith("azure", "Beta")
                .hasSize(3);
        assertThat(store().update(Samples.provider("p-2", "Azure"))).isTrue();
    }

    @Test
    void of_many_providers_with_one_name_one_is_stored() throws Exception {
        List<Boolean> stored =
                Race.of(
                        6,
                        i -> {
                            try {
                                store().insert(
                                                Samples.provider(
                                                        "p-" + i, i % 2 == 0 ? "One" : "ONE"));
                                return true;
                            } catch (ProviderStore.DuplicateNameException e) {
                                return false;
                            }
                        });

        assertThat(stored).containsOnlyOnce(true);
        assertThat(store().list()).hasSize(1);
    }

    @Test
    void a_change_made_from_an_old_version_is_refused() {
        Provider provider = Samples.provider("p-1", "one");
        store().insert(provider);

        assertThat(store().update(Samples.provider("p-1", "two"))).isTrue();
        assertThat(store().update(Samples.provider("p-1", "three"))).isFalse();

        Provider stored = store().find(provider.id()).orElseThrow();
        assertThat(stored.name()).isEqualTo("two");
        assertThat(stored.version()).isEqualTo(provider.version() + 1);
    }

    @Test
    void secrets_are_kept_by_purpose_replaced_and_forgotten() {
        ProviderId id = new ProviderId("p-1");
        store().insert(Samples.provider("p-1", "one"));
        byte[] sealed = {0, 1, (byte) 0xFF, 39, 0};

        store().putSecret(id, SecretPurpose.API_KEY, new byte[] {9});
        store().putSecret(id, SecretPurpose.API_KEY, sealed);
        assertThat(store().findSecret(id, SecretPurpose.API_KEY)).contains(sealed);
        assertThat(store().findSecret(id, SecretPurpose.WEBHOOK_SIGNING)).isEmpty();

        store().putSecret(id, SecretPurpose.WEBHOOK_SIGNING, new byte[] {7});
        store().putSecret(id, SecretPurpose.API_KEY, null);
        store().putSecret(id, SecretPurpose.API_KEY, null);
        assertThat(store().findSecret(id, SecretPurpose.API_KEY)).isEmpty();
        assertThat(store().findSecret(id, SecretPurpose.WEBHOOK_SIGNING)).isPresent();
    }

    @Test
    void a_deleted_provider_takes_its_secrets_and_remembered_uploads_along() {
        ProviderId id = new ProviderId("p-1");
        store().insert(Samples.provider("p-1", "one"));
        store().putSecret(id, SecretPurpose.API_KEY, new byte[] {9});
        stores().jobs().putUploadedFile(id, "abc", "file-1", START);

        assertThat(store().delete(id)).isTrue();
        assertThat(store().delete(id)).isFalse();

        store().insert(Samples.provider("p-1", "one"));
        assertThat(store().findSecret(id, SecretPurpose.API_KEY)).isEmpty();
        assertThat(stores().jobs().findUploadedFile(id, "abc")).isEmpty();
    }

    @Test
    void a_provider_that_a_job_refers_to_stays() {
        ProviderId id = new ProviderId("p-1");
        store().insert(Samples.provider("p-1", "one"));
        stores().jobs().insert(Samples.job("ventas", id, null, JobStatus.PENDING, START));

        assertThatThrownBy(() -> store().delete(id)).isInstanceOf(RuntimeException.class);

        assertThat(store().find(id)).isPresent();
    }
}
