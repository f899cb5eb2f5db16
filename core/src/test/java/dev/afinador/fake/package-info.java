/// Hand-written doubles of the ports: stores in memory that keep to the stores' contracts, a queue that a test steps by hand, an
/// account at a provider, and deaths of the process at any moment. Start reading at [World].
@NullMarked
package dev.afinador.fake;

import org.jspecify.annotations.NullMarked;
