package dev.afinador.server.web.apidocs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The API as a page.
///
/// @param example a first call, as a command
public record ApiView(String example, List<Group> groups) {

    /// Operations on one kind of thing.
    public record Group(String id, Text title, List<Operation> operations) {}

    /// @param foreign in English on a page in another language
    public record Text(String words, boolean foreign) {}

    /// One call.
    ///
    /// @param path    with the names of its variables in braces
    /// @param body    null when nothing is sent
    /// @param command the call as a command
    /// @param danger  takes something away
    public record Operation(
            String id,
            String method,
            String path,
            Text title,
            @Nullable Text text,
            List<Parameter> parameters,
            @Nullable Body body,
            List<Answer> answers,
            String command,
            boolean danger) {}

    /// @param in       `path`, `query` or `header`
    /// @param type     e.g. `integer`
    /// @param fallback what counts when it is left out, or null
    public record Parameter(
            String name,
            String in,
            boolean required,
            String type,
            @Nullable Text text,
            @Nullable String fallback) {}

    /// @param type    the content type
    /// @param file    the field of a file to be uploaded, or null
    /// @param shape   names and types, or null when it is not described
    /// @param example to start from
    public record Body(
            String type, @Nullable String file, @Nullable String shape, String example) {}

    /// @param types content types, or empty
    /// @param shape names and types of a JSON answer, or null
    public record Answer(String status, String types, @Nullable String shape) {}
}
