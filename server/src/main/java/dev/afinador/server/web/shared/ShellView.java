package dev.afinador.server.web.shared;

import org.jspecify.annotations.Nullable;

/// What the frame around every page needs.
///
/// @param lang   `es` or `en`
/// @param theme  `light`, `dark` or `system`
/// @param back   path and query of this page, to come back to after a switch
/// @param user   who is signed in, or null
/// @param flash  what the last action did, or null
public record ShellView(
        String lang,
        String theme,
        String back,
        @Nullable String user,
        @Nullable NoticeView flash) {}
