package dev.afinador.dataset.check;

import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetKind;
import dev.afinador.dataset.SourceFormat;
import dev.afinador.dataset.TrainingFileRule;
import dev.afinador.dataset.cost.TrainingPlan;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a check has found out.
///
/// @param kind         what the lines are; the most frequent kind when they are of several
/// @param bytes        that were read
/// @param lines        that were read, blank ones included
/// @param examples     lines that hold an example of a known kind, good or bad
/// @param errors       findings that make a provider refuse the file
/// @param warnings     findings worth a look
/// @param findings     in the file's order; some of each rule where there are more than are kept
/// @param counts       of all findings, by rule
/// @param numbers      about the examples
/// @param fingerprints for comparing a validation file; null where contents were not read
public record FileReport(
        DatasetKind kind,
        long bytes,
        long lines,
        long examples,
        long errors,
        long warnings,
        List<DatasetFinding> findings,
        SortedMap<String, Long> counts,
        Numbers numbers,
        @Nullable Fingerprints fingerprints) {

    public FileReport {
        findings = List.copyOf(findings);
        counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
    }

    /// The report of a file whose examples are written down in another way.
    ///
    /// @param bytes of the file
    public static FileReport needsConversion(SourceFormat format, long bytes) {
        TrainingFileRule rule = TrainingFileRule.NEEDS_CONVERSION;
        var finding =
                new DatasetFinding(rule.id(), rule.severity(), 0, null, List.of(format.word()));
        return new FileReport(
                DatasetKind.UNKNOWN,
                bytes,
                0,
                0,
                1,
                0,
                List.of(finding),
                new TreeMap<>(Map.of(rule.id(), 1L)),
                Numbers.NONE,
                null);
    }

    /// Whether something was found that somebody has to accept before a job may start.
    public boolean holds() {
        return Arrays.stream(TrainingFileRule.values())
                .anyMatch(rule -> rule.holds() && counts.containsKey(rule.id()));
    }

    /// @param encoding            that tokens were counted with, e.g. `o200k_base`; null when they were not
    /// @param messages            how many, by who says them
    /// @param tokens              of what they say, by who says it
    /// @param toolTokens          of the declarations of tools, as they stand in the file; vendors turn them into a text of a form
    ///                            that they do not tell
    /// @param frameTokens         around messages, by OpenAI's published recipe
    /// @param totalTokens         all of these
    /// @param tokensPerEpoch      what one pass over the file is billed for: all tokens, of long examples those up to the limit
    /// @param learnedTokens       of the answers that the model learns
    /// @param overLimit           examples that are longer than the model reads
    /// @param imageExamples       examples with images; what images cost is not counted
    /// @param images              in all
    /// @param distinct            different examples, as far as they were compared ([CheckOptions.Limits#maxCompared]); 0 when
    ///                            contents were not read
    /// @param tokensPerExample    how they spread
    /// @param answerTokens        of the assistant in each example
    /// @param messagesPerExample  how they spread
    /// @param recommendedEpochs   for so many examples ([TrainingPlan#recommendedEpochs]); 0 for no examples and for reinforcement,
    ///                            which has another measure
    public record Numbers(
            @Nullable String encoding,
            Map<Role, Long> messages,
            Map<Role, Long> tokens,
            long toolTokens,
            long frameTokens,
            long totalTokens,
            long tokensPerEpoch,
            long learnedTokens,
            long overLimit,
            long imageExamples,
            long images,
            long distinct,
            Spread tokensPerExample,
            Spread answerTokens,
            Spread messagesPerExample,
            int recommendedEpochs) {

        /// Of a file that was not read.
        public static final Numbers NONE =
                new Numbers(
                        null,
                        Map.of(),
                        Map.of(),
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        Spread.NONE,
                        Spread.NONE,
                        Spread.NONE,
                        0);

        public Numbers {
            messages = Map.copyOf(messages);
            tokens = Map.copyOf(tokens);
        }

        /// What is trained with so many epochs.
        ///
        /// @param epochs 0 for the recommended ones
        /// @return empty when tokens were not counted, or nobody recommends how often
        public Optional<TrainingPlan> plan(int epochs) {
            int wanted = epochs == 0 ? recommendedEpochs : epochs;
            return encoding == null || wanted == 0
                    ? Optional.empty()
                    : Optional.of(new TrainingPlan(tokensPerEpoch, wanted));
        }
    }

    /// @param bars of one width, for a plot
    public record Spread(
            int least,
            int p5,
            int p25,
            int median,
            int p75,
            int p95,
            int p99,
            int most,
            double mean,
            List<Bar> bars) {

        static final Spread NONE = new Spread(0, 0, 0, 0, 0, 0, 0, 0, 0, List.of());

        public Spread {
            bars = List.copyOf(bars);
        }
    }

    /// @param from the least number it stands for
    /// @param to   the greatest
    public record Bar(long from, long to, long count) {}
}
