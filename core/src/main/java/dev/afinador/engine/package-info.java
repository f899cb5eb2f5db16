/// The local engine's own books: files, uploads, fine-tuning jobs with their events, checkpoints and models, and webhooks out, as
/// a vendor of the protocol keeps them. Training itself happens in child processes behind [Trainer]; HTTP is an adapter in the
/// module `engine`.
///
/// Facts of the wire come from the protocol's published schema and recorded answers; texts that a vendor would send are English,
/// as a vendor's are. Start reading at [EngineJobs] (what a client asks for) and [Training] (what becomes of it).
@NullMarked
package dev.afinador.engine;

import org.jspecify.annotations.NullMarked;
