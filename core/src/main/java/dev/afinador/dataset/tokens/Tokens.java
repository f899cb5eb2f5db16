package dev.afinador.dataset.tokens;

/// The tokens of one text.
///
/// @param ids  in order of the text
/// @param ends byte offset where each token ends; a token may end in the middle of a character
@SuppressWarnings("ArrayRecordComponent") // thousands per text; shown once and dropped
public record Tokens(int[] ids, int[] ends) {

    public int count() {
        return ids.length;
    }
}
