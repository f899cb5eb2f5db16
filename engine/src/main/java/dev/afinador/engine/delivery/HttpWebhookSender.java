package dev.afinador.engine.delivery;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookSigningException;
import dev.afinador.engine.WebhookSender;
import dev.afinador.provider.Credential;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Posts webhooks over HTTP, signed by Standard Webhooks.
///
/// Addresses are checked right before the connection is made. The JVM keeps a looked-up name for 30 seconds, so the connection
/// goes to what was checked even when a name server changes its answer in between.
public final class HttpWebhookSender implements WebhookSender, AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(15);

    private final HttpClient client;
    private final InstantSource clock;
    private final boolean privateAddresses;

    /// @param privateAddresses whether addresses of this machine and of private networks may be called
    public HttpWebhookSender(InstantSource clock, boolean privateAddresses) {
        this.clock = clock;
        this.privateAddresses = privateAddresses;
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(CONNECT)
                        .build();
    }

    @Override
    public Outcome send(URI url, String id, String body, List<Credential> secrets) {
        String refused = refused(url);
        if (refused != null) {
            return new Outcome.NoAnswer(refused);
        }
        long timestamp = clock.instant().getEpochSecond();
        HttpRequest request =
                HttpRequest.newBuilder(url)
                        .timeout(ANSWER)
                        .header("Content-Type", "application/json; charset=utf-8")
                        .header("User-Agent", "Afinador-Webhooks/1.0")
                        .header("webhook-id", id)
                        .header("webhook-timestamp", String.valueOf(timestamp))
                        .header("webhook-signature", signatures(id, timestamp, body, secrets))
                        .POST(BodyPublishers.ofString(body))
                        .build();
        try {
            HttpResponse<Void> answer = client.send(request, BodyHandlers.discarding());
            return new Outcome.Answered(answer.statusCode(), retryAfter(answer));
        } catch (IOException e) {
            return new Outcome.NoAnswer(
                    e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.NoAnswer("interrupted");
        }
    }

    /// Why this URL is not called, or null.
    private @Nullable String refused(URI url) {
        if (privateAddresses) {
            return null;
        }
        try {
            for (InetAddress address : InetAddress.getAllByName(url.getHost())) {
                if (!PublicAddresses.isPublic(address)) {
                    return "the host is an address of this machine or of a private network, which is not called unless"
                            + " afinador.engine.private-webhooks is set";
                }
            }
            return null;
        } catch (UnknownHostException e) {
            return "the host is unknown";
        }
    }

    private static String signatures(
            String id, long timestamp, String body, List<Credential> secrets) {
        return secrets.stream()
                .map(secret -> {
                    try {
                        return new Webhook(secret.reveal()).sign(id, timestamp, body);
                    } catch (WebhookSigningException e) {
                        throw new IllegalStateException("a webhook could not be signed", e);
                    }
                })
                .collect(Collectors.joining(" "));
    }

    private static @Nullable Duration retryAfter(HttpResponse<Void> answer) {
        OptionalLong seconds =
                answer.headers().firstValue("Retry-After").stream()
                        .filter(text -> text.matches("[0-9]{1,9}"))
                        .mapToLong(Long::parseLong)
                        .findFirst();
        return seconds.isPresent() ? Duration.ofSeconds(seconds.getAsLong()) : null;
    }

    @Override
    public void close() {
        client.close();
    }
}
