package dev.afinador.server.boot;

import dev.afinador.access.Principal;
import dev.afinador.access.Role;
import dev.afinador.access.SignIn;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/// The one line that a start prints: where the server is, with a link that signs one browser in.
final class StartedLine {

    private final DataFolder data;
    private final @Nullable SignIn signIn;
    private final Environment environment;

    StartedLine(DataFolder data, @Nullable SignIn signIn, Environment environment) {
        this.data = data;
        this.signIn = signIn;
        this.environment = environment;
    }

    void print(PrintStream out) {
        String address = address();
        try {
            Files.writeString(data.address(), address + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String shown =
                environment.getProperty("afinador.public-url", address).replaceAll("/+$", "");
        out.println(
                signIn == null
                        ? Terminal.text("started", shown)
                        : Terminal.text("started.link", shown + "/sign-in?code=" + code(signIn)));
    }

    String address() {
        return ListenAddress.url(environment);
    }

    private static String code(SignIn signIn) {
        return signIn.newCode(new Principal("admin", Role.ADMIN)).value();
    }
}
