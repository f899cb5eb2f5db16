package dev.afinador.provider;

import java.util.List;
import java.util.Optional;

/// Where providers are kept. Keys and webhook secrets are handed over sealed; the store cannot read them.
public interface ProviderStore {

    /// @throws DuplicateNameException when another provider has this name (compared without case)
    void insert(Provider provider);

    /// Replaces the provider when the stored version is `provider.version()`; the stored version then goes up by one.
    ///
    /// @return false when somebody else changed or removed it meanwhile
    boolean update(Provider provider);

    /// Deletes the provider with its secrets and all that was remembered about it.
    ///
    /// @throws InUseException when a job refers to it
    boolean delete(ProviderId id);

    Optional<Provider> find(ProviderId id);

    /// By name, without case.
    List<Provider> list();

    /// Stores or, with null, forgets the sealed secret of that purpose.
    void putSecret(
            ProviderId id,
            SecretPurpose purpose,
            byte @org.jspecify.annotations.Nullable [] sealed);

    Optional<byte[]> findSecret(ProviderId id, SecretPurpose purpose);

    enum SecretPurpose {
        API_KEY,
        WEBHOOK_SIGNING
    }

    final class InUseException extends RuntimeException {
        public InUseException(ProviderId id) {
            super("jobs refer to provider " + id);
        }
    }

    final class DuplicateNameException extends RuntimeException {
        public DuplicateNameException(String name) {
            super("a provider named '" + name + "' exists");
        }
    }
}
