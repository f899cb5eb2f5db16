/// The client of OpenAI's fine-tuning protocol, tolerant of the vendors that speak it in their own way.
///
/// Sees `core` alone. Start reading at [OpenAiBackends], then [OpenAiBackend]; what goes over the wire is in [Wire], what an
/// answer means in [Failures] and [Reader], what is peculiar to a vendor in [Vendor].
@NullMarked
package dev.afinador.openai;

import org.jspecify.annotations.NullMarked;
