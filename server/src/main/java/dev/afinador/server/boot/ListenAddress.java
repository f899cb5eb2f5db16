package dev.afinador.server.boot;

import dev.afinador.server.boot.StartFailure.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.Locale;
import org.springframework.core.env.Environment;

/// Tries the address before the long part of a start, so that a busy port is told at once. Somebody else may take it in
/// between; [Failures] knows that case too.
public final class ListenAddress {

    private ListenAddress() {}

    /// An address that works on this machine, once the server listens: one that stands for every interface is not one.
    public static String url(Environment environment) {
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

    static void check(Environment environment) {
        String host = environment.getProperty("server.address", "127.0.0.1");
        String portText = environment.getProperty("server.port", "8080");
        check(host, port(portText));
    }

    static void check(String host, int port) {
        if (port == 0) { // any free one
            return;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (UnknownHostException e) {
            throw new StartFailure(Reason.ADDRESS_UNAVAILABLE, host);
        } catch (IOException e) {
            throw failure(e, host, port);
        }
    }

    /// Java gives all three reasons the same type; only the words differ.
    static StartFailure failure(IOException e, String host, int port) {
        String words = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (words.contains("assign")) {
            return new StartFailure(Reason.ADDRESS_UNAVAILABLE, host);
        }
        if (words.contains("permission") || words.contains("denied")) {
            return new StartFailure(Reason.PORT_FORBIDDEN, String.valueOf(port));
        }
        return new StartFailure(
                Reason.PORT_BUSY,
                String.valueOf(port),
                String.valueOf(port < 65535 ? port + 1 : port - 1));
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text.strip());
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new StartFailure(Reason.BAD_OPTION, "server.port=" + text);
    }
}
