package dev.afinador.verification;

import java.util.regex.Pattern;

/// Makes text from outside fit to be shown and sent around: no keys, no control characters, one line, not endless.
/// Providers quote keys in their messages, partly masked or not, and a report is made to be passed on.
final class Redaction {

    private static final int LONGEST = 600;

    private static final Pattern KEYS =
            Pattern.compile(
                    String.join(
                            "|",
                            // OpenAI and those who took over its form, masked ones too
                            "\\b(?:sk|rk|pk)-[A-Za-z0-9_*\\-]{3,}",
                            "\\bwhsec_[A-Za-z0-9+/=_-]{4,}",
                            // JSON Web Tokens
                            "\\beyJ[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]*)*",
                            // Bedrock
                            "\\bABSK[A-Za-z0-9+/=]{16,}",
                            "\\bbedrock-api-key-[A-Za-z0-9+/=_-]+"));

    private static final Pattern NAMED_KEYS =
            Pattern.compile(
                    "(?i)\\b(bearer|basic|api[-_ ]?key|authorization|password|secret)\\b"
                            + "(\\s*[:=]\\s*|\\s+)[\"']?[A-Za-z0-9+/=._~*-]{8,}[\"']?");

    private static final Pattern USER_IN_URL = Pattern.compile("(://)[^/\\s@]+@");

    /// Control, format (which can turn the reading order around) and separator characters.
    private static final Pattern UNSEEN = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}\\s]+");

    private Redaction() {}

    static String clean(String text) {
        String start = text.length() <= 4 * LONGEST ? text : text.substring(0, 4 * LONGEST);
        String line = UNSEEN.matcher(start).replaceAll(" ").strip();
        String safe = KEYS.matcher(line).replaceAll("***");
        safe = NAMED_KEYS.matcher(safe).replaceAll("$1 ***");
        safe = USER_IN_URL.matcher(safe).replaceAll("$1***@");
        if (safe.length() <= LONGEST) {
            return safe;
        }
        int cut = Character.isHighSurrogate(safe.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return safe.substring(0, cut) + "…";
    }
}
