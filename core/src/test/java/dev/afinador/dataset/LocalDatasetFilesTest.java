package dev.afinador.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalDatasetFilesTest {

    /// Of the text `hola`, by another tool.
    private static final String SHA_OF_HOLA =
            "b221d9dbb083a7f33428d7c2a3c3198ae925614d70210e28716ccaa7cd4ddb79";

    @TempDir Path temp;
    private Path folder;
    private LocalDatasetFiles files;

    @BeforeEach
    void open() throws IOException {
        folder = temp.resolve("not/there/yet");
        files = new LocalDatasetFiles(folder);
    }

    @Test
    void content_is_found_again_by_its_hash() throws IOException {
        assertThat(files.store(stream("hola"), 4))
                .isEqualTo(new DatasetFiles.Stored(SHA_OF_HOLA, 4));
        try (InputStream content = files.open(SHA_OF_HOLA)) {
            assertThat(content).hasBinaryContent("hola".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void the_same_content_twice_is_kept_once() throws IOException {
        files.store(stream("hola"), 100);
        files.store(stream("hola"), 100);
        assertThat(everything()).hasSize(1);
    }

    @Test
    void one_byte_too_many_is_refused_and_nothing_is_kept() throws IOException {
        assertThatThrownBy(() -> files.store(stream("hola!"), 4))
                .isInstanceOf(DatasetFiles.TooLargeException.class);
        assertThat(everything()).isEmpty();
    }

    @Test
    void an_upload_that_breaks_off_leaves_nothing() throws IOException {
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
        assertThatThrownBy(() -> files.store(breaks, 1_000_000))
                .hasMessage("the browser went away");
        assertThat(everything()).isEmpty();
    }

    @Test
    void what_was_deleted_is_gone_and_deleting_again_is_no_error() throws IOException {
        files.store(stream("hola"), 4);
        files.delete(SHA_OF_HOLA);
        files.delete(SHA_OF_HOLA);
        assertThatThrownBy(() -> files.open(SHA_OF_HOLA)).isInstanceOf(NoSuchFileException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../../etc/passwd", "B221", "zz"})
    void a_name_that_is_no_hash_never_becomes_a_path(String name) {
        assertThatThrownBy(() -> files.open(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> files.delete(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void only_the_owner_may_read_what_is_kept() throws IOException {
        files.store(stream("hola"), 4);
        assertThat(Files.getPosixFilePermissions(everything().getFirst()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void leftovers_of_killed_uploads_go_at_the_next_start_but_young_ones_stay() throws IOException {
        Path old = Files.createFile(folder.resolve("1.part"));
        Path young = Files.createFile(folder.resolve("2.part"));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        new LocalDatasetFiles(folder);
        assertThat(everything()).containsExactly(young);
    }

    private List<Path> everything() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private static InputStream stream(String content) {
        return new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
    }
}
