package dev.afinador.e2e.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.afinador.e2e.browser.Reading.button;
import static dev.afinador.e2e.browser.Reading.heading;
import static dev.afinador.e2e.browser.Reading.link;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FilePayload;
import dev.afinador.e2e.ApiClient;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A team rates its assistant's conversations and trains on the good ones.
class ConversationPagesTest {

    private static final String API = "/api/v1/ai/training/conversations";

    @RegisterExtension static final Stage stage = Stage.shared();

    @Test
    void conversations_are_brought_in_rated_corrected_and_made_into_a_dataset() {
        var csv = new StringBuilder("id,pregunta,respuesta,fecha\n");
        for (int i = 0; i < 14; i++) {
            csv.append(
                    "walk-%d,¿Cómo devuelvo el pedido %d?,Entra en Mis pedidos %d.,2026-11-%02d\n"
                            .formatted(i, i, i, i + 1));
        }
        csv.append("walk-x,,Sin pregunta,2026-11-01\n");
        Page page = stage.page();
        page.navigate("/datasets");
        link(page, "Conversaciones").click();
        if (page.locator("details.bring[open]").count() == 0) {
            page.locator("details.bring summary").click();
        }
        page.locator("#file")
                .setInputFiles(
                        new FilePayload(
                                "soporte.csv",
                                "text/csv",
                                csv.toString().getBytes(StandardCharsets.UTF_8)));
        assertThat(page.locator(".notice.warning")).containsText("nuevas 14");
        assertThat(page.locator("main")).containsText("Línea 16: No hay pregunta del usuario.");

        page.navigate("/conversations?fq=devuelvo&only=unrated");
        assertThat(page.locator("[data-row]")).hasCount(14);
        page.locator("[data-row] .name").first().click();
        assertThat(heading(page, "¿Cómo devuelvo el pedido 13?")).isVisible();

        // by keyboard: rate, then the next one of the list
        for (int i = 0; i < 11; i++) {
            press(page, "5");
            assertThat(page.locator(".star.on")).hasCount(5);
            press(page, "n");
            assertThat(page.locator(".star.on")).hasCount(0);
        }
        assertThat(heading(page, "¿Cómo devuelvo el pedido 2?")).isVisible();
        button(page, "2 estrellas").click();
        assertThat(page.locator(".aside", new Page.LocatorOptions().setHasText("2 de 5")))
                .isVisible();
        page.getByText("Escribir una respuesta mejor").click();
        page.locator(".better-form textarea")
                .fill("Abre Mis pedidos, elige el 2 y pulsa Devolver.");
        button(page.locator(".better-form"), "Guardar").click();
        assertThat(page.locator(".said.learned")).containsText("elige el 2");
        assertThat(page.locator(".worse-text")).containsText("Entra en Mis pedidos 2.");

        page.navigate("/conversations?least=4&fq=devuelvo");
        assertThat(page.locator("[data-row]")).hasCount(11);
        page.navigate("/conversations/prepare?fq=devuelvo");
        Locator preview = page.locator("#preview");
        assertThat(preview).containsText("Saldrían 11 ejemplos");
        page.locator("input[name=orEdited]").check();
        assertThat(preview).containsText("Saldrían 12 ejemplos");
        page.locator("#name").fill("Lo mejor de noviembre");
        page.locator("#name").press("Tab");
        assertThat(preview.locator("input[name=name]")).hasValue("Lo mejor de noviembre");
        button(page, "Preparar").click();

        assertThat(heading(page, "Lo mejor de noviembre")).isVisible();
        assertThat(page.locator(".notice.ok").first()).containsText("se preparó");
        assertThat(page.locator(".kv")).containsText("De conversaciones");
        link(page, "Ver los ejemplos").click();
        link(page, "Siguientes").click();
        assertThat(page.locator(".examples")).containsText("elige el 2");

        page.navigate("/conversations/prepare?fq=devuelvo&shape=preference&given=1");
        assertThat(preview).containsText("Saldría 1 ejemplo");
        assertThat(preview.locator(".worse-text")).containsText("Entra en Mis pedidos 2.");
    }

    /// Once the page's scripts have begun: a key before that is nobody's.
    private static void press(Page page, String key) {
        assertThat(page.locator("html")).hasAttribute("data-js", "");
        page.keyboard().press(key);
    }

    @Test
    void a_program_sends_each_conversation_once() {
        var body = ApiClient.object();
        body.put("external_id", "crm-100")
                .put("question", "¿Abren el domingo?")
                .put("answer", "Sí, de 10 a 14.")
                .put("model", "gpt-4o-mini");
        assertThat(stage.api().post(API, body).expect(201).json().path("result").asString())
                .isEqualTo("created");
        assertThat(stage.api().post(API, body).expect(200).json().path("result").asString())
                .isEqualTo("unchanged");
        var there = stage.api().get(API + "/external:crm-100").expect(200).json();
        String id = there.path("id").asString();
        assertThat(there.path("turns").size()).isEqualTo(2);

        stage.api().patch(API + "/" + id, ApiClient.object().put("stars", 4)).expect(200);
        body.put("answer", "No.");
        assertThat(stage.api().post(API, body).expect(200).json().path("result").asString())
                .isEqualTo("kept");
        stage.api().patch(API + "/" + id, ApiClient.object().put("stars", 6)).expect(400);
        var wrong =
                stage.api()
                        .post(API, ApiClient.object().put("question", "¿Y?").put("stars", "muchas"))
                        .expect(400)
                        .json();
        assertThat(wrong.path("code").asString()).isEqualTo("invalid_request");

        stage.api()
                .put(
                        API + "/" + id + "/answers/1",
                        ApiClient.object().put("text", "De 10 a 14.").put("version", 2))
                .expect(200);
        stage.api()
                .put(
                        API + "/" + id + "/answers/1",
                        ApiClient.object().put("text", "Otra.").put("version", 2))
                .expect(409);
        var preview =
                stage.api()
                        .post(
                                API + "/preparations/preview",
                                ApiClient.object().put("q", "domingo").put("shape", "preference"))
                        .expect(200)
                        .json();
        assertThat(preview.path("examples").asInt()).isEqualTo(1);
        assertThat(preview.path("samples").path(0).asString())
                .contains("De 10 a 14.")
                .contains("Sí, de 10 a 14.");
        stage.api().delete(API + "/" + id).expect(204);
        stage.api().get(API + "/" + id).expect(404);
    }

    @Test
    void conversations_are_rated_without_javascript() {
        stage.api()
                .post(
                        API,
                        ApiClient.object()
                                .put("external_id", "sin-js")
                                .put("question", "¿Sin scripts?")
                                .put("answer", "También."))
                .expect(201);
        Page page = stage.signedIn(options -> options.setJavaScriptEnabled(false));
        page.navigate("/conversations?fq=scripts");
        page.locator("[data-row] .name").first().click();
        button(page, "4 estrellas").click();
        assertThat(page.locator(".star.on")).hasCount(4);
        page.locator("#tags").fill("probada");
        page.locator("form[action*='description'] button").click();
        assertThat(page.locator("#tags")).hasValue("probada");
        assertThat(page).hasURL(Pattern.compile("fq=scripts"));
    }
}
