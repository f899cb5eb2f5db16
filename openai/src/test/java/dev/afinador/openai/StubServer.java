package dev.afinador.openai;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A server on a bare socket that answers with exactly the bytes it is told, or breaks off.
final class StubServer implements AutoCloseable {

    /// What was received. `connection` counts from 1, `onConnection` is how many requests that connection had before.
    record Seen(
            String method,
            String target,
            Map<String, String> headers,
            byte[] body,
            int connection,
            int onConnection) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        String path() {
            return target.replaceAll("\\?.*", "");
        }
    }

    @FunctionalInterface
    interface Handler {
        /// Raw bytes to send; the connection stays open. Null closes it without a word.
        byte[] answer(Seen seen) throws IOException;
    }

    final List<Seen> seen = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();
    private final ServerSocket socket;
    private final Handler handler;
    private final boolean closing;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    StubServer(Handler handler) throws IOException {
        this(handler, false);
    }

    /// One that closes every connection after its first answer.
    static StubServer closing(Handler handler) throws IOException {
        return new StubServer(handler, true);
    }

    private StubServer(Handler handler, boolean closing) throws IOException {
        this.handler = handler;
        this.closing = closing;
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::accept);
    }

    URI baseUrl() {
        return URI.create("http://127.0.0.1:" + port() + "/v1");
    }

    int port() {
        return socket.getLocalPort();
    }

    static byte[] json(int status, String body, String... headers) {
        return raw(status, body, "application/json", headers);
    }

    static byte[] raw(int status, String body, String type, String... headers) {
        var head = new StringBuilder("HTTP/1.1 " + status + " X\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        head.append("Content-Type: ").append(type).append("\r\n");
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        if (status != 204) {
            head.append("Content-Length: ").append(bytes.length).append("\r\n");
        }
        head.append("\r\n");
        var out = new ByteArrayOutputStream();
        out.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
        out.writeBytes(bytes);
        return out.toByteArray();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                open.add(connection);
                int number = connections.incrementAndGet();
                Thread.startVirtualThread(() -> serve(connection, number));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection, int number) {
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            OutputStream out = connection.getOutputStream();
            for (int request = 0; ; request++) {
                Seen next = read(in, number, request);
                if (next == null) {
                    return;
                }
                seen.add(next);
                byte[] answer = handler.answer(next);
                if (answer == null) {
                    return;
                }
                out.write(answer);
                out.flush();
                if (closing) {
                    return;
                }
            }
        } catch (IOException e) {
            // the client went away
        } finally {
            open.remove(connection);
        }
    }

    private static Seen read(InputStream in, int connection, int onConnection) throws IOException {
        String start = line(in);
        if (start == null) {
            return null;
        }
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                return null;
            }
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            return null; // broken off: a server would see no whole request
        }
        String[] parts = start.split(" ");
        if (parts.length < 2) {
            return null;
        }
        return new Seen(parts[0], parts[1], headers, body, connection, onConnection);
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                return null;
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket connection : open) {
            connection.close();
        }
    }
}
