/// Measures how fast training files are checked, `bench/datasets`: a large file, read by programs of their own, one after the other.
/// Start reading at [DatasetBenchmark].
@NullMarked
package dev.afinador.bench.datasets;

import org.jspecify.annotations.NullMarked;
