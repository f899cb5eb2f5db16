package dev.afinador.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class DiskSpaceTest {

    @Test
    void a_full_disk_is_known_however_deep_it_lies() {
        for (Exception cause :
                new Exception[] {
                    new IOException("No space left on device"),
                    new IOException("Disk quota exceeded"),
                    new FileSystemException("a", null, "No space left on device"),
                    new SQLException("could not extend file", "53100")
                }) {
            assertThat(DiskSpace.isExhausted(cause)).isTrue();
            assertThat(DiskSpace.isExhausted(new IllegalStateException("x", new Exception(cause))))
                    .isTrue();
        }
    }

    @Test
    void other_trouble_is_none_of_it() {
        assertThat(DiskSpace.isExhausted(new IOException("Broken pipe"))).isFalse();
        assertThat(DiskSpace.isExhausted(new IOException())).isFalse();
        assertThat(DiskSpace.isExhausted(new UncheckedIOException(new IOException("x")))).isFalse();
        assertThat(DiskSpace.isExhausted(new SQLException("x", "23505"))).isFalse();
        assertThat(DiskSpace.isExhausted(new IllegalStateException("No space left on device")))
                .isFalse();
    }
}
