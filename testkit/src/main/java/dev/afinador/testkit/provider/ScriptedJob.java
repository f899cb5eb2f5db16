package dev.afinador.testkit.provider;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One job: where it is in its script, and everything it has to show for it. Guarded by its [JobBook].
final class ScriptedJob {

    /// What a job needs from its provider.
    interface Surroundings {
        /// Looks at the files; a problem fails the job.
        FileReport inspect(JobRequest request);

        /// Keeps a result file and gives its id.
        String keepResult(String csv);

        void publishModel(String name, Instant created);

        Ids ids();

        String organizationId();

        String organizationSlug();
    }

    /// @param examples lines of the training file, 0 when it is gone
    record FileReport(int examples, long bytes, @Nullable Failure problem) {}

    private final Surroundings around;
    private final JobScript script;
    private final JobRequest request;
    private final String id;
    private final Instant createdAt;
    private final long seed;
    private final List<EventLine> events = new ArrayList<>();
    private final List<CheckpointLine> checkpoints = new ArrayList<>();
    private final List<String> resultFiles = new ArrayList<>();

    private int stage;
    private Instant stageSince;
    private int stageTicks;
    private int stageFirstStep;
    private @Nullable String heldAt;

    private int examples;
    private int epochs;
    private int batchSize;
    private int step;
    private int totalSteps;
    private @Nullable Instant finishedAt;
    private @Nullable String fineTunedModel;
    private @Nullable Long trainedTokens;
    private @Nullable Failure failure;
    private boolean keepsMetrics = true;

    /// @param point    null for plain messages
    /// @param epochEnd whether the full validation set was looked at
    private record EventLine(
            String id,
            Instant at,
            String level,
            String message,
            int step,
            int totalSteps,
            LossCurve.@Nullable Point point,
            boolean epochEnd) {}

    private record CheckpointLine(
            String id, Instant at, int step, String model, LossCurve.Point point) {}

    /// @param id null for a fresh one
    ScriptedJob(
            Surroundings around,
            JobScript script,
            JobRequest request,
            @Nullable String id,
            Instant createdAt) {
        this.around = around;
        this.script = script;
        this.request = request;
        this.createdAt = createdAt;
        this.id = id == null ? around.ids().job(script.flavour()) : id;
        this.seed = request.seed() == null ? around.ids().seed() : request.seed();
        this.stageSince = createdAt;
        say(createdAt, "info", "Created fine-tuning job: " + this.id);
        announceStage(createdAt);
    }

    String id() {
        return id;
    }

    Instant createdAt() {
        return createdAt;
    }

    JobScript script() {
        return script;
    }

    Map<String, String> metadata() {
        return request.metadata();
    }

    String status() {
        return heldAt == null ? current().status() : heldAt;
    }

    boolean isOver() {
        return JobScript.isFinal(status());
    }

    int step() {
        return step;
    }

    JobSnapshot snapshot() {
        return new JobSnapshot(
                id,
                status(),
                request.model(),
                request.trainingFile(),
                request.suffix(),
                request.metadata(),
                step,
                totalSteps,
                fineTunedModel,
                failure,
                script.name(),
                createdAt);
    }

    /// One tick. A tick by hand also leaves stages that wait for a hand or for the clock.
    void tick(Instant now, boolean byHand) {
        if (isOver() || (heldAt != null && !byHand)) {
            return;
        }
        if (heldAt != null) {
            heldAt = null;
            return;
        }
        switch (current().leave()) {
            case JobScript.Leave.Ticks(int count) -> {
                stageTicks++;
                trainPart((double) stageTicks / count, now);
                if (stageTicks >= count) {
                    leaveStage(now);
                }
            }
            case JobScript.Leave.After _ when byHand -> leaveStage(now);
            case JobScript.Leave.ByHand _ when byHand -> leaveStage(now);
            case JobScript.Leave.After _ -> settle(now);
            case JobScript.Leave.ByHand _ -> {}
        }
    }

    /// Catches up with the clock where stages last by the clock.
    void settle(Instant now) {
        while (!isOver()
                && heldAt == null
                && current().leave() instanceof JobScript.Leave.After(Duration duration)) {
            Instant end = stageSince.plus(duration);
            if (now.isBefore(end)) {
                double part =
                        (double) Duration.between(stageSince, now).toMillis() / duration.toMillis();
                trainPart(part, now);
                return;
            }
            leaveStage(end);
        }
    }

    /// Moves training to a step, entering the training stage first where that has not happened yet.
    void progress(int toStep, Instant now) {
        if (isOver()) {
            return;
        }
        heldAt = null;
        while (!current().trains() && stage < script.stages().size() - 1) {
            leaveStage(now);
            if (isOver()) {
                return;
            }
        }
        trainTo(Math.min(toStep, totalSteps), now);
    }

    void cancel(Instant now) {
        if (isOver()) {
            throw Refusal.badRequest(
                    null, null, "Job " + id + " is " + status() + " and cannot be cancelled");
        }
        say(now, "info", "Fine-tuning job cancelled");
        heldAt = "cancelled";
    }

    void pause(Instant now) {
        if (!status().equals("running")) {
            throw Refusal.badRequest(
                    null, null, "Job " + id + " is " + status() + " and cannot be paused");
        }
        if (step > 0) {
            checkpoint(now);
        }
        say(now, "info", "Fine-tuning job paused");
        heldAt = "paused";
    }

    void resume(Instant now) {
        if (!status().equals("paused")) {
            throw Refusal.badRequest(
                    null, null, "Job " + id + " is " + status() + " and cannot be resumed");
        }
        say(now, "info", "Fine-tuning job resumed");
        if (heldAt == null) {
            // paused by its script, which knows what comes next
            leaveStage(now);
            return;
        }
        heldAt = null;
        int queue = Math.max(script.indexOf("queued"), script.indexOf("pending"));
        enter(queue < 0 ? stage : queue, now);
    }

    /// Puts the job where a test wants it: at the script's stage of that name, else beside the script until advanced.
    void become(String status, Instant now) {
        heldAt = null;
        int wanted = script.indexOf(status);
        if (wanted >= 0) {
            resolve();
            if (status.equals("succeeded")) {
                trainTo(totalSteps, now);
            }
            enter(wanted, now);
        } else {
            if (status.equals("succeeded")) {
                resolve();
                trainTo(totalSteps, now);
                succeed(now);
            }
            heldAt = status;
        }
    }

    void fail(Failure why, Instant now) {
        failure = why;
        heldAt = "failed";
        say(now, "error", why.message());
    }

    /// Places a fresh job directly at a status, cheaply: without the metrics events it would have left behind.
    void place(String status, int atStep, int ofSteps, Instant now) {
        keepsMetrics = false;
        resolve();
        totalSteps = ofSteps;
        int wanted = script.indexOf(status);
        if (wanted >= 0) {
            stage = wanted;
            stageSince = now;
        } else {
            heldAt = status;
        }
        step = Math.min(atStep, ofSteps);
        stageFirstStep = step;
        if (status.equals("succeeded")) {
            step = ofSteps;
            succeed(now);
        } else if (status.equals("failed")) {
            failure =
                    script.failure() == null
                            ? Failure.tooFewExamples(7, "training_file")
                            : script.failure();
        }
        keepsMetrics = true;
    }

    private JobScript.Stage current() {
        return script.stages().get(stage);
    }

    private void leaveStage(Instant now) {
        trainPart(1, now);
        if (stage == 0) {
            FileReport report = around.inspect(request);
            if (report.problem() != null && script.failure() == null) {
                fail(report.problem(), now);
                return;
            }
        }
        if (stage < script.stages().size() - 1) {
            enter(stage + 1, now);
        }
    }

    private void enter(int next, Instant now) {
        stage = next;
        stageSince = now;
        stageTicks = 0;
        if (current().trains()) {
            resolve();
        }
        stageFirstStep = step;
        announceStage(now);
        switch (current().status()) {
            case "succeeded" -> succeed(now);
            case "failed" -> {
                failure =
                        Objects.requireNonNullElseGet(
                                script.failure(),
                                () -> new Failure("internal_error", "The job failed.", null));
                say(now, "error", failure.message());
            }
            default -> {}
        }
    }

    private void announceStage(Instant now) {
        switch (current().status()) {
            case "validating_files" ->
                    say(now, "info", "Validating training file: " + request.trainingFile());
            case "queued" -> say(now, "info", "Files validated, moving job to queued state");
            case "running" -> say(now, "info", "Fine-tuning job started");
            default -> {}
        }
    }

    /// Settles what was "auto", once.
    private void resolve() {
        if (totalSteps > 0) {
            return;
        }
        FileReport report = around.inspect(request);
        examples = Math.max(1, report.examples());
        Integer wantedEpochs = request.whole("n_epochs");
        Integer wantedBatch = request.whole("batch_size");
        epochs = wantedEpochs == null ? usualEpochs(examples) : wantedEpochs;
        batchSize =
                wantedBatch == null
                        ? Math.clamp(Math.round(examples * 0.002), 1, 256)
                        : wantedBatch;
        totalSteps =
                script.totalSteps() == null
                        ? epochs * Math.ceilDiv(examples, batchSize)
                        : script.totalSteps();
    }

    private static int usualEpochs(int examples) {
        if (examples * 3 < 100) {
            return Math.clamp(100 / examples, 1, 25);
        }
        return examples * 3 > 25_000 ? Math.max(1, 25_000 / examples) : 3;
    }

    private void trainPart(double part, Instant now) {
        if (current().trains()) {
            int last = (int) Math.round(totalSteps * current().trainsTo());
            int target = stageFirstStep + (int) ((last - stageFirstStep) * Math.min(1, part));
            trainTo(target, now);
        }
    }

    private void trainTo(int target, Instant now) {
        int every = Math.max(1, totalSteps / 100);
        while (step < target) {
            step++;
            boolean epochEnd = isEpochEnd(step);
            if (keepsMetrics && (step % every == 0 || epochEnd)) {
                LossCurve.Point point = script.curve().at(seed, step, totalSteps);
                String validation =
                        request.validationFile() == null
                                ? ""
                                : String.format(
                                        Locale.ROOT, ", validation loss=%.2f", point.validLoss());
                String message =
                        String.format(
                                Locale.ROOT,
                                "Step %d/%d: training loss=%.2f%s",
                                step,
                                totalSteps,
                                point.trainLoss(),
                                validation);
                events.add(
                        new EventLine(
                                around.ids().event(),
                                now,
                                "info",
                                message,
                                step,
                                totalSteps,
                                point,
                                epochEnd));
            }
            if (epochEnd) {
                checkpoint(now);
            }
        }
    }

    private boolean isEpochEnd(int at) {
        if (epochs < 1) {
            return at == totalSteps;
        }
        return at == totalSteps
                || (at * (long) epochs) / totalSteps != ((at - 1) * (long) epochs) / totalSteps;
    }

    private void checkpoint(Instant now) {
        checkpoints.add(
                new CheckpointLine(
                        around.ids().checkpoint(),
                        now,
                        step,
                        step == totalSteps ? finalModel() : modelName() + ":ckpt-step-" + step,
                        script.curve().at(seed, step, totalSteps)));
        if (checkpoints.size() > 3) {
            checkpoints.removeFirst();
        }
        if (keepsMetrics && step < totalSteps) {
            say(now, "info", "Checkpoint created at step " + step);
        }
    }

    private void succeed(Instant now) {
        if (checkpoints.isEmpty()) {
            checkpoint(now);
        }
        String model = finalModel();
        checkpoints.forEach(checkpoint -> around.publishModel(checkpoint.model(), now));
        around.publishModel(model, now);
        finishedAt = now;
        // about four bytes to a token
        long bytes = around.inspect(request).bytes();
        trainedTokens = Math.max(1, bytes / 4) * Math.max(1, epochs);
        resultFiles.add(around.keepResult(resultCsv()));
        say(now, "info", "New fine-tuned model created: " + model);
        say(now, "info", "The job has successfully completed");
    }

    private String finalModel() {
        String known = fineTunedModel;
        if (known == null) {
            known = modelName();
            fineTunedModel = known;
        }
        return known;
    }

    private String modelName() {
        String suffix = request.suffix();
        return switch (script.flavour()) {
            case OPENAI ->
                    "ft:%s:%s:%s:%s"
                            .formatted(
                                    request.model(),
                                    around.organizationSlug(),
                                    suffix == null ? "" : suffix,
                                    around.ids().shortName());
            case AZURE ->
                    request.model()
                            + ".ft-"
                            + id.substring("ftjob-".length())
                            + (suffix == null ? "" : "-" + suffix);
        };
    }

    private String resultCsv() {
        var csv =
                new StringBuilder(
                        "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n");
        for (EventLine event : events) {
            LossCurve.Point point = event.point();
            if (point != null) {
                csv.append(event.step()).append(',').append(point.trainLoss()).append(',');
                csv.append(point.trainAccuracy()).append(',');
                if (request.validationFile() != null) {
                    csv.append(point.validLoss()).append(',').append(point.validAccuracy());
                } else {
                    csv.append(',');
                }
                csv.append('\n');
            }
        }
        return csv.toString();
    }

    private void say(Instant at, String level, String message) {
        events.add(new EventLine(around.ids().event(), at, level, message, 0, 0, null, false));
    }

    ObjectNode json() {
        return switch (script.flavour()) {
            case OPENAI -> openAiJson();
            case AZURE -> azureJson();
        };
    }

    private ObjectNode openAiJson() {
        ObjectNode node = Json.object();
        node.put("object", "fine_tuning.job").put("id", id).put("model", request.model());
        node.put("created_at", createdAt.getEpochSecond());
        Json.putSeconds(node, "finished_at", finishedAt);
        node.put("fine_tuned_model", finishedAt == null ? null : fineTunedModel);
        node.put("organization_id", around.organizationId());
        node.set("result_files", Json.tree(resultFiles));
        node.put("status", status());
        node.put("validation_file", request.validationFile());
        node.put("training_file", request.trainingFile());
        ObjectNode settings = settings("auto");
        if (request.method().equals("supervised")) {
            node.set("hyperparameters", settings.deepCopy());
        } else {
            node.putNull("hyperparameters");
        }
        node.put("trained_tokens", trainedTokens);
        // recorded: no error is an empty object, not null
        node.set("error", failure == null ? Json.object() : failureJson(failure));
        node.put("user_provided_suffix", request.suffix());
        node.put("seed", seed);
        Json.putSeconds(node, "estimated_finish", estimatedFinish());
        node.putArray("integrations");
        node.set(
                "metadata",
                request.metadata().isEmpty() ? null : Json.ofStrings(request.metadata()));
        node.putNull("usage_metrics").put("shared_with_openai", false).putNull("eval_id");
        node.set("method", methodJson(settings));
        return node;
    }

    private ObjectNode azureJson() {
        ObjectNode node = Json.object();
        node.put("object", "fine_tuning.job").put("id", id).put("model", request.model());
        node.put("created_at", createdAt.getEpochSecond());
        node.put("status", status());
        node.put("training_file", request.trainingFile());
        if (request.validationFile() != null) {
            node.put("validation_file", request.validationFile());
        }
        node.set("hyperparameters", settings(-1));
        node.put("seed", seed);
        if (request.suffix() != null) {
            node.put("suffix", request.suffix());
        }
        if (!request.metadata().isEmpty()) {
            node.set("metadata", Json.ofStrings(request.metadata()));
        }
        if (finishedAt != null) {
            node.put("finished_at", finishedAt.getEpochSecond());
            node.put("fine_tuned_model", fineTunedModel);
            node.set("result_files", Json.tree(resultFiles));
            node.put("trained_tokens", trainedTokens);
        }
        if (failure != null) {
            node.set("error", failureJson(failure));
        }
        return node;
    }

    private ObjectNode settings(Object auto) {
        ObjectNode node = Json.object();
        JsonNode unknown = Json.tree(auto);
        boolean resolved = epochs > 0;
        Double rate = request.fraction("learning_rate_multiplier");
        node.set("n_epochs", resolved ? Json.tree(epochs) : asked("n_epochs", unknown));
        node.set("batch_size", resolved ? Json.tree(batchSize) : asked("batch_size", unknown));
        node.set(
                "learning_rate_multiplier",
                rate != null ? Json.tree(rate) : resolved ? Json.tree(2.0) : unknown);
        request.hyperparameters()
                .forEach((name, value) -> {
                    if (!node.has(name)) {
                        node.set(name, value);
                    }
                });
        return node;
    }

    private JsonNode asked(String name, JsonNode unknown) {
        Integer value = request.whole(name);
        return value == null ? unknown : Json.tree(value);
    }

    private ObjectNode methodJson(ObjectNode settings) {
        ObjectNode method = Json.object().put("type", request.method());
        // members that this server does not know, a grader say, come back as they were sent
        JsonNode sent =
                request.methodMember() == null
                        ? null
                        : request.methodMember().get(request.method());
        ObjectNode inner = sent instanceof ObjectNode object ? object.deepCopy() : Json.object();
        inner.set("hyperparameters", settings);
        method.set(request.method(), inner);
        return method;
    }

    private static ObjectNode failureJson(Failure failure) {
        return Json.object()
                .put("code", failure.code())
                .put("message", failure.message())
                .put("param", failure.param());
    }

    private @Nullable Instant estimatedFinish() {
        boolean byClock = current().leave() instanceof JobScript.Leave.After;
        return byClock && current().trains() && heldAt == null
                ? stageSince.plus(((JobScript.Leave.After) current().leave()).duration())
                : null;
    }

    /// Events, newest first.
    List<ObjectNode> eventsJson() {
        List<ObjectNode> lines = new ArrayList<>(events.size());
        for (EventLine event : events.reversed()) {
            lines.add(eventJson(event));
        }
        return lines;
    }

    private ObjectNode eventJson(EventLine event) {
        ObjectNode node = Json.object();
        node.put("object", "fine_tuning.job.event").put("id", event.id());
        node.put("created_at", event.at().getEpochSecond());
        node.put("level", event.level()).put("message", event.message());
        LossCurve.Point point = event.point();
        if (point == null) {
            node.put("type", "message").putObject("data");
            return node;
        }
        ObjectNode data = node.put("type", "metrics").putObject("data");
        data.put("step", event.step()).put("total_steps", event.totalSteps());
        data.put("train_loss", point.trainLoss());
        data.put("train_mean_token_accuracy", point.trainAccuracy());
        if (request.validationFile() != null) {
            data.put("valid_loss", point.validLoss());
            data.put("valid_mean_token_accuracy", point.validAccuracy());
            if (event.epochEnd()) {
                data.put("full_valid_loss", point.validLoss());
                data.put("full_valid_mean_token_accuracy", point.validAccuracy());
            }
        }
        return node;
    }

    /// Checkpoints, newest first.
    List<ObjectNode> checkpointsJson() {
        List<CheckpointLine> newestFirst = new ArrayList<>(checkpoints);
        Collections.reverse(newestFirst);
        return newestFirst.stream().map(this::checkpointJson).toList();
    }

    private ObjectNode checkpointJson(CheckpointLine checkpoint) {
        ObjectNode node = Json.object();
        node.put("object", "fine_tuning.job.checkpoint").put("id", checkpoint.id());
        node.put("created_at", checkpoint.at().getEpochSecond());
        node.put("fine_tuned_model_checkpoint", checkpoint.model());
        node.put("fine_tuning_job_id", id);
        ObjectNode metrics = node.putObject("metrics");
        // recorded: a text among the numbers
        metrics.put("type", "supervised").put("step", checkpoint.step());
        metrics.put("train_loss", checkpoint.point().trainLoss());
        metrics.put("train_mean_token_accuracy", checkpoint.point().trainAccuracy());
        if (request.validationFile() != null) {
            metrics.put("full_valid_loss", checkpoint.point().validLoss());
            metrics.put("full_valid_mean_token_accuracy", checkpoint.point().validAccuracy());
        }
        node.put("step_number", checkpoint.step());
        return node;
    }

    /// Mistral's idea of the same job.
    ObjectNode mistralJson() {
        ObjectNode node = Json.object();
        node.put("object", "job").put("id", id).put("model", request.model());
        node.put("status", status().toUpperCase(Locale.ROOT)).put("job_type", "completion");
        node.put("created_at", createdAt.getEpochSecond())
                .put("modified_at", createdAt.getEpochSecond());
        ArrayNode files = node.putArray("training_files");
        files.add(request.trainingFile());
        node.putObject("hyperparameters")
                .put("training_steps", totalSteps)
                .put("learning_rate", 0.0001);
        return node;
    }
}
