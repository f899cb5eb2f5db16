package dev.afinador.cli;

import dev.afinador.dataset.check.CheckOptions;
import dev.afinador.dataset.check.FileReport;

/// A file that was read, with what the check says.
///
/// @param name as it was given; `-` is standard input
record CheckedFile(String name, CheckOptions.Role role, FileReport report) {}
