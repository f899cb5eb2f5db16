/// What a terminal or a CI asks for without a server: `afinador check`. Start reading at [Main]; `CheckCommand` has the options,
/// `Output` the formats of the report.
@NullMarked
package dev.afinador.cli;

import org.jspecify.annotations.NullMarked;
