package dev.afinador.trainer.tokenizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Learns a byte-level BPE vocabulary from text: the pair of neighbours that is most frequent within words becomes a new token, again and
/// again (Sennrich, Haddow and Birch 2016), words being cut as GPT-2 does and every digit standing alone. The same texts in any order give the
/// same file: among equally frequent pairs the one whose tokens are older wins.
public final class BpeTrainer {

    private static final PreTokenizer WORDS =
            new PreTokenizer.Sequence(
                    List.of(
                            new PreTokenizer.Digits(true),
                            new PreTokenizer.ByteLevel(false, true)));

    private final Map<String, long[]> counts = new HashMap<>();

    /// Takes a text in. It holds no control tokens.
    public void add(String text) {
        WORDS.split(
                text,
                PreTokenizer.Place.TEXT_START,
                word -> counts.computeIfAbsent(word, w -> new long[1])[0]++);
    }

    /// @param controlTokens get the first ids, in this order
    /// @param size ids in all; fewer come out when no pair occurs twice any more
    /// @return the text of a `tokenizer.json`
    public String train(List<String> controlTokens, int size) {
        var vocabulary = new LinkedHashMap<String, Integer>();
        var tokens = new ArrayList<String>();
        for (String control : controlTokens) {
            tokens.add(control);
            vocabulary.put(control, vocabulary.size());
        }
        for (int b = 0; b < 256; b++) {
            String letter = String.valueOf(ByteChars.of(b));
            tokens.add(letter);
            vocabulary.put(letter, vocabulary.size());
        }
        var merges = new ArrayList<String>();
        var learner = new Learner(new TreeMap<>(counts), vocabulary);
        while (tokens.size() < size) {
            Pair best = learner.best();
            if (best == null) {
                break;
            }
            String left = tokens.get(best.left);
            String right = tokens.get(best.right);
            String joined = left + right;
            // two ways to the same letters share one token
            Integer known = vocabulary.get(joined);
            int id = known != null ? known : tokens.size();
            if (known == null) {
                vocabulary.put(joined, id);
                tokens.add(joined);
            }
            merges.add(left + " " + right);
            learner.join(best, id);
        }
        return json(controlTokens, vocabulary, merges);
    }

    private record Pair(int left, int right) {}

    private record Candidate(Pair pair, long count) {}

    private static final class Learner {
        private final List<int[]> words = new ArrayList<>();
        private final List<Long> frequency = new ArrayList<>();
        private final Map<Pair, Long> pairCounts = new HashMap<>();
        private final Map<Pair, Set<Integer>> where = new HashMap<>();
        private final PriorityQueue<Candidate> queue =
                new PriorityQueue<>(
                        Comparator.comparingLong((Candidate c) -> -c.count())
                                .thenComparingInt(c -> c.pair().left())
                                .thenComparingInt(c -> c.pair().right()));

        Learner(Map<String, long[]> counts, Map<String, Integer> vocabulary) {
            counts.forEach((word, count) -> {
                int[] symbols =
                        word.chars()
                                .map(c -> vocabulary.getOrDefault(Character.toString(c), 0))
                                .toArray();
                words.add(symbols);
                frequency.add(count[0]);
                count(words.size() - 1, symbols, count[0]);
            });
            pairCounts.forEach((pair, count) -> queue.add(new Candidate(pair, count)));
        }

        private void count(int word, int[] symbols, long by) {
            for (int i = 0; i + 1 < symbols.length; i++) {
                var pair = new Pair(symbols[i], symbols[i + 1]);
                pairCounts.merge(pair, by, Long::sum);
                if (by > 0) {
                    where.computeIfAbsent(pair, p -> new HashSet<>()).add(word);
                }
            }
        }

        @org.jspecify.annotations.Nullable
        Pair best() {
            while (true) {
                Candidate top = queue.poll();
                if (top == null) {
                    return null;
                }
                long now = pairCounts.getOrDefault(top.pair(), 0L);
                if (now < 2) {
                    continue;
                }
                if (now == top.count()) {
                    return top.pair();
                }
                // the count has fallen since; it goes back to its place
                queue.add(new Candidate(top.pair(), now));
            }
        }

        void join(Pair pair, int id) {
            Set<Integer> touched = where.remove(pair);
            if (touched == null) {
                return;
            }
            var changed = new HashSet<Pair>();
            for (int word : touched) {
                int[] old = words.get(word);
                int[] now = joined(old, pair, id);
                if (now.length == old.length) {
                    continue;
                }
                long times = frequency.get(word);
                count(word, old, -times);
                count(word, now, times);
                words.set(word, now);
                for (int i = 0; i + 1 < now.length; i++) {
                    if (now[i] == id || now[i + 1] == id) {
                        changed.add(new Pair(now[i], now[i + 1]));
                    }
                }
            }
            pairCounts.remove(pair);
            changed.forEach(next -> {
                Long count = pairCounts.get(next);
                if (count != null && count > 1) {
                    queue.add(new Candidate(next, count));
                }
            });
        }

        private static int[] joined(int[] symbols, Pair pair, int id) {
            var out = new IntList();
            for (int i = 0; i < symbols.length; i++) {
                if (i + 1 < symbols.length
                        && symbols[i] == pair.left
                        && symbols[i + 1] == pair.right) {
                    out.add(id);
                    i++;
                } else {
                    out.add(symbols[i]);
                }
            }
            return out.toArray();
        }
    }

    private static String json(
            List<String> controlTokens, Map<String, Integer> vocabulary, List<String> merges) {
        JsonMapper mapper = JsonMapper.shared();
        ObjectNode root = mapper.createObjectNode();
        root.put("version", "1.0");
        root.putNull("truncation");
        root.putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (int id = 0; id < controlTokens.size(); id++) {
            added.addObject()
                    .put("id", id)
                    .put("content", controlTokens.get(id))
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", true);
        }
        root.putNull("normalizer");
        ObjectNode pre = root.putObject("pre_tokenizer").put("type", "Sequence");
        ArrayNode steps = pre.putArray("pretokenizers");
        steps.addObject().put("type", "Digits").put("individual_digits", true);
        byteLevel(steps.addObject()).put("add_prefix_space", false);
        root.putNull("post_processor");
        byteLevel(root.putObject("decoder"));
        ObjectNode model =
                root.putObject("model")
                        .put("type", "BPE")
                        .putNull("dropout")
                        .putNull("unk_token")
                        .putNull("continuing_subword_prefix")
                        .putNull("end_of_word_suffix")
                        .put("fuse_unk", false)
                        .put("byte_fallback", false)
                        .put("ignore_merges", false);
        ObjectNode ids = model.putObject("vocab");
        vocabulary.forEach(ids::put);
        ArrayNode pairs = model.putArray("merges");
        merges.forEach(pairs::add);
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static ObjectNode byteLevel(ObjectNode node) {
        return node.put("type", "ByteLevel")
                .put("add_prefix_space", true)
                .put("trim_offsets", true)
                .put("use_regex", true);
    }
}
