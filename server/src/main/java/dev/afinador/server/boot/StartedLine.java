package dev.afinador.server.boot;

import dev.afinador.access.Principal;
import dev.afinador.access.Role;
import dev.afinador.access.SignIn;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
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

    /// An address that works in a browser on this machine: one that stands for every interface is not one.
    String address() {
        String port = environment.getRequiredProperty("local.server.port");
        String host = environment.getProperty("server.address", "127.0.0.1");
        try {
            InetAddress bound = InetAddress.getByName(host);
            if (bound.isAnyLocalAddress()) {
                host = "127.0.0.1";
            } else if (host.indexOf(':') >= 0) {
                host = "[" + host + "]";
            }
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
        return "http://" + host + ":" + port;
    }

    private static String code(SignIn signIn) {
        return signIn.newCode(new Principal("admin", Role.ADMIN)).value();
    }
}
