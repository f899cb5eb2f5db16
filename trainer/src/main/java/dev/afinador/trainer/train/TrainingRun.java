package dev.afinador.trainer.train;

import dev.afinador.trainer.Failure;
import dev.afinador.trainer.chat.ChatTemplate;
import dev.afinador.trainer.chat.TemplateException;
import dev.afinador.trainer.data.Encoded;
import dev.afinador.trainer.data.Examples;
import dev.afinador.trainer.data.InvalidExample;
import dev.afinador.trainer.data.Remark;
import dev.afinador.trainer.data.TrainingFile;
import dev.afinador.trainer.model.LlamaModel;
import dev.afinador.trainer.model.ModelConfig;
import dev.afinador.trainer.tensor.Compute;
import dev.afinador.trainer.tensor.Tensors;
import dev.afinador.trainer.tokenizer.Tokenizer;
import dev.afinador.trainer.tokenizer.TokenizerException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One fine-tuning job, from its files to its last checkpoint. Can be killed at any moment and run again: it goes on from what is on the disk, and does the
/// steps since then with the same numbers.
public final class TrainingRun {

    private static final int FEWEST_EXAMPLES = 10;
    private static final int MOST_REMARKS = 20;
    private static final int MOST_METRIC_RECORDS = 1_000;

    /// Long epochs also keep what going on needs, so that little is lost.
    private static final long RESUME_EVERY_NANOS = 120_000_000_000L;

    private final RunSpec spec;
    private final RunLog log;
    private final Control control;
    private final InstantSource clock;
    private final Checkpoints checkpoints;

    public TrainingRun(RunSpec spec, RunLog log, Control control, InstantSource clock) {
        this.spec = spec;
        this.log = log;
        this.control = control;
        this.clock = clock;
        this.checkpoints = new Checkpoints(spec.folder());
    }

    /// Trains until the end, a pause or a cancellation. What goes wrong is a [Failure]; the caller writes it down.
    public void run() {
        try {
            Compute compute = Compute.choose(spec.device(), spec.precision(), spec.threads());
            Optional<Path> resume = checkpoints.newest();
            log.write(
                    log.record("started")
                            .put("device", compute.kind().word())
                            .put("precision", compute.precision().word())
                            .put("threads", compute.threads())
                            .put("resumed_from_step", resume.map(Checkpoints::step).orElse(0)));
            ModelConfig config = ModelConfig.read(modelFolder());
            try (Data data = read(config)) {
                train(config, compute, data, resume);
            }
        } catch (TokenizerException | TemplateException e) {
            throw new Failure(
                    Failure.Code.TOKENIZER_BROKEN, "model", 0, String.valueOf(e.getMessage()), e);
        } catch (UncheckedIOException e) {
            throw ofDisk(java.util.Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw ofDisk(e);
        }
    }

    /// Where configuration and tokenizer are: a whole model that training goes on from has its own.
    private Path modelFolder() {
        Path from = spec.startFrom();
        return from != null && Files.exists(from.resolve("config.json")) ? from : spec.baseModel();
    }

    private static Failure ofDisk(IOException e) {
        String message = String.valueOf(e.getMessage());
        boolean full =
                message.contains("No space left")
                        || message.contains("not enough space")
                        || message.contains("quota");
        return new Failure(
                full ? Failure.Code.DISK_FULL : Failure.Code.DEVICE_FAILED,
                null,
                0,
                full
                        ? "the disk is full; free some space and start the job again"
                        : "a file could not be read or written: " + message,
                e);
    }

    // --------------------------------------------------------------------------------------------------------- data

    /// @param width sequences per example: two for pairs of answers
    private record Data(TrainingFile training, @Nullable TrainingFile validation, int width)
            implements AutoCloseable {

        int examples(TrainingFile file) {
            return file.size() / width;
        }

        IntUnaryOperator length(TrainingFile file) {
            return example -> {
                int longest = 0;
                for (int i = 0; i < width; i++) {
                    longest = Math.max(longest, file.length(example * width + i));
                }
                return longest;
            };
        }

        int longest() {
            int longest = 1;
            for (int i = 0; i < training.size(); i++) {
                longest = Math.max(longest, training.length(i));
            }
            if (validation != null) {
                for (int i = 0; i < validation.size(); i++) {
                    longest = Math.max(longest, validation.length(i));
                }
            }
            return longest;
        }

        @Override
        public void close() {
            training.close();
            if (validation != null) {
                validation.close();
            }
        }
    }

    private Data read(ModelConfig config) throws IOException {
        Path folder = modelFolder();
        Tokenizer tokenizer = Tokenizer.read(folder);
        if (tokenizer.size() > config.vocabulary()) {
            throw new Failure(
                    Failure.Code.TOKENIZER_BROKEN,
                    "model",
                    "tokenizer.json knows "
                            + tokenizer.size()
                            + " tokens, but the model has numbers for "
                            + config.vocabulary());
        }
        ChatTemplate template = ChatTemplate.read(folder, tokenizer, clock);
        if (template.isPlain()) {
            log.message(
                    "warn",
                    "chat_template_missing",
                    "The base model brings no chat template; a plain one is used.",
                    0);
        }
        int longest = Math.min(config.context(), spec.maxTokens().orElse(config.context()));
        var remarks = new Remarks();
        var examples = new Examples(tokenizer, template, longest, remarks::add);
        TrainingFile training =
                encode(
                        spec.trainingFile(),
                        examples,
                        "training",
                        Failure.Code.INVALID_TRAINING_FILE);
        TrainingFile validation = null;
        try {
            int width = spec.method() == RunSpec.Method.DPO ? 2 : 1;
            if (training.size() / width < FEWEST_EXAMPLES) {
                throw new Failure(
                        Failure.Code.INVALID_N_EXAMPLES,
                        "training_file",
                        "Training file has "
                                + training.size() / width
                                + " example(s), but must have at least "
                                + FEWEST_EXAMPLES
                                + " examples");
            }
            Path file = spec.validationFile();
            if (file != null) {
                validation =
                        encode(file, examples, "validation", Failure.Code.INVALID_VALIDATION_FILE);
            }
            remarks.sum();
            var data = new Data(training, validation, width);
            log.write(
                    log.record("validated")
                            .put("examples", data.examples(training))
                            .put(
                                    "validation_examples",
                                    validation == null ? 0 : data.examples(validation))
                            .put("skipped", 0)
                            .put("trained_tokens_per_epoch", training.trainedTokens()));
            return data;
        } catch (RuntimeException e) {
            training.close();
            throw e;
        }
    }

    private TrainingFile encode(Path file, Examples examples, String what, Failure.Code code)
            throws IOException {
        Path store = spec.folder().resolve(what + ".tokens");
        try {
            return switch (spec.method()) {
                case SUPERVISED -> TrainingFile.supervised(file, examples, store);
                case DPO -> TrainingFile.preferences(file, examples, store);
            };
        } catch (InvalidExample e) {
            throw new Failure(code, what + "_file", e.line(), String.valueOf(e.getMessage()), e);
        }
    }

    /// What people should know about lines: the first of them, then how many more.
    private final class Remarks {
        private final Map<String, Integer> counts = new LinkedHashMap<>();

        void add(Remark remark) {
            if (counts.merge(remark.code(), 1, Integer::sum) <= MOST_REMARKS) {
                log.message("warn", remark.code(), remark.message(), remark.line());
            }
        }

        void sum() {
            counts.forEach((code, count) -> {
                if (count > MOST_REMARKS) {
                    log.message(
                            "warn",
                            code,
                            "The same is true of " + (count - MOST_REMARKS) + " more lines.",
                            0);
                }
            });
        }
    }

    // ------------------------------------------------------------------------------------------------------ training

    private void train(ModelConfig config, Compute compute, Data data, Optional<Path> resume)
            throws IOException {
        int examples = data.examples(data.training);
        Hyperparameters settings = Hyperparameters.resolve(spec, config, examples);
        boolean full = settings.lora() == null;
        MemoryPlan.of(
                config,
                compute,
                full ? config.parameters() : 0,
                full,
                data.longest() * data.width); // says no before the weights are read
        try (Trainable trainable = Trainable.open(spec, config, settings, compute)) {
            MemoryPlan memory =
                    MemoryPlan.of(
                            config,
                            compute,
                            trainable.parameters(),
                            full,
                            data.longest() * data.width);
            var plan =
                    new Plan(
                            examples,
                            settings.batchSize(),
                            settings.epochs(),
                            spec.seed(),
                            data.length(data.training));
            ObjectNode resolved = log.record("resolved");
            ObjectNode numbers = resolved.putObject("hyperparameters");
            RunSpec.words(settings, spec.method())
                    .forEach((name, value) -> numbers.putPOJO(name, value));
            resolved.put("total_steps", plan.steps()).put("steps_per_epoch", plan.stepsPerEpoch());
            resolved.put("trained_parameters", trainable.parameters())
                    .put("learning_rate", settings.learningRate());
            log.write(resolved);
            try (var optimizer =
                    new Optimizer(trainable.requireGradients(), 0.999, full ? 0.01 : 0)) {
                int from = 0;
                if (resume.isPresent()) {
                    from = Checkpoints.step(resume.get());
                    trainable.loadExactly(resume.get());
                    if (from > 0) {
                        optimizer.load(resume.get().resolve("optimizer.pt"));
                    }
                }
                new Loop(compute, data, settings, trainable, memory, plan, optimizer).run(from);
            }
        }
    }

    /// What happens between the first step and the last.
    private final class Loop {
        private final Compute compute;
        private final Data data;
        private final Hyperparameters settings;
        private final Trainable trainable;
        private final LlamaModel model;
        private final MemoryPlan memory;
        private final Plan plan;
        private final Optimizer optimizer;
        private final HeadLoss head;
        private final Map<String, Double> latest = new HashMap<>();
        private double[] reference = {};
        private double[] validationReference = {};

        Loop(
                Compute compute,
                Data data,
                Hyperparameters settings,
                Trainable trainable,
                MemoryPlan memory,
                Plan plan,
                Optimizer optimizer) {
            this.compute = compute;
            this.data = data;
            this.settings = settings;
            this.trainable = trainable;
            this.model = trainable.model();
            this.memory = memory;
            this.plan = plan;
            this.optimizer = optimizer;
            this.head = new HeadLoss(model);
        }

        void run(int from) throws IOException {
            if (spec.method() == RunSpec.Method.DPO) {
                reference = reference("training", data.training, from);
                if (data.validation != null) {
                    validationReference = reference("validation", data.validation, from);
                }
            }
            int steps = plan.steps();
            int warmUp = Math.max(1, Math.min(100, steps / 20));
            int logEvery = Math.max(1, (steps + MOST_METRIC_RECORDS - 1) / MOST_METRIC_RECORDS);
            int validEvery = Math.max(1, steps / 20);
            long resumeAt = System.nanoTime() + RESUME_EVERY_NANOS;
            for (int step = from + 1; step <= steps; step++) {
                switch (control.wish()) {
                    case GO_ON -> {}
                    case CANCEL -> {
                        return;
                    }
                    case PAUSE -> {
                        pause(step - 1);
                        return;
                    }
                }
                long began = System.nanoTime();
                double rate = Optimizer.rate(settings.learningRate(), step, steps, warmUp);
                Map<String, Double> metrics = new LinkedHashMap<>();
                optimizer.zero();
                trainable.training(true);
                int tokens =
                        switch (spec.method()) {
                            case SUPERVISED -> supervised(step, metrics);
                            case DPO -> preferences(step, metrics);
                        };
                double norm = optimizer.step(rate);
                trainable.training(false);
                if (!Double.isFinite(metrics.getOrDefault("train_loss", 0.0))
                        || !Double.isFinite(norm)) {
                    throw new Failure(
                            Failure.Code.LOSS_NOT_FINITE,
                            "learning_rate_multiplier",
                            "the loss was no longer a number at step "
                                    + step
                                    + ". Use a smaller learning_rate_multiplier than "
                                    + settings.learningRateMultiplier()
                                    + (step == 1
                                            ? ", or another base model: its weights may be broken"
                                            : ""));
                }
                metrics.put("learning_rate", rate);
                metrics.put(
                        "tokens_per_second", tokens * 1e9 / Math.max(1, System.nanoTime() - began));
                boolean epochEnds = plan.endsEpoch(step);
                if (data.validation != null && (step % validEvery == 0 || epochEnds)) {
                    validate(step, epochEnds, metrics);
                }
                latest.putAll(metrics);
                if (epochEnds
                        || step == 1
                        || step % logEvery == 0
                        || metrics.containsKey("valid_loss")) {
                    log.write(metricsRecord(step, metrics));
                }
                if (epochEnds) {
                    checkpoint(step);
                    resumable(step);
                    resumeAt = System.nanoTime() + RESUME_EVERY_NANOS;
                } else if (System.nanoTime() > resumeAt) {
                    resumable(step);
                    resumeAt = System.nanoTime() + RESUME_EVERY_NANOS;
                }
            }
            log.durable(
                    log.record("succeeded")
                            .put("step", steps)
                            .put("folder", "checkpoints/step-" + String.format("%06d", steps))
                            .put("trained_tokens", tokensPerEpoch() * settings.epochs()));
        }

        private long tokensPerEpoch() {
            long tokens = 0;
            for (int i = 0; i < data.training.size(); i++) {
                tokens += data.training.length(i);
            }
            return tokens;
        }

        /// Adds the gradients of one step.
        ///
        /// @return tokens that went through the model
        private int supervised(int step, Map<String, Double> metrics) {
            int[] batch = plan.batch(step);
            List<int[]> parts =
                    Plan.parts(batch, data.length(data.training), 1, memory.tokensAtOnce());
            double weight = 0;
            long count = 0;
            for (int example : batch) {
                for (float each : targets(data.training.get(example))) {
                    weight += each;
                    count += each == 0 ? 0 : 1;
                }
            }
            double loss = 0;
            long correct = 0;
            int tokens = 0;
            for (int i = 0; i < parts.size(); i++) {
                try (PointerScope scope = new PointerScope()) {
                    Rows rows = rows(data.training, parts.get(i), 1);
                    seed(step, i);
                    LlamaModel.Trace trace =
                            model.trace(
                                    rows.ids(compute),
                                    trainable.adapters(),
                                    memory.recompute(),
                                    seedOf(step, i));
                    HeadLoss.Sum sum =
                            head.backward(trace, rows.targets(compute), 1 / Math.max(weight, 1e-9));
                    loss += sum.loss();
                    correct += sum.correct();
                    tokens += rows.ids.length;
                }
            }
            metrics.put("train_loss", loss);
            metrics.put("train_mean_token_accuracy", count == 0 ? 0 : (double) correct / count);
            return tokens;
        }

        /// Direct preference optimization (arXiv:2305.18290). The slope of the loss by each answer's log-probability is known from the
        /// log-probabilities alone, so that the way back is that of weighted likelihood.
        private int preferences(int step, Map<String, Double> metrics) {
            int[] batch = plan.batch(step);
            List<int[]> parts =
                    Plan.parts(batch, data.length(data.training), 2, memory.tokensAtOnce());
            double loss = 0;
            double margin = 0;
            int better = 0;
            int tokens = 0;
            for (int i = 0; i < parts.size(); i++) {
                try (PointerScope scope = new PointerScope()) {
                    int[] part = parts.get(i);
                    Rows rows = rows(data.training, part, 2);
                    seed(step, i);
                    LlamaModel.Trace trace =
                            model.trace(
                                    rows.ids(compute),
                                    trainable.adapters(),
                                    memory.recompute(),
                                    seedOf(step, i));
                    HeadLoss.Targets targets = rows.targets(compute);
                    double[] logp = head.logProbabilities(trace.hidden(), targets, part.length * 2);
                    float[] slopes = new float[part.length * 2];
                    for (int pair = 0; pair < part.length; pair++) {
                        double z = margin(logp, pair, reference, part[pair]);
                        loss += softplus(-z) / batch.length;
                        margin += z / batch.length;
                        better += z > 0 ? 1 : 0;
                        // of -log p: more likely is better for the first answer, worse for the
                        // second
                        double slope = settings.beta() / (1 + Math.exp(z)) / batch.length;
                        slopes[2 * pair] = (float) slope;
                        slopes[2 * pair + 1] = (float) -slope;
                    }
                    head.backward(trace, targets.bySequence(slopes), 1);
                    tokens += rows.ids.length;
                }
            }
            metrics.put("train_loss", loss);
            metrics.put("train_reward_margin", margin);
            metrics.put("train_preference_accuracy", (double) better / batch.length);
            return tokens;
        }

        /// Difference of rewards between the two answers of a pair.
        private double margin(double[] logp, int at, double[] reference, int pair) {
            return settings.beta()
                    * (logp[2 * at]
                            - reference[2 * pair]
                            - logp[2 * at + 1]
                            + reference[2 * pair + 1]);
        }

        private static double softplus(double x) {
            return x > 30 ? x : Math.log1p(Math.exp(x));
        }

        /// Log-probabilities of all answers under the model that training started from. Kept on the disk: a run that resumes has another model.
        private double[] reference(String what, TrainingFile file, int from) throws IOException {
            Path kept = spec.folder().resolve("reference-" + what + ".json");
            if (from > 0 && Files.exists(kept)) {
                try {
                    return JsonMapper.shared().readValue(Files.readString(kept), double[].class);
                } catch (JacksonException e) {
                    throw new IOException(kept.getFileName() + " is broken", e);
                }
            }
            double[] all = new double[file.size()];
            int[] pairs = java.util.stream.IntStream.range(0, file.size() / 2).toArray();
            for (int[] part : Plan.parts(pairs, data.length(file), 2, memory.tokensAtOnce())) {
                double[] logp = logProbabilities(file, part);
                for (int i = 0; i < part.length; i++) {
                    all[2 * part[i]] = logp[2 * i];
                    all[2 * part[i] + 1] = logp[2 * i + 1];
                }
            }
            Path draft = kept.resolveSibling(kept.getFileName() + ".tmp");
            Files.writeString(draft, JsonMapper.shared().writeValueAsString(all));
            Files.move(draft, kept, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            return all;
        }

        private double[] logProbabilities(TrainingFile file, int[] pairs) {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                Rows rows = rows(file, pairs, 2);
                return head.logProbabilities(
                        model.hidden(rows.ids(compute), trainable.adapters()),
                        rows.targets(compute),
                        pairs.length * 2);
            }
        }

        /// A few examples of the validation file, always others; at the end of an epoch all of them.
        private void validate(int step, boolean all, Map<String, Double> metrics) {
            TrainingFile file = java.util.Objects.requireNonNull(data.validation);
            int examples = data.examples(file);
            int some = Math.min(examples, settings.batchSize());
            int[] few = new int[some];
            for (int i = 0; i < some; i++) {
                few[i] = (int) Math.floorMod((long) step * some + i, (long) examples);
            }
            evaluate(file, few, "valid_", metrics);
            if (all) {
                evaluate(
                        file,
                        java.util.stream.IntStream.range(0, examples).toArray(),
                        "full_valid_",
                        metrics);
            }
        }

        private void evaluate(
                TrainingFile file, int[] examples, String prefix, Map<String, Double> metrics) {
            double loss = 0;
            double weight = 0;
            long correct = 0;
            long count = 0;
            for (int[] part :
                    Plan.parts(examples, data.length(file), data.width, memory.tokensAtOnce())) {
                if (spec.method() == RunSpec.Method.DPO) {
                    double[] logp = logProbabilities(file, part);
                    for (int i = 0; i < part.length; i++) {
                        double z = margin(logp, i, validationReference, part[i]);
                        loss += softplus(-z);
                        correct += z > 0 ? 1 : 0;
                    }
                    weight += part.length;
                    count += part.length;
                    continue;
                }
                try (PointerScope scope = new PointerScope();
                        NoGradGuard guard = new NoGradGuard()) {
                    Rows rows = rows(file, part, 1);
                    HeadLoss.Targets targets = rows.targets(compute);
                    HeadLoss.Sum sum =
                            head.evaluate(
                                    model.hidden(rows.ids(compute), trainable.adapters()), targets);
                    loss += sum.loss();
                    weight += targets.weight();
                    correct += sum.correct();
                    count += targets.count();
                }
            }
            if (count > 0) {
                metrics.put(prefix + "loss", loss / weight);
                metrics.put(
                        prefix
                                + (spec.method() == RunSpec.Method.DPO
                                        ? "preference_accuracy"
                                        : "mean_token_accuracy"),
                        (double) correct / count);
            }
        }

        private ObjectNode metricsRecord(int step, Map<String, Double> metrics) {
            ObjectNode record =
                    log.record("metrics")
                            .put("step", step)
                            .put("total_steps", plan.steps())
                            .put("epoch", plan.epoch(step));
            metrics.forEach((name, value) -> RunLog.putFinite(record, name, value));
            return record;
        }

        private void checkpoint(int step) {
            String folder = checkpoints.checkpoint(step, trainable::save);
            ObjectNode record =
                    log.record("checkpoint")
                            .put("step", step)
                            .put("epoch", plan.epoch(step))
                            .put("folder", folder);
            Map<String, Double> shown = new LinkedHashMap<>();
            latest.forEach((name, value) -> {
                if (name.startsWith("train_") || name.contains("valid_")) {
                    shown.put(name, value);
                }
            });
            record.set("metrics", RunLog.numbers(shown));
            log.durable(record);
        }

        private void resumable(int step) {
            checkpoints.resume(
                    step,
                    folder -> {
                        trainable.saveExactly(folder);
                        if (step > 0) {
                            optimizer.save(folder.resolve("optimizer.pt"));
                        }
                    });
        }

        private void pause(int step) {
            if (step > 0 && !plan.endsEpoch(step)) {
                checkpoint(step);
                resumable(step);
            }
            log.durable(log.record("paused").put("step", step));
        }

        private void seed(int step, int part) {
            torch.manual_seed(seedOf(step, part));
        }

        /// For dropout: the same numbers whenever this part of this step is computed.
        private long seedOf(int step, int part) {
            return spec.seed() * 1_000_003L + step * 1_009L + part;
        }

        /// Sequences side by side, padded at their ends.
        private record Rows(long[] ids, float[] weights, int rows, int time) {

            org.bytedeco.pytorch.Tensor ids(Compute compute) {
                return Tensors.of(compute, ids, rows, time);
            }

            HeadLoss.Targets targets(Compute compute) {
                return HeadLoss.Targets.of(compute, ids, weights, time);
            }
        }

        private static Rows rows(TrainingFile file, int[] examples, int width) {
            Encoded[] sequences = new Encoded[examples.length * width];
            int time = 1;
            for (int i = 0; i < sequences.length; i++) {
                sequences[i] = file.get(examples[i / width] * width + i % width);
                time = Math.max(time, sequences[i].tokens().length);
            }
            long[] ids = new long[sequences.length * time];
            float[] weights = new float[ids.length];
            for (int row = 0; row < sequences.length; row++) {
                int[] tokens = sequences[row].tokens();
                for (int i = 0; i < tokens.length; i++) {
                    ids[row * time + i] = tokens[i];
                }
                System.arraycopy(sequences[row].weights(), 0, weights, row * time, tokens.length);
            }
            return new Rows(ids, weights, sequences.length, time);
        }

        private static float[] targets(Encoded example) {
            float[] weights = example.weights().clone();
            if (weights.length > 0) {
                weights[0] = 0;
            }
            return weights;
        }
    }
}
