/// The trainer's child processes: training, answering, inspecting (`docs/trainer-process.md`). Nothing here loads native code.
///
/// Start reading at [TrainerProcesses] and [Sampler].
@NullMarked
package dev.afinador.engine.process;

import org.jspecify.annotations.NullMarked;
