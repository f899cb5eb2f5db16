package dev.afinador.provider;

/// What sort of endpoint a provider is; decides default headers, dashboard links and known quirks.
public enum ProviderKind {
    /// api.openai.com itself.
    OPENAI,
    /// Azure OpenAI / Microsoft Foundry: header `api-key`, base `{endpoint}/openai/v1`.
    AZURE,
    /// Anything else that speaks the protocol.
    COMPATIBLE,
    /// This installation's own engine. Where it answers and what its key is are known when it runs, and nowhere stored.
    LOCAL;

    /// Whether a person can add a provider of this kind.
    public boolean canBeAdded() {
        return this != LOCAL;
    }
}
