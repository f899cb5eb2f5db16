package dev.afinador.provider;

import org.jspecify.annotations.Nullable;

/// What somebody enters for a provider; nothing of it is checked yet.
///
/// @param key           a new key; null keeps the stored one
/// @param forgetKey     forget the stored key
/// @param webhookSecret a new signing secret (`whsec_…`); null keeps the stored one, blank forgets it
public record ProviderForm(
        @Nullable String name,
        @Nullable String kind,
        @Nullable String baseUrl,
        @Nullable String organization,
        @Nullable String project,
        @Nullable String key,
        boolean forgetKey,
        @Nullable String webhookSecret) {

    @Override
    public String toString() {
        return "ProviderForm[" + name + ", " + kind + ", " + baseUrl + "]"; // never the secrets
    }
}
