/// What differs between two versions of a file, line by line and within lines, whatever their size. A leaf of `dataset`. Start
/// reading at [dev.afinador.dataset.diff.LineDiff].
@org.jspecify.annotations.NullMarked
package dev.afinador.dataset.diff;
