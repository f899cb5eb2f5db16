package dev.afinador.server.api;

import dev.afinador.activation.Activation;
import dev.afinador.activation.Activations;
import dev.afinador.job.Jobs;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.Providers;
import dev.afinador.server.security.Sessions;
import dev.afinador.work.Refusal;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// Which model applications use.
@RestController
@Tag(name = "models", description = "Aliases, what they mean now, and their history")
class ModelsResource {

    private static final String PATH = "/api/v1/ai/models";

    private final Activations activations;
    private final Jobs jobs;
    private final Providers providers;

    ModelsResource(Activations activations, Jobs jobs, Providers providers) {
        this.activations = activations;
        this.jobs = jobs;
        this.providers = providers;
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record ActivationJson(
            String alias,
            long number,
            String model,
            @Nullable String previousModel,
            String providerId,
            @Nullable URI baseUrl,
            @Nullable String jobId,
            String by,
            @Nullable String reason,
            @Nullable Long rollbackOf,
            Instant activatedAt) {}

    private ActivationJson json(Activation a) {
        return new ActivationJson(
                a.alias(),
                a.number(),
                a.model(),
                a.previousModel(),
                a.provider().value(),
                providers.find(a.provider()).map(p -> p.baseUrl()).orElse(null),
                a.job(),
                a.by(),
                a.reason(),
                a.rollbackOf(),
                a.at());
    }

    record ActivationList(List<ActivationJson> data) {}

    @GetMapping(PATH + "/active")
    @Operation(
            summary =
                    "The model an alias means now, for programs that call the provider themselves")
    ActivationJson active(@RequestParam(defaultValue = Activations.DEFAULT_ALIAS) String alias) {
        return activations
                .current(alias)
                .map(this::json)
                .orElseThrow(() ->
                        Refusal.notFound(
                                "alias_unknown",
                                alias.length() <= 64 ? alias : alias.substring(0, 64) + "…"));
    }

    @GetMapping(PATH + "/aliases")
    ActivationList aliases() {
        return new ActivationList(activations.current().stream().map(this::json).toList());
    }

    @GetMapping(PATH + "/aliases/{alias}/activations")
    @Operation(summary = "History of an alias, newest first")
    ActivationList history(
            @PathVariable String alias, @RequestParam(defaultValue = "100") int limit) {
        List<Activation> history = activations.history(alias, Math.clamp(limit, 1, 1000));
        if (history.isEmpty()) {
            throw Refusal.notFound("alias_unknown", alias);
        }
        return new ActivationList(history.stream().map(this::json).toList());
    }

    @PutMapping(PATH + "/aliases/{alias}")
    @Operation(summary = "Activate any model: `{\"provider_id\": …, \"model\": …, \"reason\": …}`")
    ActivationJson put(@PathVariable String alias, HttpServletRequest request)
            throws IOException, HttpMediaTypeNotSupportedException {
        JsonBody body = JsonBody.read(request, Set.of("provider_id", "model", "reason"));
        String provider = body.text("provider_id");
        String model = body.text("model");
        String reason = body.text("reason");
        body.requireGood();
        if (provider == null || model == null) {
            throw Refusal.invalid(
                    List.of(
                            Refusal.Violation.of(
                                    provider == null ? "provider_id" : "model", "required")));
        }
        ProviderId id = providers.get(provider).id();
        return json(activations.activate(alias, id, model.strip(), Sessions.caller(), reason));
    }

    @PostMapping(PATH + "/aliases/{alias}/rollback")
    @Operation(
            summary =
                    "Go back to an earlier activation: `{\"to\": 3, \"reason\": …}`; without `to`, to the model before")
    ActivationJson rollBack(@PathVariable String alias, HttpServletRequest request)
            throws IOException, HttpMediaTypeNotSupportedException {
        Long to = null;
        String reason = null;
        if (request.getContentLengthLong() != 0) {
            JsonBody body = JsonBody.read(request, Set.of("to", "reason"));
            to = body.wholeNumber("to");
            reason = body.text("reason");
            body.requireGood();
        }
        return json(activations.rollBack(alias, to, Sessions.caller(), reason));
    }

    @PostMapping(JobsResource.PATH + "/{id}/activate")
    @Operation(
            summary =
                    "Activate the model of a succeeded job or one of its checkpoints: `{\"alias\": …, \"checkpoint_id\": …, \"reason\": …}`, all optional")
    ActivationJson activate(@PathVariable String id, HttpServletRequest request)
            throws IOException, HttpMediaTypeNotSupportedException {
        String alias = null;
        String checkpoint = null;
        String reason = null;
        if (request.getContentLengthLong() != 0) {
            JsonBody body = JsonBody.read(request, Set.of("alias", "checkpoint_id", "reason"));
            alias = body.text("alias");
            checkpoint = body.text("checkpoint_id");
            reason = body.text("reason");
            body.requireGood();
        }
        return json(
                activations.activate(
                        jobs.get(id),
                        checkpoint,
                        alias == null ? Activations.DEFAULT_ALIAS : alias,
                        Sessions.caller(),
                        reason));
    }
}
