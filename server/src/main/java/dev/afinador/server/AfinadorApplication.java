package dev.afinador.server;

import dev.afinador.server.boot.Start;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/// The whole product in one process: pages, REST, SSE, webhooks and background work.
@SpringBootApplication
public class AfinadorApplication {

    public static void main(String[] args) {
        Start.run(AfinadorApplication.class, args);
    }
}
