package dev.afinador.server.web.shared;

import org.jspecify.annotations.Nullable;

/// One thing that was found, with its evidence and the exact next action.
public record FindingView(
        Tone tone, String title, @Nullable String evidence, @Nullable String action) {}
