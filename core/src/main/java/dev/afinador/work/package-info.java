/// Small shared ports of background work: transactions, clocks of retries, ids. Everything else may use it; it uses
/// nothing.
@NullMarked
package dev.afinador.work;

import org.jspecify.annotations.NullMarked;
