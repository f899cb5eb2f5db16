package dev.afinador.server.web.datasets;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetText;
import dev.afinador.dataset.Datasets;
import dev.afinador.dataset.TextEncoding;
import dev.afinador.dataset.convert.Conversion;
import dev.afinador.dataset.convert.ConversionException;
import dev.afinador.dataset.convert.ConversionMaker;
import dev.afinador.dataset.convert.Layout;
import dev.afinador.dataset.convert.Mapping;
import dev.afinador.dataset.convert.Part;
import dev.afinador.dataset.make.Making;
import dev.afinador.dataset.make.Makings;
import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.Option;
import dev.afinador.server.web.shared.Tone;
import dev.afinador.server.web.shared.Words;
import dev.afinador.work.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/// How a table or another tool's file is read, what would come out, and ordering it.
@Controller
@RequestMapping("/datasets/{id}/convert")
class ConvertPage {

    private static final int ROWS = 1_000;
    private static final int SAMPLES = 5;
    private static final int LONGEST = 1_500;

    private static final String TAB = "tab";

    private final Datasets datasets;
    private final ConversionMaker conversions;
    private final Makings makings;
    private final DatasetViews views;

    ConvertPage(
            Datasets datasets, ConversionMaker conversions, Makings makings, DatasetViews views) {
        this.datasets = datasets;
        this.conversions = conversions;
        this.makings = makings;
        this.views = views;
    }

    /// @param table   whether delimiter, quote and header can be chosen
    /// @param mapped  whether columns are mapped
    /// @param hidden  what was chosen, for the form that orders
    /// @param samples examples as they would be
    record ConvertView(
            DatasetsView.Row row,
            String format,
            boolean table,
            boolean mapped,
            List<Option> encodings,
            List<Option> delimiters,
            List<Option> headers,
            List<PartView> parts,
            String systemText,
            NoticeView verdict,
            List<String> troubles,
            List<ExampleView> samples,
            List<Map.Entry<String, String>> hidden,
            boolean orderable) {}

    record PartView(String word, String label, @Nullable String help, List<Option> columns) {}

    @GetMapping
    String form(
            @PathVariable String id,
            @RequestParam Map<String, String> params,
            Words words,
            Model model)
            throws IOException {
        Dataset dataset = source(id);
        Layout layout = conversions.layout(dataset, settings(params));
        Mapping mapping = mapping(params, layout);
        Conversion.Outcome outcome = conversions.preview(dataset, layout, mapping, ROWS, SAMPLES);
        model.addAttribute("view", view(dataset, layout, mapping, outcome, params, words));
        return "datasets/convert";
    }

    @PostMapping
    String order(@PathVariable String id, @RequestParam Map<String, String> params)
            throws IOException {
        Dataset dataset = source(id);
        Layout layout = conversions.layout(dataset, settings(params));
        Mapping mapping = mapping(params, layout);
        Making making =
                makings.order(
                        Making.Kind.CONVERSION,
                        dataset.id(),
                        ConversionMaker.recipe(layout, mapping),
                        dataset.name());
        return "redirect:/datasets/makings/" + making.id();
    }

    private Dataset source(String id) {
        Dataset dataset = datasets.get(id);
        if (!ConversionMaker.takes(dataset)) {
            throw Refusal.conflict("convert_not_needed", dataset.name());
        }
        return dataset;
    }

    private static Layout.Settings settings(Map<String, String> params) {
        String header = params.getOrDefault("header", "");
        return new Layout.Settings(
                Arrays.stream(TextEncoding.values())
                        .filter(e -> word(e).equals(params.get("encoding")))
                        .findFirst()
                        .orElse(null),
                delimiter(params.getOrDefault("delimiter", "")),
                (char) 0,
                header.isEmpty() ? null : Boolean.valueOf(header));
    }

    private static char delimiter(String word) {
        return word.equals(TAB) ? '\t' : word.length() == 1 ? word.charAt(0) : 0;
    }

    private static String word(TextEncoding encoding) {
        return encoding.name().toLowerCase(Locale.ROOT);
    }

    /// What is chosen for each part; a part that is not in the form yet is guessed.
    private static Mapping mapping(Map<String, String> params, Layout layout) {
        Map<Part, Integer> columns = new EnumMap<>(Part.class);
        Mapping guess = Mapping.guess(layout.columns());
        for (Part part : Part.values()) {
            String chosen = params.get(part.word());
            if (chosen == null) {
                Optional.ofNullable(guess.columns().get(part))
                        .ifPresent(at -> columns.put(part, at));
            } else if (chosen.matches("[0-9]{1,4}")
                    && Integer.parseInt(chosen) < layout.columns().size()) {
                columns.put(part, Integer.valueOf(chosen));
            }
        }
        return new Mapping(columns, params.getOrDefault("systemText", "").strip());
    }

    private ConvertView view(
            Dataset dataset,
            Layout layout,
            Mapping mapping,
            Conversion.Outcome outcome,
            Map<String, String> params,
            Words words) {
        boolean table =
                switch (layout.format()) {
                    case CSV, TSV, OTHER -> true;
                    case JSON_LINES, JSON_ARRAY, SHAREGPT, ALPACA -> false;
                };
        boolean mapped = !layout.shaped() && !layout.columns().isEmpty();
        return new ConvertView(
                views.row(dataset, words),
                DatasetText.in(words.locale()).format(layout.format()),
                table,
                mapped,
                encodings(layout),
                delimiters(layout, words),
                headers(layout, words),
                parts(layout, mapping, words),
                mapping.systemText(),
                verdict(outcome, words),
                troubles(outcome, words),
                outcome.samples().stream().map(s -> sample(s, words)).toList(),
                hidden(layout, mapping, params, table),
                outcome.written() > 0 && outcome.ended() == null);
    }

    private static List<Option> encodings(Layout layout) {
        return Arrays.stream(TextEncoding.values())
                .map(e -> new Option(word(e), e.title(), e == layout.encoding()))
                .toList();
    }

    private static List<Option> delimiters(Layout layout, Words words) {
        List<Option> options = new ArrayList<>();
        for (String sign : List.of(",", ";", TAB, "|")) {
            options.add(
                    new Option(
                            sign,
                            words.say("convert.delimiter." + name(sign)),
                            delimiter(sign) == layout.delimiter()));
        }
        if (options.stream().noneMatch(Option::selected)) {
            String sign = String.valueOf(layout.delimiter());
            options.add(new Option(sign, sign, true));
        }
        return options;
    }

    private static String name(String sign) {
        return switch (sign) {
            case "," -> "comma";
            case ";" -> "semicolon";
            case "|" -> "bar";
            default -> sign;
        };
    }

    private static List<Option> headers(Layout layout, Words words) {
        return List.of(
                new Option("true", words.say("convert.header.true"), layout.header()),
                new Option("false", words.say("convert.header.false"), !layout.header()));
    }

    private static List<PartView> parts(Layout layout, Mapping mapping, Words words) {
        List<PartView> parts = new ArrayList<>();
        for (Part part : Part.values()) {
            Integer at = mapping.columns().get(part);
            List<Option> columns = new ArrayList<>();
            columns.add(new Option("", words.say("convert.column.none"), at == null));
            for (int i = 0; i < layout.columns().size(); i++) {
                columns.add(
                        new Option(
                                Integer.toString(i),
                                layout.columns().get(i),
                                at != null && at == i));
            }
            String help = "convert.part." + part.word() + ".help";
            parts.add(
                    new PartView(
                            part.word(),
                            words.say("convert.part." + part.word()),
                            words.knows(help) ? words.say(help) : null,
                            columns));
        }
        return parts;
    }

    private static NoticeView verdict(Conversion.Outcome outcome, Words words) {
        ConversionException ended = outcome.ended();
        if (ended != null) {
            return NoticeView.of(
                    Tone.ERROR,
                    words.say("convert.unreadable"),
                    words.sayOr("making." + ended.code(), ended.code(), ended.args().toArray()));
        }
        long left = outcome.rows() - outcome.written();
        String text =
                words.say(
                        outcome.complete() ? "convert.all" : "convert.first",
                        words.number(outcome.rows()),
                        words.number(outcome.written()));
        if (outcome.written() == 0) {
            return NoticeView.of(Tone.ERROR, words.say("convert.none"), text);
        }
        return left > 0
                ? NoticeView.of(
                        Tone.WARNING, words.say("convert.some", left, words.number(left)), text)
                : NoticeView.of(Tone.OK, words.say("convert.good"), text);
    }

    private static List<String> troubles(Conversion.Outcome outcome, Words words) {
        List<String> lines = new ArrayList<>();
        outcome.first().stream()
                .limit(20)
                .forEach(row ->
                        lines.add(
                                words.say(
                                        "convert.row",
                                        words.number(row.row()),
                                        words.number(row.line()),
                                        words.sayOr(
                                                "making." + row.code(), row.code(), row.arg()))));
        long counted = new TreeMap<>(outcome.troubles()).values().stream().mapToLong(n -> n).sum();
        if (counted > lines.size()) {
            lines.add(words.say("convert.rows-more", words.number(counted - lines.size())));
        }
        return lines;
    }

    private static ExampleView sample(Conversion.Sample sample, Words words) {
        List<ExampleView.Message> messages = new ArrayList<>();
        boolean pair = sample.rejected() != null;
        int asked = pair ? sample.messages().size() - 1 : sample.messages().size();
        for (int i = 0; i < asked; i++) {
            messages.add(message(sample.messages().get(i), !pair, words));
        }
        String label = words.say("convert.sample", words.number(sample.row()));
        return new ExampleView(
                label,
                "",
                null,
                messages,
                pair ? List.of(message(sample.messages().getLast(), true, words)) : List.of(),
                pair
                        ? List.of(
                                message(
                                        new Conversion.Message(
                                                "assistant",
                                                Optional.ofNullable(sample.rejected()).orElse("")),
                                        false,
                                        words))
                        : List.of(),
                List.of(),
                List.of(),
                null);
    }

    private static ExampleView.Message message(
            Conversion.Message message, boolean answersCount, Words words) {
        String text = message.text();
        int left = text.length() - LONGEST;
        return new ExampleView.Message(
                message.role().isEmpty() ? "other" : message.role(),
                words.sayOr("dataset.role." + message.role(), message.role()),
                answersCount && message.role().equals("assistant"),
                null,
                List.of(
                        new ExampleView.Part(
                                "text",
                                null,
                                left > 0 ? text.substring(0, LONGEST) + "…" : text,
                                left > 0
                                        ? words.say("dataset.more-characters", words.number(left))
                                        : null)));
    }

    private static List<Map.Entry<String, String>> hidden(
            Layout layout, Mapping mapping, Map<String, String> params, boolean table) {
        List<Map.Entry<String, String>> hidden = new ArrayList<>();
        hidden.add(Map.entry("encoding", word(layout.encoding())));
        if (table) {
            hidden.add(
                    Map.entry(
                            "delimiter",
                            layout.delimiter() == '\t' ? TAB : String.valueOf(layout.delimiter())));
            hidden.add(Map.entry("header", Boolean.toString(layout.header())));
        }
        for (Part part : Part.values()) {
            Integer at = mapping.columns().get(part);
            hidden.add(Map.entry(part.word(), at == null ? "" : at.toString()));
        }
        hidden.add(Map.entry("systemText", params.getOrDefault("systemText", "")));
        return hidden;
    }
}
