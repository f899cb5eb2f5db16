package dev.afinador.dataset.repair;

import dev.afinador.dataset.repair.JsonSpans.Member;
import dev.afinador.dataset.repair.JsonSpans.Span;
import java.util.ArrayList;
import java.util.List;

/// Takes blanks away before and after the text of messages. A prompt and its completion keep theirs: the blank before a
/// completion is part of the format. So does a text that is nothing but blanks: that is for a person to look at.
final class Trimming {

    private final byte[] bytes;
    private final JsonSpans json;
    private final List<Edit> edits = new ArrayList<>();

    private Trimming(byte[] bytes, JsonSpans json) {
        this.bytes = bytes;
        this.json = json;
    }

    static List<Edit> edits(byte[] bytes, JsonSpans json) {
        var trimming = new Trimming(bytes, json);
        trimming.members(json.members(json.start()));
        return trimming.edits;
    }

    private void members(List<Member> members) {
        for (Member member : members) {
            switch (member.key()) {
                case "messages", "preferred_output", "non_preferred_output" ->
                        messages(member.value());
                case "input" -> {
                    if (json.isObject(member.value())) {
                        members(json.members(member.value().from()));
                    }
                }
                default -> {}
            }
        }
    }

    private void messages(Span at) {
        if (!json.isArray(at)) {
            return;
        }
        for (Span element : json.elements(at.from())) {
            if (json.isObject(element)) {
                json.members(element.from()).stream()
                        .filter(member -> member.key().equals("content"))
                        .forEach(member -> content(member.value()));
            }
        }
    }

    private void content(Span at) {
        if (json.isText(at)) {
            text(at);
        } else if (json.isArray(at)) {
            List<Span> parts = json.elements(at.from());
            if (parts.size() == 1
                    && json.isObject(parts.getFirst())) { // between parts a blank may be meant
                json.members(parts.getFirst().from()).stream()
                        .filter(member ->
                                member.key().equals("text") && json.isText(member.value()))
                        .forEach(member -> text(member.value()));
            }
        }
    }

    private void text(Span at) {
        int from = at.from() + 1;
        int to = at.to() - 1;
        int start = from;
        for (int width = blankAt(start, to); width > 0; width = blankAt(start, to)) {
            start += width;
        }
        if (start == to) {
            return;
        }
        int end = to;
        for (int width = blankBefore(start, end); width > 0; width = blankBefore(start, end)) {
            end -= width;
        }
        if (start > from) {
            edits.add(new Edit(from, start, ""));
        }
        if (end < to) {
            edits.add(new Edit(end, to, ""));
        }
    }

    /// @return bytes of the blank that begins here, 0 when there is none
    private int blankAt(int at, int to) {
        if (at >= to) {
            return 0;
        }
        if (bytes[at] == ' ') {
            return 1;
        }
        if (bytes[at] == '\\') {
            return at + 1 < to && "ntrf".indexOf(bytes[at + 1]) >= 0 ? 2 : 0;
        }
        // U+00A0, no-break space
        return at + 1 < to && bytes[at] == (byte) 0xC2 && bytes[at + 1] == (byte) 0xA0 ? 2 : 0;
    }

    /// @return bytes of the blank that ends here, 0 when there is none
    private int blankBefore(int from, int end) {
        if (end <= from) {
            return 0;
        }
        byte last = bytes[end - 1];
        if (last == ' ') {
            return 1;
        }
        if (end - 2 < from) {
            return 0;
        }
        if (last == (byte) 0xA0 && bytes[end - 2] == (byte) 0xC2) {
            return 2;
        }
        return "ntrf".indexOf(last) >= 0 && isEscape(from, end - 2) ? 2 : 0;
    }

    /// Whether the backslash here begins an escape and is not the end of one: an odd number of them stands in a row.
    private boolean isEscape(int from, int at) {
        int backslashes = 0;
        for (int i = at; i >= from && bytes[i] == '\\'; i--) {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }
}
