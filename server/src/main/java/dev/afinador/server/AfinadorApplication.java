package dev.afinador.server;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/// The whole product in one process: pages, REST, SSE, webhooks and background work.
@SpringBootApplication
public class AfinadorApplication {

    public static void main(String[] args) {
        SpringApplication.run(AfinadorApplication.class, args);
    }
}
