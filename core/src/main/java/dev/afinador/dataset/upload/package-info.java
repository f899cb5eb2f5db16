/// Files that come in pieces: an upload that broke off goes on where it stopped, also after a restart. May use `dataset`, and for
/// tidying up `dataset.make`.
/// Start reading at [dev.afinador.dataset.upload.Uploads].
@org.jspecify.annotations.NullMarked
package dev.afinador.dataset.upload;
