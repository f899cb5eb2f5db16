package dev.afinador.conversation;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.DatasetStore;
import dev.afinador.dataset.Origin;
import dev.afinador.dataset.Scratch;
import dev.afinador.dataset.make.Maker;
import dev.afinador.dataset.make.Making;
import dev.afinador.dataset.make.Makings;
import dev.afinador.work.Refusal;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes a dataset of conversations. What was chosen is stored as its recipe; what is rated meanwhile counts.
public final class PreparationMaker implements Maker {

    private static final int AT_ONCE = 200;

    private final ConversationStore conversations;
    private final DatasetStore datasets;

    public PreparationMaker(ConversationStore conversations, DatasetStore datasets) {
        this.conversations = conversations;
        this.datasets = datasets;
    }

    /// What would come out, without making it.
    ///
    /// @param meant    conversations that the filter leaves
    /// @param read     how many of those were looked at
    /// @param examples that they give
    /// @param leftOut  conversations that give none, by the code of why
    /// @param samples  the first examples
    public record Outcome(
            long meant,
            long read,
            long examples,
            Map<String, Long> leftOut,
            List<Preparation.Example> samples) {
        public Outcome {
            leftOut = Map.copyOf(leftOut);
            samples = List.copyOf(samples);
        }

        public boolean complete() {
            return read >= meant;
        }
    }

    /// Tells what [#make] would do.
    ///
    /// @param most    how many conversations to look at
    /// @param samples how many examples to show
    public Outcome preview(Preparation preparation, int most, int samples) {
        var counting = new Counting(preparation, samples);
        long meant = conversations.count(preparation.filter());
        ConversationId last = null;
        while (counting.read < most) {
            List<Conversation> page =
                    conversations.read(
                            preparation.filter(),
                            last,
                            (int) Math.min(AT_ONCE, most - counting.read));
            if (page.isEmpty()) {
                break;
            }
            page.forEach(counting::add);
            last = page.getLast().id();
        }
        return new Outcome(
                meant, counting.read, counting.examples, counting.leftOut, counting.samples);
    }

    private static final class Counting {
        private final Preparation preparation;
        private final int most;
        private final Map<String, Long> leftOut = new TreeMap<>();
        private final List<Preparation.Example> samples = new ArrayList<>();
        private long read;
        private long examples;

        Counting(Preparation preparation, int most) {
            this.preparation = preparation;
            this.most = most;
        }

        List<Preparation.Example> add(Conversation conversation) {
            read++;
            Preparation.Prepared prepared = preparation.prepare(conversation);
            if (prepared.trouble() != null) {
                leftOut.merge(prepared.trouble(), 1L, Long::sum);
            }
            examples += prepared.examples().size();
            prepared.examples().stream().limit((long) most - samples.size()).forEach(samples::add);
            return prepared.examples();
        }
    }

    /// Makes the order durable.
    ///
    /// @param name what the dataset is called
    /// @param next whose next version it becomes, or null for a dataset of its own
    /// @throws Refusal `conversations_none` when the filter leaves none
    public Making order(
            Makings makings, Preparation preparation, String name, @Nullable DatasetId next) {
        if (conversations.count(preparation.filter()) == 0) {
            throw Refusal.conflict("conversations_none");
        }
        return makings.order(Making.Kind.CONVERSATIONS, next, recipe(preparation), name);
    }

    private static Map<String, String> recipe(Preparation preparation) {
        ConversationFilter filter = preparation.filter();
        Map<String, String> recipe = new HashMap<>();
        recipe.put("shape", preparation.shape().name());
        recipe.put("system", preparation.system().name());
        recipe.put("system_text", preparation.systemText());
        recipe.put("state", filter.state().name());
        recipe.put("or_edited", Boolean.toString(filter.orEdited()));
        put(recipe, "text", filter.text());
        put(recipe, "tag", filter.tag());
        put(recipe, "min_stars", filter.minStars());
        put(recipe, "max_stars", filter.maxStars());
        put(recipe, "from", filter.from());
        put(recipe, "to", filter.to());
        return recipe;
    }

    private static void put(Map<String, String> recipe, String key, @Nullable Object value) {
        if (value != null) {
            recipe.put(key, value.toString());
        }
    }

    private static Preparation preparation(Map<String, String> recipe) {
        return new Preparation(
                new ConversationFilter(
                        recipe.get("text"),
                        recipe.get("tag"),
                        whole(recipe.get("min_stars")),
                        whole(recipe.get("max_stars")),
                        Boolean.parseBoolean(recipe.get("or_edited")),
                        ConversationFilter.State.valueOf(recipe.getOrDefault("state", "ANY")),
                        time(recipe.get("from")),
                        time(recipe.get("to"))),
                Preparation.Shape.valueOf(recipe.getOrDefault("shape", "CHAT")),
                Preparation.SystemPrompt.valueOf(recipe.getOrDefault("system", "KEEP")),
                recipe.getOrDefault("system_text", ""));
    }

    private static @Nullable Integer whole(@Nullable String text) {
        return text == null ? null : Integer.valueOf(text);
    }

    private static @Nullable Instant time(@Nullable String text) {
        return text == null ? null : Instant.parse(text);
    }

    @Override
    public List<Made> make(Making making, Scratch scratch, Progress progress) throws IOException {
        Preparation preparation = preparation(making.recipe());
        long meant = conversations.count(preparation.filter());
        var counting = new Counting(preparation, 0);
        try (Scratch.Writing out = scratch.write()) {
            ConversationId last = null;
            List<Conversation> page = conversations.read(preparation.filter(), null, AT_ONCE);
            while (!page.isEmpty()) {
                for (Conversation conversation : page) {
                    for (Preparation.Example example : counting.add(conversation)) {
                        out.write(example.json());
                        out.write('\n');
                    }
                }
                progress.reached(counting.read, meant);
                last = page.getLast().id();
                page = conversations.read(preparation.filter(), last, AT_ONCE);
            }
            if (counting.examples == 0) {
                throw Refusal.conflict("conversations_no_example", counting.read);
            }
            Dataset next = making.source() == null ? null : next(making.source());
            return List.of(
                    new Made(
                            out.finish(),
                            next == null ? making.name() : next.name(),
                            filename(next == null ? making.name() : next.name()),
                            next == null ? null : next.family(),
                            new Origin(
                                    Origin.Way.CONVERSATIONS,
                                    next == null ? null : next.id(),
                                    told(preparation, counting))));
        }
    }

    private Dataset next(DatasetId id) {
        return datasets.find(id)
                .filter(dataset -> dataset.deletedAt() == null)
                .orElseThrow(() -> Refusal.notFound("source_gone"));
    }

    /// What was done, for people to read later; searched words are data of somebody and stay out.
    private static Map<String, String> told(Preparation preparation, Counting counting) {
        ConversationFilter filter = preparation.filter();
        Map<String, String> told = new HashMap<>();
        told.put("shape", preparation.shape().word());
        told.put("conversations", Long.toString(counting.read));
        told.put("examples", Long.toString(counting.examples));
        put(told, "min_stars", filter.minStars());
        put(told, "max_stars", filter.maxStars());
        put(told, "tag", filter.tag());
        put(told, "from", filter.from());
        put(told, "to", filter.to());
        told.put("system", preparation.system().word());
        counting.leftOut.forEach((code, many) -> told.put(code, many.toString()));
        return told;
    }

    private static String filename(String name) {
        String plain = name.replaceAll("[^\\p{L}\\p{N}._-]+", "-").replaceAll("^-+|-+$", "");
        return (plain.isEmpty() ? "conversations" : plain) + ".jsonl";
    }
}
