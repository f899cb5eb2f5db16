package dev.afinador.dataset;

import dev.afinador.dataset.Example.MessageList;
import dev.afinador.dataset.Example.Shape;
import java.util.List;
import java.util.Map;

/// Preference pairs: a question, the answer that is wanted and the one that is not.
final class PreferenceFormat implements Format {

    static final PreferenceFormat INSTANCE = new PreferenceFormat();

    /// Any of these marks a line as meant for this format.
    static final List<String> KEYS =
            List.of(
                    "preferred_output",
                    "non_preferred_output",
                    "preferred_completion",
                    "non_preferred_completion");

    /// An earlier official schema's spelling of each key; no provider takes it.
    private static final Map<String, String> OLD_SPELLING =
            Map.of(
                    "preferred_output", "preferred_completion",
                    "non_preferred_output", "non_preferred_completion");

    private PreferenceFormat() {}

    @Override
    public DatasetKind kind() {
        return DatasetKind.PREFERENCE;
    }

    @Override
    public void check(Example example, long line, Findings findings) {
        input(example, line, findings);
        output("preferred_output", example, line, findings);
        output("non_preferred_output", example, line, findings);
        for (String key : example.otherKeys()) {
            findings.add(TrainingFileRule.EXAMPLE_KEY_UNKNOWN, line, "$", key);
        }
    }

    private void input(Example example, long line, Findings findings) {
        Shape input = example.keys().get("input");
        if (input == null) {
            findings.add(TrainingFileRule.PREFERENCE_KEY_MISSING, line, "$", "input");
        } else if (input != Shape.OBJECT) {
            findings.add(TrainingFileRule.INPUT_NOT_AN_OBJECT, line, "$.input");
        } else {
            MessageRules.check(
                    example.lists().get("input.messages"),
                    "$.input.messages",
                    line,
                    findings,
                    kind());
        }
    }

    private void output(String key, Example example, long line, Findings findings) {
        String old = OLD_SPELLING.getOrDefault(key, key);
        if (example.has(old)) {
            findings.add(TrainingFileRule.OLD_PREFERENCE_KEY, line, "$." + old, old, key);
            return;
        }
        if (!example.has(key)) {
            findings.add(TrainingFileRule.PREFERENCE_KEY_MISSING, line, "$", key);
            return;
        }
        String path = "$." + key;
        MessageList list = example.lists().get(key);
        if (!MessageRules.check(list, path, line, findings, kind()) || list == null) {
            return;
        }
        if (list.count() != 1) {
            findings.add(TrainingFileRule.OUTPUT_NOT_ONE_MESSAGE, line, path, list.count());
        } else if (list.last() != null
                && list.last().role() != null
                && !list.last().isFromAssistant()) {
            findings.add(
                    TrainingFileRule.OUTPUT_NOT_FROM_ASSISTANT,
                    line,
                    path + "[0].role",
                    list.last().role());
        }
    }
}
