/// Safe fixes of training files: a new version is written, the old one stays. Works line by line, so a file may be of any size,
/// and the same file with the same plan gives the same result. May use `dataset`, `dataset.diff` and `dataset.make`. Start reading
/// at [dev.afinador.dataset.repair.Repair].
@org.jspecify.annotations.NullMarked
package dev.afinador.dataset.repair;
