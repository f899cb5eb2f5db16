package dev.afinador.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
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

/// What is particular about a folder; the rest is in the contract of all stores of contents, in `storage`.
class LocalDatasetFilesTest {

    /// Of the text `hola`, by another tool.
    private static final String SHA_OF_HOLA =
            "b221d9dbb083a7f33428d7c2a3c3198ae925614d70210e28716ccaa7cd4ddb79";

    @TempDir Path temp;
    private Path folder;
    private LocalDatasetFiles files;
    private Scratch scratch;

    @BeforeEach
    void open() throws IOException {
        folder = temp.resolve("not/there/yet");
        files = new LocalDatasetFiles(folder);
        scratch = new Scratch(temp.resolve("scratch"));
    }

    @Test
    void a_local_copy_is_the_file_itself_and_not_another_one() throws IOException {
        adopt("hola");
        try (DatasetFiles.LocalCopy copy = files.local(SHA_OF_HOLA)) {
            assertThat(copy.path()).hasContent("hola");
        }
        assertThat(everything()).hasSize(1);
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void only_the_owner_may_read_what_is_kept() throws IOException {
        adopt("hola");
        assertThat(Files.getPosixFilePermissions(everything().getFirst()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void leftovers_of_killed_copies_go_at_the_next_start_but_young_ones_stay() throws IOException {
        Path old = Files.createFile(folder.resolve("1.part"));
        Path young = Files.createFile(folder.resolve("2.part"));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        new LocalDatasetFiles(folder);
        assertThat(everything()).containsExactly(young);
    }

    @Test
    void a_name_that_is_no_hash_never_becomes_a_path() throws IOException {
        for (String name : List.of("", "../../etc/passwd", "B221", "zz")) {
            assertThatThrownBy(() -> files.open(name)).isInstanceOf(IllegalArgumentException.class);
            try (Scratch.Held file = scratch.hold()) {
                assertThatThrownBy(() -> files.adopt(file.path(), name))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThat(file.path()).exists();
            }
        }
    }

    private void adopt(String content) throws IOException {
        Path file = scratch.newFile();
        Files.writeString(file, content);
        files.adopt(file, SHA_OF_HOLA);
    }

    private List<Path> everything() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
