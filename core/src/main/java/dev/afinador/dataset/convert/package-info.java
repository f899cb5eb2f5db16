/// Tables, JSON lists and the shapes of other tools as training examples. What becomes of which column is a [Mapping] that a
/// person can change; rows that cannot be converted are named one by one. May use `dataset` and `dataset.make`. Start reading at
/// [dev.afinador.dataset.convert.Conversion].
@org.jspecify.annotations.NullMarked
package dev.afinador.dataset.convert;
