/// Chat templates of model folders: from messages to the one text that the model reads.
///
/// Templates are written in Jinja and lean on Python: the interpreter here speaks that part of both that chat templates use, with the settings and
/// the extra functions of the reference (`trim_blocks`, `lstrip_blocks`, loop controls, `raise_exception`, `strftime_now`, `tojson` of Python's
/// spelling). What it does not know is refused by name when the template is read. Start reading at [ChatTemplate].
@NullMarked
package dev.afinador.trainer.chat;

import org.jspecify.annotations.NullMarked;
