package dev.afinador.trainer.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Cuts a template into text and tags, and tags into words, with the white space rules of `trim_blocks` and `lstrip_blocks`.
final class Lexer {

    /// @param kind `text`, `print` or `block`
    record Piece(String kind, String text, List<Token> tokens, int line) {}

    private static final Pattern RAW_END = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%\\}");
    private static final Pattern NUMBER = Pattern.compile("\\d[\\d_]*(\\.\\d+)?([eE][-+]?\\d+)?");
    private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{Nd}_]*");
    private static final String[] OPERATORS = {
        "**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")",
        "[", "]", "{", "}", ",", ":", ".", "|", ";"
    };

    private final String source;
    private final List<Piece> pieces = new ArrayList<>();
    private int at;
    private boolean lineStarts = true;
    private boolean stripNext;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Piece> cut(String template) {
        String source = template.replace("\r\n", "\n").replace("\r", "\n");
        if (source.endsWith("\n")) {
            source = source.substring(0, source.length() - 1);
        }
        var lexer = new Lexer(source);
        lexer.run();
        return lexer.pieces;
    }

    private void run() {
        while (at < source.length()) {
            int tag = nextTag(at);
            if (tag < 0) {
                text(source.substring(at), at);
                return;
            }
            char kind = source.charAt(tag + 1);
            char sign = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
            text(before(source.substring(at, tag), kind, sign), at);
            stripNext = false;
            at = tag + 2 + (sign == '-' || sign == '+' && kind != '{' ? 1 : 0);
            switch (kind) {
                case '#' -> comment(tag);
                case '{' -> tag("print", "}}", tag);
                default -> tag("block", "%}", tag);
            }
        }
    }

    private int nextTag(int from) {
        for (int i = from; i + 1 < source.length(); i++) {
            if (source.charAt(i) == '{') {
                char next = source.charAt(i + 1);
                if (next == '{' || next == '%' || next == '#') {
                    return i;
                }
            }
        }
        return -1;
    }

    private String before(String text, char kind, char sign) {
        if (sign == '-') {
            return stripTrailing(text);
        }
        if (sign != '+' && kind != '{') {
            int line = text.lastIndexOf('\n') + 1;
            if ((line > 0 || lineStarts) && text.substring(line).isBlank()) {
                return text.substring(0, line);
            }
        }
        return text;
    }

    private void text(String raw, int from) {
        String text = stripNext ? stripLeading(raw) : raw;
        if (!text.isEmpty()) {
            pieces.add(new Piece("text", text, List.of(), line(from)));
        }
    }

    private void comment(int tag) {
        int end = source.indexOf("#}", at);
        if (end < 0) {
            throw TemplateException.template("a comment is not closed", line(tag));
        }
        after(source.charAt(end - 1), end + 2, true);
    }

    private void tag(String kind, String close, int tag) {
        var tokens = new ArrayList<Token>();
        int depth = 0;
        while (true) {
            while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
                at++;
            }
            if (at >= source.length()) {
                throw TemplateException.template("a tag is not closed", line(tag));
            }
            char c = source.charAt(at);
            boolean signed =
                    (c == '-' || c == '+' && kind.equals("block"))
                            && source.startsWith(close, at + 1);
            // a "}}" may close two dictionaries
            if (signed || (depth == 0 && source.startsWith(close, at))) {
                int end = at + close.length() + (signed ? 1 : 0);
                tokens.add(new Token(Token.Kind.END, "", line(at)));
                if (kind.equals("block") && tokens.get(0).named("raw")) {
                    raw(end, signed && c == '-', tag);
                    return;
                }
                pieces.add(new Piece(kind, "", tokens, line(tag)));
                after(signed ? c : ' ', end, kind.equals("block"));
                return;
            }
            Token token = token();
            if (token.is("{") || token.is("[") || token.is("(")) {
                depth++;
            } else if (token.is("}") || token.is("]") || token.is(")")) {
                depth--;
            }
            tokens.add(token);
        }
    }

    private void raw(int from, boolean strip, int tag) {
        Matcher end = RAW_END.matcher(source);
        if (!end.find(from)) {
            throw TemplateException.template("raw is not closed", line(tag));
        }
        int start = from;
        if (!strip && start < source.length() && source.charAt(start) == '\n') {
            start++;
        }
        String text = source.substring(start, end.start());
        stripNext = strip;
        text(before(text, '%', end.group(1).isEmpty() ? ' ' : end.group(1).charAt(0)), start);
        after(end.group(2).isEmpty() ? ' ' : end.group(2).charAt(0), end.end(), true);
    }

    private void after(char sign, int end, boolean block) {
        at = end;
        stripNext = sign == '-';
        lineStarts = false;
        if (block
                && sign != '-'
                && sign != '+'
                && at < source.length()
                && source.charAt(at) == '\n') {
            at++;
            lineStarts = true;
        }
        if (stripNext) {
            int from = at;
            while (at < source.length() && Values.isSpace(source.charAt(at))) {
                at++;
            }
            lineStarts = at > from && source.charAt(at - 1) == '\n';
            stripNext = false;
        }
    }

    private Token token() {
        char c = source.charAt(at);
        int line = line(at);
        if (c == '\'' || c == '"') {
            return string(c, line);
        }
        if (Character.isDigit(c)) {
            Matcher number = NUMBER.matcher(source).region(at, source.length());
            number.lookingAt();
            at = number.end();
            boolean whole = number.group(1) == null && number.group(2) == null;
            return new Token(
                    whole ? Token.Kind.INTEGER : Token.Kind.FLOAT,
                    number.group().replace("_", ""),
                    line);
        }
        Matcher name = NAME.matcher(source).region(at, source.length());
        if (name.lookingAt()) {
            at = name.end();
            return new Token(Token.Kind.NAME, name.group(), line);
        }
        for (String operator : OPERATORS) {
            if (source.startsWith(operator, at)) {
                at += operator.length();
                return new Token(Token.Kind.OPERATOR, operator, line);
            }
        }
        throw TemplateException.template("unexpected character \"" + c + "\"", line);
    }

    private Token string(char quote, int line) {
        var text = new StringBuilder();
        for (at++; at < source.length(); at++) {
            char c = source.charAt(at);
            if (c == quote) {
                at++;
                return new Token(Token.Kind.STRING, text.toString(), line);
            }
            if (c != '\\' || at + 1 == source.length()) {
                text.append(c);
                continue;
            }
            char escaped = source.charAt(++at);
            switch (escaped) {
                case 'n' -> text.append('\n');
                case 't' -> text.append('\t');
                case 'r' -> text.append('\r');
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case '\\', '\'', '"' -> text.append(escaped);
                case '\n' -> {}
                case 'x' -> at = codePoint(text, at + 1, 2, line);
                case 'u' -> at = codePoint(text, at + 1, 4, line);
                case 'U' -> at = codePoint(text, at + 1, 8, line);
                default -> text.append('\\').append(escaped);
            }
        }
        throw TemplateException.template("a string is not closed", line);
    }

    private int codePoint(StringBuilder text, int from, int digits, int line) {
        try {
            text.appendCodePoint(Integer.parseInt(source.substring(from, from + digits), 16));
        } catch (IllegalArgumentException | IndexOutOfBoundsException wrong) {
            throw TemplateException.template("a broken escape in a string", line);
        }
        return from + digits - 1;
    }

    private static String stripTrailing(String text) {
        int end = text.length();
        while (end > 0 && Values.isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }

    private static String stripLeading(String text) {
        int start = 0;
        while (start < text.length() && Values.isSpace(text.charAt(start))) {
            start++;
        }
        return text.substring(start);
    }

    private int line(int position) {
        int line = 1;
        for (int i = 0; i < position; i++) {
            if (source.charAt(i) == '\n') {
                line++;
            }
        }
        return line;
    }
}
