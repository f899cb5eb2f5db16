/// The packaged server under the load of many viewers, and the naive design under the same. Start reading at
/// [dev.afinador.bench.Benchmark].
@NullMarked
package dev.afinador.bench;

import org.jspecify.annotations.NullMarked;
