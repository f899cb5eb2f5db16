/// Making datasets in the background: a recipe is stored, its maker writes files, they become versions with their lineage. May
/// use `dataset`. Start reading at [dev.afinador.dataset.make.Makings], then [dev.afinador.dataset.make.MakeStep].
@org.jspecify.annotations.NullMarked
package dev.afinador.dataset.make;
