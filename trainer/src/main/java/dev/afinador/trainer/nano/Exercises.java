package dev.afinador.trainer.nano;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/// Questions whose answers are computed: numbers, the calendar, and work with what the question itself says (repeat, find, count, order).
final class Exercises {

    private static final String[][] DAYS = {
        {"lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"},
        {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
    };
    private static final String[][] MONTHS = {
        {
            "enero",
            "febrero",
            "marzo",
            "abril",
            "mayo",
            "junio",
            "julio",
            "agosto",
            "septiembre",
            "octubre",
            "noviembre",
            "diciembre"
        },
        {
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December"
        }
    };

    /// from small to big
    private static final String[][] SIZES = {
        {
            "una hormiga",
            "una abeja",
            "un ratón",
            "un pájaro",
            "un gato",
            "un perro",
            "una oveja",
            "un burro",
            "un caballo",
            "un elefante",
            "una ballena"
        },
        {
            "an ant",
            "a bee",
            "a mouse",
            "a bird",
            "a cat",
            "a dog",
            "a sheep",
            "a donkey",
            "a horse",
            "an elephant",
            "a whale"
        }
    };

    private static final String[][] THINGS = {
        {
            "manzanas",
            "galletas",
            "libros",
            "flores",
            "globos",
            "peras",
            "lápices",
            "platos",
            "naranjas",
            "huevos"
        },
        {
            "apples",
            "biscuits",
            "books",
            "flowers",
            "balloons",
            "pears",
            "pencils",
            "plates",
            "oranges",
            "eggs"
        }
    };
    private static final String[] FEMININE = {
        "manzanas", "galletas", "flores", "peras", "naranjas"
    };

    private final Lexicon lexicon;

    Exercises(Lexicon lexicon) {
        this.lexicon = lexicon;
    }

    List<Turn> any(Language language, RandomGenerator random) {
        boolean es = language == Language.ES;
        return switch (random.nextInt(30)) {
            case 0, 1, 2 -> sum(es, random);
            case 3 -> difference(es, random);
            case 4 -> product(es, random);
            case 5 -> bigger(es, random);
            case 6 -> around(es, random);
            case 7 -> count(es, random);
            case 8 -> words(language, random);
            case 9, 10 -> bought(es, random);
            case 11, 12 -> day(es, random);
            case 13 -> month(es, random);
            case 14 -> hour(es, random);
            case 15 -> size(es, random);
            case 16, 17 -> repeat(language, random);
            case 18, 19 -> inList(language, random);
            case 20 -> reorder(language, random);
            case 21, 22 -> price(language, random);
            case 23, 24 -> code(es, random);
            case 25, 26 -> invented(es, random);
            case 27 -> timetable(language, random);
            case 28 -> letter(language, random);
            default -> change(language, random);
        };
    }

    private static List<Turn> asked(String question, String answer) {
        return List.of(new Turn("user", question), new Turn("assistant", answer));
    }

    private static String one(RandomGenerator random, String... options) {
        return options[random.nextInt(options.length)];
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private String name(RandomGenerator random) {
        if (random.nextInt(4) == 0) {
            return Invented.name(random).es();
        }
        List<Word> names = lexicon.list("name");
        return names.get(random.nextInt(names.size())).es();
    }

    private static List<Turn> sum(boolean es, RandomGenerator random) {
        int a = random.nextInt(11);
        int b = random.nextInt(11);
        String asks =
                es
                        ? one(
                                random,
                                "¿Cuánto es %s?",
                                "Suma: %s",
                                "Calcula %s.",
                                "¿Cuántos son %s?")
                        : one(random, "What is %s?", "Add: %s", "Work out %s.", "How much is %s?");
        String what = random.nextBoolean() ? a + " + " + b : a + (es ? " más " : " plus ") + b;
        String right = a + " + " + b + " = " + (a + b);
        return asked(asks.formatted(what), one(random, right, right + "."));
    }

    private static List<Turn> difference(boolean es, RandomGenerator random) {
        int b = random.nextInt(11);
        int a = b + random.nextInt(11);
        String asks =
                es
                        ? one(random, "¿Cuánto es %s?", "Resta: %s", "Calcula %s.")
                        : one(random, "What is %s?", "Subtract: %s", "Work out %s.");
        String what = a + (random.nextBoolean() ? " - " : es ? " menos " : " minus ") + b;
        return asked(asks.formatted(what), a + " - " + b + " = " + (a - b));
    }

    private static List<Turn> product(boolean es, RandomGenerator random) {
        int a = 1 + random.nextInt(10);
        int b = 1 + random.nextInt(10);
        String asks =
                es
                        ? one(random, "¿Cuánto es %s?", "Multiplica: %s", "Calcula %s.")
                        : one(random, "What is %s?", "Multiply: %s", "Work out %s.");
        String what = a + (random.nextBoolean() ? " x " : es ? " por " : " times ") + b;
        return asked(asks.formatted(what), a + " x " + b + " = " + a * b);
    }

    private static List<Turn> bigger(boolean es, RandomGenerator random) {
        int a = random.nextInt(100);
        int b = random.nextInt(100);
        if (a == b) {
            b++;
        }
        boolean big = random.nextBoolean();
        int right = big ? Math.max(a, b) : Math.min(a, b);
        if (es) {
            String word = big ? "mayor" : "menor";
            return asked(
                    "¿Qué número es " + word + ", " + a + " o " + b + "?",
                    "El número " + word + " es " + right + ".");
        }
        String word = big ? "bigger" : "smaller";
        return asked(
                "Which number is " + word + ", " + a + " or " + b + "?",
                "The " + word + " number is " + right + ".");
    }

    private static List<Turn> around(boolean es, RandomGenerator random) {
        int n = 1 + random.nextInt(98);
        boolean after = random.nextBoolean();
        int right = after ? n + 1 : n - 1;
        if (es) {
            return asked(
                    "¿Qué número va " + (after ? "después" : "antes") + " de " + n + "?",
                    (after ? "Después" : "Antes") + " de " + n + " va " + right + ".");
        }
        return asked(
                "Which number comes " + (after ? "after " : "before ") + n + "?",
                capital(after ? "after " : "before ") + n + " comes " + right + ".");
    }

    private static List<Turn> count(boolean es, RandomGenerator random) {
        int from = random.nextInt(20);
        int to = from + 3 + random.nextInt(8);
        var numbers = new ArrayList<String>();
        for (int n = from; n <= to; n++) {
            numbers.add(Integer.toString(n));
        }
        return asked(
                es
                        ? one(random, "Cuenta de %d a %d.", "Escribe los números de %d a %d.")
                                .formatted(from, to)
                        : one(random, "Count from %d to %d.", "Write the numbers from %d to %d.")
                                .formatted(from, to),
                String.join(", ", numbers));
    }

    private static List<Turn> words(Language language, RandomGenerator random) {
        boolean es = language == Language.ES;
        int n = random.nextInt(101);
        String inWords = Numbers.inWords(n, language);
        if (random.nextBoolean()) {
            return asked(
                    (es
                                    ? one(random, "Escribe %s con letras.", "¿Cómo se escribe %s?")
                                    : one(random, "Write %s in words.", "How do you write %s?"))
                            .formatted(n),
                    capital(inWords) + ".");
        }
        return asked(
                (es ? "Escribe «%s» con cifras." : "Write \"%s\" in digits.").formatted(inWords),
                Integer.toString(n));
    }

    private List<Turn> bought(boolean es, RandomGenerator random) {
        int kind = random.nextInt(THINGS[0].length);
        String things = THINGS[es ? 0 : 1][kind];
        boolean feminine = List.of(FEMININE).contains(THINGS[0][kind]);
        boolean more = random.nextBoolean();
        int b = 1 + random.nextInt(5);
        int a = (more ? 2 : b + 2) + random.nextInt(8);
        int right = more ? a + b : a - b;
        String who = name(random);
        if (es) {
            String one = feminine ? "una" : "uno";
            String change =
                    more
                            ? one(random, "compra ", "recibe ", "encuentra ")
                            : one(random, "regala ", "pierde ", "da ");
            String question =
                    who
                            + " tiene "
                            + a
                            + " "
                            + things
                            + " y "
                            + change
                            + (b == 1 ? one : b)
                            + (more ? " más" : "")
                            + ". ¿"
                            + (feminine ? "Cuántas " : "Cuántos ")
                            + things
                            + " tiene ahora?";
            return asked(question, who + " tiene " + right + " " + things + ".");
        }
        String change =
                more
                        ? one(random, "buys ", "gets ", "finds ")
                        : one(random, "gives away ", "loses ");
        return asked(
                who
                        + " has "
                        + a
                        + " "
                        + things
                        + " and "
                        + change
                        + b
                        + (more ? " more" : "")
                        + ". How many "
                        + things
                        + " does "
                        + who
                        + " have now?",
                who + " has " + right + " " + things + ".");
    }

    private static List<Turn> day(boolean es, RandomGenerator random) {
        String[] days = DAYS[es ? 0 : 1];
        int i = random.nextInt(7);
        String today = days[i];
        String next = days[(i + 1) % 7];
        String last = days[(i + 6) % 7];
        String second = days[(i + 2) % 7];
        if (es) {
            return switch (random.nextInt(5)) {
                case 0 ->
                        asked(
                                "Hoy es " + today + ". ¿Qué día es mañana?",
                                "Mañana es " + next + ".");
                case 1 ->
                        asked("Hoy es " + today + ". ¿Qué día fue ayer?", "Ayer fue " + last + ".");
                case 2 ->
                        asked(
                                "¿Qué día va después del " + today + "?",
                                "Después del " + today + " va el " + next + ".");
                case 3 ->
                        asked(
                                "¿Qué día va antes del " + today + "?",
                                "Antes del " + today + " va el " + last + ".");
                default ->
                        asked(
                                "Hoy es " + today + ". ¿Qué día es pasado mañana?",
                                "Pasado mañana es " + second + ".");
            };
        }
        return switch (random.nextInt(5)) {
            case 0 ->
                    asked(
                            "Today is " + today + ". What day is tomorrow?",
                            "Tomorrow is " + next + ".");
            case 1 ->
                    asked(
                            "Today is " + today + ". What day was yesterday?",
                            "Yesterday was " + last + ".");
            case 2 ->
                    asked(
                            "Which day comes after " + today + "?",
                            "After " + today + " comes " + next + ".");
            case 3 ->
                    asked(
                            "Which day comes before " + today + "?",
                            "Before " + today + " comes " + last + ".");
            default ->
                    asked(
                            "Today is " + today + ". What day is the day after tomorrow?",
                            "The day after tomorrow is " + second + ".");
        };
    }

    private static List<Turn> month(boolean es, RandomGenerator random) {
        String[] months = MONTHS[es ? 0 : 1];
        int i = random.nextInt(12);
        boolean after = random.nextBoolean();
        String right = months[(i + (after ? 1 : 11)) % 12];
        if (es) {
            return asked(
                    "¿Qué mes va " + (after ? "después" : "antes") + " de " + months[i] + "?",
                    (after ? "Después" : "Antes") + " de " + months[i] + " va " + right + ".");
        }
        return asked(
                "Which month comes " + (after ? "after " : "before ") + months[i] + "?",
                capital(after ? "after " : "before ") + months[i] + " comes " + right + ".");
    }

    private static List<Turn> hour(boolean es, RandomGenerator random) {
        int h = 2 + random.nextInt(10);
        int in = 1 + random.nextInt(12 - h > 0 ? Math.min(4, 12 - h) : 1);
        int right = h + in;
        if (es) {
            return asked(
                    "Son las " + h + ". ¿Qué hora será en " + in + (in == 1 ? " hora?" : " horas?"),
                    "Serán las " + right + ".");
        }
        return asked(
                "It is "
                        + h
                        + " o'clock. What time will it be in "
                        + in
                        + (in == 1 ? " hour?" : " hours?"),
                "It will be " + right + " o'clock.");
    }

    private static List<Turn> size(boolean es, RandomGenerator random) {
        String[] sizes = SIZES[es ? 0 : 1];
        int a = random.nextInt(sizes.length);
        int b = (a + 1 + random.nextInt(sizes.length - 1)) % sizes.length;
        boolean big = random.nextBoolean();
        String right = sizes[big ? Math.max(a, b) : Math.min(a, b)];
        String wrong = sizes[big ? Math.min(a, b) : Math.max(a, b)];
        if (es) {
            String more = big ? "más grande" : "más pequeñ";
            String form = big ? more : more + (right.startsWith("una") ? "a" : "o");
            return asked(
                    "¿Qué es "
                            + (big ? more : "más pequeño")
                            + ", "
                            + sizes[a]
                            + " o "
                            + sizes[b]
                            + "?",
                    capital(right) + " es " + form + " que " + wrong + ".");
        }
        String more = big ? "bigger" : "smaller";
        return asked(
                "Which is " + more + ", " + sizes[a] + " or " + sizes[b] + "?",
                capital(right) + " is " + more + " than " + wrong + ".");
    }

    private String noun(Language language, RandomGenerator random) {
        String category =
                one(random, "animal", "fruit", "object", "color", "toy", "noun", "clothes");
        List<Word> words = lexicon.list(category);
        return words.get(random.nextInt(words.size())).base(language);
    }

    private List<String> nouns(Language language, RandomGenerator random, int many) {
        var nouns = new ArrayList<String>();
        while (nouns.size() < many) {
            String noun = noun(language, random);
            if (!nouns.contains(noun)) {
                nouns.add(noun);
            }
        }
        return nouns;
    }

    private List<Turn> repeat(Language language, RandomGenerator random) {
        boolean es = language == Language.ES;
        var said = new ArrayList<>(nouns(language, random, 1 + random.nextInt(5)));
        if (random.nextInt(3) == 0) {
            said.add(Invented.word(random));
        }
        String what = String.join(random.nextBoolean() ? " " : ", ", said);
        return switch (random.nextInt(3)) {
            case 0 -> {
                String twice = said.get(0);
                int times = 2 + random.nextInt(3);
                yield asked(
                        (es ? "Escribe «%s» %s veces." : "Write \"%s\" %s times.")
                                .formatted(twice, Numbers.inWords(times, language)),
                        String.join(" ", Collections.nCopies(times, twice)));
            }
            case 1 ->
                    asked(
                            (es
                                            ? one(
                                                    random,
                                                    "Repite: %s",
                                                    "Copia esto: %s",
                                                    "Di: %s",
                                                    "Escribe: %s")
                                            : one(
                                                    random,
                                                    "Repeat: %s",
                                                    "Copy this: %s",
                                                    "Say: %s",
                                                    "Write: %s"))
                                    .formatted(what),
                            what);
            default ->
                    asked(
                            (es
                                            ? one(
                                                    random,
                                                    "Repite después de mí: «%s»",
                                                    "Repite exactamente: «%s»")
                                            : one(
                                                    random,
                                                    "Repeat after me: \"%s\"",
                                                    "Repeat exactly: \"%s\""))
                                    .formatted(what),
                            what);
        };
    }

    private List<Turn> inList(Language language, RandomGenerator random) {
        boolean es = language == Language.ES;
        List<String> list = nouns(language, random, 3 + random.nextInt(3));
        String all = String.join(", ", list);
        String first = list.get(0);
        String last = list.get(list.size() - 1);
        int many = list.size();
        String intro = es ? "Lista: " + all + ". " : "List: " + all + ". ";
        return switch (random.nextInt(6)) {
            case 0 ->
                    asked(
                            intro
                                    + (es
                                            ? "¿Cuál es la primera palabra?"
                                            : "What is the first word?"),
                            es
                                    ? "La primera palabra es " + first + "."
                                    : "The first word is " + first + ".");
            case 1 ->
                    asked(
                            intro + (es ? "¿Cuál es la última palabra?" : "What is the last word?"),
                            es
                                    ? "La última palabra es " + last + "."
                                    : "The last word is " + last + ".");
            case 2 ->
                    asked(
                            intro
                                    + (es
                                            ? "¿Cuál es la segunda palabra?"
                                            : "What is the second word?"),
                            es
                                    ? "La segunda palabra es " + list.get(1) + "."
                                    : "The second word is " + list.get(1) + ".");
            case 3 ->
                    asked(
                            intro + (es ? "¿Cuántas palabras hay?" : "How many words are there?"),
                            es
                                    ? "Hay " + Numbers.inWords(many, language) + " palabras."
                                    : "There are " + Numbers.inWords(many, language) + " words.");
            case 4 -> {
                String there = list.get(random.nextInt(many));
                yield asked(
                        intro
                                + (es
                                        ? "¿Está «" + there + "» en la lista?"
                                        : "Is \"" + there + "\" in the list?"),
                        es
                                ? "Sí, «" + there + "» está en la lista."
                                : "Yes, \"" + there + "\" is in the list.");
            }
            default -> {
                String absent = noun(language, random);
                while (list.contains(absent)) {
                    absent = noun(language, random);
                }
                yield asked(
                        intro
                                + (es
                                        ? "¿Está «" + absent + "» en la lista?"
                                        : "Is \"" + absent + "\" in the list?"),
                        es
                                ? "No, «" + absent + "» no está en la lista."
                                : "No, \"" + absent + "\" is not in the list.");
            }
        };
    }

    private List<Turn> reorder(Language language, RandomGenerator random) {
        boolean es = language == Language.ES;
        List<String> list = nouns(language, random, 3);
        String all = String.join(", ", list);
        return switch (random.nextInt(3)) {
            case 0 -> {
                var reversed = new ArrayList<>(list);
                Collections.reverse(reversed);
                yield asked(
                        (es ? "Di al revés esta lista: " : "Say this list backwards: ") + all,
                        String.join(", ", reversed));
            }
            case 1 ->
                    asked(
                            (es ? "Pon esto en una lista: " : "Put this in a list: ") + all,
                            "- " + String.join("\n- ", list));
            default -> {
                String gone = list.get(random.nextInt(list.size()));
                var rest = new ArrayList<>(list);
                rest.remove(gone);
                yield asked(
                        (es
                                        ? "Quita «" + gone + "» de esta lista: "
                                        : "Remove \"" + gone + "\" from this list: ")
                                + all,
                        String.join(", ", rest));
            }
        };
    }

    private List<Turn> price(Language language, RandomGenerator random) {
        boolean es = language == Language.ES;
        List<Word> all = lexicon.list(one(random, "food", "toy", "fruit", "clothes"));
        var goods = new ArrayList<Word>();
        while (goods.size() < 3) {
            Word next = all.get(random.nextInt(all.size()));
            if (!goods.contains(next)) {
                goods.add(next);
            }
        }
        var prices = new ArrayList<Integer>();
        var lines = new ArrayList<String>();
        for (Word good : goods) {
            int price = 2 + random.nextInt(48);
            prices.add(price);
            lines.add(good.base(language) + ": " + price + (es ? " euros" : " euros"));
        }
        int i = random.nextInt(goods.size());
        Word asked = goods.get(i);
        String table = (es ? "Precios: " : "Prices: ") + String.join("; ", lines) + ".";
        String question =
                es
                        ? one(
                                        random,
                                        "¿Cuánto cuesta %s?",
                                        "¿Qué precio tiene %s?",
                                        "¿Cuánto vale %s?")
                                .formatted(asked.form("el", language))
                        : one(random, "How much is the %s?", "What is the price of the %s?")
                                .formatted(asked.en());
        String answer =
                es
                        ? capital(asked.form("el", language))
                                + " cuesta "
                                + prices.get(i)
                                + " euros."
                        : "The " + asked.en() + " costs " + prices.get(i) + " euros.";
        return random.nextBoolean()
                ? List.of(
                        new Turn("system", table),
                        new Turn("user", question),
                        new Turn("assistant", answer))
                : asked(table + " " + question, answer);
    }

    private List<Turn> code(boolean es, RandomGenerator random) {
        String code = Invented.code(random);
        String who = name(random);
        return switch (random.nextInt(3)) {
            case 0 ->
                    asked(
                            es
                                    ? "El código de "
                                            + who
                                            + " es "
                                            + code
                                            + ". ¿Cuál es el código?"
                                    : "The code of " + who + " is " + code + ". What is the code?",
                            es ? "El código es " + code + "." : "The code is " + code + ".");
            case 1 ->
                    asked(
                            es
                                    ? "Mi número de pedido es " + code + "."
                                    : "My order number is " + code + ".",
                            es
                                    ? "Gracias. Voy a revisar el pedido " + code + "."
                                    : "Thank you. I am going to check order " + code + ".");
            default ->
                    List.of(
                            new Turn(
                                    "system",
                                    es
                                            ? "El código secreto es " + code + "."
                                            : "The secret code is " + code + "."),
                            new Turn("user", es ? "¿Cuál es el código?" : "What is the code?"),
                            new Turn(
                                    "assistant",
                                    es
                                            ? "El código es " + code + "."
                                            : "The code is " + code + "."));
        };
    }

    private List<Turn> invented(boolean es, RandomGenerator random) {
        String word = Invented.word(random);
        Word thing = lexicon.list("animal").get(random.nextInt(lexicon.list("animal").size()));
        Word other = lexicon.list("object").get(random.nextInt(lexicon.list("object").size()));
        Word chosen = random.nextBoolean() ? thing : other;
        if (es) {
            String is = chosen.form("un", Language.ES);
            return random.nextBoolean()
                    ? asked(
                            "En mi idioma, «"
                                    + word
                                    + "» significa «"
                                    + chosen.es()
                                    + "». ¿Qué significa «"
                                    + word
                                    + "»?",
                            "«" + word + "» significa «" + chosen.es() + "».")
                    : asked(
                            "Un «" + word + "» es " + is + ". ¿Qué es un «" + word + "»?",
                            "Un «" + word + "» es " + is + ".");
        }
        String is = chosen.form("a", Language.EN);
        return random.nextBoolean()
                ? asked(
                        "In my language, \""
                                + word
                                + "\" means \""
                                + chosen.en()
                                + "\". What does \""
                                + word
                                + "\" mean?",
                        "\"" + word + "\" means \"" + chosen.en() + "\".")
                : asked(
                        "A \"" + word + "\" is " + is + ". What is a \"" + word + "\"?",
                        "A \"" + word + "\" is " + is + ".");
    }

    private List<Turn> timetable(Language language, RandomGenerator random) {
        boolean es = language == Language.ES;
        String[] days = DAYS[es ? 0 : 1];
        String[] topics =
                es
                        ? new String[] {
                            "música",
                            "historia",
                            "dibujo",
                            "deporte",
                            "inglés",
                            "ciencias",
                            "teatro"
                        }
                        : new String[] {
                            "music", "history", "drawing", "sport", "Spanish", "science", "theatre"
                        };
        int d = random.nextInt(5);
        int t = random.nextInt(topics.length);
        int u = (t + 1 + random.nextInt(topics.length - 1)) % topics.length;
        String first = days[d];
        String second = days[d + 1];
        boolean askFirst = random.nextBoolean();
        String day = askFirst ? first : second;
        String topic = topics[askFirst ? t : u];
        if (es) {
            return asked(
                    "El "
                            + first
                            + " hay "
                            + topics[t]
                            + " y el "
                            + second
                            + " hay "
                            + topics[u]
                            + ". ¿Qué hay el "
                            + day
                            + "?",
                    "El " + day + " hay " + topic + ".");
        }
        return asked(
                "There is "
                        + topics[t]
                        + " on "
                        + first
                        + " and "
                        + topics[u]
                        + " on "
                        + second
                        + ". What is there on "
                        + day
                        + "?",
                "There is " + topic + " on " + day + ".");
    }

    private List<Turn> letter(Language language, RandomGenerator random) {
        boolean es = language == Language.ES;
        String noun = noun(language, random);
        String first = noun.substring(0, 1);
        return asked(
                es
                        ? "¿Con qué letra empieza «" + noun + "»?"
                        : "Which letter does \"" + noun + "\" begin with?",
                es
                        ? "«" + noun + "» empieza con la letra " + first + "."
                        : "\"" + noun + "\" begins with the letter " + first + ".");
    }

    private List<Turn> change(Language language, RandomGenerator random) {
        boolean es = language == Language.ES;
        String a = noun(language, random);
        String b = noun(language, random);
        return asked(
                es
                        ? "Cambia «" + a + "» por «" + b + "»: tengo un recuerdo de " + a + "."
                        : "Change \"" + a + "\" to \"" + b + "\": I have a picture of a " + a + ".",
                es
                        ? "Tengo un recuerdo de " + b + "."
                        : "I have a picture of " + Language.englishArticle(b) + " " + b + ".");
    }
}
