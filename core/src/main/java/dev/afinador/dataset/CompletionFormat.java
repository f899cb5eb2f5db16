package dev.afinador.dataset;

import dev.afinador.dataset.Example.Shape;
import java.util.List;

/// Legacy pairs of `prompt` and `completion`.
final class CompletionFormat implements Format {

    static final CompletionFormat INSTANCE = new CompletionFormat();

    static final List<String> KEYS = List.of("prompt", "completion");

    private CompletionFormat() {}

    @Override
    public DatasetKind kind() {
        return DatasetKind.COMPLETION;
    }

    @Override
    public void check(Example example, long line, Findings findings) {
        for (String key : KEYS) {
            Shape shape = example.keys().get(key);
            if (shape == null) {
                findings.add(TrainingFileRule.COMPLETION_KEY_MISSING, line, "$", key);
            } else if (shape != Shape.STRING) {
                findings.add(
                        TrainingFileRule.COMPLETION_NOT_A_STRING,
                        line,
                        "$." + key,
                        key,
                        shape.word());
            }
        }
        for (String key : example.otherKeys()) {
            findings.add(TrainingFileRule.EXAMPLE_KEY_UNKNOWN, line, "$", key);
        }
    }
}
