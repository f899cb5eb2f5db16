package dev.afinador.server.web.shared;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One thing that was found, with its evidence and the exact next action.
public record FindingView(
        Tone tone, String title, @Nullable String evidence, @Nullable String action) {

    public List<Piece> evidencePieces() {
        return Piece.of(evidence);
    }

    public List<Piece> actionPieces() {
        return Piece.of(action);
    }
}
