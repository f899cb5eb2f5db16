package dev.afinador.dataset.check;

import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetFinding.Severity;
import dev.afinador.dataset.DatasetKind;
import dev.afinador.dataset.TrainingFileRule;
import dev.afinador.dataset.cost.TrainingPlan;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts the results of blocks together, in the file's order, and finds what only all lines together tell. One thread at
/// a time.
final class WholeFile {

    private static final DatasetKind[] KINDS = DatasetKind.values();
    private static final TrainingFileRule[] RULES = TrainingFileRule.values();

    /// At OpenAI: reinforcement files, and examples with images in any.
    private static final int MOST_ITEMS = 50_000;

    private static final int MOST_VALIDATION_ITEMS = 1_000;
    private static final int MOST_IMAGE_EXAMPLES = 50_000;

    private final CheckOptions options;
    private final CheckListener listener;
    private final KeptFindings findings;

    private long bytes;
    private long lines;
    private long examples;
    private boolean anything;
    private boolean hopeless;
    private final long[] kinds = new long[KINDS.length];
    private final long[] kindFirstLine = new long[KINDS.length];
    private final Sums sums = new Sums();
    private final Distribution tokens = new Distribution();
    private final Distribution answerTokens = new Distribution();
    private final Distribution messages = new Distribution();
    private final @Nullable Fingerprints fingerprints;
    private final NearDuplicates nearDuplicates;
    private final Labels labels = new Labels();
    private @Nullable List<String> itemKeys;

    WholeFile(CheckOptions options, CheckListener listener) {
        this.options = options;
        this.listener = listener;
        this.findings = new KeptFindings(options.limits().maxFindings());
        this.fingerprints =
                options.contents() ? new Fingerprints(options.limits().maxCompared()) : null;
        this.nearDuplicates = new NearDuplicates(options.limits().maxCompared());
    }

    Reporter.RuleGate gate() {
        return findings;
    }

    CheckListener.Progress progress() {
        return new CheckListener.Progress(
                bytes,
                lines,
                examples,
                findings.count(Severity.ERROR),
                findings.count(Severity.WARNING),
                findings.counts());
    }

    /// @return false when reading on makes no sense
    boolean add(Block block) {
        for (Block.Found found : block.found) {
            keep(found.rule(), found.line() == 0 ? 0 : lines + found.line(), found.column(), found);
        }
        for (TrainingFileRule rule : RULES) {
            findings.count(rule, block.counts[rule.ordinal()]);
        }
        for (DatasetKind kind : KINDS) {
            if (block.kinds[kind.ordinal()] > 0) {
                if (kinds[kind.ordinal()] == 0) {
                    kindFirstLine[kind.ordinal()] = lines + block.kindFirstLine[kind.ordinal()];
                }
                kinds[kind.ordinal()] += block.kinds[kind.ordinal()];
            }
        }
        for (int i = 0; i < block.examples; i++) {
            example(block, i);
        }
        sums.add(block.sums);
        anything |= block.anything;
        hopeless |= block.hopeless;
        examples += block.examples;
        lines += block.lines;
        bytes = block.endsAt;
        return !hopeless;
    }

    private void keep(TrainingFileRule rule, long line, int column, Block.Found found) {
        if (findings.hasRoom(rule)) {
            var finding =
                    new DatasetFinding(
                            rule.id(),
                            rule.severity(),
                            line,
                            column,
                            found.path(),
                            found.excerpt(),
                            found.args());
            findings.keep(rule, finding);
            listener.found(finding);
        }
    }

    private void add(TrainingFileRule rule, long line, Object... args) {
        findings.count(rule, 1);
        if (findings.hasRoom(rule)) {
            List<String> words = Arrays.stream(args).map(String::valueOf).toList();
            var finding = new DatasetFinding(rule.id(), rule.severity(), line, null, words);
            findings.keep(rule, finding);
            listener.found(finding);
        }
    }

    // ----------------------------------------------------------------------------------------------------- examples

    private void example(Block block, int i) {
        long line = lines + block.line[i];
        messages.add(block.messages[i]);
        if (options.tokenizer() != null) {
            tokens.add(block.tokens[i]);
            answerTokens.add(block.answerTokens[i]);
        }
        if (block.itemKeys[i] >= 0) {
            itemKeys(block.itemKeyLists.get(block.itemKeys[i]), line);
        }
        if (fingerprints != null && block.prompt[i] != 0) {
            compare(fingerprints, block, i, line);
            labels.add(block.label[i], line);
        }
    }

    /// The first item tells which fields there are.
    private void itemKeys(List<String> keys, long line) {
        if (keys.isEmpty()) {
            return; // told as such
        }
        if (itemKeys == null) {
            itemKeys = keys;
        } else if (!keys.containsAll(itemKeys)) {
            for (String key : itemKeys) {
                if (!keys.contains(key)) {
                    add(TrainingFileRule.ITEM_KEY_MISSING, line, key);
                }
            }
        }
    }

    private void compare(Fingerprints known, Block block, int i, long line) {
        long question = block.prompt[i];
        boolean pair = block.otherAnswer[i] != 0;
        long answer = pair ? Hashes.join(block.answer[i], block.otherAnswer[i]) : block.answer[i];
        if (options.training() != null) {
            switch (options.training().find(question, answer)) {
                case Fingerprints.Match.Fresh fresh -> {}
                case Fingerprints.Match.Same(var there) ->
                        add(TrainingFileRule.VALIDATION_OVERLAP, line, there);
                case Fingerprints.Match.OtherAnswer(var there) ->
                        add(TrainingFileRule.VALIDATION_QUESTION_OVERLAP, line, there);
            }
        }
        boolean told =
                switch (known.add(question, answer, line)) {
                    case Fingerprints.Match.Fresh fresh -> false;
                    case Fingerprints.Match.Same(var there) -> {
                        add(TrainingFileRule.DUPLICATE_EXAMPLE, line, there);
                        yield true;
                    }
                    case Fingerprints.Match.OtherAnswer(var there) -> {
                        // several pairs may well share a question
                        if (!pair) {
                            add(TrainingFileRule.CONTRADICTION, line, there);
                        }
                        yield !pair;
                    }
                };
        if (pair) {
            preferences(known, block, i, line);
        }
        if (!told) {
            if (nearDuplicates.find(block, i)) {
                add(
                        TrainingFileRule.NEAR_DUPLICATE,
                        line,
                        nearDuplicates.foundLine(),
                        nearDuplicates.foundPercent());
            }
            nearDuplicates.add(block, i, line);
        }
    }

    /// An answer that one pair prefers and another one rejects, for the same question.
    private void preferences(Fingerprints known, Block block, int i, long line) {
        long wanted = Hashes.join(block.prompt[i], block.answer[i]);
        long other = Hashes.join(block.prompt[i], block.otherAnswer[i]);
        if (wanted == other) {
            return;
        }
        Fingerprints.Match rejected = known.find(wanted, REJECTED);
        Fingerprints.Match preferred = known.find(other, PREFERRED);
        if (rejected instanceof Fingerprints.Match.Same(var there)) {
            add(TrainingFileRule.CONTRADICTION, line, there);
        } else if (preferred instanceof Fingerprints.Match.Same(var there)) {
            add(TrainingFileRule.CONTRADICTION, line, there);
        }
        known.add(wanted, PREFERRED, line);
        known.add(other, REJECTED, line);
    }

    private static final long PREFERRED = 1;
    private static final long REJECTED = 2;

    // --------------------------------------------------------------------------------------------------- the whole

    FileReport report() {
        DatasetKind kind = DatasetKind.UNKNOWN;
        for (DatasetKind candidate : KINDS) {
            if (kinds[candidate.ordinal()] > kinds[kind.ordinal()]) {
                kind = candidate;
            }
        }
        if (!hopeless) {
            wholeFile(kind);
        }
        return new FileReport(
                kind,
                bytes,
                lines,
                examples,
                findings.count(Severity.ERROR),
                findings.count(Severity.WARNING),
                findings.chosen(),
                findings.counts(),
                numbers(kind),
                fingerprints);
    }

    private void wholeFile(DatasetKind kind) {
        for (DatasetKind other : KINDS) {
            if (other != kind && kinds[other.ordinal()] > 0) {
                add(
                        TrainingFileRule.MIXED_KINDS,
                        kindFirstLine[other.ordinal()],
                        word(other),
                        word(kind),
                        kinds[other.ordinal()]);
            }
        }
        boolean validation = options.role() == CheckOptions.Role.VALIDATION;
        int least = validation ? 1 : options.limits().minExamples();
        if (!anything) {
            add(TrainingFileRule.EMPTY_FILE, 0);
        } else if (examples < least) {
            add(TrainingFileRule.TOO_FEW_EXAMPLES, 0, examples, least);
        }
        int mostItems = validation ? MOST_VALIDATION_ITEMS : MOST_ITEMS;
        if (kind == DatasetKind.REINFORCEMENT && examples > mostItems) {
            add(TrainingFileRule.TOO_MANY_EXAMPLES, 0, examples, mostItems);
        }
        if (sums.imageExamples > MOST_IMAGE_EXAMPLES) {
            add(
                    TrainingFileRule.TOO_MANY_IMAGE_EXAMPLES,
                    0,
                    sums.imageExamples,
                    MOST_IMAGE_EXAMPLES);
        }
        Labels.Imbalance imbalance = labels.imbalance();
        if (imbalance != null) {
            add(
                    TrainingFileRule.CLASS_IMBALANCE,
                    imbalance.line(),
                    imbalance.labels(),
                    imbalance.percent(),
                    imbalance.rarest());
        }
    }

    private FileReport.Numbers numbers(DatasetKind kind) {
        Map<Role, Long> byRole = new EnumMap<>(Role.class);
        Map<Role, Long> tokensByRole = new EnumMap<>(Role.class);
        long total = sums.toolTokens + sums.frameTokens;
        for (Role role : Sums.ROLES) {
            if (sums.messages[role.ordinal()] > 0) {
                byRole.put(role, sums.messages[role.ordinal()]);
                if (options.tokenizer() != null) {
                    tokensByRole.put(role, sums.tokens[role.ordinal()]);
                }
                total += sums.tokens[role.ordinal()];
            }
        }
        return new FileReport.Numbers(
                options.tokenizer() == null ? null : options.tokenizer().id(),
                byRole,
                tokensByRole,
                sums.toolTokens,
                sums.frameTokens,
                total,
                sums.tokensWithinLimit,
                sums.learnedTokens,
                sums.overLimit,
                sums.imageExamples,
                sums.images,
                fingerprints == null ? 0 : distinct(fingerprints),
                tokens.spread(),
                answerTokens.spread(),
                messages.spread(),
                kind == DatasetKind.REINFORCEMENT ? 0 : TrainingPlan.recommendedEpochs(examples));
    }

    /// Of a pair there are three entries.
    private long distinct(Fingerprints known) {
        long duplicates =
                findings.counts().getOrDefault(TrainingFileRule.DUPLICATE_EXAMPLE.id(), 0L);
        return Math.min(Math.max(0, examples - duplicates), options.limits().maxCompared());
    }

    private static String word(DatasetKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /// Short answers, counted as long as they are few different ones.
    static final class Labels {

        private static final int MOST = 50;
        private static final int LEAST_EXAMPLES = 20;

        /// Most answers have to be labels, and each has to come up a few times.
        private static final double SHARE = 0.95;

        private static final int TIMES = 5;

        private final Map<Long, long[]> counts = new HashMap<>();
        private long examples;
        private long labelled;
        private boolean tooMany;

        /// @param line   of the first example with the rarest label
        record Imbalance(int labels, long percent, long rarest, long line) {}

        void add(long label, long line) {
            examples++;
            if (label == 0 || tooMany) {
                return;
            }
            labelled++;
            long[] count = counts.computeIfAbsent(label, fresh -> new long[] {0, line});
            count[0]++;
            if (counts.size() > MOST) {
                tooMany = true;
                counts.clear();
            }
        }

        /// @return null when this is no task of labels, or a balanced one
        @Nullable Imbalance imbalance() {
            int labels = counts.size();
            if (tooMany
                    || labels < 2
                    || examples < LEAST_EXAMPLES
                    || labelled < SHARE * examples
                    || labelled < (long) TIMES * labels) {
                return null;
            }
            long[] rarest = {Long.MAX_VALUE, 0};
            long most = 0;
            for (long[] count : counts.values()) {
                most = Math.max(most, count[0]);
                if (count[0] < rarest[0] || (count[0] == rarest[0] && count[1] < rarest[1])) {
                    rarest = count;
                }
            }
            boolean lopsided = most >= 10 * rarest[0] || most > 0.9 * labelled;
            return lopsided
                    ? new Imbalance(labels, 100 * most / labelled, rarest[0], rarest[1])
                    : null;
        }
    }
}
