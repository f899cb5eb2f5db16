package dev.afinador.dataset.convert;

import dev.afinador.dataset.SourceFormat;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/// Writes the rows of a source as examples, a JSON object per line. Rows that cannot be converted are left out and named.
public final class Conversion {

    private final Layout layout;
    private final Mapping mapping;
    private final Watcher watcher;

    /// Told how far it is.
    @FunctionalInterface
    public interface Watcher {
        /// @param read bytes of the source that were read
        /// @throws IOException to end it
        void reached(long read) throws IOException;
    }

    /// A row that was left out.
    ///
    /// @param row  1-based among the rows, without a header
    /// @param line 1-based in the file
    /// @param code of the trouble
    /// @param arg  value for its text, possibly empty
    public record RowTrouble(long row, long line, String code, String arg) {}

    /// A message of an example, for the preview.
    public record Message(String role, String text) {
        @Override
        public String toString() {
            return role;
        }
    }

    /// An example as it will be.
    ///
    /// @param row      1-based among the rows
    /// @param messages what is said; of a preference pair with the preferred answer last
    /// @param rejected the other answer of a preference pair
    public record Sample(long row, List<Message> messages, @Nullable String rejected) {
        public Sample {
            messages = List.copyOf(messages);
        }

        @Override
        public String toString() {
            return "sample of row " + row;
        }
    }

    /// @param rows     that were read
    /// @param written  examples that came out
    /// @param troubles how many rows were left out, by code
    /// @param first    the first rows that were left out
    /// @param samples  the first examples
    /// @param ended    code and values of why it could not be read to its end, or null
    /// @param complete whether the source was read to its end
    public record Outcome(
            long rows,
            long written,
            Map<String, Long> troubles,
            List<RowTrouble> first,
            List<Sample> samples,
            @Nullable ConversionException ended,
            boolean complete) {
        public Outcome {
            troubles = Map.copyOf(troubles);
            first = List.copyOf(first);
            samples = List.copyOf(samples);
        }
    }

    public Conversion(Layout layout, Mapping mapping, Watcher watcher) {
        this.layout = layout;
        this.mapping = mapping;
        this.watcher = watcher;
    }

    /// Converts all of it. Reads the source to its end; does not close it.
    ///
    /// @throws ConversionException when it cannot be read to its end
    public Outcome write(InputStream source, OutputStream out) throws IOException {
        Outcome outcome = run(source, out, Long.MAX_VALUE, 200, 0);
        if (outcome.ended() != null) {
            throw outcome.ended();
        }
        return outcome;
    }

    /// Converts the first rows only.
    ///
    /// @param mostRows how many rows to read
    /// @param samples  how many examples to show
    public Outcome preview(InputStream source, long mostRows, int samples) throws IOException {
        return run(source, OutputStream.nullOutputStream(), mostRows, 50, samples);
    }

    private Outcome run(
            InputStream source, OutputStream out, long mostRows, int mostTroubles, int mostSamples)
            throws IOException {
        var run = new Run(out, mostTroubles, mostSamples);
        ConversionException ended = null;
        boolean complete = false;
        // closing it would close the source
        Rows rows = Source.rows(new WatchedStream(source), layout);
        try {
            while (run.rows < mostRows) {
                Rows.Raw row = rows.next();
                if (row == null) {
                    complete = true;
                    break;
                }
                run.row(row);
            }
        } catch (ConversionException e) {
            ended = e;
        }
        return new Outcome(
                run.rows, run.written, run.troubles, run.first, run.samples, ended, complete);
    }

    private final class WatchedStream extends FilterInputStream {
        private long read;

        WatchedStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int count = in.read(into, from, length);
            if (count > 0) {
                read += count;
                watcher.reached(read);
            }
            return count;
        }
    }

    private final class Run {
        private final OutputStream out;
        private final int mostTroubles;
        private final int mostSamples;
        private final Map<String, Long> troubles = new TreeMap<>();
        private final List<RowTrouble> first = new ArrayList<>();
        private final List<Sample> samples = new ArrayList<>();
        private long rows;
        private long written;

        Run(OutputStream out, int mostTroubles, int mostSamples) {
            this.out = out;
            this.mostTroubles = mostTroubles;
            this.mostSamples = mostSamples;
        }

        void row(Rows.Raw row) throws IOException {
            rows++;
            if (row.trouble() != null) {
                trouble(row, row.trouble(), "");
            } else if (Shapes.isOfTheProtocol(row.members())) {
                shaped(row);
            } else if (layout.format() == SourceFormat.SHAREGPT
                    && Shapes.conversation(row.members()) != null) {
                conversation(row);
            } else {
                mapped(row);
            }
        }

        private void trouble(Rows.Raw row, String code, String arg) {
            troubles.merge(code, 1L, Long::sum);
            if (first.size() < mostTroubles) {
                first.add(new RowTrouble(rows, row.line(), code, arg));
            }
        }

        private void write(byte[] json) throws IOException {
            out.write(json);
            out.write('\n');
            written++;
        }

        /// An example of the protocol already: as it is, on a line of its own.
        private void shaped(Rows.Raw row) throws IOException {
            write(row.json());
            if (samples.size() < mostSamples) {
                String list = row.members().get("messages");
                if (list != null && Shapes.read(list) instanceof Shapes.Read.Messages(var said)) {
                    sample(said, null);
                } else {
                    samples.add(
                            new Sample(
                                    rows,
                                    List.of(
                                            new Message(
                                                    "",
                                                    new String(
                                                            row.json(), StandardCharsets.UTF_8))),
                                    null));
                }
            }
        }

        private void conversation(Rows.Raw row) throws IOException {
            String list = Shapes.conversation(row.members());
            switch (Shapes.read(list == null ? "" : list)) {
                case Shapes.Read.Trouble(var code, var arg) -> trouble(row, code, arg);
                case Shapes.Read.Messages(var said) -> {
                    List<Shapes.Said> all = new ArrayList<>();
                    String system = row.members().getOrDefault("system", mapping.systemText());
                    boolean has = !said.isEmpty() && said.getFirst().role().equals("system");
                    if (!system.isBlank() && !has) {
                        all.add(new Shapes.Said("system", system));
                    }
                    all.addAll(said);
                    example(row, all, null);
                }
            }
        }

        private void mapped(Rows.Raw row) throws IOException {
            if (row.values().size() > layout.columns().size()) {
                trouble(
                        row,
                        "row_too_many_columns",
                        row.values().size() + " / " + layout.columns().size());
                return;
            }
            String question = value(row, Part.QUESTION);
            String answer = value(row, Part.ANSWER);
            if (question.isBlank()) {
                trouble(row, "row_without_question", "");
                return;
            }
            if (answer.isBlank()) {
                trouble(row, "row_without_answer", "");
                return;
            }
            List<Shapes.Said> said = new ArrayList<>();
            String system = value(row, Part.SYSTEM);
            if (system.isBlank()) {
                system = mapping.systemText();
            }
            if (!system.isBlank()) {
                said.add(new Shapes.Said("system", system.strip()));
            }
            String history = value(row, Part.HISTORY).strip();
            if (!history.isEmpty()) {
                switch (Shapes.read(history)) {
                    case Shapes.Read.Trouble(var code, var arg) -> {
                        trouble(row, code, arg);
                        return;
                    }
                    case Shapes.Read.Messages(var before) -> said.addAll(before);
                }
            }
            String context = value(row, Part.CONTEXT).strip();
            said.add(
                    new Shapes.Said(
                            "user",
                            context.isEmpty()
                                    ? question.strip()
                                    : question.strip() + "\n\n" + context));
            said.add(new Shapes.Said("assistant", answer.strip()));
            String rejected = value(row, Part.REJECTED).strip();
            boolean pairs = mapping.column(Part.REJECTED) != null;
            if (pairs && rejected.isEmpty()) {
                trouble(row, "row_without_rejected", "");
                return;
            }
            example(row, said, pairs ? rejected : null);
        }

        private String value(Rows.Raw row, Part part) {
            Integer column = mapping.column(part);
            if (column == null || column >= layout.columns().size()) {
                return "";
            }
            if (row.json().length > 0) {
                return row.members().getOrDefault(layout.columns().get(column), "");
            }
            return column < row.values().size() ? row.values().get(column) : "";
        }

        private void example(Rows.Raw row, List<Shapes.Said> said, @Nullable String rejected)
                throws IOException {
            if (said.stream().noneMatch(s -> s.role().equals("user"))) {
                trouble(row, "row_without_question", "");
                return;
            }
            if (!said.getLast().role().equals("assistant") || said.getLast().text().isBlank()) {
                trouble(row, "row_without_answer", "");
                return;
            }
            write(json(said, rejected));
            sample(said, rejected);
        }

        private void sample(List<Shapes.Said> said, @Nullable String rejected) {
            if (samples.size() < mostSamples) {
                samples.add(
                        new Sample(
                                rows,
                                said.stream().map(s -> new Message(s.role(), s.text())).toList(),
                                rejected));
            }
        }
    }

    private static byte[] json(List<Shapes.Said> said, @Nullable String rejected) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = Rows.JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            if (rejected == null) {
                messages(json, "messages", said);
            } else {
                json.writeName("input");
                json.writeStartObject();
                messages(json, "messages", said.subList(0, said.size() - 1));
                json.writeEndObject();
                messages(json, "preferred_output", List.of(said.getLast()));
                messages(
                        json,
                        "non_preferred_output",
                        List.of(new Shapes.Said("assistant", rejected)));
            }
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void messages(JsonGenerator json, String key, List<Shapes.Said> said) {
        json.writeName(key);
        json.writeStartArray();
        for (Shapes.Said message : said) {
            json.writeStartObject();
            json.writeStringProperty("role", message.role());
            json.writeStringProperty("content", message.text());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
