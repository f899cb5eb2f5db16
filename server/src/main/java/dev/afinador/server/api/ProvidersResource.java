package dev.afinador.server.api;

import dev.afinador.job.Job;
import dev.afinador.job.Jobs;
import dev.afinador.provider.Backends;
import dev.afinador.provider.Credential;
import dev.afinador.provider.KeySource;
import dev.afinador.provider.ProbeReport;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderForm;
import dev.afinador.provider.Providers;
import dev.afinador.provider.RemoteJob;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.provider.RemoteModel;
import dev.afinador.server.config.Texts;
import dev.afinador.work.Refusal;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// Configured accounts. Keys go in and never come out.
@RestController
@RequestMapping(ProvidersResource.PATH)
@Tag(name = "providers", description = "Accounts at endpoints that speak the fine-tuning protocol")
class ProvidersResource {

    static final String PATH = "/api/v1/ai/providers";

    private static final Set<String> FIELDS =
            Set.of(
                    "name",
                    "kind",
                    "base_url",
                    "organization",
                    "project",
                    "key",
                    "forget_key",
                    "webhook_secret",
                    "version");

    private final Providers providers;
    private final Backends backends;
    private final Jobs jobs;
    private final Texts texts;

    ProvidersResource(Providers providers, Backends backends, Jobs jobs, Texts texts) {
        this.providers = providers;
        this.backends = backends;
        this.jobs = jobs;
        this.texts = texts;
    }

    /// @param key `none`, `environment`, `stored` or (the local engine's) `own`, with the last characters of it
    @JsonNaming(SnakeCaseStrategy.class)
    record ProviderJson(
            String id,
            String name,
            String kind,
            URI baseUrl,
            @Nullable String organization,
            @Nullable String project,
            KeyJson key,
            boolean webhooks,
            String webhookPath,
            Instant createdAt,
            long version) {
        static ProviderJson of(Provider p) {
            return new ProviderJson(
                    p.id().value(),
                    p.name(),
                    p.kind().name().toLowerCase(Locale.ROOT),
                    p.baseUrl(),
                    p.organization(),
                    p.project(),
                    KeyJson.of(p.key()),
                    p.webhooks(),
                    "/webhooks/" + p.id(),
                    p.createdAt(),
                    p.version());
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record KeyJson(String source, @Nullable String variable, @Nullable String lastCharacters) {
        static KeyJson of(KeySource key) {
            return switch (key) {
                case KeySource.None() -> new KeyJson("none", null, null);
                case KeySource.Own() -> new KeyJson("own", null, null);
                case KeySource.Environment(String variable, String last) ->
                        new KeyJson("environment", variable, last);
                case KeySource.Stored(String last) -> new KeyJson("stored", null, last);
            };
        }
    }

    record ProviderList(List<ProviderJson> data) {}

    @GetMapping
    ProviderList list() {
        return new ProviderList(providers.list().stream().map(ProviderJson::of).toList());
    }

    @GetMapping("/{id}")
    ProviderJson one(@PathVariable String id) {
        return ProviderJson.of(providers.get(id));
    }

    /// The body of adding or changing a provider, for the API document.
    @JsonNaming(SnakeCaseStrategy.class)
    record ProviderFormJson(
            String name,
            @Schema(allowableValues = {"openai", "azure", "compatible"}) String kind,
            @Schema(description = "May be left out for kind openai") @Nullable String baseUrl,
            @Nullable String organization,
            @Nullable String project,
            @Schema(description = "Left out keeps the stored one") @Nullable String key,
            @Nullable Boolean forgetKey,
            @Schema(description = "Left out keeps the stored one, empty forgets it")
                    @Nullable String webhookSecret,
            @Schema(description = "The version that was read, against lost updates")
                    @Nullable Long version) {}

    @PostMapping
    @RequestBody(content = @Content(schema = @Schema(implementation = ProviderFormJson.class)))
    ResponseEntity<ProviderJson> add(HttpServletRequest request)
            throws IOException, HttpMediaTypeNotSupportedException {
        JsonBody body = JsonBody.read(request, FIELDS);
        Provider added = providers.add(form(body));
        return ResponseEntity.created(URI.create(PATH + "/" + added.id()))
                .body(ProviderJson.of(added));
    }

    @PutMapping("/{id}")
    @RequestBody(content = @Content(schema = @Schema(implementation = ProviderFormJson.class)))
    ProviderJson change(@PathVariable String id, HttpServletRequest request)
            throws IOException, HttpMediaTypeNotSupportedException {
        Provider provider = providers.get(id);
        JsonBody body = JsonBody.read(request, FIELDS);
        Provider changed = providers.change(provider.id(), form(body), body.wholeNumber("version"));
        jobs.tryAgain(changed.id());
        return ProviderJson.of(changed);
    }

    private static ProviderForm form(JsonBody body) {
        ProviderForm form =
                new ProviderForm(
                        body.text("name"),
                        body.text("kind"),
                        body.text("base_url"),
                        body.text("organization"),
                        body.text("project"),
                        body.text("key"),
                        body.flag("forget_key"),
                        body.text("webhook_secret"));
        body.requireGood();
        return form;
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(@PathVariable String id) {
        providers.remove(providers.get(id).id());
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record ProbeJson(
            boolean usable,
            Instant at,
            long millis,
            JobJson.@Nullable ErrorJson error,
            List<PartJson> parts,
            @Nullable Long clockOffsetSeconds) {}

    record PartJson(String name, String presence, @Nullable String error) {}

    @PostMapping("/{id}/test")
    @Operation(summary = "Check key, reachability and which parts of the protocol are there")
    ProbeJson test(@PathVariable String id, Locale locale) {
        Provider provider = providers.get(id);
        Credential key = providers.credential(provider);
        ProbeReport report = backends.of(provider, key).probe();
        return new ProbeJson(
                report.usable(),
                report.at(),
                report.took().toMillis(),
                report.error() == null
                        ? null
                        : new JobJson.ErrorJson(
                                report.error().stableCode(),
                                report.error().message(),
                                report.error().param(),
                                texts.hint(locale, report.error().stableCode())),
                report.parts().stream()
                        .map(p ->
                                new PartJson(
                                        p.name(),
                                        p.presence().name().toLowerCase(Locale.ROOT),
                                        p.error() == null ? null : p.error().message()))
                        .toList(),
                report.serverTime() == null
                        ? null
                        : report.serverTime().getEpochSecond() - report.at().getEpochSecond());
    }

    record ModelJson(String id, @Nullable String owned_by, @Nullable LocalDate shutdown_date) {}

    record ModelList(List<ModelJson> data) {}

    @GetMapping("/{id}/models")
    @Operation(summary = "The models the provider lists")
    ModelList models(@PathVariable String id) {
        List<RemoteModel> models = backends.of(providers.get(id)).listModels();
        return new ModelList(
                models.stream()
                        .map(m -> new ModelJson(m.id(), m.ownedBy(), m.shutdownDate()))
                        .toList());
    }

    record RemoteJobJson(
            String id,
            String status,
            String model,
            @Nullable Instant created_at,
            @Nullable String fine_tuned_model) {}

    record RemoteJobList(List<RemoteJobJson> data) {}

    @GetMapping("/{id}/jobs")
    @Operation(summary = "Jobs in the account that have no record here, from its latest 300")
    RemoteJobList startedElsewhere(@PathVariable String id) {
        List<RemoteJob> found = jobs.startedElsewhere(providers.get(id).id());
        return new RemoteJobList(
                found.stream()
                        .map(r ->
                                new RemoteJobJson(
                                        r.id().value(),
                                        r.status(),
                                        r.model(),
                                        r.createdAt(),
                                        r.fineTunedModel()))
                        .toList());
    }

    record AdoptedList(List<JobJson> data) {}

    @PostMapping("/{id}/jobs")
    @Operation(summary = "Adopt jobs started elsewhere: `{\"openai_job_ids\": [\"ftjob-…\"]}`")
    AdoptedList adopt(@PathVariable String id, HttpServletRequest request, Locale locale)
            throws IOException, HttpMediaTypeNotSupportedException {
        Provider provider = providers.get(id);
        JsonBody body = JsonBody.read(request, Set.of("openai_job_ids"));
        List<String> ids = body.texts("openai_job_ids");
        body.requireGood();
        if (ids.isEmpty()
                || ids.size() > 300
                || ids.stream().anyMatch(i -> i.isBlank() || i.length() > 512)) {
            throw Refusal.invalid(List.of(Refusal.Violation.of("openai_job_ids", "count", 1, 300)));
        }
        List<Job> adopted = jobs.adopt(provider.id(), ids.stream().map(RemoteJobId::new).toList());
        return new AdoptedList(adopted.stream().map(j -> JobJson.of(j, texts, locale)).toList());
    }
}
