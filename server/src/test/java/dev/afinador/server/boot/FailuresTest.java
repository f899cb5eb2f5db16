package dev.afinador.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.server.boot.StartFailure.Reason;
import dev.afinador.text.Messages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.util.Locale;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.web.server.PortInUseException;

class FailuresTest {

    @Test
    void the_reason_is_found_however_deep_it_lies() {
        var reason = new StartFailure(Reason.DATA_IN_USE, "/data", "42");
        var thrown = new IllegalStateException("bean", new RuntimeException("factory", reason));

        assertThat(Failures.of(thrown, null)).isSameAs(reason);
    }

    @Test
    void a_port_that_was_taken_meanwhile_is_told_as_busy() {
        var failure = Failures.of(new RuntimeException(new PortInUseException(8080)), null);

        assertThat(failure.reason()).isEqualTo(Reason.PORT_BUSY);
        assertThat(failure.tell()).contains("8080", "--port 8081");
    }

    @ParameterizedTest
    @CsvSource({
        "08001,DATABASE_UNREACHABLE",
        "57P03,DATABASE_UNREACHABLE",
        "28P01,DATABASE_REFUSED",
        "3D000,DATABASE_REFUSED",
        ",DATABASE_REFUSED"
    })
    void a_database_is_either_unreachable_or_refuses(String state, Reason expected) {
        var thrown = new RuntimeException(new SQLException("FATAL:\n  words", state));

        var failure = Failures.of(thrown, null);

        assertThat(failure.reason()).isEqualTo(expected);
        assertThat(failure.tell()).contains("FATAL: words");
    }

    @Test
    void what_nobody_foresaw_names_its_root_and_the_log() {
        var failure =
                Failures.of(
                        new RuntimeException("outer", new IllegalStateException("inner")), null);

        assertThat(failure.reason()).isEqualTo(Reason.UNEXPECTED);
        assertThat(failure.tell()).contains("inner").doesNotContain("outer");
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void every_reason_has_a_line_in_both_languages(Reason reason) {
        String key = "failure." + reason.name().toLowerCase(Locale.ROOT);
        String english = Messages.of(Terminal.class, Locale.ENGLISH).text(key, "one", "two");
        String spanish = Messages.of(Terminal.class, Locale.of("es")).text(key, "one", "two");

        assertThat(english).contains("one").doesNotContain("\n", "{").isNotEqualTo(spanish);
        assertThat(spanish).contains("one").doesNotContain("\n", "{");
    }

    @Test
    void a_busy_port_is_found_before_the_long_part_of_a_start() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Assertions.assertThatExceptionOfType(StartFailure.class)
                    .isThrownBy(() -> ListenAddress.check("127.0.0.1", taken.getLocalPort()))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.PORT_BUSY));
        }
    }

    @Test
    void an_address_of_another_machine_is_told() {
        Assertions.assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(() -> ListenAddress.check("192.0.2.1", 18080)) // reserved for documents
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.ADDRESS_UNAVAILABLE));
    }
}
