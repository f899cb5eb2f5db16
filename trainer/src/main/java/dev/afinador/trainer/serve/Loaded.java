package dev.afinador.trainer.serve;

import dev.afinador.trainer.Failure;
import dev.afinador.trainer.chat.ChatTemplate;
import dev.afinador.trainer.chat.Conversation;
import dev.afinador.trainer.chat.TemplateException;
import dev.afinador.trainer.model.LlamaModel;
import dev.afinador.trainer.model.Lora;
import dev.afinador.trainer.model.ModelConfig;
import dev.afinador.trainer.model.Weights;
import dev.afinador.trainer.tensor.Compute;
import dev.afinador.trainer.tokenizer.Tokenizer;
import dev.afinador.trainer.tokenizer.TokenizerException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The base model of this process with all that belongs to it, and the adapters that were lately used.
final class Loaded implements AutoCloseable {

    private static final int MOST_ADAPTERS = 16;

    final Path folder;
    final LlamaModel model;
    final Tokenizer tokenizer;
    private final Weights weights;
    private final ChatTemplate template;
    private final Set<Integer> chatStops;
    private final Compute compute;
    private final Map<Path, Lora> adapters = new LinkedHashMap<>(16, 0.75f, true);

    private Loaded(
            Path folder,
            Weights weights,
            Compute compute,
            Tokenizer tokenizer,
            ChatTemplate template) {
        this.folder = folder;
        this.weights = weights;
        this.compute = compute;
        this.model = new LlamaModel(weights, compute);
        this.tokenizer = tokenizer;
        this.template = template;
        this.chatStops = template.stopIds(tokenizer);
    }

    /// @throws Failure when the folder cannot be used
    static Loaded open(Path folder, Compute compute, InstantSource clock) {
        try {
            ModelConfig config = ModelConfig.read(folder);
            Tokenizer tokenizer = Tokenizer.read(folder);
            ChatTemplate template = ChatTemplate.read(folder, tokenizer, clock);
            return new Loaded(
                    folder,
                    Weights.load(folder, config, compute, false),
                    compute,
                    tokenizer,
                    template);
        } catch (TokenizerException | TemplateException e) {
            throw new Failure(
                    Failure.Code.TOKENIZER_BROKEN, "model", 0, String.valueOf(e.getMessage()), e);
        }
    }

    @Nullable Lora adapter(@Nullable Path path, Predicate<Lora> inUse) {
        if (path == null) {
            return null;
        }
        Lora there = adapters.get(path);
        if (there != null) {
            return there;
        }
        Lora loaded = Lora.load(path, model.config(), compute);
        adapters.put(path, loaded);
        Iterator<Lora> oldest = adapters.values().iterator();
        while (adapters.size() > MOST_ADAPTERS && oldest.hasNext()) {
            Lora old = oldest.next();
            if (old != loaded && !inUse.test(old)) {
                oldest.remove();
                old.close();
            }
        }
        return loaded;
    }

    /// Where an answer to this request is over.
    Set<Integer> stopIds(Request request) {
        return request.messages() == null ? tokenizer.stopIds() : chatStops;
    }

    /// @throws Failure `invalid_request` when the messages cannot be put into the model's form
    int[] prompt(Request request) {
        if (request.messages() == null) {
            int[] tokens = tokenizer.encodePrompt(String.valueOf(request.prompt()));
            return tokens.length > 0 ? tokens : start();
        }
        try {
            Conversation conversation =
                    Conversation.read(request.messages(), request.tools(), "messages", tokenizer);
            String text =
                    template.render(conversation.messages(), conversation.tools(), true).text();
            return tokenizer.encode(text, true);
        } catch (Conversation.Problem e) {
            throw Request.invalid(e.path(), String.valueOf(e.getMessage()));
        } catch (TemplateException e) {
            throw switch (e.kind()) {
                case MESSAGES -> Request.invalid("messages", String.valueOf(e.getMessage()));
                case TEMPLATE ->
                        new Failure(
                                Failure.Code.TOKENIZER_BROKEN,
                                "model",
                                0,
                                String.valueOf(e.getMessage()),
                                e);
            };
        }
    }

    /// Something must be read before anything can be said.
    private int[] start() {
        int first = tokenizer.bos().orElse(tokenizer.eos().orElse(0));
        return new int[] {first};
    }

    @Override
    public void close() {
        adapters.values().forEach(Lora::close);
        model.close();
        weights.close();
    }
}
