package dev.afinador.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignInLinkTest {

    @TempDir Path data;

    @Test
    void without_a_server_it_says_so() throws Exception {
        assertThat(SignInLink.ask(data)).isEqualTo(SignInLink.NOT_RUNNING);
    }

    @Test
    void a_server_that_is_gone_counts_as_none() throws Exception {
        Files.writeString(data.resolve("address"), "http://127.0.0.1:" + freePort());
        Files.writeString(data.resolve("admin.token"), "token");

        assertThat(SignInLink.ask(data)).isEqualTo(SignInLink.NOT_RUNNING);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
