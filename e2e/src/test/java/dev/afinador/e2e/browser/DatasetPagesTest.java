package dev.afinador.e2e.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.afinador.e2e.browser.Reading.button;
import static dev.afinador.e2e.browser.Reading.heading;
import static dev.afinador.e2e.browser.Reading.link;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// What people do with training files: bring them in, see what is wrong where, repair, convert, look at examples.
class DatasetPagesTest {

    private static final int PIECE = 8 * 1024 * 1024;

    @RegisterExtension static final Stage stage = Stage.shared();

    @TempDir static Path folder;

    @Test
    void a_file_dropped_anywhere_is_reported_on_with_the_place_marked() {
        Page page = stage.page();
        page.navigate("/datasets");
        Drops.drop(page, page.locator("h1"), Stage.file("soporte.con-errores.jsonl"));
        assertThat(page.locator(".notice.error")).containsText("No sirve todavía");

        Locator broken = page.locator(".group", holding("El JSON termina antes"));
        assertThat(broken.locator(".count")).hasText("1×");
        broken.locator("summary").click();
        assertThat(broken.locator("pre mark")).isVisible();
        assertThat(broken.locator("pre mark")).not().hasText("");

        String href = broken.locator("details").getAttribute("hx-get");
        page.navigate(href);
        assertThat(page.locator("h1")).hasText(Pattern.compile("Línea [0-9]+"));
        assertThat(page.locator("pre mark")).isVisible();
        assertThat(page.locator(".spot").first()).containsText("El JSON termina antes");
        link(page, "Línea siguiente").click();
        assertThat(page.locator("pre.source")).isVisible();
    }

    private static Page.LocatorOptions holding(String text) {
        return new Page.LocatorOptions().setHasText(text);
    }

    @Test
    void a_large_file_goes_on_where_a_broken_connection_left_it() throws IOException {
        stage.tolerate("Failed to load resource|net::ERR");
        Path large = largeFile("grande.jsonl", PIECE + 3_000_000);
        Page page = stage.page();
        page.navigate("/datasets");
        List<Request> sent = pieces(page);
        var cut = new AtomicBoolean(true);
        page.route(
                "**/uploads/*",
                route -> {
                    boolean second =
                            route.request().method().equals("PATCH")
                                    && !"0".equals(route.request().headers().get("upload-offset"));
                    if (second && cut.get()) {
                        route.abort("connectionreset");
                    } else {
                        route.resume();
                    }
                });
        page.locator("#file").setInputFiles(large);
        Locator row = page.locator("[data-upload-row]");
        assertThat(row).containsText("grande.jsonl");
        assertThat(row.locator("[data-state]")).containsText("Se cortó la conexión");
        assertThat(row.locator("progress")).hasAttribute("value", "73");

        // somebody closes the page; the server knows what it has, and the same file goes on there
        page.onDialog(dialog -> dialog.accept());
        page.reload();
        Locator known = page.locator("[data-known]", holding("grande.jsonl"));
        assertThat(known).containsText("llegaron");
        sent.clear();
        cut.set(false);
        known.locator("[data-go-on]").setInputFiles(large);
        assertThat(page).hasURL(Pattern.compile("/datasets/[0-9a-f-]{36}"));
        assertThat(page.locator(".notice.ok, .notice.warning").first()).isVisible();
        assertThat(sent).hasSize(1);
        assertThat(sent.getFirst().headers()).containsEntry("upload-offset", "" + PIECE);
    }

    @Test
    void an_upload_can_be_paused_and_cancelled() throws IOException {
        stage.tolerate("Failed to load resource|net::ERR");
        Path large = largeFile("pausa.jsonl", PIECE + 300_000);
        Page page = stage.page();
        page.navigate("/datasets");
        List<Request> sent = pieces(page);
        page.route(
                "**/uploads/*",
                route -> {
                    boolean second =
                            route.request().method().equals("PATCH")
                                    && !"0".equals(route.request().headers().get("upload-offset"));
                    if (second) {
                        return; // it hangs: nothing is answered until somebody gives up
                    }
                    route.resume();
                });
        page.locator("#file").setInputFiles(large);
        Locator row = page.locator("[data-upload-row]");
        assertThat(row.locator("progress")).hasAttribute("value", "96");
        button(row, "Pausar").click();
        assertThat(row.locator("[data-state]")).hasText("En pausa");
        assertThat(button(row, "Seguir")).isFocused();
        int before = sent.size();
        button(row, "Seguir").click();
        page.waitForCondition(() -> sent.size() > before);
        button(row, "Cancelar").click();
        assertThat(row).hasCount(0);
        page.navigate("/datasets");
        assertThat(page.locator("#uploads")).not().containsText("pausa.jsonl");
    }

    /// The requests that carry bytes, as they leave.
    private static List<Request> pieces(Page page) {
        List<Request> sent = new ArrayList<>();
        page.onRequest(request -> {
            if (request.method().equals("PATCH")) {
                sent.add(request);
            }
        });
        return sent;
    }

    private static Path largeFile(String name, int bytes) throws IOException {
        Path file = folder.resolve(name);
        try (var out = Files.newOutputStream(file)) {
            int written = 0;
            for (int i = 0; written < bytes; i++) {
                byte[] line =
                        """
                        {"messages":[{"role":"user","content":"Pedido %s %d"},{"role":"assistant","content":"%s"}]}
                        """
                                .formatted(name, i, "respuesta ".repeat(2_000) + i)
                                .getBytes(StandardCharsets.UTF_8);
                out.write(line);
                written += line.length;
            }
        }
        return file;
    }

    @Test
    void a_repair_shows_what_it_would_change_and_makes_a_version() {
        Page page = stage.page();
        bring(page, "por-reparar.jsonl", toRepair("reparar"));
        page.locator(".group", holding("en blanco")).getByText("Reparar").click();
        assertThat(heading(page, "Reparar")).isVisible();
        Locator preview = page.locator("#preview");
        assertThat(preview).containsText("en blanco, se quita: 1");
        assertThat(preview).not().containsText("repetida");

        page.locator("input[name=fix][value=duplicates]").check();
        assertThat(preview).containsText("repetida, se quita: 1");
        page.locator("input[name=fix][value=trim]").check();
        assertThat(preview.locator(".diff")).containsText("espacios recortados");
        button(page, "Reparar en una versión nueva").click();

        assertThat(page.locator(".notice.ok").first()).containsText("versión nueva");
        assertThat(page.locator(".head .tag").first()).hasText("v2");
        assertThat(page.locator(".tree li")).hasCount(2);
        assertThat(page.locator(".tree li.here")).containsText("Reparada");
        page.getByText("Qué se hizo").click();
        assertThat(page.locator(".recipe")).containsText("Líneas en blanco quitadas: 1");

        link(page, "Comparar con su origen").click();
        assertThat(heading(page, "Diferencias")).isVisible();
        assertThat(page.locator(".diff li.dropped")).hasCount(2);
    }

    private static String toRepair(String topic) {
        var lines = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            lines.append(
                    """
                    {"messages":[{"role":"user","content":"¿%s %d?"},{"role":"assistant","content":"Sí, %d."}]}
                    """
                            .formatted(topic, i, i));
        }
        lines.append('\n');
        lines.append(
                """
                {"messages":[{"role":"user","content":"¿%s 3?"},{"role":"assistant","content":"Sí, 3."}]}
                {"messages":[{"role":"user","content":"  ¿%s 99?  "},{"role":"assistant","content":"Sí, 99."}]}
                """
                        .formatted(topic, topic));
        return lines.toString();
    }

    private static void bring(Page page, String name, String content) {
        page.navigate("/datasets");
        page.locator("#file")
                .setInputFiles(
                        new FilePayload(
                                name,
                                "application/octet-stream",
                                content.getBytes(StandardCharsets.UTF_8)));
        assertThat(page).hasURL(Pattern.compile("/datasets/[0-9a-f-]{36}"));
    }

    @Test
    void a_table_becomes_chat_by_the_columns_that_are_chosen() {
        var csv = new StringBuilder("tema;mensaje;nota;contestación\n");
        for (int i = 0; i < 11; i++) {
            csv.append("envíos;¿Dónde está el pedido ")
                    .append(i)
                    .append("?;x;Va en camino ")
                    .append(i)
                    .append("\n");
        }
        csv.append("envíos;;x;Sin pregunta\n");
        Page page = stage.page();
        bring(page, "tabla.csv", csv.toString());
        assertThat(page.locator(".notice.info")).containsText("Hay que convertirlo: es CSV");
        page.locator(".notice.info")
                .getByText("Convertir", new Locator.GetByTextOptions().setExact(true))
                .click();

        page.locator("#question").selectOption("mensaje");
        page.locator("#answer").selectOption("contestación");
        Locator preview = page.locator("#preview");
        assertThat(preview).containsText("1 fila quedaría fuera");
        assertThat(preview).containsText("Fila 12 (línea 13): no tiene pregunta");
        assertThat(preview.locator(".said.user").first()).containsText("¿Dónde está el pedido 0?");
        page.locator("#systemText").fill("Responde con amabilidad.");
        page.locator("#systemText").press("Tab");
        assertThat(preview.locator(".said.system").first())
                .containsText("Responde con amabilidad.");
        button(page, "Convertir en una versión nueva").click();

        assertThat(page.locator(".notice.ok").first()).containsText("Convertido");
        assertThat(page.locator(".kv")).containsText("11");
        link(page, "Ver los ejemplos").click();
        assertThat(page.locator(".example").first().locator(".said.assistant.learned"))
                .containsText("Va en camino 0");
    }

    @Test
    void examples_are_shown_as_the_model_sees_them() {
        var pairs = new StringBuilder();
        for (int i = 0; i < 25; i++) {
            pairs.append(
                    """
                    {"input":{"messages":[{"role":"system","content":"Sé breve."},{"role":"user","content":"Pregunta %d"}]},\
                    "preferred_output":[{"role":"assistant","content":"<b>buena %d</b>"}],\
                    "non_preferred_output":[{"role":"assistant","content":"mala %d"}]}
                    """
                            .formatted(i, i, i));
        }
        Page page = stage.page();
        bring(page, "pares.jsonl", pairs.toString());
        link(page, "Ver los ejemplos").click();
        assertThat(page.locator(".example")).hasCount(10);
        Locator first = page.locator(".example").first();
        assertThat(first.locator(".better .learned")).containsText("<b>buena 0</b>");
        assertThat(first.locator(".worse .said")).containsText("mala 0");
        link(page, "Siguientes").click();
        assertThat(page.locator(".example").first()).containsText("Pregunta 10");
        page.locator("#line").fill("25");
        page.locator("#line").press("Enter");
        assertThat(page.locator(".example")).hasCount(1);
        assertThat(page.locator("main")).containsText("Líneas 25 a 25 de 25");
    }

    @Test
    void numbers_and_what_a_training_would_cost_are_known_before_it_starts() {
        stage.providerId();
        Page page = stage.page();
        bring(page, "numeros.jsonl", toRepair("numeros"));
        Locator numbers = page.locator("[aria-labelledby=h-numbers]");
        assertThat(numbers).containsText("Tokens por época");
        assertThat(numbers.locator(".roles tbody tr")).hasCount(2);
        assertThat(numbers.locator(".plot svg rect").first()).isVisible();
        numbers.locator("summary").first().click();
        assertThat(numbers.locator(".plot table tbody tr").first()).isVisible();

        link(page, "Entrenar con este archivo").click();
        Locator quote = page.locator("#quote");
        assertThat(quote).containsText("Elige el modelo");
        page.locator("#baseModel").fill("gpt-4o-2024-08-06");
        page.locator("#baseModel").press("Tab");
        assertThat(quote).containsText(Pattern.compile("Costaría unos USD [0-9]+,[0-9]{2}"));
        assertThat(quote).containsText("20 ago 2024");
        page.locator("#baseModel").fill("un-modelo-cualquiera");
        page.locator("#baseModel").press("Tab");
        assertThat(quote).containsText("No se conoce el precio");
    }

    @Test
    void name_tags_and_notes_are_kept_and_found_by() {
        Page page = stage.page();
        bring(page, "con-etiquetas.jsonl", toRepair("etiquetas"));
        page.getByText("Cambiar", new Page.GetByTextOptions().setExact(true)).click();
        page.locator("#name").fill("Devoluciones de noviembre");
        page.locator("#tags").fill("devoluciones, noviembre");
        page.locator("#notes").fill("Del equipo de soporte");
        button(page, "Guardar").click();
        assertThat(heading(page, "Devoluciones de noviembre")).isVisible();

        page.navigate("/datasets?q=noviembre");
        assertThat(page.locator("[data-row]")).hasCount(1);
        page.locator("#tag").selectOption("devoluciones");
        page.locator("#q").fill("");
        button(page, "Filtrar").click();
        assertThat(page.locator("[data-row] .name")).hasText("Devoluciones de noviembre");
        page.navigate("/datasets?q=nada+se+llama+asi");
        assertThat(page.locator(".empty")).containsText("Ningún archivo coincide");
    }

    @Test
    void all_of_it_works_without_javascript() {
        Page page = stage.signedIn(options -> options.setJavaScriptEnabled(false));
        page.navigate("/datasets");
        page.locator("#file")
                .setInputFiles(
                        new FilePayload(
                                "sin-js.jsonl",
                                "application/octet-stream",
                                toRepair("sin js").getBytes(StandardCharsets.UTF_8)));
        button(page, "Subir y revisar").click();
        page.locator(".group", holding("en blanco")).locator("summary").click();
        link(page, "Abrir la línea").click();
        assertThat(page.locator("h1")).hasText("Línea 13");
        page.goBack();
        page.locator(".group", holding("en blanco")).getByText("Reparar").click();
        page.locator("input[name=fix][value=duplicates]").check();
        button(page, "Ver qué cambiaría").click();
        assertThat(page.locator("#preview")).containsText("repetida, se quita: 1");
        button(page, "Reparar en una versión nueva").click();
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(30))
                .until(() -> {
                    page.reload();
                    return page.locator(".head .tag").count() > 0;
                });
        assertThat(page.locator(".head .tag").first()).hasText("v2");
    }
}
