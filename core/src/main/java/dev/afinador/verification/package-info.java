/// The verification of one job: facts in, findings and a conclusion out. A pure function; facts are gathered beside it.
///
/// Start reading at [Verifier].
@NullMarked
package dev.afinador.verification;

import org.jspecify.annotations.NullMarked;
