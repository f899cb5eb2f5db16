package dev.afinador.server.api;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import dev.afinador.job.Job;
import dev.afinador.job.JobStore;
import dev.afinador.provider.Credential;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderException;
import dev.afinador.provider.Providers;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.sync.WebhookDeliveries;
import dev.afinador.work.Refusal;
import dev.afinador.work.TaskQueue;
import dev.afinador.work.Transactions;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Receives vendors' webhooks (Standard Webhooks 1.0.0). A webhook only says "look now": the job is then read from the
/// provider, so that a forged or repeated one can do no more than cause a read, and it cannot even do that.
@RestController
@Tag(name = "webhooks")
class WebhookResource {

    private static final Logger log = LoggerFactory.getLogger(WebhookResource.class);
    private static final int MOST_BYTES = 64 << 10;

    private final Providers providers;
    private final JobStore jobs;
    private final WebhookDeliveries deliveries;
    private final Transactions transactions;
    private final TaskQueue tasks;
    private final InstantSource clock;
    private final JsonMapper json;

    WebhookResource(
            Providers providers,
            JobStore jobs,
            WebhookDeliveries deliveries,
            Transactions transactions,
            TaskQueue tasks,
            InstantSource clock,
            JsonMapper json) {
        this.providers = providers;
        this.jobs = jobs;
        this.deliveries = deliveries;
        this.transactions = transactions;
        this.tasks = tasks;
        this.clock = clock;
        this.json = json;
    }

    @PostMapping("/webhooks/{providerId}")
    @Operation(summary = "Receive a vendor's webhook about a job")
    ResponseEntity<Void> receive(@PathVariable String providerId, HttpServletRequest request)
            throws IOException {
        byte[] body;
        try (InputStream in = request.getInputStream()) {
            body = in.readNBytes(MOST_BYTES + 1);
        }
        if (body.length > MOST_BYTES) {
            throw Refusal.tooLarge("json_too_large", MOST_BYTES >> 10);
        }
        Provider provider = providers.get(providerId);
        String id = request.getHeader("webhook-id");
        if (id == null || id.isBlank() || id.length() > 255 || !isSigned(provider, request, body)) {
            log.warn(
                    "a webhook for provider {} without a valid signature was refused",
                    provider.id());
            throw Refusal.unsigned("webhook_not_signed");
        }
        RemoteJobId remoteId = remoteJob(body);
        Optional<Job> job =
                remoteId == null ? Optional.empty() : jobs.findByRemoteId(provider.id(), remoteId);
        Instant now = clock.instant();
        transactions.runInTransaction(() -> {
            if (deliveries.isFirst(provider.id(), id, now) && job.isPresent()) {
                tasks.schedule(TaskQueue.Kind.FETCH_JOB, job.get().id().toString(), now);
            }
        });
        return ResponseEntity.noContent().build();
    }

    private boolean isSigned(Provider provider, HttpServletRequest request, byte[] body) {
        try {
            Optional<Credential> secret = providers.webhookSecret(provider.id());
            if (secret.isEmpty()) {
                return false;
            }
            Map<String, List<String>> headers = new HashMap<>();
            for (String name : List.of("webhook-id", "webhook-timestamp", "webhook-signature")) {
                String value = request.getHeader(name);
                headers.put(name, value == null ? new ArrayList<>() : List.of(value));
            }
            new Webhook(secret.get().reveal())
                    .verify(new String(body, StandardCharsets.UTF_8), headers);
            return true;
        } catch (WebhookVerificationException | IllegalArgumentException | ProviderException e) {
            return false;
        }
    }

    private @Nullable RemoteJobId remoteJob(byte[] body) {
        try {
            JsonNode id = json.readTree(body).path("data").path("id");
            return id.isString() && !id.stringValue().isBlank() && id.stringValue().length() <= 512
                    ? new RemoteJobId(id.stringValue())
                    : null;
        } catch (JacksonException e) {
            return null;
        }
    }
}
