package dev.afinador.provider;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// When models end and when vendors stop taking fine-tuning jobs: facts that vendors published, kept as data in
/// `model-retirements.csv` and `creation-closings.csv` with where and when they were read.
///
/// Published dates are OpenAI's own schedule and apply to that kind of provider alone; Azure runs the same models by
/// another calendar, and anybody else may serve a model of the same name. What a provider itself tells
/// ([RemoteModel#shutdownDate()]) applies everywhere and wins over what was published.
public final class ModelLifecycle {

    /// A snapshot's date at the end of a name: `-0125`, `-2025-04-14`.
    private static final Pattern SNAPSHOT = Pattern.compile("-(\\d{4}|\\d{4}-\\d{2}-\\d{2})$");

    /// Azure's `{base}.ft-{32 hex}`, with a suffix or a checkpoint behind it or not.
    private static final Pattern AZURE_FINE_TUNE = Pattern.compile("^(.+?)\\.ft-[0-9a-f]{8,}.*$");

    private final List<Published> published;
    private final List<Closing> closings;

    private ModelLifecycle(List<Published> published, List<Closing> closings) {
        this.published = published;
        this.closings = closings;
    }

    /// The facts that come with the product.
    public static ModelLifecycle shipped() {
        return Shipped.LIFECYCLE;
    }

    /// When a model ends, where anybody says so.
    ///
    /// @param model a base model, an alias, a dated snapshot, or the name of a fine-tuned model or checkpoint
    /// @param told  the date that the provider itself gives for this model
    public Optional<Retirement> of(ProviderKind kind, String model, Optional<LocalDate> told) {
        String base = baseOf(model);
        Optional<Published> known =
                switch (kind) {
                    case OPENAI -> published(base);
                    // Nobody but its owner takes a model off this machine.
                    case AZURE, COMPATIBLE, LOCAL -> Optional.empty();
                };
        @Nullable String replacement = known.map(Published::replacement).orElse(null);
        Optional<LocalDate> shutdown = told.or(() -> known.map(Published::shutdown));
        return shutdown.map(day ->
                new Retirement(
                        model,
                        base,
                        day,
                        replacement,
                        replacement == null
                                ? null
                                : published(replacement).map(Published::shutdown).orElse(null),
                        told.isPresent() ? null : known.map(Published::source).orElse(null)));
    }

    /// From when this kind of provider takes no new fine-tuning jobs, where its vendor says so.
    public Optional<Closing> closing(ProviderKind kind) {
        return closings.stream().filter(closing -> closing.kind() == kind).findFirst();
    }

    /// The base model inside the name of a fine-tuned model or checkpoint (`ft:base:org:suffix:id`,
    /// `base.ft-hex`); any other name is its own base.
    public static String baseOf(String model) {
        if (model.startsWith("ft:")) {
            int end = model.indexOf(':', 3);
            String base = end < 0 ? model.substring(3) : model.substring(3, end);
            return base.isEmpty() ? model : base;
        }
        Matcher azure = AZURE_FINE_TUNE.matcher(model);
        return azure.matches() ? azure.group(1) : model;
    }

    private Optional<Published> published(String base) {
        String name = base.toLowerCase(Locale.ROOT);
        Optional<Published> exact = published(fact -> fact.model().equals(name));
        if (exact.isPresent()) {
            return exact;
        }
        Matcher snapshot = SNAPSHOT.matcher(name);
        if (!snapshot.find()) {
            return Optional.empty();
        }
        String family = name.substring(0, snapshot.start());
        return published(fact -> fact.model().equals(family));
    }

    private Optional<Published> published(Predicate<Published> wanted) {
        return published.stream().filter(wanted).findFirst();
    }

    /// The end of a model.
    ///
    /// @param model       the name that was asked about
    /// @param base        the base model in it
    /// @param shutdown    the first day (UTC) on which it answers no more
    /// @param replacement a base that the same provider still lets tune, or null where none is known
    /// @param replacementShutdown when that one ends, where anybody says so
    /// @param source      where the date was published; null when the provider itself told it
    public record Retirement(
            String model,
            String base,
            LocalDate shutdown,
            @Nullable String replacement,
            @Nullable LocalDate replacementShutdown,
            @Nullable URI source) {

        public boolean isOver(LocalDate today) {
            return !today.isBefore(shutdown);
        }
    }

    /// The end of taking new jobs.
    ///
    /// @param from the first day (UTC) on which creating a job is refused
    public record Closing(ProviderKind kind, LocalDate from, URI source) {

        public boolean isOver(LocalDate today) {
            return !today.isBefore(from);
        }
    }

    private record Published(
            String model, LocalDate shutdown, @Nullable String replacement, URI source) {}

    /// Reads the resources once, when somebody first asks.
    private static final class Shipped {
        static final ModelLifecycle LIFECYCLE =
                new ModelLifecycle(
                        read("model-retirements.csv", Shipped::published),
                        read("creation-closings.csv", Shipped::closing));

        private static Published published(String[] cells) {
            return new Published(
                    cells[0],
                    LocalDate.parse(cells[1]),
                    cells[2].isEmpty() ? null : cells[2],
                    URI.create(cells[3]));
        }

        private static Closing closing(String[] cells) {
            return new Closing(
                    ProviderKind.valueOf(cells[0]),
                    LocalDate.parse(cells[1]),
                    URI.create(cells[2]));
        }

        private static <T> List<T> read(String resource, Function<String[], T> row) {
            try (InputStream in =
                            Objects.requireNonNull(
                                    ModelLifecycle.class.getResourceAsStream(resource), resource);
                    var lines =
                            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                return lines.lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .skip(1) // the header row
                        .map(line -> Arrays.stream(line.split(",", -1)).map(String::strip))
                        .map(cells -> row.apply(cells.toArray(String[]::new)))
                        .toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
