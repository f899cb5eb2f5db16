package dev.afinador.trainer.chat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An expression of a template.
sealed interface Expr {
    record Literal(@Nullable Object value) implements Expr {}

    record Name(String name) implements Expr {}

    record ListOf(List<Expr> items) implements Expr {}

    record DictOf(List<Expr> keys, List<Expr> values) implements Expr {}

    /// `of.name`
    record Attribute(Expr of, String name) implements Expr {}

    /// `of[key]`
    record Item(Expr of, Expr key) implements Expr {}

    record Slice(Expr of, @Nullable Expr from, @Nullable Expr to, @Nullable Expr step)
            implements Expr {}

    record Call(Expr callee, List<Expr> args, Map<String, Expr> named) implements Expr {}

    record Filter(Expr of, String name, List<Expr> args, Map<String, Expr> named) implements Expr {}

    record Test(Expr of, String name, List<Expr> args, boolean negated) implements Expr {}

    record Unary(String operator, Expr of) implements Expr {}

    record Binary(String operator, Expr left, Expr right) implements Expr {}

    /// `first < second <= third`
    record Compare(Expr first, List<String> operators, List<Expr> others) implements Expr {}

    /// `then if condition else otherwise`
    record Choice(Expr then, Expr condition, @Nullable Expr otherwise) implements Expr {}
}
