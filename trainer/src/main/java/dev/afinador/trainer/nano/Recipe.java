package dev.afinador.trainer.nano;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;

/// Everything that decides which model comes out; the same recipe on the same machine gives the same numbers.
///
/// @param seed of the corpus and of the first weights
/// @param conversations of the corpus
/// @param heldOut how many of them, the last ones, are only measured
/// @param vocabulary ids of the tokenizer
/// @param longest tokens of a conversation; longer ones are cut
/// @param context positions that config.json promises
/// @param tokensPerStep of a step, padding included
/// @param learningRate at its highest
/// @param warmUp steps until then
/// @param weightDecay of AdamW
/// @param readWeight what predicting a token counts that is not the assistant's; the assistant's count 1
public record Recipe(
        long seed,
        int conversations,
        int heldOut,
        int vocabulary,
        int hidden,
        int layers,
        int heads,
        int kvHeads,
        int intermediate,
        int longest,
        int context,
        int tokensPerStep,
        double learningRate,
        int warmUp,
        double weightDecay,
        float readWeight) {

    /// The one that afinador-nano was made with.
    static Recipe nano() {
        return JsonMapper.shared().readValue(Corpus.resource("recipe.json"), Recipe.class);
    }

    /// @param file a recipe of one's own
    static Recipe read(Path file) throws IOException {
        return JsonMapper.shared().readValue(Files.readString(file), Recipe.class);
    }
}
