package dev.afinador.dataset.check;

import dev.afinador.dataset.TrainingFileRule;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds keys and passwords by the shapes that their makers gave them. What it tells never has the secret part. For one
/// thread.
final class Secrets {

    /// @param kind  as the texts call it
    /// @param shape of the whole key; the first group is what may be shown
    private record Shape(String kind, Pattern shape) {
        Shape(String kind, String shape) {
            this(kind, Pattern.compile(shape));
        }
    }

    private static final List<Shape> SHAPES =
            List.of(
                    new Shape("Anthropic", "(sk-ant-)[A-Za-z0-9_-]{20,}"),
                    new Shape("OpenAI", "(sk-(?:proj-|svcacct-|admin-|None-)?)[A-Za-z0-9_-]{20,}"),
                    new Shape("GitHub", "(gh[pousr]_|github_pat_)[A-Za-z0-9_]{30,}"),
                    new Shape("GitLab", "(glpat-)[A-Za-z0-9_-]{20,}"),
                    new Shape("AWS", "(AKIA|ASIA)[A-Z2-7]{16}"),
                    new Shape("Google", "(AIza)[A-Za-z0-9_-]{35}"),
                    new Shape("Google OAuth", "(GOCSPX-|ya29\\.)[A-Za-z0-9_-]{20,}"),
                    new Shape("Slack", "(xox[abeprs]-)[A-Za-z0-9-]{20,}"),
                    new Shape("Stripe", "((?:sk|rk)_(?:live|test)_|whsec_)[A-Za-z0-9]{16,}"),
                    new Shape("Hugging Face", "(hf_)[A-Za-z0-9]{30,}"),
                    new Shape("SendGrid", "(SG\\.)[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}"),
                    new Shape("npm", "(npm_)[A-Za-z0-9]{36}"),
                    new Shape("PyPI", "(pypi-AgEI)[A-Za-z0-9_-]{40,}"),
                    new Shape("DigitalOcean", "(do[opr]_v1_)[a-f0-9]{64}"),
                    new Shape("Mercado Pago", "(APP_USR-)[A-Za-z0-9-]{30,}"),
                    new Shape("Groq", "(gsk_)[A-Za-z0-9]{40,}"),
                    new Shape(
                            "JWT",
                            "(eyJ)[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}"));

    private static final int LONGEST = 4_000;

    private final Reporter reporter;
    private byte[] b = new byte[0];
    private int from;
    private int to;
    private int value;

    /// Up to here has been looked at.
    private int done;

    Secrets(Reporter reporter) {
        this.reporter = reporter;
    }

    void startText(byte[] bytes, int first, int end, int string) {
        b = bytes;
        from = first;
        to = end;
        value = string;
        done = first;
    }

    /// A word that is long, or mixes letters with digits: perhaps a part of a key.
    void word(int start, int end) {
        if (start < done) {
            return;
        }
        int first = start;
        while (first > done && isKeyByte(b[first - 1])) {
            first--;
        }
        int last = end;
        while (last < to && last - first < LONGEST && isKeyByte(b[last])) {
            last++;
        }
        if (last - first < 20) {
            return;
        }
        done = last;
        String text = new String(b, first, last - first, StandardCharsets.ISO_8859_1);
        for (Shape shape : SHAPES) {
            Matcher matcher = shape.shape().matcher(text);
            if (matcher.lookingAt()) {
                found(first, shape.kind(), matcher.group(1), matcher.end());
                return;
            }
        }
    }

    /// `BEGIN`, perhaps of a private key.
    void begin(int start) {
        if (before(start, "-----") && at(start, "BEGIN")) {
            int end = Math.min(to, start + 60);
            String line = new String(b, start, end - start, StandardCharsets.ISO_8859_1);
            int close = line.indexOf("PRIVATE KEY");
            if (close > 0 && close < 30) {
                found(start - 5, "PEM", "-----" + line.substring(0, close + 11), 0);
            }
        }
    }

    /// A password in front of the at sign of a URL.
    boolean at(int i) {
        int colon = -1;
        int k = i - 1;
        int least = Math.max(from, i - 200);
        for (; k >= least; k--) {
            byte c = b[k];
            if (c <= ' ' && c >= 0 || c == '"' || c == '<' || c == '>') {
                return false;
            }
            if (c == ':' && k + 2 < i && b[k + 1] == '/' && b[k + 2] == '/') {
                break;
            }
            if (c == ':') {
                colon = k;
            } else if (c == '/' && b[k - (k > from ? 1 : 0)] != '/' && b[k + 1] != '/') {
                return false; // a path, not a name and password
            }
        }
        if (k < least || colon < k + 3 || i - colon < 2) {
            return false;
        }
        int scheme = k;
        while (scheme > from && (b[scheme - 1] | 0x20) >= 'a' && (b[scheme - 1] | 0x20) <= 'z') {
            scheme--;
        }
        found(
                scheme,
                "URL",
                new String(b, scheme, k + 3 - scheme, StandardCharsets.ISO_8859_1),
                i - scheme);
        return true;
    }

    private boolean before(int end, String word) {
        return end - word.length() >= from && at(end - word.length(), word);
    }

    private boolean at(int start, String word) {
        if (to - start < word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (b[start + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void found(int at, String kind, String shown, int length) {
        String hidden = length > 0 ? shown + "•••• (" + length + ")" : shown + " ••••";
        reporter.text(TrainingFileRule.SECRET, value, at - from, kind, hidden);
    }

    private static boolean isKeyByte(byte c) {
        int letter = c | 0x20;
        return (letter >= 'a' && letter <= 'z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '-'
                || c == '.';
    }
}
