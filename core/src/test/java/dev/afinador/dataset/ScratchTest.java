package dev.afinador.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {

    @TempDir Path folder;
    private Scratch scratch;

    @BeforeEach
    void open() throws IOException {
        scratch = new Scratch(folder);
    }

    @Test
    void a_content_is_received_with_its_hash_and_goes_when_it_is_not_taken() throws IOException {
        try (Scratch.Received received = scratch.receive(stream("hola"), 4)) {
            assertThat(received.file().path()).hasContent("hola");
            assertThat(received.bytes()).isEqualTo(4);
            assertThat(received.sha256())
                    .isEqualTo("b221d9dbb083a7f33428d7c2a3c3198ae925614d70210e28716ccaa7cd4ddb79");
        }
        assertThat(count()).isZero();
    }

    @Test
    void one_byte_too_many_is_refused_and_nothing_is_kept() {
        assertThatThrownBy(() -> scratch.receive(stream("hola!"), 4))
                .isInstanceOf(Scratch.TooLargeException.class);
        assertThat(count()).isZero();
    }

    @Test
    void a_content_that_breaks_off_leaves_nothing() {
        InputStream breaks =
                new InputStream() {
                    private int left = 100_000;

                    @Override
                    public int read() throws IOException {
                        if (left == 0) {
                            throw new IOException("the browser went away");
                        }
                        left--;
                        return 'a';
                    }
                };
        assertThatThrownBy(() -> scratch.receive(breaks, 1_000_000))
                .hasMessage("the browser went away");
        assertThat(count()).isZero();
    }

    @Test
    void what_a_killed_process_left_goes_at_the_next_start() throws IOException {
        scratch.newFile();
        new Scratch(folder);
        assertThat(count()).isZero();
    }

    private long count() {
        try (Stream<Path> all = Files.list(folder)) {
            return all.count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static InputStream stream(String content) {
        return new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
    }
}
