package dev.afinador.testkit.provider;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One connection of a [WireServer]: reads requests, writes answers whole, in part, or not at all.
final class WireConnection implements AutoCloseable {
    /// Above the vendor's limit for one file.
    private static final long LARGEST_BODY = 600L << 20;

    private static final int LONGEST_LINE = 64 << 10;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private boolean done;
    private volatile boolean stalled;

    WireConnection(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
        out = new BufferedOutputStream(socket.getOutputStream());
    }

    /// The next request, or null when the peer has gone.
    @Nullable WireRequest read() throws IOException {
        String start = readLine();
        if (start == null || start.isEmpty()) {
            return null;
        }
        String[] words = start.split(" ", 3);
        if (words.length < 3) {
            throw new IOException("Not a request line");
        }
        Map<String, String> headers = readHeaders();
        if ("100-continue".equalsIgnoreCase(headers.get("expect"))) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }
        done = "close".equalsIgnoreCase(headers.get("connection"));
        return new WireRequest(words[0], words[1], headers, readBody(headers));
    }

    /// Whether the peer expects no further answer here.
    boolean isDone() {
        return done || socket.isClosed();
    }

    void send(Answer answer) throws IOException {
        if (answer.streams()) {
            writeHead(answer, "Transfer-Encoding: chunked");
            for (byte[] piece : answer.pieces()) {
                writeChunk(piece);
            }
            out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        } else {
            byte[] body = answer.body();
            writeHead(answer, "Content-Length: " + body.length);
            out.write(body);
        }
        out.flush();
    }

    /// Announces the whole answer, writes half of it and hangs up.
    void sendHalf(Answer answer) throws IOException {
        if (answer.streams()) {
            writeHead(answer, "Transfer-Encoding: chunked");
            List<byte[]> pieces = answer.pieces();
            for (byte[] piece : pieces.subList(0, pieces.size() / 2)) {
                writeChunk(piece);
            }
        } else {
            byte[] body = answer.body();
            // an empty body is announced longer than it is, so that it is cut as well
            writeHead(answer, "Content-Length: " + Math.max(2, body.length));
            out.write(body, 0, body.length / 2);
        }
        out.flush();
        // an orderly end, not a reset, so that the half that was written surely arrives
        close();
    }

    /// Breaks the connection the hard way: the peer sees a reset.
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // it is broken already, which is what was asked for
        }
    }

    /// Answers nothing until the peer hangs up or the server stops.
    void stall() throws IOException {
        done = true;
        stalled = true;
        while (in.read() >= 0) {
            // a pipelined request is not answered either
        }
    }

    boolean isStalled() {
        return stalled;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void writeHead(Answer answer, String length) throws IOException {
        var head = new StringBuilder("HTTP/1.1 ").append(answer.status()).append(' ');
        head.append(reason(answer.status())).append("\r\n");
        answer.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        if (!answer.contentType().isEmpty()) {
            head.append("Content-Type: ").append(answer.contentType()).append("\r\n");
        }
        if (answer.status() != 204) {
            head.append(length).append("\r\n");
        }
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    private void writeChunk(byte[] piece) throws IOException {
        out.write(
                (Integer.toHexString(piece.length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.write(piece);
        out.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
        // each piece leaves by itself: that is what makes it a stream for the reader
        out.flush();
    }

    private Map<String, String> readHeaders() throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (String line = readLine(); line != null && !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return headers;
    }

    private byte[] readBody(Map<String, String> headers) throws IOException {
        if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            return readChunks();
        }
        String announced = headers.getOrDefault("content-length", "0");
        if (!announced.matches("[0-9]{1,18}")) {
            throw new IOException("Not a length: " + announced);
        }
        long length = Long.parseLong(announced);
        if (length > LARGEST_BODY) {
            throw new IOException("A body of " + length + " bytes is more than this server takes");
        }
        byte[] body = in.readNBytes((int) length);
        if (body.length < length) {
            throw new EOFException("The peer went away inside its request");
        }
        return body;
    }

    private byte[] readChunks() throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            String line = readLine();
            if (line == null) {
                throw new EOFException("The peer went away inside its request");
            }
            String announced = line.split(";", 2)[0].strip();
            if (!announced.matches("[0-9a-fA-F]{1,7}")) {
                throw new IOException("Not a chunk length: " + announced);
            }
            int length = Integer.parseInt(announced, 16);
            if (length == 0) {
                readHeaders();
                return body.toByteArray();
            }
            if (body.size() + (long) length > LARGEST_BODY) {
                throw new IOException("A longer body than this server takes");
            }
            body.write(in.readNBytes(length));
            readLine();
        }
    }

    private @Nullable String readLine() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
            }
            if (line.size() >= LONGEST_LINE) {
                throw new IOException("A longer line than this server takes");
            }
            line.write(next);
        }
        return null;
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 201 -> "Created";
            case 204 -> "No Content";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 409 -> "Conflict";
            case 429 -> "Too Many Requests";
            case 500 -> "Internal Server Error";
            case 503 -> "Service Unavailable";
            default -> "Status";
        };
    }
}
