package dev.afinador.trainer.chat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Renders the tree of a template once.
final class Interpreter {

    /// A template must end, and its text must fit in memory.
    private static final int LONGEST_TEXT = 64 << 20;

    private static final int MOST_STEPS = 20_000_000;

    /// A part of the text that the template marks as the assistant's.
    record Marked(int from, int to) {}

    private enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    private static final class Frame {
        final @Nullable Frame parent;
        final Map<String, @Nullable Object> names = new HashMap<>();

        Frame(@Nullable Frame parent) {
            this.parent = parent;
        }
    }

    private final Filters filters = new Filters(this);
    private final StringBuilder out = new StringBuilder();
    private final List<Marked> marked = new ArrayList<>();
    private StringBuilder target = out;
    private Frame frame = new Frame(null);
    private int steps;

    Interpreter(Map<String, @Nullable Object> variables) {
        frame.names.putAll(variables);
        frame.names.put("namespace", (Callable) Interpreter::namespace);
        frame.names.put("dict", (Callable) (args, named) -> new LinkedHashMap<>(named));
        frame.names.put("range", (Callable) (args, named) -> range(args));
        // what the template sets lies above what it is given, so that macros see both
        frame = new Frame(frame);
    }

    String render(List<Node> nodes) {
        run(nodes);
        return out.toString();
    }

    List<Marked> marked() {
        return marked;
    }

    // --- statements

    private Flow run(List<Node> nodes) {
        for (Node node : nodes) {
            if (++steps > MOST_STEPS || target.length() > LONGEST_TEXT) {
                throw TemplateException.messages("the chat template does not come to an end");
            }
            Flow flow =
                    switch (node) {
                        case Node.Text text -> print(text.text());
                        case Node.Print print -> print(Values.text(value(print.expr())));
                        case Node.If branch -> branch(branch);
                        case Node.For loop -> loop(loop);
                        case Node.Set set -> set(set);
                        case Node.SetBlock set -> {
                            frame.names.put(set.name(), captured(set.body()));
                            yield Flow.ON;
                        }
                        case Node.Macro macro -> {
                            frame.names.put(macro.name(), macro(macro));
                            yield Flow.ON;
                        }
                        case Node.FilterBlock block -> {
                            Expr.Filter filter = block.filter();
                            yield print(
                                    Values.text(
                                            filters.apply(
                                                    filter.name(),
                                                    captured(block.body()),
                                                    values(filter.args()),
                                                    named(filter.named()))));
                        }
                        case Node.Generation generation -> {
                            int from = out.length();
                            Flow inner = run(generation.body());
                            marked.add(new Marked(from, out.length()));
                            yield inner;
                        }
                        case Node.Break ignored -> Flow.BREAK;
                        case Node.Continue ignored -> Flow.CONTINUE;
                    };
            if (flow != Flow.ON) {
                return flow;
            }
        }
        return Flow.ON;
    }

    private Flow print(String text) {
        target.append(text);
        return Flow.ON;
    }

    private String captured(List<Node> body) {
        StringBuilder before = target;
        target = new StringBuilder();
        try {
            run(body);
            return target.toString();
        } finally {
            target = before;
        }
    }

    private Flow branch(Node.If branch) {
        for (int i = 0; i < branch.conditions().size(); i++) {
            if (Values.truth(value(branch.conditions().get(i)))) {
                return run(branch.bodies().get(i));
            }
        }
        return run(branch.otherwise());
    }

    private Flow loop(Node.For loop) {
        List<@Nullable Object> items = Values.iterate(value(loop.in()));
        Frame outer = frame;
        if (loop.condition() != null) {
            Expr condition = loop.condition();
            var chosen = new ArrayList<@Nullable Object>();
            for (Object item : items) {
                frame = new Frame(outer);
                unpack(loop.targets(), item);
                if (Values.truth(value(condition))) {
                    chosen.add(item);
                }
            }
            frame = outer;
            items = chosen;
        }
        if (items.isEmpty()) {
            return run(loop.otherwise());
        }
        try {
            for (int i = 0; i < items.size(); i++) {
                // what a turn of the loop sets is gone in the next
                frame = new Frame(outer);
                unpack(loop.targets(), items.get(i));
                frame.names.put("loop", turn(items, i));
                if (run(loop.body()) == Flow.BREAK) {
                    break;
                }
            }
        } finally {
            frame = outer;
        }
        return Flow.ON;
    }

    private static Map<String, @Nullable Object> turn(List<@Nullable Object> items, int i) {
        int size = items.size();
        var loop = new HashMap<String, @Nullable Object>();
        loop.put("index", (long) i + 1);
        loop.put("index0", (long) i);
        loop.put("revindex", (long) size - i);
        loop.put("revindex0", (long) size - i - 1);
        loop.put("first", i == 0);
        loop.put("last", i == size - 1);
        loop.put("length", (long) size);
        loop.put("depth", 1L);
        loop.put("depth0", 0L);
        if (i > 0) {
            loop.put("previtem", items.get(i - 1));
        }
        if (i + 1 < size) {
            loop.put("nextitem", items.get(i + 1));
        }
        loop.put("cycle", (Callable) (args, named) -> args.get(i % args.size()));
        return loop;
    }

    private void unpack(List<String> targets, @Nullable Object item) {
        if (targets.size() == 1) {
            frame.names.put(targets.get(0), item);
            return;
        }
        List<@Nullable Object> parts = Values.iterate(item);
        if (parts.size() != targets.size()) {
            throw TemplateException.messages(
                    "the chat template needs "
                            + targets.size()
                            + " values where there are "
                            + parts.size());
        }
        for (int i = 0; i < parts.size(); i++) {
            frame.names.put(targets.get(i), parts.get(i));
        }
    }

    private Flow set(Node.Set set) {
        Object value = value(set.value());
        if (set.attribute() != null) {
            if (!(name(set.names().get(0)) instanceof Values.Namespace namespace)) {
                throw TemplateException.messages(
                        "the chat template changes \""
                                + set.names().get(0)
                                + "\", which is no namespace");
            }
            namespace.members.put(set.attribute(), value);
        } else {
            unpack(set.names(), value);
        }
        return Flow.ON;
    }

    private Callable macro(Node.Macro macro) {
        Frame defined = frame;
        return (args, named) -> {
            Frame caller = frame;
            StringBuilder before = target;
            frame = new Frame(defined);
            target = new StringBuilder();
            try {
                for (int i = 0; i < macro.params().size(); i++) {
                    String param = macro.params().get(i);
                    Expr otherwise = macro.defaults().get(i);
                    Object given;
                    if (i < args.size()) {
                        given = args.get(i);
                    } else if (named.containsKey(param)) {
                        given = named.get(param);
                    } else {
                        given = otherwise == null ? new Values.Undefined(param) : value(otherwise);
                    }
                    frame.names.put(param, given);
                }
                run(macro.body());
                return target.toString();
            } finally {
                target = before;
                frame = caller;
            }
        };
    }

    // --- expressions

    @Nullable Object value(Expr expr) {
        return switch (expr) {
            case Expr.Literal literal -> literal.value();
            case Expr.Name name -> name(name.name());
            case Expr.ListOf list -> values(list.items());
            case Expr.DictOf dict -> {
                var map = new LinkedHashMap<Object, @Nullable Object>();
                for (int i = 0; i < dict.keys().size(); i++) {
                    map.put(Values.text(value(dict.keys().get(i))), value(dict.values().get(i)));
                }
                yield map;
            }
            case Expr.Attribute attribute -> attribute(value(attribute.of()), attribute.name());
            case Expr.Item item -> item(value(item.of()), value(item.key()));
            case Expr.Slice slice -> slice(slice);
            case Expr.Call call -> call(call);
            case Expr.Filter filter ->
                    filters.apply(
                            filter.name(),
                            value(filter.of()),
                            values(filter.args()),
                            named(filter.named()));
            case Expr.Test test ->
                    Tests.holds(test.name(), value(test.of()), values(test.args()))
                            != test.negated();
            case Expr.Unary unary -> unary(unary.operator(), value(unary.of()));
            case Expr.Binary binary -> lazy(binary);
            case Expr.Compare compare -> compare(compare);
            case Expr.Choice choice -> {
                if (Values.truth(value(choice.condition()))) {
                    yield value(choice.then());
                }
                yield choice.otherwise() == null
                        ? new Values.Undefined("the value of an if without else")
                        : value(choice.otherwise());
            }
        };
    }

    private List<@Nullable Object> values(List<Expr> exprs) {
        var values = new ArrayList<@Nullable Object>(exprs.size());
        exprs.forEach(expr -> values.add(value(expr)));
        return values;
    }

    private Map<String, @Nullable Object> named(Map<String, Expr> exprs) {
        if (exprs.isEmpty()) {
            return Map.of();
        }
        var values = new LinkedHashMap<String, @Nullable Object>();
        exprs.forEach((name, expr) -> values.put(name, value(expr)));
        return values;
    }

    private @Nullable Object name(String name) {
        for (Frame look = frame; look != null; look = look.parent) {
            if (look.names.containsKey(name)) {
                return look.names.get(name);
            }
        }
        return new Values.Undefined(name);
    }

    private static @Nullable Object attribute(@Nullable Object of, String name) {
        defined(of, name);
        Callable method = Methods.find(of, name);
        if (method != null) {
            return method;
        }
        if (of instanceof Values.Namespace namespace) {
            return namespace.members.containsKey(name)
                    ? namespace.members.get(name)
                    : new Values.Undefined(name);
        }
        return member(of, name);
    }

    private static @Nullable Object item(@Nullable Object of, @Nullable Object key) {
        defined(of, Values.text(key));
        if (key instanceof Long at && (of instanceof List || of instanceof String)) {
            List<@Nullable Object> items = Values.iterate(of);
            long index = at < 0 ? at + items.size() : at;
            return index >= 0 && index < items.size()
                    ? items.get((int) index)
                    : new Values.Undefined("item " + at);
        }
        Object found = member(of, key);
        if (found instanceof Values.Undefined && key instanceof String name) {
            Callable method = Methods.find(of, name);
            return method == null ? found : method;
        }
        return found;
    }

    private static void defined(@Nullable Object of, String name) {
        if (of instanceof Values.Undefined undefined) {
            throw TemplateException.messages(
                    "the chat template looks for \"" + name + "\" in " + Values.type(undefined));
        }
    }

    private static @Nullable Object member(@Nullable Object of, @Nullable Object key) {
        if (of instanceof Map<?, ?> map && map.containsKey(key)) {
            return map.get(key);
        }
        return new Values.Undefined(Values.text(key));
    }

    /// `a.b.0`, as filters take it.
    @Nullable Object path(@Nullable Object of, @Nullable Object path) {
        Object now = of;
        for (String step : Values.text(path).split("\\.")) {
            boolean index = !step.isEmpty() && step.chars().allMatch(Character::isDigit);
            now = index ? item(now, Long.valueOf(step)) : attributeOrItem(now, step);
        }
        return now;
    }

    private static @Nullable Object attributeOrItem(@Nullable Object of, String name) {
        return of instanceof Map ? member(of, name) : attribute(of, name);
    }

    private Object slice(Expr.Slice slice) {
        Object of = value(slice.of());
        List<@Nullable Object> items = Values.iterate(of);
        int size = items.size();
        int step = slice.step() == null ? 1 : bound(slice.step(), 1);
        if (step == 0) {
            throw TemplateException.messages("the chat template cuts with a step of 0");
        }
        int from = clamp(slice.from(), step > 0 ? 0 : size - 1, size, step);
        int to = clamp(slice.to(), step > 0 ? size : -1, size, step);
        var cut = new ArrayList<@Nullable Object>();
        for (int i = from; step > 0 ? i < to : i > to; i += step) {
            cut.add(items.get(i));
        }
        return of instanceof String ? Methods.join("", cut) : cut;
    }

    private int bound(Expr expr, int otherwise) {
        Object value = value(expr);
        return value == null ? otherwise : Values.whole(value);
    }

    private int clamp(@Nullable Expr expr, int otherwise, int size, int step) {
        Object value = expr == null ? null : value(expr);
        if (value == null) {
            return otherwise;
        }
        int at = Values.whole(value);
        if (at < 0) {
            at += size;
        }
        return step > 0 ? Math.clamp(at, 0, size) : Math.clamp(at, -1, size - 1);
    }

    private @Nullable Object call(Expr.Call call) {
        Object callee = value(call.callee());
        if (!(callee instanceof Callable function)) {
            String what =
                    switch (call.callee()) {
                        case Expr.Name name -> name.name();
                        case Expr.Attribute attribute -> attribute.name();
                        default -> "something";
                    };
            throw new TemplateException(
                    TemplateException.Kind.TEMPLATE,
                    "the chat template calls \"" + what + "\", which is no function here");
        }
        return function.call(values(call.args()), named(call.named()));
    }

    private static Object unary(String operator, @Nullable Object value) {
        return switch (operator) {
            case "not" -> !Values.truth(value);
            case "-" ->
                    value instanceof Double number
                            ? (Object) (-number)
                            : (Object) (-(long) Values.whole(value));
            default ->
                    value instanceof Double number
                            ? (Object) number
                            : (Object) (long) Values.whole(value);
        };
    }

    private @Nullable Object lazy(Expr.Binary binary) {
        Object left = value(binary.left());
        return switch (binary.operator()) {
            case "and" -> Values.truth(left) ? value(binary.right()) : left;
            case "or" -> Values.truth(left) ? left : value(binary.right());
            default -> binary(binary.operator(), left, value(binary.right()));
        };
    }

    Object binary(String operator, @Nullable Object left, @Nullable Object right) {
        if (operator.equals("~")) {
            return Values.text(left) + Values.text(right);
        }
        if (operator.equals("+")) {
            if (left instanceof String a && right instanceof String b) {
                return a + b;
            }
            if (left instanceof List<?> a && right instanceof List<?> b) {
                var both = new ArrayList<Object>(a);
                both.addAll(b);
                return both;
            }
        }
        if (operator.equals("*") && left instanceof String text && right instanceof Long times) {
            if (times > 0 && text.length() * times > LONGEST_TEXT) {
                throw TemplateException.messages("the chat template makes too long a text");
            }
            return text.repeat((int) Math.max(0, times));
        }
        if (!Values.isNumber(left) || !Values.isNumber(right)) {
            throw TemplateException.messages(
                    "the chat template cannot work out "
                            + Values.type(left)
                            + " "
                            + operator
                            + " "
                            + Values.type(right));
        }
        boolean whole = !(left instanceof Double) && !(right instanceof Double);
        if (whole && !operator.equals("/")) {
            return whole(
                    operator,
                    Values.decimal(left).toBigInteger(),
                    Values.decimal(right).toBigInteger());
        }
        double a = Values.decimal(left).doubleValue();
        double b = Values.decimal(right).doubleValue();
        if (b == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
            throw TemplateException.messages("the chat template divides by zero");
        }
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            case "//" -> Math.floor(a / b);
            case "%" -> a - b * Math.floor(a / b);
            default -> Math.pow(a, b);
        };
    }

    private static Object whole(String operator, BigInteger a, BigInteger b) {
        if (b.signum() == 0 && (operator.equals("//") || operator.equals("%"))) {
            throw TemplateException.messages("the chat template divides by zero");
        }
        BigInteger result =
                switch (operator) {
                    case "+" -> a.add(b);
                    case "-" -> a.subtract(b);
                    case "*" -> a.multiply(b);
                    case "//", "%" -> {
                        BigInteger[] parts = a.divideAndRemainder(b);
                        boolean down = parts[1].signum() != 0 && parts[1].signum() != b.signum();
                        yield operator.equals("%")
                                ? (down ? parts[1].add(b) : parts[1])
                                : (down ? parts[0].subtract(BigInteger.ONE) : parts[0]);
                    }
                    default -> a.pow(Math.clamp(b.longValue(), 0, 64));
                };
        return result.bitLength() < 64 ? (Object) result.longValue() : result;
    }

    private boolean compare(Expr.Compare compare) {
        Object left = value(compare.first());
        for (int i = 0; i < compare.operators().size(); i++) {
            Object right = value(compare.others().get(i));
            boolean holds =
                    switch (compare.operators().get(i)) {
                        case "==" -> Values.same(left, right);
                        case "!=" -> !Values.same(left, right);
                        case "in" -> Values.contains(right, left);
                        case "not in" -> !Values.contains(right, left);
                        case "<" -> Values.compare(left, right) < 0;
                        case "<=" -> Values.compare(left, right) <= 0;
                        case ">" -> Values.compare(left, right) > 0;
                        default -> Values.compare(left, right) >= 0;
                    };
            if (!holds) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private static Object namespace(
            List<@Nullable Object> args, Map<String, @Nullable Object> named) {
        var namespace = new Values.Namespace();
        args.forEach(arg -> {
            if (arg instanceof Map<?, ?> map) {
                map.forEach((key, value) -> namespace.members.put(Values.text(key), value));
            }
        });
        namespace.members.putAll(named);
        return namespace;
    }

    private static Object range(List<@Nullable Object> args) {
        int from = args.size() > 1 ? Values.whole(args.get(0)) : 0;
        int to = Values.whole(args.get(args.size() > 1 ? 1 : 0));
        int step = args.size() > 2 ? Values.whole(args.get(2)) : 1;
        var numbers = new ArrayList<@Nullable Object>();
        for (long i = from; step > 0 ? i < to : i > to; i += step) {
            if (step == 0 || numbers.size() >= 100_000) {
                throw TemplateException.messages("the chat template counts too far");
            }
            numbers.add(i);
        }
        return numbers;
    }
}
