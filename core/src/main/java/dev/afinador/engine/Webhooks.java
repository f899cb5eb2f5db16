package dev.afinador.engine;

import dev.afinador.provider.Credential;
import dev.afinador.provider.SecretBox;
import dev.afinador.work.Backoff;
import dev.afinador.work.TaskQueue;
import dev.afinador.work.TaskQueue.Kind;
import dev.afinador.work.TaskQueue.Next;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells endpoints of the ends of jobs, by Standard Webhooks (reference, section 13): a delivery is stored with the change that
/// it tells of, and tried with growing pauses for three days.
public final class Webhooks implements TaskQueue.Step {

    private static final Logger log = LoggerFactory.getLogger(Webhooks.class);

    public static final List<String> EVENT_TYPES =
            List.of(
                    "fine_tuning.job.succeeded",
                    "fine_tuning.job.failed",
                    "fine_tuning.job.cancelled");

    private static final int LONGEST_NAME = 200;
    private static final int MOST_ENDPOINTS = 100;
    private static final Duration GIVE_UP_AFTER = Duration.ofHours(72);
    private static final Duration LONGEST_WISH = Duration.ofHours(4);
    private static final Duration OLD_SECRET_LIFE = Duration.ofHours(24);
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(5), Duration.ofHours(4));

    private final WebhookStore store;
    private final SecretBox box;
    private final WebhookSender sender;
    private final TaskQueue tasks;
    private final EngineIds ids;
    private final RandomGenerator random;
    private final InstantSource clock;
    private final boolean plainHttp;

    /// @param plainHttp whether URLs without TLS are taken: for endpoints in one's own network
    public Webhooks(
            WebhookStore store,
            SecretBox box,
            WebhookSender sender,
            TaskQueue tasks,
            EngineIds ids,
            RandomGenerator random,
            InstantSource clock,
            boolean plainHttp) {
        this.store = store;
        this.box = box;
        this.sender = sender;
        this.tasks = tasks;
        this.ids = ids;
        this.random = random;
        this.clock = clock;
        this.plainHttp = plainHttp;
    }

    /// @param secret the only time that it is shown
    public record WithSecret(WebhookEndpoint endpoint, Credential secret) {}

    public WithSecret create(
            @Nullable String name, @Nullable String url, @Nullable List<String> eventTypes) {
        if (store.list(null, MOST_ENDPOINTS).size() >= MOST_ENDPOINTS) {
            throw EngineRefusal.badRequest(
                    null, null, "There are " + MOST_ENDPOINTS + " webhook endpoints already.");
        }
        Instant now = now();
        Credential secret = newSecret();
        WebhookEndpoint endpoint =
                new WebhookEndpoint(
                        ids.endpoint(),
                        checkName(name),
                        checkUrl(url),
                        checkTypes(eventTypes),
                        hint(secret),
                        now,
                        now,
                        null);
        store.insert(endpoint, seal(endpoint.id(), secret));
        return new WithSecret(endpoint, secret);
    }

    public WebhookEndpoint get(String id) {
        return store.find(id).orElseThrow(() -> unknown(id));
    }

    public Listed<WebhookEndpoint> list(@Nullable String after, int limit) {
        if (after != null && store.find(after).isEmpty()) {
            throw EngineRefusal.badRequest(
                    "after", null, "No such element: " + EngineRefusal.cut(after) + " - 'after'");
        }
        return Listed.of(store.list(after, limit + 1), limit);
    }

    /// What is null stays. A changed endpoint is served again.
    public WebhookEndpoint update(
            String id,
            @Nullable String name,
            @Nullable String url,
            @Nullable List<String> eventTypes) {
        WebhookEndpoint old = get(id);
        WebhookEndpoint wanted =
                new WebhookEndpoint(
                        id,
                        name == null ? old.name() : checkName(name),
                        url == null ? old.url() : checkUrl(url),
                        eventTypes == null ? old.eventTypes() : checkTypes(eventTypes),
                        old.hint(),
                        old.createdAt(),
                        old.updatedAt(),
                        null);
        if (wanted.equals(old)) {
            return old; // tests and unchanged updates do not count as changes
        }
        WebhookEndpoint changed =
                new WebhookEndpoint(
                        id,
                        wanted.name(),
                        wanted.url(),
                        wanted.eventTypes(),
                        wanted.hint(),
                        wanted.createdAt(),
                        now(),
                        null);
        if (!store.update(changed)) {
            throw unknown(id);
        }
        return changed;
    }

    public void delete(String id) {
        if (!store.delete(id)) {
            throw unknown(id);
        }
    }

    public WithSecret rotate(String id, boolean keepOld) {
        get(id);
        Credential secret = newSecret();
        Instant now = now();
        store.rotate(
                id,
                seal(id, secret),
                hint(secret),
                now,
                keepOld ? now.plus(OLD_SECRET_LIFE) : null);
        return new WithSecret(get(id), secret);
    }

    /// Sends a sample at once and tells what came back.
    ///
    /// @return the HTTP status of the answer
    public int test(String id, @Nullable String eventType) {
        WebhookEndpoint endpoint = get(id);
        if (eventType == null || !EVENT_TYPES.contains(eventType)) {
            throw wrongType(eventType);
        }
        WebhookSender.Outcome outcome =
                sender.send(
                        endpoint.url(),
                        ids.delivery(),
                        body(eventType, "ftjob-000000000000000000000000"),
                        secrets(endpoint));
        return switch (outcome) {
            case WebhookSender.Outcome.Answered(int status, Duration wish) -> status;
            case WebhookSender.Outcome.NoAnswer(String why) ->
                    throw EngineRefusal.badRequest(
                            "url", "webhook_not_delivered", "The endpoint gave no answer: " + why);
        };
    }

    /// Joins the transaction that stores the job's end.
    void jobEnded(EngineJob job) {
        String type = "fine_tuning.job." + job.status().word();
        for (WebhookEndpoint endpoint : store.list(null, MOST_ENDPOINTS)) {
            if (endpoint.disabledAt() != null || !endpoint.eventTypes().contains(type)) {
                continue;
            }
            WebhookDelivery delivery =
                    new WebhookDelivery(
                            ids.delivery(), endpoint.id(), type, body(type, job.id()), now(), 0);
            store.insertDelivery(delivery);
            tasks.schedule(Kind.DELIVER_WEBHOOK, delivery.id(), clock.instant());
        }
    }

    private String body(String type, String jobId) {
        return "{\"object\":\"event\",\"id\":\""
                + ids.webhookEvent()
                + "\",\"type\":\""
                + type
                + "\",\"created_at\":"
                + now().getEpochSecond()
                + ",\"data\":{\"id\":\""
                + jobId
                + "\"}}";
    }

    /// Tries one delivery. An attempt that was sent and not written down is sent again: receivers drop duplicates by its id.
    @Override
    public Next run(String deliveryId) {
        WebhookDelivery delivery = store.findDelivery(deliveryId).orElse(null);
        if (delivery == null) {
            return new Next.Done();
        }
        Optional<WebhookEndpoint> endpoint = store.find(delivery.endpointId());
        if (endpoint.isEmpty() || endpoint.get().disabledAt() != null) {
            store.deleteDelivery(deliveryId);
            return new Next.Done();
        }
        WebhookSender.Outcome outcome =
                sender.send(
                        endpoint.get().url(),
                        delivery.id(),
                        delivery.body(),
                        secrets(endpoint.get()));
        return switch (outcome) {
            case WebhookSender.Outcome.Answered(int status, Duration wish) -> {
                if (status >= 200 && status < 300) {
                    store.deleteDelivery(deliveryId);
                    yield new Next.Done();
                }
                if (status == 410) { // gone, and says so
                    disable(endpoint.get());
                    store.deleteDelivery(deliveryId);
                    yield new Next.Done();
                }
                yield later(delivery, "HTTP " + status, wish);
            }
            case WebhookSender.Outcome.NoAnswer(String why) -> later(delivery, why, null);
        };
    }

    private Next later(WebhookDelivery delivery, String why, @Nullable Duration wish) {
        Instant now = clock.instant();
        if (now.isAfter(delivery.createdAt().plus(GIVE_UP_AFTER))) {
            log.warn(
                    "webhook {} to {} is given up after {} attempts: {}",
                    delivery.id(),
                    delivery.endpointId(),
                    delivery.attempts() + 1,
                    why);
            store.deleteDelivery(delivery.id());
            return new Next.Done();
        }
        store.countAttempt(delivery.id());
        Duration pause = BACKOFF.after(delivery.attempts() + 1, random);
        if (wish != null && wish.compareTo(pause) > 0) {
            pause = wish.compareTo(LONGEST_WISH) > 0 ? LONGEST_WISH : wish;
        }
        log.info("webhook {} was not taken ({}); again in {}", delivery.id(), why, pause);
        return new Next.Again(now.plus(pause));
    }

    private void disable(WebhookEndpoint endpoint) {
        store.update(
                new WebhookEndpoint(
                        endpoint.id(),
                        endpoint.name(),
                        endpoint.url(),
                        endpoint.eventTypes(),
                        endpoint.hint(),
                        endpoint.createdAt(),
                        endpoint.updatedAt(),
                        now()));
    }

    private List<Credential> secrets(WebhookEndpoint endpoint) {
        return store.secrets(endpoint.id(), now()).stream()
                .map(sealed -> box.open(sealed, boundTo(endpoint.id())))
                .toList();
    }

    private byte[] seal(String id, Credential secret) {
        return box.seal(secret, boundTo(id));
    }

    private static String boundTo(String id) {
        return "engine/" + id;
    }

    private static Credential newSecret() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return new Credential("whsec_" + Base64.getEncoder().encodeToString(bytes));
    }

    private static String hint(Credential secret) {
        return "whsec_…" + secret.lastCharacters();
    }

    private static String checkName(@Nullable String name) {
        if (name == null || name.isBlank() || name.length() > LONGEST_NAME) {
            throw EngineRefusal.badRequest(
                    "name", null, "expected 1 to " + LONGEST_NAME + " characters - 'name'");
        }
        return name.strip();
    }

    private URI checkUrl(@Nullable String url) {
        try {
            URI uri = new URI(url == null ? "" : url.strip());
            boolean tls = "https".equalsIgnoreCase(uri.getScheme());
            boolean plain = plainHttp && "http".equalsIgnoreCase(uri.getScheme());
            if ((tls || plain)
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getFragment() == null
                    && uri.toString().length() <= 2_000) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw EngineRefusal.badRequest(
                "url",
                null,
                "expected an https URL with a host and without user or fragment - 'url'"
                        + (plainHttp
                                ? ""
                                : " (http is taken when afinador.engine.private-webhooks is set)"));
    }

    private static List<String> checkTypes(@Nullable List<String> types) {
        if (types == null || types.isEmpty()) {
            throw EngineRefusal.badRequest(
                    "event_types", null, "expected at least one event type - 'event_types'");
        }
        for (String type : types) {
            if (!EVENT_TYPES.contains(type)) {
                throw wrongType(type);
            }
        }
        return types.stream().distinct().toList();
    }

    private static EngineRefusal wrongType(@Nullable String type) {
        return EngineRefusal.badRequest(
                "event_types",
                null,
                "'"
                        + EngineRefusal.cut(String.valueOf(type))
                        + "' is not one of ["
                        + String.join(", ", EVENT_TYPES.stream().map(t -> "'" + t + "'").toList())
                        + "]");
    }

    private static EngineRefusal unknown(String id) {
        return EngineRefusal.notFound(
                "webhook_endpoint_id", null, "No such webhook endpoint: " + EngineRefusal.cut(id));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
