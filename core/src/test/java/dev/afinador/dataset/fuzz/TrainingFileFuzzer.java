package dev.afinador.dataset.fuzz;

import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.check.CheckOptions;
import dev.afinador.dataset.check.FileReport;
import dev.afinador.dataset.check.NumbersJson;
import dev.afinador.dataset.check.TrainingFile;
import dev.afinador.dataset.json.JsonTapeTest;
import dev.afinador.dataset.tokens.OpenAiEncoding;
import dev.afinador.dataset.tokens.TokenCounter;
import dev.afinador.dataset.tokens.Tokens;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What has to hold for any file whatsoever. Jazzer looks for one for which it does not (profile `fuzz`); what it has found is
/// among the seeds, which every build reads again.
public final class TrainingFileFuzzer {

    private TrainingFileFuzzer() {}

    /// Called by Jazzer, by this name.
    public static void fuzzerTestOneInput(byte[] file) throws IOException {
        int hash = Arrays.hashCode(file);
        FileReport one = report(file, 1, 512 << 10);
        // threads are dear; the cut matters more
        FileReport other = report(file, (hash & 31) == 0 ? 3 : 1, 1 + (hash >>> 5) % 200);
        agree(one, other);
        places(one);
        numbers(one);
        lines(file);
        tokens(file, (hash & 1) == 0 ? OpenAiEncoding.O200K_BASE : OpenAiEncoding.CL100K_BASE);
    }

    private static FileReport report(byte[] file, int threads, int blockBytes) throws IOException {
        var limits = new CheckOptions.Limits(1 << 20, 100, 10, 10_000, blockBytes);
        return TrainingFile.check(
                new ByteArrayInputStream(file),
                CheckOptions.everything().withLimits(limits).withThreads(threads));
    }

    private static void agree(FileReport one, FileReport other) {
        require(one.findings().equals(other.findings()), "findings depend on cuts or threads");
        require(one.counts().equals(other.counts()), "counts depend on cuts or threads");
        require(one.numbers().equals(other.numbers()), "numbers depend on cuts or threads");
        require(one.kind() == other.kind(), "the kind depends on cuts or threads");
        require(one.lines() == other.lines(), "lines depend on cuts or threads");
    }

    private static void places(FileReport report) {
        long counted = report.counts().values().stream().mapToLong(Long::longValue).sum();
        require(counted == report.errors() + report.warnings(), "counts do not add up");
        require(report.findings().size() <= Math.min(100, counted), "more is kept than counted");
        for (DatasetFinding finding : report.findings()) {
            require(
                    finding.line() >= 0 && finding.line() <= Math.max(1, report.lines()),
                    "a finding beyond the file");
            require(finding.column() >= 0, "a column before the line");
            DatasetFinding.Excerpt excerpt = finding.excerpt();
            require(
                    excerpt == null
                            || (excerpt.at() >= 0 && excerpt.at() <= excerpt.text().length()),
                    "a mark beside the excerpt");
        }
    }

    private static void numbers(FileReport report) {
        FileReport.Numbers numbers = report.numbers();
        require(
                NumbersJson.read(NumbersJson.write(numbers)).equals(numbers),
                "numbers do not come back from JSON");
        require(numbers.learnedTokens() <= numbers.totalTokens(), "more is learned than there is");
    }

    /// Every line is JSON, or is not, as Jackson says.
    private static void lines(byte[] file) {
        int from = 0;
        for (int at = 0; at <= file.length; at++) {
            if (at == file.length || file[at] == '\n') {
                if (at > from && at - from < 4_000) {
                    JsonTapeTest.agree(Arrays.copyOfRange(file, from, at));
                }
                from = at + 1;
            }
        }
    }

    /// Tokens are the text, cut; counting them needs no list of them.
    private static void tokens(byte[] file, OpenAiEncoding encoding) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file));
        } catch (CharacterCodingException e) {
            return;
        }
        Tokens tokens = encoding.encode(file);
        var text = new ByteArrayOutputStream();
        for (int id : tokens.ids()) {
            text.writeBytes(encoding.bytes(id));
        }
        require(Arrays.equals(text.toByteArray(), file), "the tokens are not the text");
        byte[] padded = Arrays.copyOf(file, file.length + TokenCounter.PADDING);
        int count = encoding.counter().count(padded, 0, file.length);
        require(count == tokens.ids().length, "counting and cutting differ");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
