/// A scripted trainer: obeys `docs/trainer-process.md` without native code, and misbehaves where its script says so.
///
/// Start reading at [FakeTrainerScript].
@NullMarked
package dev.afinador.testkit.trainer;

import org.jspecify.annotations.NullMarked;
