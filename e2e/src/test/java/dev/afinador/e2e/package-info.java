/// Tests of the packaged server from outside: as a process, by its HTTP, against a scripted provider.
///
/// Start reading at [AfinadorProcess]. Nothing of the server is on the class path here.
package dev.afinador.e2e;
