package dev.afinador.server.web.shared;

/// One entry of a select or a group of radio buttons.
public record Option(String value, String label, boolean selected) {}
