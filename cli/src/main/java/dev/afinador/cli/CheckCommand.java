package dev.afinador.cli;

import dev.afinador.dataset.DatasetFinding.Severity;
import dev.afinador.dataset.DatasetKind;
import dev.afinador.dataset.DatasetText;
import dev.afinador.dataset.SourceFormat;
import dev.afinador.dataset.SourceSniffer;
import dev.afinador.dataset.check.CheckListener;
import dev.afinador.dataset.check.CheckOptions;
import dev.afinador.dataset.check.FileReport;
import dev.afinador.dataset.check.Fingerprints;
import dev.afinador.dataset.check.ModelTokens;
import dev.afinador.dataset.check.TrainingFile;
import dev.afinador.dataset.cost.PriceList;
import dev.afinador.dataset.cost.PriceListException;
import dev.afinador.dataset.tokens.OpenAiEncoding;
import dev.afinador.text.Messages;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.SequenceInputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Checks training files and reports in the format that was asked for. Texts of the options are in `usage.properties`.
@Command(
        name = "./afinador check",
        sortOptions = false,
        usageHelpWidth = 110,
        usageHelpAutoWidth = false)
final class CheckCommand implements Callable<Integer> {

    static final int CLEAN = 0;
    static final int FOUND = 1;
    static final int BAD_USAGE = 2;

    /// Not 3 to 7, which are the launcher script's.
    static final int DEFECT = 8;

    enum Format {
        TEXT,
        JSON,
        SARIF,
        JUNIT;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    enum Kind {
        CHAT,
        PREFERENCE,
        REINFORCEMENT,
        COMPLETION;

        DatasetKind dataset() {
            return DatasetKind.valueOf(name());
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    enum FailOn {
        ERROR,
        WARNING,
        NEVER;

        @Nullable Severity severity() {
            return switch (this) {
                case ERROR -> Severity.ERROR;
                case WARNING -> Severity.WARNING;
                case NEVER -> null;
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    enum Encoding {
        O200K_BASE,
        CL100K_BASE,
        NONE;

        @Nullable OpenAiEncoding tokenizer() {
            return switch (this) {
                case O200K_BASE -> OpenAiEncoding.O200K_BASE;
                case CL100K_BASE -> OpenAiEncoding.CL100K_BASE;
                case NONE -> null;
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    enum Language {
        ES,
        EN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    enum Colour {
        AUTO,
        ALWAYS,
        NEVER;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(arity = "1..*", paramLabel = "FILE", descriptionKey = "file")
    private List<String> files = List.of();

    @Option(names = "--validation", paramLabel = "FILE", descriptionKey = "validation")
    private @Nullable String validation;

    @Option(names = "--format", paramLabel = "FORMAT", descriptionKey = "format")
    private Format format = Format.TEXT;

    @Option(names = "--kind", paramLabel = "KIND", descriptionKey = "kind")
    private @Nullable Kind kind;

    @Option(names = "--model", paramLabel = "MODEL", descriptionKey = "model")
    private @Nullable String model;

    @Option(names = "--encoding", paramLabel = "ENCODING", descriptionKey = "encoding")
    private @Nullable Encoding encoding;

    @Option(names = "--epochs", paramLabel = "N", descriptionKey = "epochs")
    private @Nullable Integer epochs;

    @Option(names = "--prices", paramLabel = "FILE", descriptionKey = "prices")
    private @Nullable String prices;

    @Option(names = "--tokens-per-second", paramLabel = "N", descriptionKey = "tokens-per-second")
    private @Nullable Double tokensPerSecond;

    @Option(names = "--fail-on", paramLabel = "LEVEL", descriptionKey = "fail-on")
    private FailOn failOn = FailOn.ERROR;

    @Option(names = "--show", paramLabel = "N", descriptionKey = "show")
    private int show = 5;

    @Option(names = "--structure-only", descriptionKey = "structure-only")
    private boolean structureOnly;

    @Option(names = "--threads", paramLabel = "N", descriptionKey = "threads")
    private int threads = Runtime.getRuntime().availableProcessors();

    /// Read before the others, by [Main].
    @Option(names = "--lang", paramLabel = "LANG", descriptionKey = "lang")
    private @Nullable Language language;

    @Option(names = "--colour", paramLabel = "WHEN", descriptionKey = "colour")
    private Colour colour = Colour.AUTO;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            descriptionKey = "help")
    private boolean help;

    @Spec private @Nullable CommandSpec spec;

    private final InputStream in;
    private final PrintWriter out;
    private final PrintWriter err;
    private final Terminal terminal;
    private final Locale locale;
    private final Messages messages;

    CheckCommand(
            InputStream in, PrintWriter out, PrintWriter err, Terminal terminal, Locale locale) {
        this.in = in;
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.locale = locale;
        this.messages = Messages.of(CheckCommand.class, locale);
    }

    @Override
    public Integer call() {
        CheckOptions options = options();
        Quote quote = quote();
        List<CheckedFile> checked = new ArrayList<>();
        List<String> unreadable = new ArrayList<>();
        for (String file : files) {
            CheckedFile result = check(file, options);
            if (result == null) {
                unreadable.add(file);
            } else {
                checked.add(result);
            }
        }
        if (validation != null) {
            Fingerprints training =
                    checked.isEmpty() ? null : checked.getFirst().report().fingerprints();
            CheckedFile result = check(validation, options.asValidation(training));
            if (result == null) {
                unreadable.add(validation);
            } else {
                checked.add(result);
            }
        }
        var run = new Output.Run(checked, unreadable, quote, failOn.severity(), locale);
        output().write(run, out);
        out.flush();
        if (!unreadable.isEmpty()) {
            return BAD_USAGE;
        }
        return run.failed() ? FOUND : CLEAN;
    }

    private CheckOptions options() {
        if (validation != null && files.size() > 1) {
            throw bad("usage.one_training_file");
        }
        if (threads < 1) {
            throw bad("usage.at_least", "--threads", 1);
        }
        if (show < 0) {
            throw bad("usage.at_least", "--show", 0);
        }
        ModelTokens known = model == null ? null : ModelTokens.of(model).orElse(null);
        if (model != null && known == null && encoding == null) {
            throw bad("usage.model_unknown", model);
        }
        CheckOptions options =
                CheckOptions.everything()
                        .withKind(kind == null ? null : kind.dataset())
                        .withThreads(threads)
                        .withLimits(CheckOptions.Limits.forHeap(Runtime.getRuntime().maxMemory()));
        if (known != null) {
            options = options.withTokenizer(known.encoding(), known.tokens());
        }
        if (encoding != null) {
            options =
                    options.withTokenizer(encoding.tokenizer(), known == null ? 0 : known.tokens());
        }
        return structureOnly ? options.withTokenizer(null, 0).withContents(false) : options;
    }

    private Quote quote() {
        if (epochs != null && epochs < 1) {
            throw bad("usage.at_least", "--epochs", 1);
        }
        if (tokensPerSecond != null && !(tokensPerSecond > 0 && tokensPerSecond < 1e12)) {
            throw bad("usage.positive", "--tokens-per-second");
        }
        return new Quote(
                model == null ? null : ModelTokens.base(model),
                priceList(),
                epochs == null ? 0 : epochs,
                tokensPerSecond == null ? 0 : tokensPerSecond);
    }

    private PriceList priceList() {
        if (prices == null) {
            return PriceList.shipped();
        }
        try (InputStream list = Files.newInputStream(Path.of(prices))) {
            return PriceList.read(list);
        } catch (PriceListException e) {
            throw bad("usage.prices", prices, DatasetText.in(locale).problem(e));
        } catch (InvalidPathException | NoSuchFileException e) {
            throw bad("file.missing", prices);
        } catch (IOException e) {
            throw bad("file.unread", prices);
        }
    }

    private ParameterException bad(String key, Object... args) {
        return new ParameterException(
                java.util.Objects.requireNonNull(spec).commandLine(), messages.text(key, args));
    }

    /// @return null when it could not be read; that has been told then
    private @Nullable CheckedFile check(String name, CheckOptions options) {
        ProgressLine progress = new ProgressLine(name);
        try (InputStream content = open(name)) {
            byte[] head = content.readNBytes(SourceSniffer.HEAD);
            progress.total = name.equals("-") ? 0 : Files.size(Path.of(name));
            SourceFormat written =
                    SourceSniffer.formatOf(head, head.length < SourceSniffer.HEAD, name);
            FileReport report =
                    written.needsConversion()
                            ? FileReport.needsConversion(
                                    written, Math.max(head.length, progress.total))
                            : TrainingFile.check(
                                    new SequenceInputStream(
                                            new ByteArrayInputStream(head), content),
                                    options,
                                    progress);
            return new CheckedFile(name, options.role(), report);
        } catch (InvalidPathException e) {
            err.println(messages.text("file.bad_name", name));
        } catch (NoSuchFileException e) {
            err.println(messages.text("file.missing", name));
        } catch (AccessDeniedException e) {
            err.println(messages.text("file.denied", name));
        } catch (IOException e) {
            err.println(messages.text("file.unreadable", name, String.valueOf(e.getMessage())));
        } finally {
            progress.wipe();
            err.flush();
        }
        return null;
    }

    private InputStream open(String name) throws IOException {
        if (name.equals("-")) {
            return in;
        }
        Path path = Path.of(name);
        if (Files.isDirectory(path)) {
            throw new IOException(messages.text("file.folder"));
        }
        return Files.newInputStream(path);
    }

    private Output output() {
        boolean colours =
                switch (colour) {
                    case AUTO -> terminal.colours();
                    case ALWAYS -> true;
                    case NEVER -> false;
                };
        return switch (format) {
            case TEXT -> new TextOutput(show, colours);
            case JSON -> new JsonOutput();
            case SARIF -> new SarifOutput();
            case JUNIT -> new JunitOutput();
        };
    }

    /// One line on a terminal that is written over, from the first block on.
    private final class ProgressLine implements CheckListener {
        private final String name;
        private long total;
        private boolean shown;

        ProgressLine(String name) {
            this.name = name;
        }

        @Override
        public void read(CheckListener.Progress so) {
            if (!terminal.progress()) {
                return;
            }
            String line =
                    total > 0
                            ? messages.text(
                                    "progress.of",
                                    name,
                                    100 * so.bytes() / Math.max(total, so.bytes()),
                                    so.examples(),
                                    so.errors(),
                                    so.warnings())
                            : messages.text(
                                    "progress",
                                    name,
                                    so.bytes() >> 20,
                                    so.examples(),
                                    so.errors(),
                                    so.warnings());
            err.print("\r\u001B[K" + line);
            err.flush();
            shown = true;
        }

        void wipe() {
            if (shown) {
                err.print("\r\u001B[K");
            }
        }
    }
}
