package dev.afinador.dataset.repair;

import dev.afinador.dataset.repair.JsonSpans.Member;
import dev.afinador.dataset.repair.JsonSpans.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Spells keys and roles as the protocol does. A key is renamed only where the right one is not there, so nothing is ever
/// overwritten.
final class Spelling {

    /// From 2024-12 to 2025-04 the official description had these (protocol reference, 12.2).
    private static final Map<String, String> OLD =
            Map.of(
                    "preferredcompletion", "preferred_output",
                    "nonpreferredcompletion", "non_preferred_output");

    private static final Set<String> EXAMPLE_KEYS =
            Set.of(
                    "messages",
                    "tools",
                    "parallel_tool_calls",
                    "functions",
                    "input",
                    "preferred_output",
                    "non_preferred_output",
                    "prompt",
                    "completion");
    private static final Set<String> INPUT_KEYS =
            Set.of("messages", "tools", "parallel_tool_calls");
    private static final Set<String> MESSAGE_KEYS =
            Set.of(
                    "role",
                    "content",
                    "name",
                    "weight",
                    "tool_calls",
                    "tool_call_id",
                    "function_call");
    private static final Set<String> ROLES =
            Set.of("system", "developer", "user", "assistant", "tool", "function");

    /// Keys that a slip of one letter may stand for. Short or optional ones may be somebody's own.
    private static final Set<String> SLIPS = Set.of("messages", "role", "content");

    private final JsonSpans json;
    private final List<Edit> edits = new ArrayList<>();

    private Spelling(JsonSpans json) {
        this.json = json;
    }

    static List<Edit> edits(JsonSpans json) {
        var spelling = new Spelling(json);
        spelling.example();
        return spelling.edits;
    }

    private void example() {
        List<Member> members = json.members(json.start());
        Map<String, String> renamed = rename(members, EXAMPLE_KEYS);
        for (Member member : members) {
            switch (renamed.getOrDefault(member.key(), member.key())) {
                case "messages", "preferred_output", "non_preferred_output" ->
                        messages(member.value());
                case "input" -> {
                    if (json.isObject(member.value())) {
                        input(member.value());
                    }
                }
                default -> {}
            }
        }
    }

    private void input(Span at) {
        List<Member> members = json.members(at.from());
        Map<String, String> renamed = rename(members, INPUT_KEYS);
        for (Member member : members) {
            if (renamed.getOrDefault(member.key(), member.key()).equals("messages")) {
                messages(member.value());
            }
        }
    }

    private void messages(Span at) {
        if (!json.isArray(at)) {
            return;
        }
        for (Span element : json.elements(at.from())) {
            if (json.isObject(element)) {
                message(element);
            }
        }
    }

    private void message(Span at) {
        List<Member> members = json.members(at.from());
        Map<String, String> renamed = rename(members, MESSAGE_KEYS);
        for (Member member : members) {
            boolean role = renamed.getOrDefault(member.key(), member.key()).equals("role");
            if (role && json.isText(member.value())) {
                String written = json.text(member.value());
                String meant = written.strip().toLowerCase(Locale.ROOT);
                if (!written.equals(meant) && ROLES.contains(meant)) {
                    edits.add(Edit.text(member.value(), meant));
                }
            }
        }
    }

    /// Notes the edits and gives what each wrong key is called now.
    private Map<String, String> rename(List<Member> members, Set<String> known) {
        Set<String> there = members.stream().map(Member::key).collect(Collectors.toSet());
        Map<String, String> renamed = new HashMap<>();
        for (Member member : members) {
            if (known.contains(member.key())) {
                continue;
            }
            Optional<String> right =
                    meant(member, known)
                            .filter(key -> !there.contains(key) && !renamed.containsValue(key));
            right.ifPresent(key -> {
                renamed.put(member.key(), key);
                edits.add(Edit.text(member.keyAt(), key));
            });
        }
        return renamed;
    }

    private Optional<String> meant(Member member, Set<String> known) {
        String plain = plain(member.key());
        String old = OLD.get(plain);
        if (old != null && known.contains(old)) {
            return Optional.of(old);
        }
        for (String key : known) {
            if (plain(key).equals(plain)) {
                return Optional.of(key);
            }
        }
        return known.stream()
                .filter(SLIPS::contains)
                .filter(key -> fits(key, member.value()) && isOneSlip(plain, key))
                .findFirst();
    }

    private boolean fits(String key, Span value) {
        return switch (key) {
            case "messages" -> json.isArray(value);
            case "role" -> json.isText(value) && ROLES.contains(plain(json.text(value)));
            default -> json.isText(value) || json.isArray(value);
        };
    }

    private static String plain(String key) {
        return key.strip().toLowerCase(Locale.ROOT).replaceAll("[_\\- ]", "");
    }

    /// Whether one letter more, less, other or swapped with its neighbour makes one word of the other.
    private static boolean isOneSlip(String a, String b) {
        if (Math.abs(a.length() - b.length()) > 1) {
            return false;
        }
        int head = 0;
        int most = Math.min(a.length(), b.length());
        while (head < most && a.charAt(head) == b.charAt(head)) {
            head++;
        }
        String restA = a.substring(head);
        String restB = b.substring(head);
        return tail(restA, 1).equals(restB) // one more
                || restA.equals(tail(restB, 1)) // one less
                || tail(restA, 1).equals(tail(restB, 1)) // another
                || (restA.length() > 1
                        && restB.length() > 1
                        && restA.charAt(0) == restB.charAt(1)
                        && restA.charAt(1) == restB.charAt(0)
                        && tail(restA, 2).equals(tail(restB, 2)));
    }

    private static String tail(String text, int from) {
        return text.length() <= from ? "" : text.substring(from);
    }
}
