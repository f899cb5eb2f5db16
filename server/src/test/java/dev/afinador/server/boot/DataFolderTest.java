package dev.afinador.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.afinador.server.boot.StartFailure.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    @TempDir Path temp;

    @Test
    void only_its_owner_can_read_the_folder_and_the_token() throws IOException {
        try (DataFolder data = DataFolder.open(temp.resolve("new/data"))) {
            assertThat(mode(data.root())).isEqualTo("rwx------");
            assertThat(mode(data.root().resolve("admin.token"))).isEqualTo("rw-------");
        }
    }

    @Test
    void token_and_node_id_stay_the_same_over_restarts() throws IOException {
        String token;
        String node;
        try (DataFolder first = DataFolder.open(temp)) {
            token = first.adminToken();
            node = first.nodeId();
        }
        try (DataFolder second = DataFolder.open(temp)) {
            assertThat(second.adminToken()).isEqualTo(token).hasSizeGreaterThanOrEqualTo(43);
            assertThat(second.nodeId()).isEqualTo(node).isNotEqualTo(token);
        }
    }

    @Test
    void two_folders_have_different_tokens() throws IOException {
        try (DataFolder one = DataFolder.open(temp.resolve("one"));
                DataFolder two = DataFolder.open(temp.resolve("two"))) {
            assertThat(one.adminToken()).isNotEqualTo(two.adminToken());
        }
    }

    @Test
    void a_folder_in_use_is_refused_and_says_by_whom() throws IOException {
        try (DataFolder first = DataFolder.open(temp)) {
            assertThatExceptionOfType(StartFailure.class)
                    .isThrownBy(() -> DataFolder.open(first.root()))
                    .satisfies(e -> {
                        assertThat(e.reason()).isEqualTo(Reason.DATA_IN_USE);
                        assertThat(e.tell())
                                .contains(
                                        String.valueOf(ProcessHandle.current().pid()),
                                        temp.toString());
                    });
        }
    }

    @Test
    void a_closed_folder_can_be_opened_again() throws IOException {
        DataFolder.open(temp).close();
        try (DataFolder again = DataFolder.open(temp)) {
            assertThat(again.root()).isEqualTo(temp.toAbsolutePath());
        }
    }

    @Test
    void a_file_in_its_place_is_told_in_one_line() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "x");
        for (Path place : new Path[] {file, file.resolve("below")}) {
            assertThatExceptionOfType(StartFailure.class)
                    .isThrownBy(() -> DataFolder.open(place))
                    .satisfies(e -> {
                        assertThat(e.reason()).isEqualTo(Reason.DATA_UNUSABLE);
                        assertThat(e.tell()).contains(place.toString()).doesNotContain("\n");
                    });
        }
    }

    @Test
    void what_a_killed_process_left_on_its_way_is_gone() throws IOException {
        Path left;
        try (DataFolder data = DataFolder.open(temp)) {
            left = Files.createDirectories(data.temporary().resolve("tomcat/work"));
            Files.writeString(left.resolve("upload.tmp"), "half a file");
            Files.writeString(data.datasets().resolveSibling("kept"), "x");
        }
        try (DataFolder again = DataFolder.open(temp)) {
            assertThat(again.temporary()).isEmptyDirectory();
            assertThat(mode(again.temporary())).isEqualTo("rwx------");
            assertThat(temp.resolve("kept")).exists();
        }
    }

    @Test
    void the_token_does_not_show_in_its_words() throws IOException {
        try (DataFolder data = DataFolder.open(temp)) {
            assertThat(data.toString()).doesNotContain(data.adminToken());
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
