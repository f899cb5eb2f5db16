package dev.afinador.dataset;

import dev.afinador.dataset.Example.Message;
import dev.afinador.dataset.Example.MessageList;

/// Reinforcement: a conversation that the model is to continue, and fields of any name for the grader.
final class ReinforcementFormat implements Format {

    static final ReinforcementFormat INSTANCE = new ReinforcementFormat();

    private ReinforcementFormat() {}

    /// Nothing marks such a line, so it is told by what it must have: it leaves the last word to the model, and the
    /// grader needs at least one field to compare with.
    static boolean looksLike(Example example) {
        MessageList list = example.lists().get("messages");
        Message last = list == null ? null : list.last();
        return last != null && !last.isFromAssistant() && !example.otherKeys().isEmpty();
    }

    @Override
    public DatasetKind kind() {
        return DatasetKind.REINFORCEMENT;
    }

    @Override
    public void check(Example example, long line, Findings findings) {
        MessageRules.check(example.lists().get("messages"), "$.messages", line, findings, kind());
    }
}
