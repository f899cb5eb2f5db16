package dev.afinador.dataset;

import dev.afinador.dataset.Example.Message;
import dev.afinador.dataset.Example.MessageList;
import dev.afinador.dataset.Example.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rules for lists of chat messages, which several formats share.
final class MessageRules {

    private static final List<String> ROLES =
            List.of("system", "user", "assistant", "tool", "function", "developer");
    private static final List<String> PARTS = List.of("text", "image_url");

    private MessageRules() {}

    /// @param path of the list, e.g. `$.messages`
    /// @return whether it is a list with messages in it, so that more rules make sense
    static boolean check(
            @Nullable MessageList list,
            String path,
            long line,
            Findings findings,
            DatasetKind kind) {
        if (list == null || list.shape() != Shape.ARRAY) {
            findings.add(TrainingFileRule.MESSAGES_NOT_A_LIST, line, path);
            return false;
        }
        if (list.count() == 0) {
            findings.add(TrainingFileRule.MESSAGES_EMPTY, line, path);
            return false;
        }
        for (int i = 0; i < list.messages().size(); i++) {
            message(list.messages().get(i), path + "[" + i + "]", line, findings, kind);
        }
        if (list.count() > list.messages().size()) {
            findings.add(
                    TrainingFileRule.MESSAGES_TOO_MANY,
                    line,
                    path,
                    list.count(),
                    list.messages().size());
        }
        return true;
    }

    private static void message(
            Message message, String path, long line, Findings findings, DatasetKind kind) {
        if (message.shape() != Shape.OBJECT) {
            findings.add(TrainingFileRule.MESSAGE_NOT_AN_OBJECT, line, path);
            return;
        }
        role(message, path, line, findings, kind);
        content(message, path, line, findings);
        weight(message, path, line, findings);
        for (String key : message.otherKeys()) {
            findings.add(TrainingFileRule.MESSAGE_KEY_UNKNOWN, line, path, key);
        }
    }

    private static void role(
            Message message, String path, long line, Findings findings, DatasetKind kind) {
        String role = message.role();
        if (role == null || role.isEmpty()) {
            findings.add(TrainingFileRule.ROLE_MISSING, line, path);
        } else if (!ROLES.contains(role)) {
            findings.add(
                    TrainingFileRule.ROLE_UNKNOWN,
                    line,
                    path + ".role",
                    role,
                    String.join(", ", ROLES));
        } else if (role.equals("developer") && kind != DatasetKind.REINFORCEMENT) {
            findings.add(TrainingFileRule.ROLE_DEVELOPER, line, path + ".role");
        }
    }

    private static void content(Message message, String path, long line, Findings findings) {
        boolean calls = message.holds("tool_calls") || message.holds("function_call");
        Shape content = message.keys().get("content");
        if (content == null || content == Shape.NULL) {
            if (!calls) {
                findings.add(
                        TrainingFileRule.CONTENT_MISSING,
                        line,
                        path,
                        message.role() == null ? "?" : message.role());
            }
            return;
        }
        String place = path + ".content";
        if (content != Shape.STRING && content != Shape.ARRAY) {
            findings.add(TrainingFileRule.CONTENT_WRONG_TYPE, line, place, content.word());
        } else if (message.empty().contains("content") && !calls) {
            findings.add(TrainingFileRule.CONTENT_EMPTY, line, place);
        }
        for (int i = 0; i < message.partTypes().size(); i++) {
            String type = message.partTypes().get(i);
            String part = place + "[" + i + "]";
            if (!PARTS.contains(type)) {
                findings.add(TrainingFileRule.CONTENT_PART_UNKNOWN, line, part, type);
            } else if (type.equals("image_url") && message.isFromAssistant()) {
                findings.add(TrainingFileRule.IMAGE_FROM_ASSISTANT, line, part);
            }
        }
    }

    private static void weight(Message message, String path, long line, Findings findings) {
        Shape shape = message.keys().get("weight");
        if (shape == null || shape == Shape.NULL) {
            return;
        }
        String place = path + ".weight";
        Double weight = message.weight();
        if (!message.isFromAssistant()) {
            findings.add(TrainingFileRule.WEIGHT_NOT_ON_ASSISTANT, line, place);
        } else if (weight == null || (weight != 0 && weight != 1)) {
            findings.add(TrainingFileRule.WEIGHT_NOT_0_OR_1, line, place);
        }
    }
}
