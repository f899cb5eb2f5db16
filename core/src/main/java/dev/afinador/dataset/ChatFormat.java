package dev.afinador.dataset;

import dev.afinador.dataset.Example.Message;
import dev.afinador.dataset.Example.MessageList;

/// Supervised chat: a conversation whose assistant messages are what is learned.
final class ChatFormat implements Format {

    static final ChatFormat INSTANCE = new ChatFormat();

    private ChatFormat() {}

    @Override
    public DatasetKind kind() {
        return DatasetKind.CHAT;
    }

    @Override
    public void check(Example example, long line, Findings findings) {
        for (String key : example.otherKeys()) {
            findings.add(TrainingFileRule.EXAMPLE_KEY_UNKNOWN, line, "$", key);
        }
        MessageList list = example.lists().get("messages");
        if (!MessageRules.check(list, "$.messages", line, findings, kind()) || list == null) {
            return;
        }
        Message last = list.last();
        if (!list.anyAssistant()) {
            findings.add(TrainingFileRule.NO_ASSISTANT, line, "$.messages");
        } else if (last != null && !last.isFromAssistant()) {
            findings.add(
                    TrainingFileRule.LAST_NOT_ASSISTANT,
                    line,
                    "$.messages[" + (list.count() - 1) + "]",
                    last.role() == null ? "?" : last.role());
        }
    }
}
