/// The check of training files: cuts a file at its line breaks, checks the pieces on all processors, and puts the results
/// together in the file's order, so that they depend on neither threads nor cuts. Memory is bounded whatever the size.
///
/// Start reading at [TrainingFile]. `Blocks` cuts, `LineCheck` looks at one line with the rules of its format
/// (`MessageRules` and what it calls), `Texts` at what its texts say, `WholeFile` at what only all lines together tell.
@NullMarked
package dev.afinador.dataset.check;

import org.jspecify.annotations.NullMarked;
