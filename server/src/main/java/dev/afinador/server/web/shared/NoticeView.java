package dev.afinador.server.web.shared;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A message above or inside a page: what happened and what to do.
///
/// @param detail evidence in small type (a code, a request id), or null
/// @param href   where to act, or null
public record NoticeView(
        Tone tone,
        String title,
        @Nullable String text,
        @Nullable String todo,
        @Nullable String detail,
        @Nullable String href,
        @Nullable String label) {

    public List<Piece> textPieces() {
        return Piece.of(text);
    }

    public List<Piece> todoPieces() {
        return Piece.of(todo);
    }

    public static NoticeView of(Tone tone, String title, @Nullable String text) {
        return new NoticeView(tone, title, text, null, null, null, null);
    }
}
