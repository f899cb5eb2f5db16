package dev.afinador.server.web.shared;

/// A moment. The server says it in words as of now; the browser keeps the words true and shows the exact local time.
///
/// @param iso   UTC, as `<time datetime>` wants it
/// @param text  in words, e.g. `hace 3 s`
/// @param exact date and time in full, with the zone
public record TimeView(String iso, String text, String exact) {}
