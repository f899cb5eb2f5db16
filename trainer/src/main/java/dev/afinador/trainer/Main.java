package dev.afinador.trainer;

import dev.afinador.trainer.model.ModelConfig;
import dev.afinador.trainer.model.Weights;
import dev.afinador.trainer.nano.Commands;
import dev.afinador.trainer.serve.Server;
import dev.afinador.trainer.tensor.Compute;
import dev.afinador.trainer.tokenizer.Tokenizer;
import dev.afinador.trainer.tokenizer.TokenizerException;
import dev.afinador.trainer.train.Control;
import dev.afinador.trainer.train.RunLog;
import dev.afinador.trainer.train.RunSpec;
import dev.afinador.trainer.train.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The commands of the process; docs/trainer-process.md tells what each reads and writes.
public final class Main {

    private static final String USAGE =
            "usage: train <run-folder> | serve | inspect <model-folder> | device | "
                    + Commands.USAGE;

    private Main() {}

    public static void main(String[] args) {
        // JavaCPP would refuse memory by limits that it takes from the Java heap, which here is
        // small on purpose
        System.setProperty("org.bytedeco.javacpp.maxbytes", "0");
        System.setProperty("org.bytedeco.javacpp.maxphysicalbytes", "0");
        List<String> words = Arrays.asList(args);
        String command = words.isEmpty() ? "" : words.getFirst();
        int status =
                switch (command) {
                    case "train" -> words.size() == 2 ? train(Path.of(words.get(1))) : misused();
                    case "serve" -> words.size() == 1 ? serve() : misused();
                    case "inspect" ->
                            words.size() == 2 ? inspect(Path.of(words.get(1))) : misused();
                    case "device" -> words.size() == 1 ? device() : misused();
                    case "corpus", "pretrain" -> Commands.run(words);
                    default -> misused();
                };
        System.out.flush();
        // native threads may still run
        Runtime.getRuntime().halt(status);
    }

    private static int misused() {
        System.err.println(USAGE);
        return 2;
    }

    private static int train(Path folder) {
        Control control = Control.listen(System.in, () -> Runtime.getRuntime().halt(3));
        try (var log = new RunLog(folder, InstantSource.system())) {
            try {
                new TrainingRun(RunSpec.read(folder), log, control, InstantSource.system()).run();
            } catch (Failure e) {
                log.failed(e);
            } catch (RuntimeException | OutOfMemoryError e) {
                Failure known = Failures.of(e);
                if (known == null) {
                    throw e;
                }
                log.failed(known);
            }
            return 0;
        } catch (IOException e) {
            System.err.println("log.jsonl cannot be written: " + e.getMessage());
            return 1;
        } catch (RuntimeException | Error e) {
            e.printStackTrace(); // for the parent's record of what went wrong
            return 1;
        }
    }

    private static int serve() {
        try {
            new Server(System.in, System.out, InstantSource.system())
                    .run(Compute.choose("auto", "auto", 0));
            return 0;
        } catch (InterruptedException e) {
            return 1;
        }
    }

    /// Reads the tokenizer and looks at every tensor's name and shape, so that what it says is what training would meet.
    private static int inspect(Path folder) {
        ObjectNode answer = JsonMapper.shared().createObjectNode();
        try (PointerScope scope = new PointerScope()) {
            ModelConfig config = ModelConfig.read(folder);
            Tokenizer tokenizer = Tokenizer.read(folder);
            if (tokenizer.size() > config.vocabulary()) {
                throw new Failure(
                        Failure.Code.TOKENIZER_BROKEN,
                        "model",
                        "tokenizer.json knows more tokens than the model has numbers for");
            }
            Weights.Summary weights = Weights.inspect(folder, config);
            answer.put("usable", true)
                    .put("architecture", config.architecture())
                    .put("parameters", config.parameters())
                    .put("layers", config.layers())
                    .put("hidden_size", config.hidden())
                    .put("vocabulary", config.vocabulary())
                    .put("context", config.context())
                    .put("tied_embeddings", config.tied())
                    .put("precision", weights.precision())
                    .put("bytes", weights.bytes());
        } catch (Failure e) {
            answer.put("usable", false).put("code", e.code().word()).put("message", e.getMessage());
        } catch (TokenizerException e) {
            answer.put("usable", false)
                    .put("code", Failure.Code.TOKENIZER_BROKEN.word())
                    .put("message", e.getMessage());
        }
        System.out.println(answer);
        return 0;
    }

    private static int device() {
        Compute compute = Compute.choose("auto", "auto", 0);
        System.out.println(
                JsonMapper.shared()
                        .createObjectNode()
                        .put("device", compute.kind().word())
                        .put("name", compute.name())
                        .put("threads", compute.threads())
                        .put("native", Compute.natives())
                        .put("why", compute.why()));
        return 0;
    }
}
