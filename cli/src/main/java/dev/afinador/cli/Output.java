package dev.afinador.cli;

import dev.afinador.dataset.DatasetFinding.Severity;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The formats of the report.
interface Output {

    /// Everything that was found, into one document.
    void write(Run run, PrintWriter out);

    /// @param files      in the order in which they were given
    /// @param unreadable files that could not be read
    /// @param quote      what is wanted to know about the training
    /// @param failOn     what makes a run fail; null for nothing
    /// @param locale     of the texts
    record Run(
            List<CheckedFile> files,
            List<String> unreadable,
            Quote quote,
            @Nullable Severity failOn,
            Locale locale) {
        public Run {
            files = List.copyOf(files);
            unreadable = List.copyOf(unreadable);
        }

        boolean fails(Severity severity) {
            return switch (failOn) {
                case null -> false;
                case ERROR -> severity == Severity.ERROR;
                case WARNING -> true;
            };
        }

        boolean failed() {
            return !unreadable.isEmpty()
                    || files.stream()
                            .anyMatch(file ->
                                    (fails(Severity.ERROR) && file.report().errors() > 0)
                                            || (fails(Severity.WARNING)
                                                    && file.report().warnings() > 0));
        }
    }

    /// The program's version; null when it runs from classes that were not packaged.
    static @Nullable String version() {
        return Output.class.getPackage().getImplementationVersion();
    }
}
