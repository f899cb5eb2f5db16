package dev.afinador.testkit.provider;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A small HTTP/1.1 server on the loopback address, one virtual thread per connection.
///
/// Hand-made because the point of this package is to break connections at chosen places, which finished servers rightly
/// make hard.
final class WireServer implements AutoCloseable {

    /// Answers one request, or breaks its connection.
    interface Handler {
        void handle(WireRequest request, WireConnection connection)
                throws IOException, InterruptedException;
    }

    private final Handler handler;
    private final Set<WireConnection> open = ConcurrentHashMap.newKeySet();
    private final Object lifecycle = new Object();
    private int port;
    private @Nullable ServerSocket listening;

    /// @param port 0 for any free one
    WireServer(int port, Handler handler) {
        this.port = port;
        this.handler = handler;
    }

    int port() {
        synchronized (lifecycle) {
            return port;
        }
    }

    /// Listens; on the same port as before when it was stopped in between. Does nothing while it listens.
    void start() {
        synchronized (lifecycle) {
            if (listening != null) {
                return;
            }
            try {
                var server = new ServerSocket();
                server.setReuseAddress(true);
                server.bind(
                        new InetSocketAddress(
                                InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port),
                        1024);
                listening = server;
                port = server.getLocalPort();
                Thread.ofVirtual().name("fake-provider-accept").start(() -> accept(server));
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot listen on 127.0.0.1:" + port, e);
            }
        }
    }

    /// Stops listening and breaks every open connection.
    void stop() {
        synchronized (lifecycle) {
            ServerSocket server = listening;
            listening = null;
            if (server != null) {
                try {
                    server.close();
                } catch (IOException e) {
                    throw new UncheckedIOException("Cannot stop listening on " + port, e);
                }
            }
        }
        open.forEach(WireConnection::reset);
    }

    void resetStalled() {
        open.stream().filter(WireConnection::isStalled).forEach(WireConnection::reset);
    }

    @Override
    public void close() {
        stop();
    }

    private void accept(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual()
                        .name("fake-provider-connection")
                        .start(() -> serve(server, socket));
            } catch (IOException e) {
                // closed by stop(), or one connection that died before it was accepted; the loop
                // condition decides
            }
        }
    }

    private void serve(ServerSocket server, Socket socket) {
        try (var connection = new WireConnection(socket)) {
            open.add(connection);
            try {
                // stop() may have run between accept and add
                while (!server.isClosed()) {
                    WireRequest request = connection.read();
                    if (request == null) {
                        return;
                    }
                    handler.handle(request, connection);
                    if (connection.isDone()) {
                        return;
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                open.remove(connection);
            }
        } catch (IOException e) {
            // the peer or a fault ended this connection; there is nobody left to tell
        }
    }
}
