package dev.afinador.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {

    @Test
    void a_spanish_terminal_gets_spanish() {
        assertThat(language(Map.of("LANG", "es_CO.UTF-8"))).isEqualTo(Locale.of("es"));
    }

    @Test
    void the_stronger_variable_wins() {
        assertThat(language(Map.of("LANG", "es_ES.UTF-8", "LC_ALL", "C")))
                .isEqualTo(Locale.ENGLISH);
        assertThat(language(Map.of("LANG", "en_US", "LC_MESSAGES", "es_MX")))
                .isEqualTo(Locale.of("es"));
    }

    @Test
    void an_empty_variable_counts_as_absent() {
        assertThat(language(Map.of("LANG", "es_ES", "LC_ALL", ""))).isEqualTo(Locale.of("es"));
        assertThat(language(Map.of())).isEqualTo(Locale.ENGLISH);
    }

    private static Locale language(Map<String, String> environment) {
        return Terminal.language(environment::get);
    }
}
