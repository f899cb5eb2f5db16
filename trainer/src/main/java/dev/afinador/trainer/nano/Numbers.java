package dev.afinador.trainer.nano;

/// Numbers in words, 0 to 100.
final class Numbers {

    private static final String[] ES = {
        "cero",
        "uno",
        "dos",
        "tres",
        "cuatro",
        "cinco",
        "seis",
        "siete",
        "ocho",
        "nueve",
        "diez",
        "once",
        "doce",
        "trece",
        "catorce",
        "quince",
        "dieciséis",
        "diecisiete",
        "dieciocho",
        "diecinueve",
        "veinte",
        "veintiuno",
        "veintidós",
        "veintitrés",
        "veinticuatro",
        "veinticinco",
        "veintiséis",
        "veintisiete",
        "veintiocho",
        "veintinueve"
    };
    private static final String[] ES_TENS = {
        "", "", "", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"
    };
    private static final String[] EN = {
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen"
    };
    private static final String[] EN_TENS = {
        "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"
    };

    private Numbers() {}

    static String inWords(int number, Language language) {
        return switch (language) {
            case ES -> spanish(number);
            case EN -> english(number);
        };
    }

    private static String spanish(int n) {
        if (n == 100) {
            return "cien";
        }
        if (n < ES.length) {
            return ES[n];
        }
        return ES_TENS[n / 10] + (n % 10 == 0 ? "" : " y " + ES[n % 10]);
    }

    private static String english(int n) {
        if (n == 100) {
            return "one hundred";
        }
        if (n < EN.length) {
            return EN[n];
        }
        return EN_TENS[n / 10] + (n % 10 == 0 ? "" : "-" + EN[n % 10]);
    }

    static String form(int number, String form, Language language) {
        return switch (form) {
            case "words" -> inWords(number, language);
            case "next" -> Integer.toString(number + 1);
            default -> throw new IllegalArgumentException("no form of numbers: " + form);
        };
    }
}
