/// Fine-tuning jobs: the record we keep, the exactly-once creation at the provider, the actions on a job.
///
/// Sees `dataset`, `provider`, `work`. Start reading at [Jobs], then [Submission].
@NullMarked
package dev.afinador.job;

import org.jspecify.annotations.NullMarked;
