/// Training: what to do ([RunSpec]), in which order ([Plan]), the loss ([HeadLoss]), the loop ([TrainingRun]), and what is on the disk while it goes on
/// ([RunLog], [Checkpoints]). Start reading at [TrainingRun].
@NullMarked
package dev.afinador.trainer.train;

import org.jspecify.annotations.NullMarked;
