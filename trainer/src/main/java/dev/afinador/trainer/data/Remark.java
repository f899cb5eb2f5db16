package dev.afinador.trainer.data;

/// Something about a line that a person should know and that does not stop the training.
///
/// @param code stable word for programs: `example_cut`, `control_token_in_text`, `tools_not_in_template`
public record Remark(String code, long line, String message) {}
