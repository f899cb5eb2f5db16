package dev.afinador.trainer.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A piece of a template.
sealed interface Node {
    record Text(String text) implements Node {}

    record Print(Expr expr) implements Node {}

    record If(List<Expr> conditions, List<List<Node>> bodies, List<Node> otherwise)
            implements Node {}

    record For(
            List<String> targets,
            Expr in,
            @Nullable Expr condition,
            List<Node> body,
            List<Node> otherwise)
            implements Node {}

    /// @param attribute of a namespace, or null for a plain name
    record Set(List<String> names, @Nullable String attribute, Expr value) implements Node {}

    record SetBlock(String name, List<Node> body) implements Node {}

    record Macro(String name, List<String> params, List<@Nullable Expr> defaults, List<Node> body)
            implements Node {}

    record FilterBlock(Expr.Filter filter, List<Node> body) implements Node {}

    /// What the assistant says: the part that is trained, where a template marks it.
    record Generation(List<Node> body) implements Node {}

    record Break() implements Node {}

    record Continue() implements Node {}
}
