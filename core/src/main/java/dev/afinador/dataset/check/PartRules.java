package dev.afinador.dataset.check;

import dev.afinador.dataset.TrainingFileRule;
import dev.afinador.dataset.json.JsonTape;
import dev.afinador.dataset.json.JsonText;
import org.jspecify.annotations.Nullable;

/// The rules for content that is a list of parts: texts and images. For one thread.
final class PartRules {

    /// Per example, at OpenAI; Azure takes 64.
    static final int MOST_IMAGES = 10;

    static final long MOST_IMAGE_BYTES = 10_000_000;

    private final JsonTape tape;
    private final Reporter reporter;
    private final JsonText scratch = new JsonText();

    private int images;

    PartRules(JsonTape tape, Reporter reporter) {
        this.tape = tape;
        this.reporter = reporter;
    }

    void startExample() {
        images = 0;
    }

    /// Images of the example so far.
    int images() {
        return images;
    }

    void check(int list, @Nullable Role role) {
        for (int part = list + 1; part < tape.next(list); part = tape.next(part)) {
            if (!tape.isObject(part)) {
                reporter.value(TrainingFileRule.PART_NOT_AN_OBJECT, part);
                continue;
            }
            part(part, role);
        }
    }

    private void part(int part, @Nullable Role role) {
        int type = 0;
        int text = 0;
        int image = 0;
        for (int key = part + 1; key < tape.next(part); key = tape.next(key + 1)) {
            switch (Word.of(tape, key, scratch)) {
                case TYPE -> type = key + 1;
                case TEXT -> text = key + 1;
                case IMAGE_URL -> image = key + 1;
                case null, default -> {}
            }
        }
        if (type == 0 || !tape.isString(type)) {
            reporter.value(TrainingFileRule.PART_TYPE_MISSING, part);
            return;
        }
        switch (Word.of(tape, type, scratch)) {
            case TEXT -> {
                if (text == 0 || !tape.isString(text)) {
                    reporter.value(TrainingFileRule.PART_TEXT_MISSING, part);
                } else if (tape.isEmpty(text)) {
                    reporter.value(TrainingFileRule.CONTENT_EMPTY, text);
                }
            }
            case IMAGE_URL -> {
                images++;
                if (role == Role.ASSISTANT) {
                    reporter.value(TrainingFileRule.IMAGE_FROM_ASSISTANT, part);
                } else if (role != null && role != Role.USER) {
                    reporter.value(
                            TrainingFileRule.IMAGE_NOT_FROM_USER,
                            part,
                            role.name().toLowerCase(java.util.Locale.ROOT));
                }
                image(part, image);
            }
            case null, default ->
                    reporter.value(
                            TrainingFileRule.CONTENT_PART_UNKNOWN, part, reporter.shown(type));
        }
    }

    private void image(int part, int image) {
        if (image == 0) {
            reporter.value(TrainingFileRule.IMAGE_URL_MISSING, part);
            return;
        }
        int url = 0;
        int detail = 0;
        if (tape.isObject(image)) {
            for (int key = image + 1; key < tape.next(image); key = tape.next(key + 1)) {
                switch (Word.of(tape, key, scratch)) {
                    case URL -> url = key + 1;
                    case DETAIL -> detail = key + 1;
                    case null, default -> {}
                }
            }
        }
        if (url == 0 || !tape.isString(url) || tape.isEmpty(url)) {
            reporter.value(TrainingFileRule.IMAGE_URL_MISSING, image);
            return;
        }
        if (detail != 0) {
            Word word = tape.isString(detail) ? Word.of(tape, detail, scratch) : null;
            if (word != Word.AUTO && word != Word.LOW && word != Word.HIGH) {
                reporter.value(TrainingFileRule.IMAGE_DETAIL_UNKNOWN, detail);
            }
        }
        scratch.read(tape, url);
        url(url, scratch.bytes(), scratch.from(), scratch.to());
    }

    private void url(int value, byte[] b, int from, int to) {
        if (startsWith(b, from, to, "https://") || startsWith(b, from, to, "http://")) {
            return;
        }
        if (!startsWith(b, from, to, "data:")) {
            reporter.value(TrainingFileRule.IMAGE_URL_BAD, value);
            return;
        }
        int comma = from;
        while (comma < to && comma < from + 200 && b[comma] != ',') {
            comma++;
        }
        String head =
                new String(
                                b,
                                from + 5,
                                comma - from - 5,
                                java.nio.charset.StandardCharsets.ISO_8859_1)
                        .toLowerCase(java.util.Locale.ROOT);
        if (comma >= to || b[comma] != ',' || !head.endsWith(";base64")) {
            reporter.value(TrainingFileRule.IMAGE_DATA_BAD, value);
            return;
        }
        String named = head.substring(0, head.indexOf(';'));
        data(value, b, comma + 1 - from, comma + 1, to, named);
    }

    private void data(int value, byte[] b, int offset, int from, int to, String named) {
        int bad = firstNotBase64(b, from, to);
        if (bad >= 0 || from == to) {
            reporter.text(TrainingFileRule.IMAGE_DATA_BAD, value, offset + Math.max(0, bad - from));
            return;
        }
        String is = format(b, from, to);
        if (is.isEmpty()) {
            if (isTaken(named)) {
                reporter.text(TrainingFileRule.IMAGE_DATA_BAD, value, offset);
            } else {
                reporter.value(TrainingFileRule.IMAGE_FORMAT, value, Reporter.cut(named));
            }
            return;
        }
        if (!isTaken("image/" + is)) {
            reporter.value(TrainingFileRule.IMAGE_FORMAT, value, "image/" + is);
        } else if (!named.equals("image/" + is)
                && !(named.equals("image/jpg") && is.equals("jpeg"))) {
            reporter.value(
                    TrainingFileRule.IMAGE_MISLABELLED, value, Reporter.cut(named), "image/" + is);
        }
        long bytes = (to - from) / 4L * 3;
        if (bytes > MOST_IMAGE_BYTES) {
            reporter.value(
                    TrainingFileRule.IMAGE_TOO_BIG,
                    value,
                    String.valueOf((bytes + 500_000) / 1_000_000),
                    MOST_IMAGE_BYTES / 1_000_000);
        }
    }

    private static boolean isTaken(String type) {
        return type.equals("image/jpeg")
                || type.equals("image/jpg")
                || type.equals("image/png")
                || type.equals("image/webp");
    }

    /// @return where base 64 ends too early or has a character that is none of its own; -1 when it is whole
    private static int firstNotBase64(byte[] b, int from, int to) {
        int i = from;
        while (i < to && BASE64[b[i] & 0xFF]) {
            i++;
        }
        int padding = 0;
        while (i < to && padding < 2 && b[i] == '=') {
            i++;
            padding++;
        }
        if (i < to) {
            return i;
        }
        return (to - from) % 4 == 0 ? -1 : to - 1;
    }

    private static final boolean[] BASE64 = new boolean[256];

    static {
        for (char c = 0; c < 128; c++) {
            BASE64[c] =
                    (c >= 'A' && c <= 'Z')
                            || (c >= 'a' && c <= 'z')
                            || (c >= '0' && c <= '9')
                            || c == '+'
                            || c == '/';
        }
    }

    /// What the first bytes say; empty when they are no picture that is known.
    private static String format(byte[] b, int from, int to) {
        byte[] start;
        try {
            int length = Math.min(to - from, 24) / 4 * 4;
            start =
                    java.util.Base64.getDecoder()
                            .decode(java.util.Arrays.copyOfRange(b, from, from + length));
        } catch (IllegalArgumentException e) {
            return "";
        }
        String head = new String(start, java.nio.charset.StandardCharsets.ISO_8859_1);
        if (head.startsWith("\u0089PNG\r\n\u001A\n")) {
            return "png";
        }
        if (head.startsWith("\u00FF\u00D8\u00FF")) {
            return "jpeg";
        }
        if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) {
            return "webp";
        }
        if (head.startsWith("GIF8")) {
            return "gif";
        }
        if (head.startsWith("BM")) {
            return "bmp";
        }
        if (head.startsWith("II*\0") || head.startsWith("MM\0*")) {
            return "tiff";
        }
        if (head.startsWith("ftypheic", 4) || head.startsWith("ftypheix", 4)) {
            return "heic";
        }
        if (head.startsWith("ftypavif", 4)) {
            return "avif";
        }
        return head.startsWith("<svg") || head.startsWith("<?xml") ? "svg+xml" : "";
    }

    private static boolean startsWith(byte[] b, int from, int to, String prefix) {
        if (to - from < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            int c = b[from + i];
            int lower = c >= 'A' && c <= 'Z' ? c | 0x20 : c;
            if (lower != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
