package dev.afinador.server.web.shared;

/// How good or bad a thing is. Always shown with its icon and a word, never by colour alone.
public enum Tone {
    OK("ok", "check"),
    INFO("info", "info"),
    WARNING("warning", "warning"),
    ERROR("error", "error");

    private final String css;
    private final String icon;

    Tone(String css, String icon) {
        this.css = css;
        this.icon = icon;
    }

    public String css() {
        return css;
    }

    public String icon() {
        return icon;
    }
}
