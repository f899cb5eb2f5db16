package dev.afinador.engine;

import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Makes ids and names in the forms that recorded answers of the protocol have.
public final class EngineIds {

    private static final String LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private final RandomGenerator random;
    private final String organization;

    /// @param random       unguessable: a file's id is all that names it
    /// @param organization the slug in names of models, 1 to 40 of `a-z0-9-`
    public EngineIds(RandomGenerator random, String organization) {
        if (!organization.matches("[a-z0-9-]{1,40}")) {
            throw new IllegalArgumentException(
                    "the engine's organization has 1 to 40 of a-z, 0-9 and -");
        }
        this.random = random;
        this.organization = organization;
    }

    public String organization() {
        return organization;
    }

    public String job() {
        return "ftjob-" + letters(24);
    }

    public String event() {
        return "ftevent-" + letters(24);
    }

    public String checkpoint() {
        return "ftckpt_" + letters(24);
    }

    public String file() {
        return "file-" + letters(22);
    }

    public String upload() {
        return "upload_" + hex(48);
    }

    public String part() {
        return "part_" + hex(48);
    }

    public String endpoint() {
        return "whe_" + hex(32);
    }

    public String webhookEvent() {
        return "evt_" + hex(32);
    }

    public String delivery() {
        return "wh_" + hex(32);
    }

    /// `ft:{base}:{organization}:{suffix or empty}:{8 letters}`.
    public String model(String base, @Nullable String suffix) {
        return "ft:" + base + ":" + organization + ":" + slug(suffix) + ":" + letters(8);
    }

    /// The name of a checkpoint before the last: ids differ from the final model's, so that neither tells the other.
    public String checkpointModel(String base, @Nullable String suffix, long step) {
        return model(base, suffix) + ":ckpt-step-" + step;
    }

    /// A suffix as it goes into a name: lower case, and hyphens for what a path or a parser could trip over.
    static String slug(@Nullable String suffix) {
        if (suffix == null) {
            return "";
        }
        String slug =
                suffix.toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9_.-]+", "-")
                        .replaceAll("^[-.]+|[-.]+$", "");
        return slug.length() <= 64 ? slug : slug.substring(0, 64);
    }

    private String letters(int length) {
        return text(length, LETTERS);
    }

    private String hex(int length) {
        return text(length, "0123456789abcdef");
    }

    private String text(int length, String alphabet) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
