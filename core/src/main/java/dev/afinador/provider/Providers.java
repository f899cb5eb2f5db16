package dev.afinador.provider;

import dev.afinador.provider.ProviderStore.SecretPurpose;
import dev.afinador.work.Refusal;
import dev.afinador.work.Refusal.Violation;
import dev.afinador.work.Transactions;
import dev.afinador.work.Uuid7;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What a person does with providers: add, change, try, remove. Keys go in here and come out only for the wire.
public final class Providers {

    /// The provider that appears by itself when its key is in the environment.
    public static final ProviderId OPENAI = new ProviderId("openai");

    public static final URI OPENAI_BASE_URL = URI.create("https://api.openai.com/v1");

    /// The local engine, where this installation has one.
    public static final ProviderId LOCAL = new ProviderId("local");

    /// Stored for the local engine in place of an address: a port may change, and machines that share a database have
    /// different ones.
    private static final URI LOCAL_PLACEHOLDER = URI.create("local:/engine/v1");

    private static final int MAX_NAME = 80;

    private final ProviderStore store;
    private final SecretBox box;
    private final Transactions transactions;
    private final UnaryOperator<@Nullable String> environment;
    private final Predicate<ProviderId> inUse;
    private final InstantSource clock;
    private final Uuid7 ids;

    /// @param environment gives the value of an environment variable or null
    /// @param inUse       whether jobs refer to a provider
    public Providers(
            ProviderStore store,
            SecretBox box,
            Transactions transactions,
            UnaryOperator<@Nullable String> environment,
            Predicate<ProviderId> inUse,
            InstantSource clock,
            Uuid7 ids) {
        this.store = store;
        this.box = box;
        this.transactions = transactions;
        this.environment = environment;
        this.inUse = inUse;
        this.clock = clock;
        this.ids = ids;
    }

    /// By name.
    public List<Provider> list() {
        return store.list();
    }

    public Optional<Provider> find(ProviderId id) {
        return store.find(id);
    }

    /// @throws Refusal `provider_unknown`
    public Provider get(String id) {
        return Optional.of(id)
                .filter(i -> i.matches("[A-Za-z0-9-]{1,64}"))
                .flatMap(i -> store.find(new ProviderId(i)))
                .orElseThrow(() ->
                        Refusal.notFound(
                                "provider_unknown",
                                id.length() <= 80 ? id : id.substring(0, 80) + "…"));
    }

    /// Makes OpenAI appear when `OPENAI_API_KEY` is set, and its shown characters follow the variable.
    public void adoptEnvironment() {
        String key = environment.apply("OPENAI_API_KEY");
        if (key == null || key.isBlank()) {
            return;
        }
        KeySource source =
                new KeySource.Environment("OPENAI_API_KEY", new Credential(key).lastCharacters());
        Provider known = store.find(OPENAI).orElse(null);
        if (known != null) {
            if (known.key() instanceof KeySource.Environment && !known.key().equals(source)) {
                store.update(withKey(known, source));
            }
            return;
        }
        URI url = environmentUrl();
        try {
            store.insert(
                    new Provider(
                            OPENAI,
                            "OpenAI",
                            url.equals(OPENAI_BASE_URL)
                                    ? ProviderKind.OPENAI
                                    : ProviderKind.COMPATIBLE,
                            url,
                            environmentHeader("OPENAI_ORG_ID"),
                            environmentHeader("OPENAI_PROJECT_ID"),
                            source,
                            false,
                            clock.instant().truncatedTo(ChronoUnit.MILLIS),
                            0));
        } catch (ProviderStore.DuplicateNameException e) {
            // A person already made a provider of that name: theirs stands.
        }
    }

    /// Makes the local engine a provider where it runs. Where it does not, and no job has ever used it, it is none.
    ///
    /// @param runs here, or on a machine that shares this database
    public void adoptLocal(boolean runs) {
        boolean known = store.find(LOCAL).isPresent();
        if (!runs) {
            if (known && !inUse.test(LOCAL)) {
                store.delete(LOCAL);
            }
            return;
        }
        for (String name :
                new String[] {"local", "local (Afinador)", "local (" + LOCAL_PLACEHOLDER + ")"}) {
            if (known) {
                return;
            }
            try {
                store.insert(
                        new Provider(
                                LOCAL,
                                name,
                                ProviderKind.LOCAL,
                                LOCAL_PLACEHOLDER,
                                null,
                                null,
                                new KeySource.Own(),
                                false,
                                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                                0));
                return;
            } catch (ProviderStore.DuplicateNameException e) {
                // Somebody calls another provider so, or a machine beside this one was faster.
                known = store.find(LOCAL).isPresent();
            }
        }
    }

    private URI environmentUrl() {
        List<Violation> found = new ArrayList<>();
        URI url = checkUrl(environment.apply("OPENAI_BASE_URL"), ProviderKind.OPENAI, found);
        if (url == null) {
            throw new IllegalArgumentException(
                    "OPENAI_BASE_URL must be an address that starts with https:// or http://,"
                            + " without user, query or fragment");
        }
        return url;
    }

    private @Nullable String environmentHeader(String variable) {
        String value = blankToNull(environment.apply(variable));
        List<Violation> found = new ArrayList<>();
        checkHeader(variable, value, found);
        if (!found.isEmpty()) {
            throw new IllegalArgumentException(
                    variable + " has characters that no HTTP header can carry, or too many");
        }
        return value;
    }

    /// A provider made of what somebody entered, to try it before it is stored. Has no key: that is handed over beside it.
    ///
    /// @throws Refusal when a field is wrong
    public Provider draft(ProviderForm form) {
        Checked checked = check(form);
        return new Provider(
                new ProviderId("draft"),
                checked.name(),
                checked.kind(),
                checked.baseUrl(),
                blankToNull(form.organization()),
                blankToNull(form.project()),
                new KeySource.None(),
                false,
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                0);
    }

    /// The key to try a draft with: the one that was entered, else that of the provider it is a change of.
    ///
    /// @param draft  what [#draft] made of the form
    /// @param stored the provider that is being changed; null for a new one
    /// @throws Refusal           when the address is another one and the key was not entered again
    /// @throws ProviderException `KEY_MISSING` when the stored key cannot be had
    public @Nullable Credential keyFor(
            ProviderForm form, Provider draft, @Nullable Provider stored) {
        if (form.key() != null && !form.key().isBlank()) {
            return new Credential(form.key().strip());
        }
        if (stored == null || form.forgetKey()) {
            return null;
        }
        requireKeyForNewAddress(stored, draft.baseUrl(), form);
        return credential(stored);
    }

    /// Whoever may change an address could have the key sent to themselves, and nobody shall see a key again.
    private static void requireKeyForNewAddress(Provider stored, URI address, ProviderForm form) {
        boolean kept =
                !(stored.key() instanceof KeySource.None)
                        && !form.forgetKey()
                        && (form.key() == null || form.key().isBlank());
        if (kept && !isSamePlace(stored.baseUrl(), address)) {
            throw Refusal.invalid(
                    List.of(
                            Violation.of(
                                    "key", "needed_for_new_address", String.valueOf(address))));
        }
    }

    private static boolean isSamePlace(URI one, URI other) {
        return String.valueOf(one.getScheme()).equalsIgnoreCase(other.getScheme())
                && String.valueOf(one.getHost()).equalsIgnoreCase(other.getHost())
                && port(one) == port(other);
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }

    /// @throws Refusal when a field is wrong or the name is taken
    public Provider add(ProviderForm form) {
        Checked checked = check(form);
        ProviderId id = new ProviderId(ids.next().toString());
        Credential key =
                form.key() == null || form.key().isBlank()
                        ? null
                        : new Credential(form.key().strip());
        Credential webhook = webhookSecret(form);
        Provider provider =
                new Provider(
                        id,
                        checked.name(),
                        checked.kind(),
                        checked.baseUrl(),
                        blankToNull(form.organization()),
                        blankToNull(form.project()),
                        key == null
                                ? new KeySource.None()
                                : new KeySource.Stored(key.lastCharacters()),
                        webhook != null,
                        clock.instant().truncatedTo(ChronoUnit.MILLIS),
                        0);
        try {
            transactions.runInTransaction(() -> {
                store.insert(provider);
                putSecret(id, SecretPurpose.API_KEY, key);
                putSecret(id, SecretPurpose.WEBHOOK_SIGNING, webhook);
            });
        } catch (ProviderStore.DuplicateNameException e) {
            throw nameTaken(checked.name());
        }
        return store.find(id).orElseThrow();
    }

    /// @param version the version that was read, against lost updates; null skips the check
    /// @throws Refusal when the key would go to another address without being entered again, a field is wrong, the name is
    ///         taken, somebody else changed it (`changed_meanwhile`), or it is the local engine (`provider_local`)
    public Provider change(ProviderId id, ProviderForm form, @Nullable Long version) {
        Provider old =
                store.find(id).orElseThrow(() -> Refusal.notFound("provider_unknown", id.value()));
        if (old.kind() == ProviderKind.LOCAL) {
            throw Refusal.conflict("provider_local", old.name());
        }
        if (version != null && version != old.version()) {
            throw Refusal.conflict("changed_meanwhile", old.name());
        }
        Checked checked = check(form);
        requireKeyForNewAddress(old, checked.baseUrl(), form);
        Credential key =
                form.key() == null || form.key().isBlank()
                        ? null
                        : new Credential(form.key().strip());
        Credential webhook = webhookSecret(form);
        KeySource source =
                key != null
                        ? new KeySource.Stored(key.lastCharacters())
                        : form.forgetKey() ? new KeySource.None() : old.key();
        boolean keepWebhook = form.webhookSecret() == null;
        Provider changed =
                new Provider(
                        id,
                        checked.name(),
                        checked.kind(),
                        checked.baseUrl(),
                        blankToNull(form.organization()),
                        blankToNull(form.project()),
                        source,
                        keepWebhook ? old.webhooks() : webhook != null,
                        old.createdAt(),
                        old.version());
        try {
            boolean stored =
                    transactions.inTransaction(() -> {
                        if (!store.update(changed)) {
                            return false;
                        }
                        if (key != null || form.forgetKey()) {
                            putSecret(id, SecretPurpose.API_KEY, key);
                        }
                        if (!keepWebhook) {
                            putSecret(id, SecretPurpose.WEBHOOK_SIGNING, webhook);
                        }
                        return true;
                    });
            if (!stored) {
                throw Refusal.conflict("changed_meanwhile", old.name());
            }
        } catch (ProviderStore.DuplicateNameException e) {
            throw nameTaken(checked.name());
        }
        return store.find(id).orElseThrow();
    }

    /// @throws Refusal `provider_in_use` while jobs refer to it, `provider_local` for the local engine
    public void remove(ProviderId id) {
        if (id.equals(LOCAL)) {
            throw Refusal.conflict("provider_local", LOCAL.value());
        }
        if (inUse.test(id)) {
            throw Refusal.conflict("provider_in_use");
        }
        try {
            if (!store.delete(id)) {
                throw Refusal.notFound("provider_unknown", id.value());
            }
        } catch (ProviderStore.InUseException e) { // a job came in at this very moment
            throw Refusal.conflict("provider_in_use");
        }
    }

    /// The key to put on the wire; null when the endpoint needs none.
    ///
    /// @throws ProviderException `KEY_MISSING` when it cannot be had
    public @Nullable Credential credential(Provider provider) {
        return switch (provider.key()) {
            case KeySource.None() -> null;
            case KeySource.Own() ->
                    throw new IllegalStateException("the local engine's key is with the engine");
            case KeySource.Environment(String variable, String last) -> {
                String value = environment.apply(variable);
                if (value == null || value.isBlank()) {
                    throw keyMissing("environment variable " + variable + " is not set", null);
                }
                yield new Credential(value.strip());
            }
            case KeySource.Stored(String last) ->
                    open(provider.id(), SecretPurpose.API_KEY)
                            .orElseThrow(() -> keyMissing("no key is stored", null));
        };
    }

    /// The secret that signs this provider's webhooks, if one is stored.
    public Optional<Credential> webhookSecret(ProviderId id) {
        return open(id, SecretPurpose.WEBHOOK_SIGNING);
    }

    private Optional<Credential> open(ProviderId id, SecretPurpose purpose) {
        try {
            return store.findSecret(id, purpose)
                    .map(sealed -> box.open(sealed, boundTo(id, purpose)));
        } catch (SecretBox.CannotOpenException e) {
            throw keyMissing(
                    "the stored key cannot be opened with this installation's secret key", e);
        }
    }

    private static ProviderException keyMissing(String message, @Nullable Throwable cause) {
        ProviderError error =
                new ProviderError(
                        ProviderError.Kind.KEY_MISSING, null, null, message, null, null, null);
        return cause == null ? new ProviderException(error) : new ProviderException(error, cause);
    }

    private void putSecret(ProviderId id, SecretPurpose purpose, @Nullable Credential secret) {
        store.putSecret(
                id, purpose, secret == null ? null : box.seal(secret, boundTo(id, purpose)));
    }

    private static String boundTo(ProviderId id, SecretPurpose purpose) {
        return id.value() + "/" + purpose.name().toLowerCase(Locale.ROOT);
    }

    private record Checked(String name, ProviderKind kind, URI baseUrl) {}

    private static Checked check(ProviderForm form) {
        List<Violation> found = new ArrayList<>();
        String name = form.name() == null ? "" : form.name().strip();
        if (name.isEmpty()) {
            found.add(Violation.of("name", "required"));
        } else if (name.length() > MAX_NAME) {
            found.add(Violation.of("name", "too_long", MAX_NAME, name.length()));
        }
        ProviderKind kind = null;
        for (ProviderKind k : ProviderKind.values()) {
            if (k.canBeAdded() && k.name().equalsIgnoreCase(form.kind())) {
                kind = k;
            }
        }
        if (kind == null) {
            found.add(Violation.of("kind", "not_one_of", "openai, azure, compatible", form.kind()));
        }
        URI url = checkUrl(form.baseUrl(), kind, found);
        checkHeader("organization", form.organization(), found);
        checkHeader("project", form.project(), found);
        checkHeader("key", form.key(), found);
        if (form.webhookSecret() != null && form.webhookSecret().length() > 500) {
            found.add(
                    Violation.of("webhook_secret", "too_long", 500, form.webhookSecret().length()));
        }
        if (!found.isEmpty() || kind == null || url == null) {
            throw Refusal.invalid(found);
        }
        return new Checked(name, kind, url);
    }

    private static @Nullable URI checkUrl(
            @Nullable String text, @Nullable ProviderKind kind, List<Violation> found) {
        if (text == null || text.isBlank()) {
            if (kind == ProviderKind.OPENAI) {
                return OPENAI_BASE_URL;
            }
            found.add(Violation.of("base_url", "required"));
            return null;
        }
        String trimmed = text.strip().replaceAll("/+$", "");
        try {
            URI uri = new URI(trimmed);
            boolean http =
                    "http".equalsIgnoreCase(uri.getScheme())
                            || "https".equalsIgnoreCase(uri.getScheme());
            if (!http
                    || uri.getHost() == null
                    || uri.getUserInfo() != null
                    || uri.getFragment() != null
                    || uri.getQuery() != null
                    || trimmed.length() > 500) {
                found.add(
                        Violation.of(
                                "base_url",
                                "http_url",
                                trimmed.length() > 80 ? trimmed.substring(0, 80) : trimmed));
                return null;
            }
            return uri;
        } catch (URISyntaxException e) {
            found.add(
                    Violation.of(
                            "base_url",
                            "http_url",
                            trimmed.length() > 80 ? trimmed.substring(0, 80) : trimmed));
            return null;
        }
    }

    /// What goes into a header must not be able to make another one.
    private static void checkHeader(String field, @Nullable String value, List<Violation> found) {
        if (value == null) {
            return;
        }
        if (value.length() > 1000) {
            found.add(Violation.of(field, "too_long", 1000, value.length()));
        } else if (value.strip().chars().anyMatch(c -> c <= ' ' || c >= 0x7F)) {
            found.add(Violation.of(field, "header_characters"));
        }
    }

    private static @Nullable Credential webhookSecret(ProviderForm form) {
        return form.webhookSecret() == null || form.webhookSecret().isBlank()
                ? null
                : new Credential(form.webhookSecret().strip());
    }

    private static Refusal nameTaken(String name) {
        return Refusal.invalid(List.of(Violation.of("name", "taken", name)));
    }

    private static Provider withKey(Provider p, KeySource key) {
        return new Provider(
                p.id(),
                p.name(),
                p.kind(),
                p.baseUrl(),
                p.organization(),
                p.project(),
                key,
                p.webhooks(),
                p.createdAt(),
                p.version());
    }

    private static @Nullable String blankToNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }
}
