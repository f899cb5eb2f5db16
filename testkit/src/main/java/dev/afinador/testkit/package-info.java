/// What the tests of every module share: a clock that tests set, generators of training files, and in
/// [dev.afinador.testkit.provider] a provider that does what its script says.
///
/// Never a dependency of main code elsewhere.
@NullMarked
package dev.afinador.testkit;

import org.jspecify.annotations.NullMarked;
