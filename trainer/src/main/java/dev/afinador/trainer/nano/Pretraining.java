package dev.afinador.trainer.nano;

import dev.afinador.trainer.chat.ChatTemplate;
import dev.afinador.trainer.data.Encoded;
import dev.afinador.trainer.data.Examples;
import dev.afinador.trainer.data.InvalidExample;
import dev.afinador.trainer.data.TrainingFile;
import dev.afinador.trainer.model.Adapters;
import dev.afinador.trainer.model.LlamaModel;
import dev.afinador.trainer.model.ModelConfig;
import dev.afinador.trainer.model.Weights;
import dev.afinador.trainer.tensor.Compute;
import dev.afinador.trainer.tensor.Tensors;
import dev.afinador.trainer.tokenizer.BpeTrainer;
import dev.afinador.trainer.tokenizer.Tokenizer;
import dev.afinador.trainer.train.HeadLoss;
import dev.afinador.trainer.train.Optimizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.global.torch.ScalarType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Makes a base model from nothing but a corpus: its vocabulary, its first weights, one pass over all conversations. What was done is kept every few
/// hundred steps; the same command goes on from there.
public final class Pretraining {

    private static final int MEASURE_EVERY = 500;
    private static final int TELL_EVERY = 50;

    /// batches whose conversations are put together by length, so that little is spent on padding
    private static final int STRETCH = 64;

    private final Recipe recipe;
    private final Path corpus;
    private final Path folder;
    private final Compute compute;
    private final PrintStream out;

    Pretraining(Recipe recipe, Path corpus, Path folder, Compute compute, PrintStream out) {
        this.recipe = recipe;
        this.corpus = corpus;
        this.folder = folder;
        this.compute = compute;
        this.out = out;
    }

    void run() throws IOException, InvalidExample {
        if (!Files.exists(folder.resolve("tokenizer.json"))) {
            String tokenizer = vocabulary();
            ModelFolder.write(folder, recipe, tokenizer, recipe.vocabulary());
        }
        Tokenizer tokenizer = Tokenizer.read(folder);
        ChatTemplate template = ChatTemplate.read(folder, tokenizer, InstantSource.system());
        var examples = new Examples(tokenizer, template, recipe.longest(), remark -> {});
        try (TrainingFile file =
                TrainingFile.supervised(corpus, examples, folder.resolve("corpus.tokens"))) {
            train(file);
        }
    }

    private String vocabulary() throws IOException {
        var bpe = new BpeTrainer();
        try (BufferedReader lines = Files.newBufferedReader(corpus)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                for (JsonNode message : JsonMapper.shared().readTree(line).path("messages")) {
                    bpe.add(message.path("role").asString() + "\n");
                    bpe.add(message.path("content").asString());
                }
            }
        }
        return bpe.train(ModelFolder.CONTROL_TOKENS, recipe.vocabulary());
    }

    private void train(TrainingFile file) throws IOException {
        int training = file.size() - recipe.heldOut();
        List<int[]> batches = batches(file, training);
        ModelConfig config = ModelConfig.read(folder);
        Path resume = folder.resolve("resume");
        int done =
                Files.exists(resume.resolve("step"))
                        ? Integer.parseInt(Files.readString(resume.resolve("step")).strip())
                        : 0;
        try (PointerScope scope = new PointerScope();
                Weights weights =
                        done > 0
                                ? Weights.load(resume, config, compute, true)
                                : Weights.random(config, compute, recipe.seed());
                LlamaModel model = new LlamaModel(weights, compute);
                Optimizer optimizer =
                        new Optimizer(weights.requireGradients(), 0.95, recipe.weightDecay())) {
            if (done > 0) {
                optimizer.load(resume.resolve("optimizer.pt"));
            }
            var head = new HeadLoss(model);
            out.printf(
                    Locale.ROOT,
                    "%,d parameters, %,d conversations, %,d tokens, %,d steps%n",
                    config.parameters(),
                    training,
                    IntStream.range(0, training).mapToLong(file::length).sum(),
                    batches.size());
            double mean = Double.NaN;
            long began = System.nanoTime();
            long tokens = 0;
            for (int step = done + 1; step <= batches.size(); step++) {
                int[] batch = batches.get(step - 1);
                optimizer.zero();
                double loss = step(model, head, file, batch);
                optimizer.step(
                        Optimizer.rate(
                                recipe.learningRate(), step, batches.size(), recipe.warmUp()));
                mean = Double.isNaN(mean) ? loss : 0.97 * mean + 0.03 * loss;
                tokens += Arrays.stream(batch).mapToLong(file::length).sum();
                if (step % TELL_EVERY == 0) {
                    double seconds = (System.nanoTime() - began) / 1e9;
                    out.printf(
                            Locale.ROOT,
                            "step %d of %d  loss %.4f  %.0f tokens/s  %.0f s%n",
                            step,
                            batches.size(),
                            mean,
                            tokens / seconds,
                            seconds);
                }
                if (step % MEASURE_EVERY == 0 || step == batches.size()) {
                    measure(model, head, file, training, step);
                    keep(weights, optimizer, resume, step);
                    weights.save(folder, ScalarType.BFloat16);
                }
            }
        }
    }

    /// Conversations side by side whose lengths are alike, in an order that the seed decides.
    private List<int[]> batches(TrainingFile file, int training) {
        var random = new SplittableRandom(recipe.seed());
        var all = new ArrayList<int[]>();
        int from = 0;
        while (from < training) {
            int to = from;
            for (long tokens = 0;
                    to < training && tokens < (long) STRETCH * recipe.tokensPerStep();
                    to++) {
                tokens += file.length(to);
            }
            var stretch = new ArrayList<int[]>();
            int[] sorted =
                    IntStream.range(from, to)
                            .boxed()
                            .sorted(java.util.Comparator.comparingInt(file::length))
                            .mapToInt(Integer::intValue)
                            .toArray();
            for (int at = 0; at < sorted.length; ) {
                int end = at + 1;
                while (end < sorted.length
                        && (end + 1 - at) * file.length(sorted[end]) <= recipe.tokensPerStep()) {
                    end++;
                }
                stretch.add(Arrays.copyOfRange(sorted, at, end));
                at = end;
            }
            for (int i = stretch.size() - 1; i > 0; i--) {
                java.util.Collections.swap(stretch, i, random.nextInt(i + 1));
            }
            all.addAll(stretch);
            from = to;
        }
        return all;
    }

    private double step(LlamaModel model, HeadLoss head, TrainingFile file, int[] batch) {
        try (PointerScope scope = new PointerScope()) {
            Rows rows = rows(file, batch, recipe.readWeight());
            HeadLoss.Targets targets =
                    HeadLoss.Targets.of(compute, rows.ids, rows.weights, rows.time);
            LlamaModel.Trace trace =
                    model.trace(
                            Tensors.of(compute, rows.ids, batch.length, rows.time),
                            Adapters.NONE,
                            false,
                            0);
            return head.backward(trace, targets, 1 / targets.weight()).loss();
        }
    }

    /// Loss and hits on the assistant's tokens of conversations that were not trained on.
    private void measure(
            LlamaModel model, HeadLoss head, TrainingFile file, int training, int step) {
        double loss = 0;
        double weight = 0;
        long correct = 0;
        for (int at = training; at < file.size(); at += 20) {
            int[] batch = IntStream.range(at, Math.min(file.size(), at + 20)).toArray();
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                Rows rows = rows(file, batch, 0);
                HeadLoss.Targets targets =
                        HeadLoss.Targets.of(compute, rows.ids, rows.weights, rows.time);
                HeadLoss.Sum sum =
                        head.evaluate(
                                model.hidden(
                                        Tensors.of(compute, rows.ids, batch.length, rows.time),
                                        Adapters.NONE),
                                targets);
                loss += sum.loss();
                weight += targets.weight();
                correct += sum.correct();
            }
        }
        out.printf(
                Locale.ROOT,
                "step %d  held out: loss %.4f, %.1f %% of the assistant's tokens right%n",
                step,
                loss / weight,
                100 * correct / weight);
    }

    private static void keep(Weights weights, Optimizer optimizer, Path resume, int step)
            throws IOException {
        Files.createDirectories(resume);
        weights.save(resume, ScalarType.Float);
        optimizer.save(resume.resolve("optimizer.pt"));
        Path draft = resume.resolve("step.tmp");
        Files.writeString(draft, Integer.toString(step));
        Files.move(draft, resume.resolve("step"), StandardCopyOption.ATOMIC_MOVE);
    }

    private record Rows(long[] ids, float[] weights, int time) {}

    /// @param readWeight at least this much counts every token that there is
    private static Rows rows(TrainingFile file, int[] batch, float readWeight) {
        int time = Arrays.stream(batch).map(file::length).max().orElse(1);
        long[] ids = new long[batch.length * time];
        float[] weights = new float[ids.length];
        for (int row = 0; row < batch.length; row++) {
            Encoded example = file.get(batch[row]);
            for (int i = 0; i < example.tokens().length; i++) {
                ids[row * time + i] = example.tokens()[i];
                weights[row * time + i] = Math.max(readWeight, example.weights()[i]);
            }
        }
        return new Rows(ids, weights, time);
    }
}
