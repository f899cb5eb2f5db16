/// Providers: configured accounts at endpoints that speak the fine-tuning protocol, and the port to talk to them.
///
/// A leaf: sees no other feature but `work`. Start reading at [Provider], then [FineTuningBackend].
@NullMarked
package dev.afinador.provider;

import org.jspecify.annotations.NullMarked;
