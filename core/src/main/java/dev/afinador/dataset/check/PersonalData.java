package dev.afinador.dataset.check;

import dev.afinador.dataset.TrainingFileRule;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds personal data by its form and, where it has them, its check digits. Numbers that only their neighbourhood makes an
/// id or a phone need a word in front of them that says so. What it tells shows the last digits at most. For one thread.
final class PersonalData {

    /// How far in front of a number a word may stand that says what it is.
    private static final int NEAR = 28;

    private static final int LONGEST = 48;

    private final Reporter reporter;
    private byte[] b = new byte[0];
    private int from;
    private int to;
    private int value;

    /// Up to here belongs to something that was found.
    private int done;

    PersonalData(Reporter reporter) {
        this.reporter = reporter;
    }

    void startText(byte[] bytes, int first, int end, int string) {
        b = bytes;
        from = first;
        to = end;
        value = string;
        done = first;
    }

    // ------------------------------------------------------------------------------------------------------- e-mail

    private static final Pattern DOMAIN =
            Pattern.compile(
                    "(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\\.)+[A-Za-z]{2,24}(?![A-Za-z0-9-])");

    /// Names that nobody can have (RFC 2606, RFC 6761).
    private static final Pattern NOBODYS =
            Pattern.compile(
                    "(?:.*\\.)?(?:example\\.(?:com|org|net|edu)|(?:example|test|invalid|localhost|local))",
                    Pattern.CASE_INSENSITIVE);

    void at(int i) {
        int first = i;
        while (first > from && i - first < 64 && isLocal(b[first - 1])) {
            first--;
        }
        while (first < i && b[first] == '.') {
            first++;
        }
        if (first == i || i + 4 > to || b[i - 1] == '.') {
            return;
        }
        String rest = ascii(i + 1, Math.min(to, i + 1 + 120));
        Matcher domain = DOMAIN.matcher(rest);
        if (domain.lookingAt() && !NOBODYS.matcher(domain.group()).matches()) {
            String name = domain.group();
            found(
                    TrainingFileRule.EMAIL_ADDRESS,
                    first,
                    (char) b[first] + "•••@•••" + name.substring(name.lastIndexOf('.')));
        }
    }

    private static boolean isLocal(byte c) {
        return isAlphanumeric(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-';
    }

    // ----------------------------------------------------------------------------------------------------- numbers

    /// @param letters whether the word has letters besides its digits
    void word(int start, int end, boolean letters) {
        if (start < done) {
            return;
        }
        if (letters) {
            mixed(start, end);
            return;
        }
        if (!startsNumber(start)) {
            return;
        }
        int digits = 0;
        int last = start;
        int stop = Math.min(to, start + LONGEST);
        for (int i = start; i < stop; i++) {
            byte c = b[i];
            if (c >= '0' && c <= '9') {
                digits++;
                last = i + 1;
            } else if (c != ' ' && c != '.' && c != '-' && c != '(' && c != ')' && c != '/') {
                break;
            }
        }
        if (digits >= 6) {
            number(start, last, digits);
        }
    }

    /// What stands in front decides whether a number begins here or only a part of something.
    private boolean startsNumber(int start) {
        if (start == from) {
            return true;
        }
        byte c = b[start - 1];
        if (c == '.' || c == ',') {
            return start < from + 2 || !isAlphanumeric(b[start - 2]);
        }
        if (c == '/' || c == '-' || c == '_') {
            return false;
        }
        return c < 0 ? b[start - 2] == (byte) 0xC2 : !isAlphanumeric(c);
    }

    private static final Pattern CARD =
            Pattern.compile(
                    "(?:\\d{4}([ -]?)\\d{4}\\1\\d{4}\\1\\d{1,7}|3[47]\\d{2}([ -]?)\\d{6}\\2\\d{5})(?![\\dA-Za-z-])");
    private static final Pattern DNI =
            Pattern.compile("(\\d{8}|\\d{2}\\.\\d{3}\\.\\d{3})-?([A-Za-z])(?![A-Za-z0-9])");
    private static final Pattern RUT =
            Pattern.compile("(\\d{1,2}\\.\\d{3}\\.\\d{3}|\\d{7,8})-([\\dkK])(?![A-Za-z0-9-])");
    private static final Pattern CUIT =
            Pattern.compile("(?:20|2[3-7]|3[034])(-?)\\d{8}\\1\\d(?![A-Za-z0-9-])");
    private static final Pattern NIT =
            Pattern.compile("(\\d{3}\\.\\d{3}\\.\\d{3}|\\d{9})-(\\d)(?![A-Za-z0-9-])");
    private static final Pattern URUGUAY =
            Pattern.compile("(\\d\\.\\d{3}\\.\\d{3}|\\d{7})-(\\d)(?![A-Za-z0-9-])");
    private static final Pattern RUC = Pattern.compile("(?:10|15|16|17|20)\\d{9}(?![A-Za-z0-9-])");
    private static final Pattern DOMINICAN = Pattern.compile("\\d{3}-\\d{7}-\\d(?![A-Za-z0-9-])");
    private static final Pattern TEN = Pattern.compile("\\d{10}(?![A-Za-z0-9])");
    private static final Pattern DUI = Pattern.compile("\\d{8}-\\d(?![A-Za-z0-9-])");
    private static final Pattern DPI = Pattern.compile("\\d{4} ?\\d{5} ?\\d{4}(?![A-Za-z0-9])");
    private static final Pattern PLAIN =
            Pattern.compile("(?:\\d{1,3}(?:\\.\\d{3}){2,3}|\\d{6,10})(?![\\dA-Za-z])");
    private static final Pattern AMERICAN = Pattern.compile("\\d{3}-\\d{3}-\\d{4}(?![\\dA-Za-z-])");
    private static final Pattern DIALLED =
            Pattern.compile("\\d{1,4}(?:[ .-]?\\(?\\d{1,4}\\)?){1,6}(?![\\dA-Za-z])");

    private static final Pattern SAYS_DNI =
            Pattern.compile(
                    "(?i).*\\b(?:d\\.?n\\.?i|documento(?: nacional)?(?: de identidad)?)\\b.{0,12}",
                    Pattern.DOTALL);
    private static final Pattern SAYS_CEDULA =
            Pattern.compile(
                    "(?i).*(?:\\bc[eé]dula|\\bc\\.? ?c\\.?|\\bc\\.? ?i\\.?)(?![a-zé]).{0,16}",
                    Pattern.DOTALL);
    private static final Pattern SAYS_NIT =
            Pattern.compile("(?i).*\\bn\\.?i\\.?t\\b.{0,6}", Pattern.DOTALL);
    private static final Pattern SAYS_CUIT =
            Pattern.compile("(?i).*\\bcui[tl]\\b.{0,8}", Pattern.DOTALL);
    private static final Pattern SAYS_RUC =
            Pattern.compile("(?i).*\\br\\.?u\\.?c\\b.{0,8}", Pattern.DOTALL);
    private static final Pattern SAYS_DUI =
            Pattern.compile("(?i).*\\bdui\\b.{0,8}", Pattern.DOTALL);
    private static final Pattern SAYS_DPI =
            Pattern.compile("(?i).*\\b(?:dpi|cui)\\b.{0,8}", Pattern.DOTALL);
    private static final Pattern SAYS_PHONE =
            Pattern.compile(
                    "(?i).*(?:\\btel(?:[eé]fono|f|\\b)|\\bm[oó]vil|\\bcel(?:ular|\\b)|whats ?app|\\bphone|\\bmobile|\\bfono|ll[aá]m[ae]|\\bcall (?:me|us)).{0,14}",
                    Pattern.DOTALL);

    /// Digits with what may stand between them, at least six of them.
    private void number(int start, int last, int digits) {
        int end = Math.min(to, last + 4);
        String text = ascii(start, end);
        if (start > from && b[start - 1] == '+') {
            international(start, text);
            return;
        }
        if (digits >= 13 && card(start, text)) {
            return;
        }
        Matcher dni = DNI.matcher(text);
        if (dni.lookingAt() && isDni(onlyDigits(dni.group(1)), dni.group(2))) {
            id(start, "dni_es", dni.group());
            return;
        }
        if (checked(start, text)) {
            return;
        }
        String before = before(start);
        if (named(start, text, before)) {
            return;
        }
        if (AMERICAN.matcher(text).lookingAt()
                || (start > from
                        && b[start - 1] == '('
                        && text.matches("(?s)\\d{2,3}\\) ?\\d{3,4}[ -]\\d{4}(?!\\d).*"))) {
            phone(start, 12);
            return;
        }
        if (SAYS_PHONE.matcher(before).matches()) {
            Matcher dialled = DIALLED.matcher(text);
            if (dialled.lookingAt()) {
                int count = onlyDigits(dialled.group()).length();
                if (count >= 7 && count <= 13) {
                    phone(start, dialled.end());
                }
            }
        }
    }

    /// Forms that say by themselves what they are, and prove it by their check digit.
    private boolean checked(int start, String text) {
        Matcher dominican = DOMINICAN.matcher(text);
        if (dominican.lookingAt() && isLuhn(onlyDigits(dominican.group()))) {
            return id(start, "cedula_do", dominican.group());
        }
        Matcher cuit = CUIT.matcher(text);
        if (cuit.lookingAt()
                && (cuit.group(1).equals("-") || SAYS_CUIT.matcher(before(start)).matches())
                && isCuit(onlyDigits(cuit.group()))) {
            return id(start, "cuit_ar", cuit.group());
        }
        Matcher nit = NIT.matcher(text);
        if (nit.lookingAt()
                && (nit.group(1).contains(".") || SAYS_NIT.matcher(before(start)).matches())
                && isNit(onlyDigits(nit.group(1)), nit.group(2))) {
            return id(start, "nit_co", nit.group());
        }
        Matcher uruguay = URUGUAY.matcher(text);
        if (uruguay.lookingAt() && isUruguayan(onlyDigits(uruguay.group()))) {
            return id(start, "ci_uy", uruguay.group());
        }
        Matcher rut = RUT.matcher(text);
        if (rut.lookingAt() && isRut(onlyDigits(rut.group(1)), rut.group(2))) {
            return id(start, "rut_cl", rut.group());
        }
        Matcher ruc = RUC.matcher(text);
        if (ruc.lookingAt()
                && isRuc(ruc.group())
                && (ruc.group().startsWith("10") || SAYS_RUC.matcher(before(start)).matches())) {
            return id(start, "ruc_pe", ruc.group());
        }
        return false;
    }

    /// Forms that other numbers have as well: only with their name in front.
    private boolean named(int start, String text, String before) {
        Matcher dui = DUI.matcher(text);
        if (dui.lookingAt()
                && SAYS_DUI.matcher(before).matches()
                && isDui(onlyDigits(dui.group()))) {
            return id(start, "dui_sv", dui.group());
        }
        Matcher dpi = DPI.matcher(text);
        if (dpi.lookingAt()
                && SAYS_DPI.matcher(before).matches()
                && isDpi(onlyDigits(dpi.group()))) {
            return id(start, "dpi_gt", dpi.group());
        }
        boolean cedula = SAYS_CEDULA.matcher(before).matches();
        Matcher ten = TEN.matcher(text);
        if (cedula && ten.lookingAt() && isEcuadorian(ten.group())) {
            return id(start, "cedula_ec", ten.group());
        }
        Matcher plain = PLAIN.matcher(text);
        if (plain.lookingAt()) {
            int digits = onlyDigits(plain.group()).length();
            if (cedula && digits >= 6 && digits <= 10) {
                return id(start, "cedula", plain.group());
            }
            if (SAYS_DNI.matcher(before).matches() && digits >= 7 && digits <= 8) {
                return id(start, "dni", plain.group());
            }
        }
        return false;
    }

    private boolean card(int start, String text) {
        Matcher card = CARD.matcher(text);
        if (!card.lookingAt()) {
            return false;
        }
        String digits = onlyDigits(card.group());
        if (digits.length() < 13 || !isCardPrefix(digits) || !isLuhn(digits) || isSame(digits)) {
            return false;
        }
        done = start + card.end();
        found(
                TrainingFileRule.PAYMENT_CARD,
                start,
                "•••• " + digits.substring(digits.length() - 4));
        return true;
    }

    private static final Pattern INTERNATIONAL =
            Pattern.compile("\\d{1,3}(?:[ .-]?\\(?\\d{1,4}\\)?){2,6}(?![\\dA-Za-z])");

    private void international(int start, String text) {
        Matcher phone = INTERNATIONAL.matcher(text);
        if (phone.lookingAt()) {
            int digits = onlyDigits(phone.group()).length();
            boolean free = start < from + 2 || !isAlphanumeric(b[start - 2]);
            if (digits >= 9 && digits <= 15 && free) {
                phone(start - 1, phone.end() + 1);
            }
        }
    }

    private void phone(int start, int length) {
        done = Math.min(to, start + length);
        String digits = onlyDigits(ascii(start, done));
        String end = digits.substring(Math.max(0, digits.length() - 2));
        found(TrainingFileRule.PHONE_NUMBER, start, "•••••••" + end);
    }

    private boolean id(int start, String kind, String number) {
        done = start + number.length();
        found(TrainingFileRule.NATIONAL_ID, start, kind, hidden(number));
        return true;
    }

    // ------------------------------------------------------------------------------------- numbers
    // with letters in them

    private static final Pattern NIE =
            Pattern.compile("([XYZxyz])-?(\\d{7})-?([A-Za-z])(?![A-Za-z0-9])");
    private static final Pattern CURP =
            Pattern.compile(
                    "[A-Z][AEIOUX][A-Z]{2}\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])[HMX][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[0-9A-Z]\\d");
    private static final Pattern RFC =
            Pattern.compile(
                    "[A-ZÑ&]{4}\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])[A-Z0-9]{2}[0-9A]");
    private static final Pattern IBAN =
            Pattern.compile(
                    "[A-Z]{2}\\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![A-Za-z0-9])");

    private void mixed(int start, int end) {
        if (start > from && (isAlphanumeric(b[start - 1]) || b[start - 1] == '_')) {
            return;
        }
        int length = end - start;
        if (length == 9 || length == 11) {
            // an eight-digit number with its letter, or a foreigner's with two
            String text = ascii(start, Math.min(to, end + 2));
            Matcher dni = DNI.matcher(text);
            if (dni.lookingAt() && isDni(onlyDigits(dni.group(1)), dni.group(2))) {
                id(start, "dni_es", dni.group());
                return;
            }
        }
        if (length >= 8 && length <= 9) {
            Matcher nie = NIE.matcher(ascii(start, Math.min(to, end + 3)));
            if (nie.lookingAt()) {
                int first = "XYZ".indexOf(nie.group(1).toUpperCase(Locale.ROOT));
                if (isDni(first + nie.group(2), nie.group(3))) {
                    id(start, "nie_es", nie.group());
                    return;
                }
            }
        }
        if (length == 18) {
            String curp = ascii(start, end);
            if (CURP.matcher(curp).matches() && isCurp(curp)) {
                id(start, "curp_mx", curp);
                return;
            }
        }
        if (length == 13 || length == 14) { // one more byte for each Ñ
            String rfc = new String(b, start, length, StandardCharsets.UTF_8);
            if (RFC.matcher(rfc).matches() && isRfc(rfc)) {
                id(start, "rfc_mx", rfc);
                done = end;
                return;
            }
        }
        if (length >= 4 && isCapital(b[start]) && isCapital(b[start + 1]) && b[start + 2] <= '9') {
            iban(start);
        }
    }

    private void iban(int start) {
        Matcher iban = IBAN.matcher(ascii(start, Math.min(to, start + 45)));
        if (iban.lookingAt()) {
            String number = iban.group().replace(" ", "");
            if (number.length() >= 15 && isIban(number)) {
                done = start + iban.end();
                found(
                        TrainingFileRule.BANK_ACCOUNT,
                        start,
                        number.substring(0, 2)
                                + "•• •••• "
                                + number.substring(number.length() - 4));
            }
        }
    }

    // ------------------------------------------------------------------------------------------------- check digits

    /// Spain: the remainder by 23 gives the letter.
    static boolean isDni(String digits, String letter) {
        int rest = Integer.parseInt(digits) % 23;
        return "TRWAGMYFPDXBNJZSQVHLCKE".charAt(rest) == Character.toUpperCase(letter.charAt(0))
                && !isSame(digits.substring(digits.length() - 7));
    }

    static boolean isLuhn(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int part = i % 2 == 0 ? digit : 2 * digit;
            sum += part > 9 ? part - 9 : part;
        }
        return sum % 10 == 0 && !isSame(digits);
    }

    private static boolean isCardPrefix(String digits) {
        int two = Integer.parseInt(digits.substring(0, 2));
        int four = Integer.parseInt(digits.substring(0, 4));
        return switch (digits.charAt(0)) {
            case '4' -> digits.length() == 13 || digits.length() == 16 || digits.length() == 19;
            case '5' -> two >= 51 && two <= 55 && digits.length() == 16;
            case '2' -> four >= 2221 && four <= 2720 && digits.length() == 16;
            case '3' ->
                    ((two == 34 || two == 37) && digits.length() == 15)
                            || ((two == 36 || two == 38 || two == 30) && digits.length() == 14)
                            || (two == 35 && digits.length() == 16);
            case '6' ->
                    (four == 6011 || two == 65 || two == 62 || two == 63) && digits.length() >= 16;
            default -> false;
        };
    }

    /// Chile: weights 2 to 7 from the right, by 11.
    static boolean isRut(String digits, String check) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            sum += (digits.charAt(digits.length() - 1 - i) - '0') * (2 + i % 6);
        }
        int rest = 11 - sum % 11;
        String expected = rest == 11 ? "0" : rest == 10 ? "K" : String.valueOf(rest);
        return expected.equalsIgnoreCase(check) && !isSame(digits);
    }

    /// Argentina: weights 5432765432, by 11.
    static boolean isCuit(String digits) {
        int rest = weighted(digits, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11;
        int check = rest == 0 ? 0 : 11 - rest;
        return check < 10 && check == digits.charAt(10) - '0';
    }

    /// Colombia: weights that are primes, from the right, by 11.
    static boolean isNit(String digits, String check) {
        int rest = weighted(digits, 41, 37, 29, 23, 19, 17, 13, 7, 3) % 11;
        return (rest < 2 ? rest : 11 - rest) == check.charAt(0) - '0' && !isSame(digits);
    }

    /// Uruguay: weights 2987634, by 10.
    static boolean isUruguayan(String digits) {
        int rest = weighted(digits, 2, 9, 8, 7, 6, 3, 4) % 10;
        return (10 - rest) % 10 == digits.charAt(7) - '0' && !isSame(digits);
    }

    /// Peru: weights 5432765432, by 11.
    static boolean isRuc(String digits) {
        int check = 11 - weighted(digits, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11;
        return check % 10 == digits.charAt(10) - '0';
    }

    /// Ecuador: the province, a third digit below 6, and a sum like that of cards.
    static boolean isEcuadorian(String digits) {
        int province = Integer.parseInt(digits.substring(0, 2));
        boolean there = (province >= 1 && province <= 24) || province == 30;
        return there && digits.charAt(2) < '6' && isLuhn(digits);
    }

    /// El Salvador: weights 9 to 2, by 10.
    static boolean isDui(String digits) {
        int rest = weighted(digits, 9, 8, 7, 6, 5, 4, 3, 2) % 10;
        return (10 - rest) % 10 == digits.charAt(8) - '0' && !isSame(digits);
    }

    /// Guatemala: eight digits with weights 2 to 9, by 11, then the place of birth.
    static boolean isDpi(String digits) {
        int department = Integer.parseInt(digits.substring(9, 11));
        return weighted(digits, 2, 3, 4, 5, 6, 7, 8, 9) % 11 == digits.charAt(8) - '0'
                && department >= 1
                && department <= 22;
    }

    private static final String CURP_VALUES = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ";
    private static final String RFC_VALUES = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ";

    /// Mexico: values of the characters by weights 18 to 2, by 10.
    static boolean isCurp(String curp) {
        int sum = 0;
        for (int i = 0; i < 17; i++) {
            sum += CURP_VALUES.indexOf(curp.charAt(i)) * (18 - i);
        }
        return (10 - sum % 10) % 10 == curp.charAt(17) - '0';
    }

    /// Mexico: values of the characters by weights 13 to 2, by 11.
    static boolean isRfc(String rfc) {
        int sum = 0;
        for (int i = 0; i < 12; i++) {
            sum += RFC_VALUES.indexOf(rfc.charAt(i)) * (13 - i);
        }
        int rest = sum % 11;
        char check = rest == 0 ? '0' : rest == 1 ? 'A' : (char) ('0' + 11 - rest);
        return check == rfc.charAt(12);
    }

    /// The account in front, the letters as numbers, by 97.
    static boolean isIban(String iban) {
        String turned = iban.substring(4) + iban.substring(0, 4);
        int rest = 0;
        for (int i = 0; i < turned.length(); i++) {
            int digit = Character.digit(turned.charAt(i), 36);
            rest = (rest * (digit > 9 ? 100 : 10) + digit) % 97;
        }
        return rest == 1;
    }

    private static int weighted(String digits, int... weights) {
        int sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += (digits.charAt(i) - '0') * weights[i];
        }
        return sum;
    }

    private static boolean isSame(String digits) {
        return digits.chars().distinct().count() == 1;
    }

    // -------------------------------------------------------------------------------------------------- small things

    private String before(int start) {
        int first = Math.max(from, start - NEAR);
        return new String(b, first, start - first, StandardCharsets.UTF_8);
    }

    /// Other bytes than ASCII become signs that no pattern takes for letters or digits.
    private String ascii(int first, int end) {
        var text = new StringBuilder(end - first);
        for (int i = first; i < end; i++) {
            text.append(b[i] >= 0 ? (char) b[i] : '\u00A4');
        }
        return text.toString();
    }

    private static String onlyDigits(String text) {
        var digits = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= '0' && text.charAt(i) <= '9') {
                digits.append(text.charAt(i));
            }
        }
        return digits.toString();
    }

    /// All but the last two characters.
    private static String hidden(String number) {
        int shown = Math.max(0, number.length() - 2);
        return "•".repeat(shown) + number.substring(shown);
    }

    private void found(TrainingFileRule rule, int at, Object... args) {
        reporter.text(rule, value, at - from, args);
    }

    private static boolean isAlphanumeric(byte c) {
        int letter = c | 0x20;
        return (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9');
    }

    private static boolean isCapital(byte c) {
        return c >= 'A' && c <= 'Z';
    }
}
