package dev.afinador.server.boot;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `afinador link`: asks the server that runs on a data folder for a fresh one-time link. The token travels in a header,
/// never on a command line.
public final class SignInLink {

    static final int NOT_RUNNING = 20;
    static final int REFUSED = 21;

    private SignInLink() {}

    /// @param args the data folder
    public static void main(String[] args) throws InterruptedException {
        System.exit(ask(Path.of(args[0])));
    }

    static int ask(Path folder) throws InterruptedException {
        Path root = folder.toAbsolutePath().normalize();
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
            String address = Files.readString(root.resolve("address")).strip();
            String token = Files.readString(root.resolve("admin.token")).strip();
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(address + "/api/v1/access/sign-in-links"))
                            .header("Authorization", "Bearer " + token)
                            .header("Accept", "application/json")
                            .timeout(Duration.ofSeconds(15))
                            .POST(BodyPublishers.noBody())
                            .build();
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            return switch (answer.statusCode()) {
                case 200, 201 -> print(answer.body(), address);
                default -> refused(address, "HTTP " + answer.statusCode());
            };
        } catch (NoSuchFileException | ConnectException e) {
            System.err.println(Terminal.text("link.not_running", root.toString()));
            return NOT_RUNNING;
        } catch (IOException e) {
            return refused(root.toString(), String.valueOf(e.getMessage()));
        }
    }

    private static int print(String body, String address) {
        try {
            JsonNode url = JsonMapper.shared().readTree(body).path("url");
            if (url.isString()) {
                System.out.println(url.stringValue());
                return 0;
            }
        } catch (JacksonException e) {
            return refused(address, "not JSON");
        }
        return refused(address, "no url");
    }

    private static int refused(String whom, String why) {
        System.err.println(Terminal.text("link.refused", whom, why));
        return REFUSED;
    }
}
