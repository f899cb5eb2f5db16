/// What a training will take: epochs, tokens, money, time. Start reading at [TrainingPlan]; prices come from a [PriceList] that
/// people edit.
@NullMarked
package dev.afinador.dataset.cost;

import org.jspecify.annotations.NullMarked;
