package dev.afinador.trainer.nano;

import dev.afinador.trainer.data.InvalidExample;
import dev.afinador.trainer.tensor.Compute;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `corpus` and `pretrain`: a base model from nothing (docs/nano.md).
public final class Commands {

    public static final String USAGE =
            "corpus <corpus.jsonl> [<recipe.json>] | pretrain <corpus.jsonl> <model-folder> [<recipe.json>]";

    private Commands() {}

    /// @param words the command and its arguments
    /// @return exit status: 0, 1 when it failed, 2 when it was misused
    public static int run(List<String> words) {
        try {
            if (words.get(0).equals("corpus") && (words.size() == 2 || words.size() == 3)) {
                corpus(Path.of(words.get(1)), recipe(words, 2));
                return 0;
            }
            if (words.get(0).equals("pretrain") && (words.size() == 3 || words.size() == 4)) {
                new Pretraining(
                                recipe(words, 3),
                                Path.of(words.get(1)),
                                Path.of(words.get(2)),
                                Compute.choose("auto", "fp32", 0),
                                System.out)
                        .run();
                return 0;
            }
            System.err.println("usage: " + USAGE);
            return 2;
        } catch (IOException | InvalidExample failed) {
            System.err.println(failed.getMessage());
            return 1;
        }
    }

    private static Recipe recipe(List<String> words, int at) throws IOException {
        return words.size() > at ? Recipe.read(Path.of(words.get(at))) : Recipe.nano();
    }

    /// One conversation per line, as a training file of OpenAI's chat format.
    static void corpus(Path file, Recipe recipe) throws IOException {
        var corpus = new Corpus(recipe.seed());
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int n = 0; n < recipe.conversations(); n++) {
                ObjectNode record = JsonMapper.shared().createObjectNode();
                ArrayNode messages = record.putArray("messages");
                for (Turn turn : corpus.conversation(n)) {
                    messages.addObject().put("role", turn.role()).put("content", turn.content());
                }
                out.write(JsonMapper.shared().writeValueAsString(record));
                out.newLine();
            }
        }
    }
}
