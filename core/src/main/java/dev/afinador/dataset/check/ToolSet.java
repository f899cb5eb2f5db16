package dev.afinador.dataset.check;

import java.util.Map;

/// The tools that an example declares. Most files declare the same ones on every line, so they are read once.
///
/// @param json    as they stand in the file
/// @param tools   what each takes, by name
/// @param clean   whether no rule had anything to say
/// @param hash    of the JSON
/// @param tokens  of the JSON; vendors turn declarations into text of a form they do not tell
@SuppressWarnings("ArrayRecordComponent") // compared by its bytes in one place
record ToolSet(
        byte[] json, Map<String, ArgumentSchema> tools, boolean clean, long hash, int tokens) {}
