package dev.afinador.server.boot;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.springframework.context.ConfigurableApplicationContext;

/// Walks through the most used pages once, so that the cache that the launcher records holds what a first visit needs.
/// Works on an empty data folder of its own and calls nobody but itself.
final class Rehearsal {

    private static final List<String> PATHS =
            List.of(
                    "/sign-in",
                    "/",
                    "/jobs",
                    "/providers",
                    "/models",
                    "/api/v1/ai/training/fine-tuning/jobs",
                    "/api/v1/ai/providers",
                    "/api/v1/ai/models/active",
                    "/actuator/health");

    private Rehearsal() {}

    static void walk(ConfigurableApplicationContext context) throws InterruptedException {
        String base = context.getBean(StartedLine.class).address();
        String token = context.getBean(DataFolder.class).adminToken();
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String path : PATHS) {
                HttpRequest request =
                        HttpRequest.newBuilder(URI.create(base + path))
                                .header("Authorization", "Bearer " + token)
                                .header("Accept", path.startsWith("/api") ? "*/*" : "text/html")
                                .header("Accept-Language", "es")
                                .build();
                try {
                    client.send(request, BodyHandlers.discarding());
                } catch (IOException e) {
                    // A page that fails here fails for a visitor too and is told then; a rehearsal
                    // goes on.
                    continue;
                }
            }
        }
    }
}
