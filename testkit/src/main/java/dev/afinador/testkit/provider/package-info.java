/// A provider of the fine-tuning protocol that answers over a real socket, moves its jobs by script and fails on command.
///
/// Start reading at [FakeProvider]; [Fault] lists what can go wrong and [JobScript] how jobs live. As a process it is
/// [FakeProviderMain], steered through [ControlApi].
@NullMarked
package dev.afinador.testkit.provider;

import org.jspecify.annotations.NullMarked;
