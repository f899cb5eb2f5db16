package dev.afinador.trainer.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Byte-pair encoding of one word: symbols are joined pair by pair, always the pair of the lowest rank, leftmost first, until no pair of the
/// list is left. Safe for use by several threads.
final class Bpe {

    /// Above this many symbols the pairs wait in a heap; below, looking at all of them each time is quicker.
    private static final int SHORT_WORD = 48;

    private static final int CACHED_WORDS = 40_000;
    private static final int LONGEST_CACHED = 64;

    private final Map<String, Integer> vocabulary;
    private final PairTable merges;
    private final int unknownId;
    private final boolean fuseUnknown;
    private final boolean wholeWordsFirst;
    private final int @Nullable [] byteFallback;
    private final int[] idOfByteChar = new int[0x200];
    private Map<String, int[]> cache = new HashMap<>();

    /// @param merges pairs in order of their rank
    /// @param unknownId id for a character that is nowhere, or -1: it is then left out, as the reference does
    /// @param byteFallback whether such a character is spelled as tokens `<0x00>` to `<0xFF>` where the vocabulary has them
    Bpe(
            Map<String, Integer> vocabulary,
            List<String[]> merges,
            int unknownId,
            boolean fuseUnknown,
            boolean byteFallback,
            boolean wholeWordsFirst) {
        this.vocabulary = vocabulary;
        this.unknownId = unknownId;
        this.fuseUnknown = fuseUnknown;
        this.wholeWordsFirst = wholeWordsFirst;
        this.merges = new PairTable(merges.size());
        for (int rank = 0; rank < merges.size(); rank++) {
            String left = merges.get(rank)[0];
            String right = merges.get(rank)[1];
            this.merges.put(id(left, rank), id(right, rank), rank, id(left + right, rank));
        }
        Arrays.fill(idOfByteChar, -1);
        for (int c = 0; c < idOfByteChar.length; c++) {
            idOfByteChar[c] = vocabulary.getOrDefault(String.valueOf((char) c), -1);
        }
        this.byteFallback = byteFallback ? fallbackIds() : null;
    }

    private int id(String token, int rank) {
        Integer id = vocabulary.get(token);
        if (id == null) {
            throw new TokenizerException(
                    "tokenizer.json: merge "
                            + rank
                            + " needs the token \""
                            + token
                            + "\", which the vocabulary does not have");
        }
        return id;
    }

    private int[] fallbackIds() {
        int[] ids = new int[256];
        for (int b = 0; b < 256; b++) {
            ids[b] = vocabulary.getOrDefault(String.format("<0x%02X>", b), -1);
        }
        return ids;
    }

    void encode(String word, IntList out) {
        if (word.isEmpty()) {
            return;
        }
        if (wholeWordsFirst) {
            Integer whole = vocabulary.get(word);
            if (whole != null) {
                out.add(whole);
                return;
            }
        }
        if (word.length() > LONGEST_CACHED) {
            out.addAll(merge(word));
            return;
        }
        out.addAll(cached(word));
    }

    private synchronized int[] cached(String word) {
        int[] known = cache.get(word);
        if (known == null) {
            known = merge(word);
            if (cache.size() >= CACHED_WORDS) {
                cache = new HashMap<>();
            }
            cache.put(word, known);
        }
        return known;
    }

    private int[] merge(String word) {
        int[] symbols = symbols(word);
        return symbols.length <= SHORT_WORD ? mergeShort(symbols) : mergeLong(symbols);
    }

    private int[] symbols(String word) {
        IntList symbols = new IntList();
        boolean lastUnknown = false;
        for (int at = 0; at < word.length(); ) {
            int c = word.codePointAt(at);
            int width = Character.charCount(c);
            int id =
                    c < idOfByteChar.length
                            ? idOfByteChar[c]
                            : vocabulary.getOrDefault(word.substring(at, at + width), -1);
            if (id >= 0) {
                symbols.add(id);
                lastUnknown = false;
            } else if (!spellInBytes(word.substring(at, at + width), symbols)) {
                if (unknownId >= 0 && !(fuseUnknown && lastUnknown)) {
                    symbols.add(unknownId);
                }
                lastUnknown = true;
            } else {
                lastUnknown = false;
            }
            at += width;
        }
        return symbols.toArray();
    }

    private boolean spellInBytes(String character, IntList symbols) {
        int[] ids = byteFallback;
        if (ids == null) {
            return false;
        }
        byte[] bytes = character.getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
            if (ids[b & 0xFF] < 0) {
                return false;
            }
        }
        for (byte b : bytes) {
            symbols.add(ids[b & 0xFF]);
        }
        return true;
    }

    private int[] mergeShort(int[] symbols) {
        int size = symbols.length;
        while (size > 1) {
            int best = -1;
            int bestRank = Integer.MAX_VALUE;
            for (int i = 0; i + 1 < size; i++) {
                int rank = merges.rank(symbols[i], symbols[i + 1]);
                if (rank >= 0 && rank < bestRank) {
                    bestRank = rank;
                    best = i;
                }
            }
            if (best < 0) {
                break;
            }
            symbols[best] = merges.joined(symbols[best], symbols[best + 1]);
            System.arraycopy(symbols, best + 2, symbols, best + 1, size - best - 2);
            size--;
        }
        return size == symbols.length ? symbols : Arrays.copyOf(symbols, size);
    }

    /// The same with a linked list and a heap: a whole page without any space is one word for some families.
    private int[] mergeLong(int[] symbols) {
        int size = symbols.length;
        int[] before = new int[size];
        int[] after = new int[size];
        for (int i = 0; i < size; i++) {
            before[i] = i - 1;
            after[i] = i + 1 < size ? i + 1 : -1;
        }
        var waiting = new PriorityQueue<Candidate>();
        for (int i = 0; i + 1 < size; i++) {
            offer(waiting, symbols, i, i + 1);
        }
        while (true) {
            Candidate next = waiting.poll();
            if (next == null) {
                break;
            }
            int left = next.at;
            int right = symbols[left] < 0 ? -1 : after[left];
            // a neighbour may have been joined since this pair was offered
            if (right < 0 || merges.rank(symbols[left], symbols[right]) != next.rank) {
                continue;
            }
            symbols[left] = merges.joined(symbols[left], symbols[right]);
            symbols[right] = -1;
            after[left] = after[right];
            if (after[right] >= 0) {
                before[after[right]] = left;
            }
            if (before[left] >= 0) {
                offer(waiting, symbols, before[left], left);
            }
            if (after[left] >= 0) {
                offer(waiting, symbols, left, after[left]);
            }
        }
        return Arrays.stream(symbols).filter(id -> id >= 0).toArray();
    }

    private void offer(PriorityQueue<Candidate> waiting, int[] symbols, int left, int right) {
        int rank = merges.rank(symbols[left], symbols[right]);
        if (rank >= 0) {
            waiting.add(new Candidate(rank, left));
        }
    }

    private record Candidate(int rank, int at) implements Comparable<Candidate> {
        @Override
        public int compareTo(Candidate other) {
            int byRank = Integer.compare(rank, other.rank);
            return byRank != 0 ? byRank : Integer.compare(at, other.at);
        }
    }

    /// Pair of ids to rank and joined id: open addressing over primitive arrays.
    private static final class PairTable {
        private final long[] keys;
        private final int[] ranks;
        private final int[] joined;
        private final int mask;

        PairTable(int pairs) {
            int capacity = Integer.highestOneBit(Math.max(8, pairs) * 2) * 2;
            keys = new long[capacity];
            Arrays.fill(keys, -1);
            ranks = new int[capacity];
            joined = new int[capacity];
            mask = capacity - 1;
        }

        void put(int left, int right, int rank, int id) {
            int slot = slot(left, right);
            if (keys[slot] == -1) {
                keys[slot] = key(left, right);
                ranks[slot] = rank;
                joined[slot] = id;
            } else {
                // a pair listed twice: the reference keeps the last
                ranks[slot] = rank;
                joined[slot] = id;
            }
        }

        int rank(int left, int right) {
            int slot = slot(left, right);
            return keys[slot] == -1 ? -1 : ranks[slot];
        }

        int joined(int left, int right) {
            return joined[slot(left, right)];
        }

        private int slot(int left, int right) {
            long key = key(left, right);
            int slot = (int) ((key * 0x9E3779B97F4A7C15L) >>> 36) & mask;
            while (keys[slot] != -1 && keys[slot] != key) {
                slot = (slot + 1) & mask;
            }
            return slot;
        }

        private static long key(int left, int right) {
            return ((long) left << 32) | (right & 0xFFFFFFFFL);
        }
    }
}
