package dev.afinador.dataset;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Tells by the beginning of a file how its examples are written down.
public final class SourceSniffer {

    /// How much of a file is enough to tell.
    public static final int HEAD = 64 << 10;

    private static final JsonFactory JSON = new JsonFactory();

    private SourceSniffer() {}

    /// @param head     the first bytes of the file, at most [#HEAD]
    /// @param whole    whether that is all of it
    /// @param filename tells where the content does not
    public static SourceFormat formatOf(byte[] head, boolean whole, String filename) {
        TextEncoding encoding = TextEncoding.of(head, whole);
        String text =
                new String(
                        head,
                        encoding.mark(),
                        Math.max(0, head.length - encoding.mark()),
                        encoding.charset());
        String start = text.stripLeading();
        if (start.startsWith("{")) {
            return ofKeys(firstKeys(start), SourceFormat.JSON_LINES);
        }
        if (start.startsWith("[")) {
            String inside = start.substring(1).stripLeading();
            return inside.startsWith("{")
                    ? ofKeys(firstKeys(inside), SourceFormat.JSON_ARRAY)
                    : SourceFormat.OTHER;
        }
        return ofTable(text, filename.toLowerCase(Locale.ROOT));
    }

    private static SourceFormat ofKeys(Set<String> keys, SourceFormat otherwise) {
        if (keys.contains("messages")) {
            return otherwise;
        }
        if (keys.contains("conversations") || keys.contains("conversation")) {
            return SourceFormat.SHAREGPT;
        }
        boolean alpaca = keys.contains("instruction") && keys.contains("output");
        return alpaca ? SourceFormat.ALPACA : otherwise;
    }

    /// Keys of the first object, as far as it is there and is JSON.
    private static Set<String> firstKeys(String json) {
        Set<String> keys = new HashSet<>();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                keys.add(parser.currentName());
                parser.nextToken();
                parser.skipChildren();
            }
        } catch (JacksonException e) {
            return keys; // cut off or broken: what came before it counts
        }
        return keys;
    }

    private static SourceFormat ofTable(String text, String filename) {
        char delimiter = delimiterOf(text);
        if (filename.endsWith(".tsv") || filename.endsWith(".tab")) {
            return SourceFormat.TSV;
        }
        if (filename.endsWith(".csv")) {
            return delimiter == '\t' ? SourceFormat.TSV : SourceFormat.CSV;
        }
        return switch (delimiter) {
            case 0 -> SourceFormat.OTHER;
            case '\t' -> SourceFormat.TSV;
            default -> SourceFormat.CSV;
        };
    }

    /// What separates the values of a table: the sign that the first record has, and most of the next ones as often.
    ///
    /// @return `,`, `;`, tab or `|`; 0 when it looks like no table
    public static char delimiterOf(String text) {
        char quote = text.startsWith("'") ? '\'' : '"';
        char best = 0;
        int bestScore = 0;
        for (char candidate : new char[] {',', ';', '\t', '|'}) {
            int[] counts = countsByRecord(text, candidate, quote);
            if (counts.length < 2 || counts[0] == 0) {
                continue;
            }
            int alike = 0;
            for (int count : counts) {
                alike += count == counts[0] ? 1 : 0;
            }
            if (alike * 3 < counts.length * 2) {
                continue;
            }
            int score = alike * 100 / counts.length * 1_000 + counts[0];
            if (score > bestScore) {
                best = candidate;
                bestScore = score;
            }
        }
        return best;
    }

    /// How often the sign stands outside of quotes in each of the first records that are there in full.
    private static int[] countsByRecord(String text, char sign, char quote) {
        int[] counts = new int[20];
        int records = 0;
        int count = 0;
        boolean quoted = false;
        boolean any = false;
        for (int i = 0; i < text.length() && records < counts.length; i++) {
            char c = text.charAt(i);
            if (c == quote) {
                quoted = !quoted;
                any = true;
            } else if (c == '\n' && !quoted) {
                if (any) {
                    counts[records++] = count;
                }
                count = 0;
                any = false;
            } else if (c == sign && !quoted) {
                count++;
                any = true;
            } else if (c != '\r') {
                any = true;
            }
        }
        if (any && !quoted && records < counts.length) {
            counts[records++] = count;
        }
        return java.util.Arrays.copyOf(counts, records);
    }
}
