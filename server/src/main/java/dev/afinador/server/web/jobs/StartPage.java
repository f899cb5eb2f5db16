package dev.afinador.server.web.jobs;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.Datasets;
import dev.afinador.job.Job;
import dev.afinador.job.Jobs;
import dev.afinador.job.StartJob;
import dev.afinador.provider.Backends;
import dev.afinador.provider.ModelLifecycle;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderException;
import dev.afinador.provider.Providers;
import dev.afinador.provider.RemoteModel;
import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.Option;
import dev.afinador.server.web.shared.Tone;
import dev.afinador.server.web.shared.Words;
import dev.afinador.work.Refusal;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;

/// The start form. What a person typed and uploaded is kept when something is wrong with it.
@Controller
class StartPage {

    private static final int MANY = 200;

    /// How the rules' field names are called in the form.
    private static final Map<String, String> FIELDS =
            Map.of(
                    "base_model", "baseModel",
                    "provider_id", "provider",
                    "dataset_id", "dataset",
                    "validation_dataset_id", "validationDataset",
                    "hyperparameters.n_epochs", "nEpochs",
                    "hyperparameters.batch_size", "batchSize",
                    "hyperparameters.learning_rate_multiplier", "learningRateMultiplier",
                    "hyperparameters.beta", "beta");

    private final Jobs jobs;
    private final Datasets datasets;
    private final Providers providers;
    private final Backends backends;
    private final ModelLifecycle lifecycle;

    StartPage(
            Jobs jobs,
            Datasets datasets,
            Providers providers,
            Backends backends,
            ModelLifecycle lifecycle) {
        this.jobs = jobs;
        this.datasets = datasets;
        this.providers = providers;
        this.backends = backends;
        this.lifecycle = lifecycle;
    }

    /// @param dataset a file to start with, or empty
    /// @param again   a job to fill the form from, or empty
    @GetMapping("/jobs/new")
    String form(
            @RequestParam(defaultValue = "") String dataset,
            @RequestParam(defaultValue = "") String again,
            Words words,
            Model model) {
        StartForm form = again.isEmpty() ? StartForm.empty() : like(jobs.get(again));
        if (!dataset.isEmpty()) {
            form = form.withDataset(dataset);
        }
        show(form, Map.of(), List.of(), UUID.randomUUID().toString(), words, model);
        return "jobs/start";
    }

    private static StartForm like(Job job) {
        Map<String, String> set = job.hyperparameters();
        return new StartForm(
                job.trainingDataset() == null ? "" : job.trainingDataset().toString(),
                job.validationDataset() == null ? "" : job.validationDataset().toString(),
                job.providerId().value(),
                job.baseModel(),
                job.name(),
                job.suffix() == null ? "" : job.suffix(),
                job.seed() == null || job.origin() == Job.Origin.IMPORTED
                        ? ""
                        : job.seed().toString(),
                job.method(),
                set.getOrDefault("n_epochs", "auto"),
                set.getOrDefault("batch_size", "auto"),
                set.getOrDefault("learning_rate_multiplier", "auto"),
                set.getOrDefault("beta", "auto"));
    }

    /// The base models that a provider offers, as options. Empty when it cannot be asked: any name can be typed.
    @GetMapping("/jobs/new/models")
    String models(@RequestParam String provider, Words words, Model model) {
        if (provider.isBlank()) { // no provider yet, so no models to offer
            model.addAttribute("models", List.of());
            return "jobs/models";
        }
        Provider at = providers.get(provider);
        LocalDate today = LocalDate.ofInstant(words.now(), ZoneOffset.UTC);
        List<RemoteModel> offered;
        try {
            offered = backends.of(at).listModels();
        } catch (ProviderException e) {
            offered = List.of();
        }
        model.addAttribute(
                "models",
                offered.stream()
                        .sorted(java.util.Comparator.comparing(RemoteModel::id))
                        .limit(500)
                        .map(m -> new StartView.Model(m.id(), note(at, m, today, words)))
                        .toList());
        return "jobs/models";
    }

    private String note(Provider at, RemoteModel model, LocalDate today, Words words) {
        return lifecycle
                .of(at.kind(), model.id(), Optional.ofNullable(model.shutdownDate()))
                .map(end ->
                        words.say(
                                end.isOver(today) ? "start.base.ended" : "start.base.ends",
                                words.day(end.shutdown())))
                .orElse("");
    }

    @PostMapping("/jobs")
    String start(
            @RequestParam Map<String, String> typed,
            @RequestParam(required = false) @Nullable MultipartFile file,
            @RequestParam(required = false) @Nullable MultipartFile validationFile,
            Words words,
            Model model,
            HttpServletResponse response)
            throws IOException {
        StartForm form = StartForm.of(typed);
        Map<String, String> errors = new LinkedHashMap<>();
        String trainingField = "file";
        Dataset training = take(file, "file", errors, words);
        if (training != null) {
            form = form.withDataset(training.id().toString());
        } else if (!form.dataset().isEmpty()) {
            trainingField = "dataset";
        }
        Dataset validation = take(validationFile, "validationFile", errors, words);
        if (validation != null) {
            form = form.withValidationDataset(validation.id().toString());
        }
        Long seed = seed(form, errors, words);
        String key = typed.getOrDefault("idempotencyKey", UUID.randomUUID().toString());
        if (errors.isEmpty()) {
            try {
                Job job = jobs.start(ask(form, seed), key);
                return "redirect:/jobs/" + job.id() + "?said=started";
            } catch (Refusal refusal) {
                if (refusal.violations().isEmpty()
                        && !refusal.code().equals("idempotency_key_reused")) {
                    throw refusal;
                }
                if (refusal.violations().isEmpty()) {
                    // The form was changed after it had been sent: that is a new wish, and it wants
                    // a new click.
                    key = UUID.randomUUID().toString();
                    response.setStatus(409);
                    show(form, errors, List.of(sentBefore(words)), key, words, model);
                    return "jobs/start";
                }
                for (Refusal.Violation violation : refusal.violations()) {
                    String field = FIELDS.getOrDefault(violation.field(), violation.field());
                    if (field.equals("dataset")) {
                        field = trainingField;
                    }
                    errors.putIfAbsent(field, explain(field, violation, words));
                }
            }
        }
        response.setStatus(422);
        show(form, errors, List.of(), key, words, model);
        return "jobs/start";
    }

    private static NoticeView sentBefore(Words words) {
        return new NoticeView(
                Tone.WARNING,
                words.say("start.sent-before.title"),
                words.say("start.sent-before.text"),
                null,
                null,
                "/jobs",
                words.say("start.sent-before.go"));
    }

    /// Required fields get the form's own words: what is missing and an example.
    private static String explain(String field, Refusal.Violation violation, Words words) {
        if (violation.code().equals("required")) {
            return switch (field) {
                case "file", "dataset" -> words.say("start.error.data");
                case "baseModel" -> words.say("start.error.base-model");
                case "provider" -> words.say("start.error.provider");
                default -> words.violation(violation);
            };
        }
        return words.violation(violation);
    }

    private @Nullable Dataset take(
            @Nullable MultipartFile file, String field, Map<String, String> errors, Words words)
            throws IOException {
        if (file == null
                || file.getOriginalFilename() == null
                || file.getOriginalFilename().isEmpty()) {
            return null; // the field was left alone
        }
        try (InputStream content = file.getInputStream()) {
            return datasets.add("", file.getOriginalFilename(), content);
        } catch (Refusal refusal) {
            errors.put(
                    field,
                    words.sayOr(
                            "problem." + refusal.code() + ".title",
                            refusal.code(),
                            refusal.args().toArray()));
            return null;
        }
    }

    private static @Nullable Long seed(StartForm form, Map<String, String> errors, Words words) {
        if (form.seed().isEmpty()) {
            return null;
        }
        if (!form.seed().matches("-?[0-9]{1,12}")) {
            errors.put("seed", words.say("start.error.seed"));
            return null;
        }
        return Long.valueOf(form.seed());
    }

    private static StartJob ask(StartForm form, @Nullable Long seed) {
        Map<String, String> set = new HashMap<>();
        put(set, "n_epochs", form.nEpochs());
        put(set, "batch_size", form.batchSize());
        put(set, "learning_rate_multiplier", form.learningRateMultiplier());
        if (form.method().equals("dpo")) {
            put(set, "beta", form.beta());
        }
        return new StartJob(
                orNull(form.name()),
                orNull(form.dataset()),
                orNull(form.validationDataset()),
                orNull(form.baseModel()),
                orNull(form.provider()),
                orNull(form.suffix()),
                orNull(form.method()),
                set,
                seed);
    }

    /// What is left to the provider is not sent at all.
    private static void put(Map<String, String> set, String name, String value) {
        if (!value.isEmpty() && !value.equals("auto")) {
            set.put(name, value.replace(',', '.'));
        }
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private void show(
            StartForm form,
            Map<String, String> errors,
            List<NoticeView> problem,
            String key,
            Words words,
            Model model) {
        List<Provider> all = providers.list();
        List<Dataset> files = datasets.list(MANY);
        List<NoticeView> problems =
                all.isEmpty()
                        ? List.of(
                                new NoticeView(
                                        Tone.WARNING,
                                        words.say("start.no-provider"),
                                        null,
                                        null,
                                        null,
                                        "/providers/new",
                                        words.say("providers.add")))
                        : problem;
        model.addAttribute(
                "view",
                new StartView(
                        form,
                        errors,
                        problems,
                        key,
                        all.stream()
                                .map(p ->
                                        new Option(
                                                p.id().value(),
                                                p.name(),
                                                p.id().value().equals(form.provider())))
                                .toList(),
                        options(files, form.dataset(), words),
                        options(files, form.validationDataset(), words),
                        List.of(),
                        List.of(
                                setting("nEpochs", form.nEpochs(), "", true, words),
                                setting("batchSize", form.batchSize(), "", true, words),
                                setting(
                                        "learningRateMultiplier",
                                        form.learningRateMultiplier(),
                                        "",
                                        false,
                                        words),
                                setting("beta", form.beta(), "dpo", false, words))));
    }

    private static List<Option> options(List<Dataset> files, String chosen, Words words) {
        return files.stream()
                .filter(d -> d.usable() || d.id().toString().equals(chosen))
                .map(d ->
                        new Option(
                                d.id().toString(),
                                d.name()
                                        + " · "
                                        + words.say(
                                                "dataset.examples",
                                                d.examples(),
                                                words.number(d.examples())),
                                d.id().toString().equals(chosen)))
                .toList();
    }

    private static StartView.Setting setting(
            String name, String value, String only, boolean whole, Words words) {
        String key = "start.field." + name;
        return new StartView.Setting(
                name,
                words.say(key),
                words.say(key + ".help"),
                words.say(key + ".range"),
                value,
                only,
                whole);
    }
}
