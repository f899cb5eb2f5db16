package dev.afinador.openai;

import java.time.Duration;

/// How long calls to a provider may take.
///
/// @param connect until the connection stands
/// @param read    of a whole reading call, body included; also of cancel, pause and resume
/// @param create  of the whole create call
/// @param upload  of one upload request (a whole file, or one part of a very large one)
public record OpenAiTimeouts(Duration connect, Duration read, Duration create, Duration upload) {

    public static final OpenAiTimeouts DEFAULT =
            new OpenAiTimeouts(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(10));

    public OpenAiTimeouts {
        requirePositive("connect", connect);
        requirePositive("read", read);
        requirePositive("create", create);
        requirePositive("upload", upload);
    }

    private static void requirePositive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + " timeout must be positive: " + value);
        }
    }
}
