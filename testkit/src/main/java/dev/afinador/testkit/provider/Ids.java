package dev.afinador.testkit.provider;

import java.util.random.RandomGenerator;

/// Ids in the shapes that were recorded from the vendors.
final class Ids {
    private static final String ALPHANUMERIC =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final String HEX = "0123456789abcdef";

    private final RandomGenerator random;

    Ids(RandomGenerator random) {
        this.random = random;
    }

    String job(Flavour flavour) {
        return switch (flavour) {
            case OPENAI -> "ftjob-" + draw(ALPHANUMERIC, 24);
            case AZURE -> "ftjob-" + draw(HEX, 32);
        };
    }

    String file(Flavour flavour) {
        return switch (flavour) {
            case OPENAI -> "file-" + draw(ALPHANUMERIC, 22);
            case AZURE -> "file-" + draw(HEX, 32);
        };
    }

    String event() {
        return "ftevent-" + draw(ALPHANUMERIC, 24);
    }

    String checkpoint() {
        return "ftckpt_" + draw(ALPHANUMERIC, 24);
    }

    /// The tail of a fine-tuned model's name.
    String shortName() {
        return draw(ALPHANUMERIC, 8);
    }

    String request() {
        return "req_" + draw(HEX, 32);
    }

    String completion() {
        return "chatcmpl-" + draw(ALPHANUMERIC, 29);
    }

    String webhookEvent() {
        return "evt_" + draw(HEX, 32);
    }

    String webhookDelivery() {
        return "wh_" + draw(HEX, 32);
    }

    int seed() {
        synchronized (random) {
            return random.nextInt(Integer.MAX_VALUE);
        }
    }

    private String draw(String alphabet, int length) {
        var id = new StringBuilder(length);
        synchronized (random) {
            for (int i = 0; i < length; i++) {
                id.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
        }
        return id.toString();
    }
}
