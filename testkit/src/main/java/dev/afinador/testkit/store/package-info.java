/// What every store must keep to, as abstract test classes: an implementation's test extends one and says which database
/// it runs on. Start reading at [Stores].
@NullMarked
package dev.afinador.testkit.store;

import org.jspecify.annotations.NullMarked;
