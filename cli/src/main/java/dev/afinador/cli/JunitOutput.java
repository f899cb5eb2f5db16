package dev.afinador.cli;

import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetFinding.Severity;
import dev.afinador.dataset.DatasetText;
import dev.afinador.dataset.TrainingFileRule;
import dev.afinador.dataset.check.FileReport;
import dev.afinador.text.Messages;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// JUnit's XML as CI servers read it: a suite for each file, a case for each rule that it breaks, or a single case that passes. What
/// does not fail the run is told in cases that pass.
final class JunitOutput implements Output {

    @Override
    public void write(Run run, PrintWriter out) {
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
            var writer =
                    new Writer(
                            run,
                            xml,
                            DatasetText.in(run.locale()),
                            Messages.of(JunitOutput.class, run.locale()));
            writer.document();
            xml.flush();
            out.println();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Writer(Run run, XMLStreamWriter xml, DatasetText words, Messages messages) {

        void document() throws XMLStreamException {
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuites");
            xml.writeAttribute("name", "afinador check");
            for (CheckedFile file : run.files()) {
                suite(file);
            }
            for (String file : run.unreadable()) {
                unread(file);
            }
            xml.writeEndElement();
            xml.writeEndDocument();
        }

        private void unread(String file) throws XMLStreamException {
            xml.writeStartElement("testsuite");
            attribute("name", file);
            attribute("tests", "1");
            attribute("failures", "0");
            attribute("errors", "1");
            attribute("skipped", "0");
            xml.writeStartElement("testcase");
            attribute("classname", file);
            attribute("name", "readable");
            xml.writeEmptyElement("error");
            attribute("message", messages.text("file.unread", file));
            xml.writeEndElement();
            xml.writeEndElement();
        }

        private void suite(CheckedFile file) throws XMLStreamException {
            FileReport report = file.report();
            List<TrainingFileRule> broken = new ArrayList<>();
            for (TrainingFileRule rule : TrainingFileRule.values()) {
                if (report.counts().containsKey(rule.id())) {
                    broken.add(rule);
                }
            }
            long failures = broken.stream().filter(rule -> run.fails(rule.severity())).count();
            xml.writeStartElement("testsuite");
            attribute("name", file.name());
            attribute("tests", String.valueOf(Math.max(1, broken.size())));
            attribute("failures", String.valueOf(failures));
            attribute("errors", "0");
            attribute("skipped", "0");
            if (broken.isEmpty()) {
                xml.writeEmptyElement("testcase");
                attribute("classname", file.name());
                attribute("name", messages.text("text.clean"));
            }
            for (TrainingFileRule rule : broken) {
                testcase(file, rule);
            }
            xml.writeEndElement();
        }

        private void testcase(CheckedFile file, TrainingFileRule rule) throws XMLStreamException {
            List<DatasetFinding> findings =
                    file.report().findings().stream()
                            .filter(finding -> finding.rule().equals(rule.id()))
                            .toList();
            long count = file.report().counts().getOrDefault(rule.id(), 0L);
            String details =
                    findings.stream()
                            .map(f ->
                                    place(file, f) + ": " + words.title(f) + "\n  " + words.fix(f))
                            .collect(Collectors.joining("\n"));
            if (count > findings.size()) {
                details += "\n" + messages.text("text.more", rule.id(), count - findings.size());
            }
            xml.writeStartElement("testcase");
            attribute("classname", file.name());
            attribute("name", rule.id());
            if (run.fails(rule.severity())) {
                xml.writeStartElement("failure");
                attribute("type", rule.severity() == Severity.ERROR ? "error" : "warning");
                attribute(
                        "message",
                        count == 1 && findings.size() == 1
                                ? words.title(findings.getFirst())
                                : messages.text("junit.count", words.title(rule), count));
            } else {
                xml.writeStartElement("system-out");
            }
            xml.writeCharacters(characters(details));
            xml.writeEndElement();
            xml.writeEndElement();
        }

        private static String place(CheckedFile file, DatasetFinding finding) {
            String place = file.name();
            if (finding.line() > 0) {
                place += ":" + finding.line();
            }
            return finding.column() > 0 ? place + ":" + finding.column() : place;
        }

        private void attribute(String name, String value) throws XMLStreamException {
            xml.writeAttribute(name, characters(value));
        }

        /// XML 1.0 has no way to write most control characters, not even escaped; a key of the file may hold some.
        private static String characters(String text) {
            var kept = new StringBuilder(text.length());
            text.codePoints()
                    .map(c ->
                            c == '\n'
                                            || c == '\t'
                                            || (c >= 0x20 && c < 0xD800)
                                            || (c >= 0xE000 && c < 0xFFFE)
                                            || c >= 0x10000
                                    ? c
                                    : 0xFFFD)
                    .forEach(kept::appendCodePoint);
            return kept.toString();
        }
    }
}
