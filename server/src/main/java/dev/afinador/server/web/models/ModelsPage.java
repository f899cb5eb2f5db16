package dev.afinador.server.web.models;

import dev.afinador.activation.Activation;
import dev.afinador.activation.Activations;
import dev.afinador.job.Job;
import dev.afinador.job.JobId;
import dev.afinador.job.JobStore;
import dev.afinador.provider.ModelLifecycle;
import dev.afinador.provider.Provider;
import dev.afinador.provider.Providers;
import dev.afinador.server.security.Sessions;
import dev.afinador.server.web.shared.ChatView;
import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.Option;
import dev.afinador.server.web.shared.Tone;
import dev.afinador.server.web.shared.Words;
import dev.afinador.work.Refusal;
import jakarta.servlet.http.HttpServletResponse;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/// The model that applications get, and its history.
@Controller
@RequestMapping("/models")
class ModelsPage {

    private static final int HISTORY = 100;

    private final Activations activations;
    private final Providers providers;
    private final JobStore jobs;
    private final ModelLifecycle lifecycle;

    ModelsPage(
            Activations activations, Providers providers, JobStore jobs, ModelLifecycle lifecycle) {
        this.activations = activations;
        this.providers = providers;
        this.jobs = jobs;
        this.lifecycle = lifecycle;
    }

    @GetMapping
    String page(
            @RequestParam(defaultValue = Activations.DEFAULT_ALIAS) String alias,
            Words words,
            Model model) {
        return show(alias, ModelsView.Form.empty(), Map.of(), words, model);
    }

    @PostMapping
    String activate(
            @RequestParam(defaultValue = "") String alias,
            @RequestParam(defaultValue = "") String provider,
            @RequestParam(name = "model", defaultValue = "") String chosen,
            @RequestParam(defaultValue = "") String reason,
            Words words,
            Model model,
            HttpServletResponse response) {
        var form =
                new ModelsView.Form(
                        alias.strip(), provider.strip(), chosen.strip(), reason.strip());
        Map<String, String> errors = new LinkedHashMap<>();
        try {
            Activation done =
                    activations.activate(
                            form.alias(),
                            providers.get(form.provider()).id(),
                            form.model(),
                            Sessions.caller(),
                            form.reason());
            return "redirect:/models?alias=" + done.alias() + "&said=activated";
        } catch (Refusal refusal) {
            if (refusal.code().equals("provider_unknown")) {
                errors.put("provider", words.say("start.error.provider"));
            } else if (refusal.violations().isEmpty()) {
                throw refusal;
            }
            refusal.violations().forEach(v -> errors.putIfAbsent(v.field(), words.violation(v)));
        }
        response.setStatus(422);
        return show(Activations.DEFAULT_ALIAS, form, errors, words, model);
    }

    @PostMapping("/aliases/{alias}/rollback")
    String rollBack(
            @PathVariable String alias,
            @RequestParam(required = false) @Nullable Long number,
            @RequestParam(required = false) @Nullable String reason) {
        Activation done = activations.rollBack(alias, number, Sessions.caller(), reason);
        return "redirect:/models?alias=" + done.alias() + "&said=rolled-back";
    }

    private String show(
            String alias,
            ModelsView.Form form,
            Map<String, String> errors,
            Words words,
            Model model) {
        Map<String, Provider> byId = new LinkedHashMap<>();
        providers.list().forEach(p -> byId.put(p.id().value(), p));
        Map<String, String> names = new LinkedHashMap<>();
        List<Activation> current = activations.current();
        List<Activation> history = activations.history(alias, HISTORY);
        model.addAttribute(
                "chat",
                current.stream()
                        .filter(a -> a.alias().equals(alias) && ChatView.mayTalk())
                        .findFirst()
                        .map(this::chat)
                        .orElse(null));
        model.addAttribute(
                "view",
                new ModelsView(
                        alias,
                        current.stream()
                                .filter(a -> a.alias().equals(alias))
                                .findFirst()
                                .map(a -> active(a, byId, names, words))
                                .orElse(null),
                        current.stream()
                                .filter(a -> !a.alias().equals(alias))
                                .map(a -> active(a, byId, names, words))
                                .toList(),
                        history.stream()
                                .map(a -> entry(a, history.getFirst(), byId, names, words))
                                .toList(),
                        byId.values().stream()
                                .map(p ->
                                        new Option(
                                                p.id().value(),
                                                p.name(),
                                                p.id().value().equals(form.provider())))
                                .toList(),
                        form,
                        errors,
                        List.of()));
        return "models/list";
    }

    private ChatView chat(Activation a) {
        Job job = a.job() == null ? null : jobs.find(JobId.parse(a.job())).orElse(null);
        return ChatView.of(a, job);
    }

    private ModelsView.Active active(
            Activation a, Map<String, Provider> byId, Map<String, String> names, Words words) {
        Provider provider = byId.get(a.provider().value());
        String job = jobName(a, names);
        return new ModelsView.Active(
                a.alias(),
                "/models?alias=" + a.alias(),
                a.model(),
                provider == null ? a.provider().value() : provider.name(),
                job,
                job == null ? null : "/jobs/" + a.job(),
                a.by(),
                words.ago(a.at()),
                a.reason(),
                "curl -H \"Authorization: Bearer $AFINADOR_TOKEN\" "
                        + ServletUriComponentsBuilder.fromCurrentContextPath()
                                .path("/api/v1/ai/models/active")
                                .queryParamIfPresent(
                                        "alias",
                                        Optional.of(a.alias())
                                                .filter(name ->
                                                        !name.equals(Activations.DEFAULT_ALIAS)))
                                .toUriString(),
                provider == null ? null : warning(a, provider, words));
    }

    /// That the model ends, where anybody has said so.
    private @Nullable NoticeView warning(Activation a, Provider provider, Words words) {
        LocalDate today = LocalDate.ofInstant(words.now(), ZoneOffset.UTC);
        return lifecycle
                .of(provider.kind(), a.model(), Optional.empty())
                .map(end -> {
                    boolean over = end.isOver(today);
                    return new NoticeView(
                            over ? Tone.ERROR : Tone.WARNING,
                            words.say(
                                    over ? "models.ended.title" : "models.ends.title",
                                    words.day(end.shutdown())),
                            words.say(over ? "models.ended.text" : "models.ends.text", end.base()),
                            words.say("models.ends.todo"),
                            null,
                            null,
                            null);
                })
                .orElse(null);
    }

    private ModelsView.Entry entry(
            Activation a,
            Activation inForce,
            Map<String, Provider> byId,
            Map<String, String> names,
            Words words) {
        Provider provider = byId.get(a.provider().value());
        String job = jobName(a, names);
        return new ModelsView.Entry(
                String.valueOf(a.number()),
                a.model(),
                a.previousModel(),
                provider == null ? a.provider().value() : provider.name(),
                job,
                job == null ? null : "/jobs/" + a.job(),
                a.by(),
                words.ago(a.at()),
                a.reason(),
                a.rollbackOf() == null ? null : a.rollbackOf().toString(),
                a.number() == inForce.number(),
                !a.model().equals(inForce.model()) || !a.provider().equals(inForce.provider()));
    }

    /// The name of the job that made the model; null when it came from elsewhere or its record was deleted.
    private @Nullable String jobName(Activation a, Map<String, String> names) {
        if (a.job() == null) {
            return null;
        }
        String name =
                names.computeIfAbsent(
                        a.job(),
                        id -> jobs.find(JobId.parse(id)).map(job -> job.name()).orElse(""));
        return name.isEmpty() ? null : name;
    }
}
