package dev.afinador.trainer.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// From the pieces of a template to its tree, with Jinja's precedence of operators.
final class Parser {

    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

    private final List<Lexer.Piece> pieces;
    private int piece;
    private List<Token> tokens = List.of();
    private int at;

    private Parser(List<Lexer.Piece> pieces) {
        this.pieces = pieces;
    }

    static List<Node> parse(String template) {
        var parser = new Parser(Lexer.cut(template));
        List<Node> nodes = parser.body(Set.of());
        if (parser.piece < parser.pieces.size()) {
            throw TemplateException.template(
                    "unexpected " + parser.peek().text(), parser.peek().line());
        }
        return nodes;
    }

    /// Nodes up to a block that begins with one of these words; that block's tag is current afterwards, its word consumed.
    private List<Node> body(Set<String> until) {
        var nodes = new ArrayList<Node>();
        while (piece < pieces.size()) {
            Lexer.Piece now = pieces.get(piece);
            tokens = now.tokens();
            at = 0;
            switch (now.kind()) {
                case "text" -> {
                    nodes.add(new Node.Text(now.text()));
                    piece++;
                }
                case "print" -> {
                    nodes.add(new Node.Print(tuple()));
                    end();
                }
                default -> {
                    if (until.contains(peek().text())) {
                        return nodes;
                    }
                    if (peek().text().startsWith("end") || peek().text().startsWith("el")) {
                        throw TemplateException.template(
                                "unexpected " + peek().text(), peek().line());
                    }
                    nodes.add(statement());
                }
            }
        }
        if (!until.isEmpty()) {
            int line = pieces.isEmpty() ? 1 : pieces.get(pieces.size() - 1).line();
            throw TemplateException.template("missing " + String.join(" or ", until), line);
        }
        return nodes;
    }

    private Node statement() {
        Token word = next();
        return switch (word.text()) {
            case "if" -> ifs();
            case "for" -> loop();
            case "set" -> set();
            case "macro" -> macro();
            case "filter" -> filterBlock();
            case "generation" -> {
                end();
                List<Node> body = body(Set.of("endgeneration"));
                close();
                yield new Node.Generation(body);
            }
            case "break" -> {
                end();
                yield new Node.Break();
            }
            case "continue" -> {
                end();
                yield new Node.Continue();
            }
            default ->
                    throw TemplateException.template(
                            "the statement \"" + word.text() + "\" is not supported", word.line());
        };
    }

    private Node ifs() {
        var conditions = new ArrayList<Expr>();
        var bodies = new ArrayList<List<Node>>();
        List<Node> otherwise = List.of();
        conditions.add(tuple());
        end();
        while (true) {
            bodies.add(body(Set.of("elif", "else", "endif")));
            String word = next().text();
            if (word.equals("elif")) {
                conditions.add(tuple());
                end();
            } else {
                end();
                if (word.equals("else")) {
                    otherwise = body(Set.of("endif"));
                    close();
                }
                return new Node.If(conditions, bodies, otherwise);
            }
        }
    }

    private Node loop() {
        var targets = new ArrayList<String>();
        boolean parens = take("(");
        do {
            targets.add(name());
        } while (take(","));
        if (parens) {
            expect(")");
        }
        word("in");
        Expr in = or();
        Expr condition = null;
        if (peek().named("if")) {
            next();
            condition = expr();
        }
        if (peek().named("recursive")) {
            throw TemplateException.template("recursive loops are not supported", peek().line());
        }
        end();
        List<Node> body = body(Set.of("else", "endfor"));
        List<Node> otherwise = List.of();
        if (next().text().equals("else")) {
            end();
            otherwise = body(Set.of("endfor"));
            next();
        }
        end();
        return new Node.For(targets, in, condition, body, otherwise);
    }

    private Node set() {
        var names = new ArrayList<String>();
        names.add(name());
        String attribute = null;
        if (take(".")) {
            attribute = name();
        }
        while (take(",")) {
            names.add(name());
        }
        if (take("=")) {
            Expr value = tuple();
            end();
            return new Node.Set(names, attribute, value);
        }
        end();
        List<Node> body = body(Set.of("endset"));
        close();
        return new Node.SetBlock(names.get(0), body);
    }

    private Node macro() {
        String name = name();
        var params = new ArrayList<String>();
        var defaults = new ArrayList<@Nullable Expr>();
        expect("(");
        while (!take(")")) {
            params.add(name());
            defaults.add(take("=") ? expr() : null);
            if (!peek().is(")")) {
                expect(",");
            }
        }
        end();
        List<Node> body = body(Set.of("endmacro"));
        next();
        if (peek().kind() == Token.Kind.NAME) {
            next();
        }
        end();
        return new Node.Macro(name, params, defaults, body);
    }

    private Node filterBlock() {
        Expr filtered = new Expr.Literal("");
        String name = name();
        var args = new ArrayList<Expr>();
        var named = new LinkedHashMap<String, Expr>();
        if (take("(")) {
            arguments(args, named);
        }
        end();
        List<Node> body = body(Set.of("endfilter"));
        close();
        return new Node.FilterBlock(filter(filtered, name, args, named), body);
    }

    private void close() {
        next();
        end();
    }

    private void end() {
        Token last = peek();
        if (last.kind() != Token.Kind.END) {
            throw TemplateException.template("unexpected \"" + last.text() + "\"", last.line());
        }
        piece++;
    }

    // --- expressions, from the loosest binding to the tightest

    private Expr tuple() {
        Expr first = expr();
        if (!peek().is(",")) {
            return first;
        }
        var items = new ArrayList<Expr>(List.of(first));
        while (take(",")) {
            if (peek().kind() == Token.Kind.END) {
                break;
            }
            items.add(expr());
        }
        return new Expr.ListOf(items);
    }

    private Expr expr() {
        Expr then = or();
        while (peek().named("if")) {
            next();
            Expr condition = or();
            Expr otherwise = null;
            if (peek().named("else")) {
                next();
                otherwise = expr();
            }
            then = new Expr.Choice(then, condition, otherwise);
        }
        return then;
    }

    private Expr or() {
        Expr left = and();
        while (peek().named("or")) {
            next();
            left = new Expr.Binary("or", left, and());
        }
        return left;
    }

    private Expr and() {
        Expr left = not();
        while (peek().named("and")) {
            next();
            left = new Expr.Binary("and", left, not());
        }
        return left;
    }

    private Expr not() {
        if (peek().named("not")) {
            next();
            return new Expr.Unary("not", not());
        }
        return compare();
    }

    private Expr compare() {
        Expr first = sum();
        var operators = new ArrayList<String>();
        var others = new ArrayList<Expr>();
        while (true) {
            Token now = peek();
            if (now.kind() == Token.Kind.OPERATOR && COMPARISONS.contains(now.text())) {
                operators.add(next().text());
            } else if (now.named("in")) {
                next();
                operators.add("in");
            } else if (now.named("not") && peekAfter().named("in")) {
                next();
                next();
                operators.add("not in");
            } else {
                return others.isEmpty() ? first : new Expr.Compare(first, operators, others);
            }
            others.add(sum());
        }
    }

    private Expr sum() {
        Expr left = concat();
        while (peek().is("+") || peek().is("-")) {
            left = new Expr.Binary(next().text(), left, concat());
        }
        return left;
    }

    private Expr concat() {
        Expr left = product();
        while (peek().is("~")) {
            next();
            left = new Expr.Binary("~", left, product());
        }
        return left;
    }

    private Expr product() {
        Expr left = power();
        while (peek().is("*") || peek().is("/") || peek().is("//") || peek().is("%")) {
            left = new Expr.Binary(next().text(), left, power());
        }
        return left;
    }

    private Expr power() {
        Expr left = unary(true);
        while (peek().is("**")) {
            next();
            left = new Expr.Binary("**", left, unary(true));
        }
        return left;
    }

    private Expr unary(boolean withFilters) {
        Expr value;
        if (peek().is("-") || peek().is("+")) {
            value = new Expr.Unary(next().text(), unary(false));
        } else {
            value = postfix(primary());
        }
        return withFilters ? filters(value) : value;
    }

    private Expr primary() {
        Token token = next();
        return switch (token.kind()) {
            case STRING -> {
                var text = new StringBuilder(token.text());
                while (peek().kind() == Token.Kind.STRING) {
                    text.append(next().text());
                }
                yield new Expr.Literal(text.toString());
            }
            case INTEGER -> {
                var number = new java.math.BigInteger(token.text());
                yield new Expr.Literal(
                        number.bitLength() < 64 ? (Object) number.longValue() : number);
            }
            case FLOAT -> new Expr.Literal(Double.valueOf(token.text()));
            case NAME ->
                    switch (token.text()) {
                        case "true", "True" -> new Expr.Literal(Boolean.TRUE);
                        case "false", "False" -> new Expr.Literal(Boolean.FALSE);
                        case "none", "None" -> new Expr.Literal(null);
                        default -> new Expr.Name(token.text());
                    };
            case OPERATOR ->
                    switch (token.text()) {
                        case "(" -> parenthesis();
                        case "[" -> {
                            var items = new ArrayList<Expr>();
                            while (!take("]")) {
                                items.add(expr());
                                if (!peek().is("]")) {
                                    expect(",");
                                }
                            }
                            yield new Expr.ListOf(items);
                        }
                        case "{" -> dict();
                        default ->
                                throw TemplateException.template(
                                        "unexpected \"" + token.text() + "\"", token.line());
                    };
            case END -> throw TemplateException.template("an expression ends early", token.line());
        };
    }

    private Expr parenthesis() {
        if (take(")")) {
            return new Expr.ListOf(List.of());
        }
        Expr first = expr();
        if (take(")")) {
            return first;
        }
        var items = new ArrayList<Expr>(List.of(first));
        while (take(",")) {
            if (!peek().is(")")) {
                items.add(expr());
            }
        }
        expect(")");
        return new Expr.ListOf(items);
    }

    private Expr dict() {
        var keys = new ArrayList<Expr>();
        var values = new ArrayList<Expr>();
        while (!take("}")) {
            keys.add(expr());
            expect(":");
            values.add(expr());
            if (!peek().is("}")) {
                expect(",");
            }
        }
        return new Expr.DictOf(keys, values);
    }

    private Expr postfix(Expr of) {
        Expr value = of;
        while (true) {
            if (take(".")) {
                Token name = next();
                value =
                        name.kind() == Token.Kind.INTEGER
                                ? new Expr.Item(value, new Expr.Literal(Long.valueOf(name.text())))
                                : new Expr.Attribute(value, name.text());
            } else if (take("[")) {
                value = subscript(value);
            } else if (take("(")) {
                var args = new ArrayList<Expr>();
                var named = new LinkedHashMap<String, Expr>();
                arguments(args, named);
                value = new Expr.Call(value, args, named);
            } else {
                return value;
            }
        }
    }

    private Expr subscript(Expr of) {
        Expr from = peek().is(":") ? null : expr();
        if (from != null && take("]")) {
            return new Expr.Item(of, from);
        }
        expect(":");
        Expr to = peek().is(":") || peek().is("]") ? null : expr();
        Expr step = null;
        if (take(":")) {
            step = peek().is("]") ? null : expr();
        }
        expect("]");
        return new Expr.Slice(of, from, to, step);
    }

    /// After the opening parenthesis.
    private void arguments(List<Expr> args, Map<String, Expr> named) {
        while (!take(")")) {
            if (peek().kind() == Token.Kind.NAME && peekAfter().is("=")) {
                String name = next().text();
                next();
                named.put(name, expr());
            } else if (peek().is("*") || peek().is("**")) {
                throw TemplateException.template(
                        "unpacked arguments are not supported", peek().line());
            } else {
                args.add(expr());
            }
            if (!peek().is(")")) {
                expect(",");
            }
        }
    }

    private Expr filters(Expr of) {
        Expr value = of;
        while (true) {
            if (take("|")) {
                String name = name();
                var args = new ArrayList<Expr>();
                var named = new LinkedHashMap<String, Expr>();
                if (take("(")) {
                    arguments(args, named);
                }
                value = filter(value, name, args, named);
            } else if (peek().named("is")) {
                next();
                value = test(value);
            } else if (peek().is("(") || peek().is(".") || peek().is("[")) {
                value = postfix(value);
            } else {
                return value;
            }
        }
    }

    private Expr.Filter filter(Expr of, String name, List<Expr> args, Map<String, Expr> named) {
        if (!Filters.NAMES.contains(name)) {
            throw TemplateException.template(
                    "the filter \"" + name + "\" is not supported", peek().line());
        }
        return new Expr.Filter(of, name, args, named);
    }

    private Expr test(Expr of) {
        boolean negated = peek().named("not");
        if (negated) {
            next();
        }
        String name = name();
        if (!Tests.NAMES.contains(name)) {
            throw TemplateException.template(
                    "the test \"" + name + "\" is not supported", peek().line());
        }
        var args = new ArrayList<Expr>();
        if (take("(")) {
            arguments(args, new LinkedHashMap<>());
        } else if (startsArgument(peek())) {
            args.add(postfix(primary()));
        }
        return new Expr.Test(of, name, args, negated);
    }

    private static boolean startsArgument(Token token) {
        return switch (token.kind()) {
            case STRING, INTEGER, FLOAT -> true;
            case NAME ->
                    !Set.of("else", "or", "and", "is", "if", "in", "not").contains(token.text());
            case OPERATOR -> token.is("[") || token.is("{");
            case END -> false;
        };
    }

    // --- tokens

    private Token peek() {
        return tokens.get(Math.min(at, tokens.size() - 1));
    }

    private Token peekAfter() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    private Token next() {
        Token token = peek();
        at++;
        return token;
    }

    private boolean take(String operator) {
        if (peek().is(operator)) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(String operator) {
        if (!take(operator)) {
            throw TemplateException.template(
                    "\"" + operator + "\" is missing before \"" + peek().text() + "\"",
                    peek().line());
        }
    }

    private void word(String word) {
        Token token = next();
        if (!token.named(word)) {
            throw TemplateException.template("\"" + word + "\" is missing", token.line());
        }
    }

    private String name() {
        Token token = next();
        if (token.kind() != Token.Kind.NAME) {
            throw TemplateException.template("a name is missing", token.line());
        }
        return token.text();
    }
}
