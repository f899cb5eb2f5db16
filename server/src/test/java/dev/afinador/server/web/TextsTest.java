package dev.afinador.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TextsTest {

    private static final Path RESOURCES = Path.of("src/main/resources");
    private static final Properties ENGLISH = bundles("web", "data");
    private static final Properties SPANISH = bundles("web_es", "data_es");

    @Test
    void both_languages_have_the_same_texts() {
        assertThat(SPANISH.stringPropertyNames())
                .containsExactlyInAnyOrderElementsOf(ENGLISH.stringPropertyNames());
    }

    @Test
    void both_languages_have_the_same_placeholders() {
        for (String key : ENGLISH.stringPropertyNames()) {
            assertThat(placeholders(SPANISH.getProperty(key)))
                    .as(key)
                    .isEqualTo(placeholders(ENGLISH.getProperty(key)));
        }
    }

    @Test
    void every_text_can_be_formatted_and_has_no_apostrophe_to_be_swallowed() {
        for (Properties bundle : List.of(ENGLISH, SPANISH)) {
            for (String key : bundle.stringPropertyNames()) {
                String text = bundle.getProperty(key);
                assertThat(new MessageFormat(text, Locale.of("es")).getFormats()).isNotNull();
                assertThat(text).as(key).doesNotContain("'");
            }
        }
    }

    @Test
    void no_template_uses_a_text_that_is_not_there() throws IOException {
        var use = Pattern.compile("#\\{([a-z][a-zA-Z0-9.-]*)");
        var missing = new TreeSet<String>();
        int found = 0;
        try (var files = Files.walk(RESOURCES.resolve("templates"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                var matcher = use.matcher(Files.readString(file));
                while (matcher.find()) {
                    found++;
                    if (!ENGLISH.containsKey(matcher.group(1))) {
                        missing.add(file.getFileName() + ": " + matcher.group(1));
                    }
                }
            }
        }
        assertThat(found).isGreaterThan(200);
        assertThat(missing).isEmpty();
    }

    @Test
    void the_words_that_the_product_is_known_by_do_not_change() {
        assertThat(SPANISH)
                .containsEntry("jobs.title", "Jobs de Entrenamiento")
                .containsEntry("jobs.start", "Iniciar Entrenamiento")
                .containsEntry("jobs.refresh", "Actualizar")
                .containsEntry("job.verify", "Verificar")
                .containsEntry("job.activate", "Activar")
                .containsEntry("job.cancel", "Cancelar")
                .containsEntry("status.pending", "Pendiente")
                .containsEntry("status.running", "Ejecutando")
                .containsEntry("status.succeeded", "Exitoso")
                .containsEntry("status.failed", "Fallido")
                .containsEntry("status.cancelled", "Cancelado")
                .containsEntry("status.paused", "Pausado");
    }

    private static List<String> placeholders(String text) {
        return Pattern.compile("\\{([0-9]+)")
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .distinct()
                .sorted()
                .toList();
    }

    private static Properties bundles(String... names) {
        var all = new Properties();
        for (String name : names) {
            for (var text : bundle(name).entrySet()) {
                assertThat(all.put(text.getKey(), text.getValue()))
                        .as("twice: " + text.getKey())
                        .isNull();
            }
        }
        return all;
    }

    private static Properties bundle(String name) {
        var properties = new Properties();
        try (Reader in =
                Files.newBufferedReader(RESOURCES.resolve("messages/" + name + ".properties"))) {
            properties.load(in);
        } catch (IOException e) {
            throw new AssertionError(name + Arrays.toString(e.getStackTrace()), e);
        }
        return properties;
    }
}
