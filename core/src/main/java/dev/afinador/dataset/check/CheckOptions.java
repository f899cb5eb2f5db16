package dev.afinador.dataset.check;

import dev.afinador.dataset.DatasetKind;
import dev.afinador.dataset.tokens.OpenAiEncoding;
import dev.afinador.dataset.tokens.Tokenizer;
import org.jspecify.annotations.Nullable;

/// How a file is checked.
///
/// @param kind             what the file is to be; null when its lines tell
/// @param role             what it is used for
/// @param tokenizer        of the model; null counts no tokens
/// @param tokensPerExample what the model reads of an example; 0 when nobody knows
/// @param contents         whether texts are read and examples compared, or only the structure is checked
/// @param training         what a validation file is compared with, or null
/// @param threads          how many work on it, the caller included; at least 1
/// @param limits           bounds of memory and of the result
public record CheckOptions(
        @Nullable DatasetKind kind,
        Role role,
        @Nullable Tokenizer tokenizer,
        int tokensPerExample,
        boolean contents,
        @Nullable Fingerprints training,
        int threads,
        Limits limits) {

    public enum Role {
        TRAINING,
        VALIDATION
    }

    /// @param maxLineBytes longer lines are reported and passed over
    /// @param maxFindings  how many findings are kept; all are counted
    /// @param minExamples  providers refuse files with fewer
    /// @param maxCompared  how many different examples later ones are compared with; each takes up to 64 bytes
    /// @param blockBytes   how much one thread reads at a time; the result does not depend on it
    public record Limits(
            int maxLineBytes, int maxFindings, int minExamples, int maxCompared, int blockBytes) {

        public static final Limits DEFAULT = new Limits(64 << 20, 1_000, 10, 2_000_000, 512 << 10);

        /// What a process with so much memory can do beside its other work.
        ///
        /// @param heapBytes the most that the process may take
        public static Limits forHeap(long heapBytes) {
            return new Limits(
                    (int) Math.clamp(heapBytes / 8, 4L << 20, DEFAULT.maxLineBytes),
                    DEFAULT.maxFindings,
                    DEFAULT.minExamples,
                    (int) Math.clamp(heapBytes / 256, 100_000L, DEFAULT.maxCompared),
                    DEFAULT.blockBytes);
        }

        public Limits withMinExamples(int least) {
            return new Limits(maxLineBytes, maxFindings, least, maxCompared, blockBytes);
        }

        public Limits {
            if (maxLineBytes < 1 || maxFindings < 0 || maxCompared < 1 || blockBytes < 1) {
                throw new IllegalArgumentException("limits have to be positive");
            }
        }
    }

    public CheckOptions {
        if (kind == DatasetKind.UNKNOWN) {
            throw new IllegalArgumentException("a file cannot be meant to be of no kind");
        }
        if (threads < 1 || tokensPerExample < 0) {
            throw new IllegalArgumentException("threads and tokens have to be positive");
        }
    }

    /// Everything, for models with `o200k_base` that read 65,536 tokens of an example, on all processors.
    public static CheckOptions everything() {
        return new CheckOptions(
                null,
                Role.TRAINING,
                OpenAiEncoding.O200K_BASE,
                65_536,
                true,
                null,
                Runtime.getRuntime().availableProcessors(),
                Limits.DEFAULT);
    }

    /// Only what the lines are made of.
    public static CheckOptions structure() {
        return everything().withTokenizer(null, 0).withContents(false);
    }

    public CheckOptions withKind(@Nullable DatasetKind wanted) {
        return new CheckOptions(
                wanted, role, tokenizer, tokensPerExample, contents, training, threads, limits);
    }

    public CheckOptions withTokenizer(@Nullable Tokenizer wanted, int most) {
        return new CheckOptions(kind, role, wanted, most, contents, training, threads, limits);
    }

    public CheckOptions withContents(boolean wanted) {
        return new CheckOptions(
                kind, role, tokenizer, tokensPerExample, wanted, training, threads, limits);
    }

    /// A validation file; its examples are looked for in the training file.
    ///
    /// @param of the training file's, or null when it was not read
    public CheckOptions asValidation(@Nullable Fingerprints of) {
        return new CheckOptions(
                kind, Role.VALIDATION, tokenizer, tokensPerExample, contents, of, threads, limits);
    }

    public CheckOptions withThreads(int wanted) {
        return new CheckOptions(
                kind, role, tokenizer, tokensPerExample, contents, training, wanted, limits);
    }

    public CheckOptions withLimits(Limits wanted) {
        return new CheckOptions(
                kind, role, tokenizer, tokensPerExample, contents, training, threads, wanted);
    }
}
