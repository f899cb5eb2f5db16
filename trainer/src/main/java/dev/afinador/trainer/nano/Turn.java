package dev.afinador.trainer.nano;

/// One message of a conversation; `role` is `system`, `user` or `assistant`.
record Turn(String role, String content) {}
