package dev.afinador.server.web.providers;

import dev.afinador.job.Job;
import dev.afinador.job.JobStatus;
import dev.afinador.job.JobStore;
import dev.afinador.job.Jobs;
import dev.afinador.provider.Backends;
import dev.afinador.provider.KeySource;
import dev.afinador.provider.ProbeReport;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderException;
import dev.afinador.provider.ProviderForm;
import dev.afinador.provider.Providers;
import dev.afinador.provider.RemoteJob;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.server.config.AfinadorProperties;
import dev.afinador.server.web.shared.FindingView;
import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.Option;
import dev.afinador.server.web.shared.StatusView;
import dev.afinador.server.web.shared.Tone;
import dev.afinador.server.web.shared.Words;
import dev.afinador.sync.Synchronization;
import dev.afinador.work.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/// Providers: the list, the form, the trial of the connection, adoption of jobs started elsewhere. Keys go in only.
@Controller
@RequestMapping("/providers")
class ProvidersPage {

    private static final int MANY = 300;

    /// How the rules' field names are called in the form.
    private static final Map<String, String> FIELDS =
            Map.of("base_url", "baseUrl", "webhook_secret", "webhookSecret");

    private static final List<ProvidersView.Preset> PRESETS =
            List.of(
                    new ProvidersView.Preset("OpenAI", "https://api.openai.com/v1", "openai"),
                    new ProvidersView.Preset(
                            "Azure OpenAI", "https://….openai.azure.com/openai/v1", "azure"));

    private final Providers providers;
    private final Backends backends;
    private final Jobs jobs;
    private final JobStore store;
    private final Synchronization synchronization;
    private final AfinadorProperties properties;

    ProvidersPage(
            Providers providers,
            Backends backends,
            Jobs jobs,
            JobStore store,
            Synchronization synchronization,
            AfinadorProperties properties) {
        this.providers = providers;
        this.backends = backends;
        this.jobs = jobs;
        this.store = store;
        this.synchronization = synchronization;
        this.properties = properties;
    }

    @GetMapping
    String list(Words words, Model model) {
        model.addAttribute(
                "view",
                new ProvidersView(
                        synchronization.links().stream().map(link -> row(link, words)).toList()));
        return "providers/list";
    }

    private ProvidersView.Row row(Synchronization.Link link, Words words) {
        Provider p = link.provider();
        String code = link.state().errorCode();
        Tone tone =
                code != null ? Tone.ERROR : link.state().syncedAt() == null ? Tone.INFO : Tone.OK;
        String state =
                switch (tone) {
                    case ERROR ->
                            words.trouble(code == null ? "" : code)
                                    + (link.state().syncedAt() == null
                                            ? ""
                                            : ". " + words.say("provider.state.error"));
                    case OK -> words.say("provider.state.ok");
                    case INFO, WARNING -> words.say("provider.state.never");
                };
        return new ProvidersView.Row(
                p.id().value(),
                "/providers/" + p.id(),
                p.name(),
                words.say("provider.kind." + p.kind().name().toLowerCase(Locale.ROOT)),
                p.baseUrl().toString(),
                key(p.key(), words),
                tone,
                state,
                words.agoOrNull(link.state().syncedAt()),
                code == null ? null : words.hint(code),
                words.number(store.live(p.id()).size()));
    }

    private static String key(KeySource key, Words words) {
        return switch (key) {
            case KeySource.None() -> words.say("provider.key.none");
            case KeySource.Own() -> words.say("provider.key.own");
            case KeySource.Environment(String variable, String last) ->
                    words.say("provider.key.environment", variable, last);
            case KeySource.Stored(String last) -> words.say("provider.key.stored", last);
        };
    }

    @GetMapping("/new")
    String form(HttpServletRequest request, Words words, Model model) {
        return show(
                null, ProvidersView.Form.empty(), Map.of(), List.of(), null, request, words, model);
    }

    @GetMapping("/{id}")
    String edit(@PathVariable String id, HttpServletRequest request, Words words, Model model) {
        Provider p = providers.get(id);
        return show(p, formOf(p), Map.of(), List.of(), null, request, words, model);
    }

    @PostMapping
    String add(
            @RequestParam Map<String, String> typed,
            HttpServletRequest request,
            HttpServletResponse response,
            Words words,
            Model model) {
        try {
            Provider added = providers.add(form(typed));
            return "redirect:/providers/" + added.id() + "?said=provider-added";
        } catch (Refusal refusal) {
            response.setStatus(422);
            return show(
                    null,
                    typedForm(typed),
                    errors(refusal, words),
                    List.of(),
                    null,
                    request,
                    words,
                    model);
        }
    }

    @PostMapping("/{id}")
    String change(
            @PathVariable String id,
            @RequestParam Map<String, String> typed,
            HttpServletRequest request,
            HttpServletResponse response,
            Words words,
            Model model) {
        Provider old = providers.get(id);
        String version = typed.getOrDefault("version", "");
        try {
            Provider changed =
                    providers.change(
                            old.id(),
                            form(typed),
                            version.matches("[0-9]{1,18}") ? Long.valueOf(version) : null);
            jobs.tryAgain(changed.id());
            return "redirect:/providers/" + changed.id() + "?said=provider-saved";
        } catch (Refusal refusal) {
            if (refusal.violations().isEmpty()) {
                throw refusal; // somebody else changed it meanwhile
            }
            response.setStatus(422);
            return show(
                    old,
                    typedForm(typed),
                    errors(refusal, words),
                    List.of(),
                    null,
                    request,
                    words,
                    model);
        }
    }

    @PostMapping("/{id}/deletion")
    String delete(@PathVariable String id) {
        providers.remove(providers.get(id).id());
        return "redirect:/providers?said=provider-deleted";
    }

    /// "Probar conexión" with what is in the form, stored or not.
    @PostMapping({"/probe", "/{id}/probe"})
    String probe(
            @PathVariable(required = false) @Nullable String id,
            @RequestParam Map<String, String> typed,
            @RequestHeader(name = "HX-Request", required = false) @Nullable String htmx,
            HttpServletRequest request,
            HttpServletResponse response,
            Words words,
            Model model) {
        Provider stored = id == null ? null : providers.get(id);
        ProvidersView.Probe probe;
        Map<String, String> errors = Map.of();
        try {
            ProviderForm form = form(typed);
            Provider draft = providers.draft(form);
            probe = probe(backends.of(draft, providers.keyFor(form, draft, stored)).probe(), words);
        } catch (Refusal refusal) {
            errors = errors(refusal, words);
            probe =
                    new ProvidersView.Probe(
                            Tone.ERROR,
                            words.say("form.errors", errors.size()),
                            String.join(" ", errors.values()),
                            null,
                            null,
                            List.of());
        } catch (ProviderException failure) {
            probe = failed(failure.error(), null, words);
        }
        if (htmx != null) {
            model.addAttribute("probe", probe);
            return "providers/probe :: probe(p=${probe})";
        }
        if (!errors.isEmpty()) {
            response.setStatus(422);
        }
        return show(stored, typedForm(typed), errors, List.of(), probe, request, words, model);
    }

    private static ProvidersView.Probe probe(ProbeReport report, Words words) {
        ProviderError error = report.error();
        List<FindingView> parts = new ArrayList<>();
        for (ProbeReport.Part part : report.parts()) {
            if (error != null && part.presence() == ProbeReport.Presence.UNTRIED) {
                continue; // what stopped the trial is told once
            }
            Tone tone =
                    switch (part.presence()) {
                        case PRESENT -> Tone.OK;
                        case ABSENT -> Tone.WARNING;
                        case UNTRIED -> Tone.INFO;
                    };
            String word = part.presence().name().toLowerCase(Locale.ROOT);
            parts.add(
                    new FindingView(
                            tone,
                            words.sayOr("probe.part." + part.name(), part.name()),
                            part.error() == null
                                    ? words.say("probe.presence." + word)
                                    : words.say("probe.presence." + word)
                                            + ": "
                                            + part.error().message(),
                            null));
        }
        if (error != null) {
            var failed = failed(error, report.at(), words);
            return new ProvidersView.Probe(
                    failed.tone(),
                    failed.title(),
                    failed.text(),
                    failed.todo(),
                    failed.at(),
                    parts);
        }
        if (report.serverTime() != null) {
            Duration off = Duration.between(report.at(), report.serverTime()).abs();
            if (off.compareTo(Duration.ofMinutes(2)) > 0) {
                parts.add(
                        new FindingView(
                                Tone.WARNING,
                                words.say("probe.clock", words.duration(off)),
                                null,
                                words.say("probe.clock.todo")));
            }
        }
        return new ProvidersView.Probe(
                Tone.OK,
                words.say("provider.probe.ok"),
                words.say("provider.probe.ok.text", report.took().toMillis() + " ms"),
                null,
                words.ago(report.at()),
                parts);
    }

    private static ProvidersView.Probe failed(
            ProviderError error, @Nullable Instant at, Words words) {
        String status = error.httpStatus() == null ? "" : " (" + error.httpStatus() + ")";
        return new ProvidersView.Probe(
                Tone.ERROR,
                words.trouble(error.stableCode()) + status,
                error.message(),
                words.hint(error.stableCode()),
                words.agoOrNull(at),
                List.of());
    }

    private static ProviderForm form(Map<String, String> typed) {
        String webhook = typed.getOrDefault("webhookSecret", "").strip();
        return new ProviderForm(
                typed.get("name"),
                typed.get("kind"),
                typed.get("baseUrl"),
                typed.get("organization"),
                typed.get("project"),
                typed.get("key"),
                "true".equals(typed.get("forgetKey")),
                "true".equals(typed.get("forgetWebhook"))
                        ? ""
                        : webhook.isEmpty() ? null : webhook);
    }

    private static ProvidersView.Form typedForm(Map<String, String> typed) {
        return new ProvidersView.Form(
                typed.getOrDefault("name", ""),
                typed.getOrDefault("kind", ""),
                typed.getOrDefault("baseUrl", ""),
                typed.getOrDefault("organization", ""),
                typed.getOrDefault("project", ""),
                typed.getOrDefault("version", ""));
    }

    private static ProvidersView.Form formOf(Provider p) {
        return new ProvidersView.Form(
                p.name(),
                p.kind().name().toLowerCase(Locale.ROOT),
                p.baseUrl().toString(),
                p.organization() == null ? "" : p.organization(),
                p.project() == null ? "" : p.project(),
                String.valueOf(p.version()));
    }

    private static Map<String, String> errors(Refusal refusal, Words words) {
        if (refusal.violations().isEmpty()) {
            throw refusal;
        }
        Map<String, String> errors = new LinkedHashMap<>();
        refusal.violations()
                .forEach(v ->
                        errors.putIfAbsent(
                                FIELDS.getOrDefault(v.field(), v.field()), words.violation(v)));
        return errors;
    }

    private String show(
            @Nullable Provider stored,
            ProvidersView.Form form,
            Map<String, String> errors,
            List<NoticeView> problem,
            ProvidersView.@Nullable Probe probe,
            HttpServletRequest request,
            Words words,
            Model model) {
        String base = stored == null ? "/providers" : "/providers/" + stored.id();
        model.addAttribute(
                "view",
                new ProvidersView.Edit(
                        stored == null ? null : stored.id().value(),
                        stored == null ? words.say("provider.new") : stored.name(),
                        base,
                        form,
                        errors,
                        problem,
                        List.of("openai", "azure", "compatible").stream()
                                .map(kind ->
                                        new Option(
                                                kind,
                                                words.say("provider.kind." + kind),
                                                kind.equals(form.kind())))
                                .toList(),
                        PRESETS,
                        stored == null || stored.key() instanceof KeySource.None
                                ? null
                                : key(stored.key(), words),
                        stored != null && stored.webhooks(),
                        stored == null ? null : publicBase(request) + "/webhooks/" + stored.id(),
                        probe,
                        stored != null && !store.usesProvider(stored.id())));
        return "providers/edit";
    }

    private String publicBase(HttpServletRequest request) {
        if (properties.publicUrl() != null) {
            return properties.publicUrl().toString().replaceAll("/+$", "");
        }
        boolean usual = request.getServerPort() == (request.isSecure() ? 443 : 80);
        return request.getScheme()
                + "://"
                + request.getServerName()
                + (usual ? "" : ":" + request.getServerPort());
    }

    @GetMapping("/{id}/import")
    String importing(@PathVariable String id, Words words, Model model) {
        Provider p = providers.get(id);
        List<RemoteJob> found = List.of();
        List<NoticeView> problem = List.of();
        try {
            found = jobs.startedElsewhere(p.id());
        } catch (ProviderException failure) {
            ProviderError error = failure.error();
            problem =
                    List.of(
                            new NoticeView(
                                    Tone.ERROR,
                                    words.trouble(error.stableCode()),
                                    error.message(),
                                    words.hint(error.stableCode()),
                                    error.stableCode(),
                                    "/providers/" + p.id(),
                                    words.say("sync.stale.edit")));
        }
        model.addAttribute(
                "view",
                new ProvidersView.Import(
                        p.id().value(),
                        p.name(),
                        "/providers/" + p.id() + "/import",
                        found.stream().map(job -> remote(job, words)).toList(),
                        null,
                        problem));
        return "providers/import";
    }

    private static ProvidersView.Remote remote(RemoteJob job, Words words) {
        JobStatus status =
                switch (job.status()) {
                    case "running" -> JobStatus.RUNNING;
                    case "paused" -> JobStatus.PAUSED;
                    case "succeeded" -> JobStatus.SUCCEEDED;
                    case "failed" -> JobStatus.FAILED;
                    case "cancelled" -> JobStatus.CANCELLED;
                    default ->
                            JobStatus.PENDING; // validating, queued, or a word of the vendor's own
                };
        return new ProvidersView.Remote(
                job.id().value(),
                StatusView.of(status, words),
                job.status(),
                job.model(),
                words.agoOrNull(job.createdAt()),
                false);
    }

    @PostMapping("/{id}/import")
    String adopt(
            @PathVariable String id,
            @RequestParam(name = "job", required = false) @Nullable List<String> chosen) {
        Provider p = providers.get(id);
        List<RemoteJobId> ids =
                chosen == null
                        ? List.of()
                        : chosen.stream()
                                .filter(j -> !j.isBlank() && j.length() <= 512)
                                .limit(MANY)
                                .map(RemoteJobId::new)
                                .toList();
        List<Job> adopted = ids.isEmpty() ? List.of() : jobs.adopt(p.id(), ids);
        return "redirect:"
                + (adopted.isEmpty() ? "/providers/" + p.id() + "/import" : "/jobs")
                + "?said=imported&n="
                + adopted.size();
    }
}
