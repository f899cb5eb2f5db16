package dev.afinador.dataset.repair;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;

/// Bytes of a line that others take the place of.
record Edit(int from, int to, String with) {

    /// Another text in the place of one, quotes included. Only for texts that need no escapes.
    static Edit text(JsonSpans.Span at, String text) {
        return new Edit(at.from(), at.to(), '"' + text + '"');
    }

    /// @param edits in any order, none over another
    static byte[] apply(List<Edit> edits, byte[] line, int length) {
        var out = new java.io.ByteArrayOutputStream(length + 64);
        int at = 0;
        for (Edit edit : edits.stream().sorted(Comparator.comparingInt(Edit::from)).toList()) {
            out.write(line, at, edit.from() - at);
            out.writeBytes(edit.with().getBytes(StandardCharsets.UTF_8));
            at = edit.to();
        }
        out.write(line, at, length - at);
        return out.toByteArray();
    }
}
