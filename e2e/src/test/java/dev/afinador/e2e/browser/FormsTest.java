package dev.afinador.e2e.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.afinador.e2e.browser.Reading.badge;
import static dev.afinador.e2e.browser.Reading.button;
import static dev.afinador.e2e.browser.Reading.heading;
import static dev.afinador.e2e.browser.Reading.link;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.afinador.testkit.provider.JobScript;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Forms and switches: by mouse and without JavaScript; [KeyboardTest] has the keyboard.
class FormsTest {

    private static final String MODEL = "gpt-4o-mini-2024-07-18";

    @RegisterExtension static final Stage stage = Stage.shared();

    @Test
    void language_and_theme_stay_as_chosen() {
        Page page = stage.page();
        page.navigate("/providers");
        Locator html = page.locator("html");
        assertThat(html).hasAttribute("lang", "es");
        page.getByTitle("English").click();
        assertThat(page).hasURL(Pattern.compile("/providers$"));
        assertThat(heading(page, "Providers")).isVisible();
        page.getByTitle("Dark").click();
        assertThat(html).hasAttribute("data-theme", "dark");

        page.navigate("/jobs");
        assertThat(html).hasAttribute("lang", "en");
        assertThat(html).hasAttribute("data-theme", "dark");
        assertThat(heading(page, "Training Jobs")).isVisible();
        String dark =
                (String) page.evaluate("() => getComputedStyle(document.body).backgroundColor");
        page.getByTitle("Light").click();
        assertThat(html).hasAttribute("data-theme", "light");
        assertThat(page.locator("body")).not().hasCSS("background-color", dark);
        page.getByTitle("Español").click();
        assertThat(heading(page, "Jobs de Entrenamiento")).isVisible();
        assertThat(html).hasAttribute("data-theme", "light");
    }

    @Test
    void a_file_is_dropped_on_its_zone() {
        stage.providerId();
        Page page = stage.page();
        page.navigate("/jobs/new");
        Drops.drop(page, page.locator("[data-drop]").first(), Stage.file("soporte.train.jsonl"));
        Locator title = page.locator("[data-drop-title]").first();
        assertThat(title).hasText("soporte.train.jsonl");
        assertThat(page.locator("[data-drop]").first()).hasAttribute("data-filled", "");

        // beside the zone it must neither be taken nor replace the page
        Drops.drop(page, page.locator("h1"), Stage.file("soporte.validation.jsonl"));
        assertThat(title).hasText("soporte.train.jsonl");
        assertThat(page).hasURL(Pattern.compile("/jobs/new$"));
    }

    @Test
    void a_form_with_mistakes_keeps_what_was_typed_and_says_what_to_do() {
        stage.tolerate("status of 422");
        stage.providerId();
        Page page = stage.page();
        page.navigate("/jobs/new");
        page.locator("#name").fill("Incompleto");
        page.locator("#suffix").fill("s".repeat(65));
        assertThat(page.locator("[data-count-of='suffix']")).containsText("demasiado largo");
        button(page, "Iniciar Entrenamiento").click();

        assertThat(page.locator(".notice[role=alert]")).containsText("Hay 3 campos por corregir");
        assertThat(page.locator("#file-error")).containsText("Suelta un archivo o elige uno");
        assertThat(page.locator("#baseModel-error")).containsText("Indica de qué modelo partir");
        assertThat(page.locator("#suffix")).hasAttribute("aria-invalid", "true");
        assertThat(page.locator("#name")).hasValue("Incompleto");
        assertThat(page.locator("#suffix")).hasValue("s".repeat(65));
    }

    @Test
    void a_bad_file_is_shown_line_by_line() {
        Page page = stage.page();
        page.navigate("/datasets");
        page.locator("#file").setInputFiles(Stage.file("soporte.con-errores.jsonl"));
        assertThat(page.locator(".notice.error")).containsText("No sirve todavía");
        assertThat(page.locator(".group")).hasCount(3);
        for (String line : new String[] {"Línea 7", "Línea 15", "Línea 20"}) {
            assertThat(page.locator(".places").getByText(line)).isVisible();
        }
        assertThat(page.locator("main")).not().containsText("Entrenar con este archivo");
    }

    @Test
    void everything_works_without_javascript() {
        String provider = stage.providerId();
        stage.provider().script(JobScript.staysRunning().withTotalSteps(100));
        Page page = stage.signedIn(options -> options.setJavaScriptEnabled(false));
        page.navigate("/providers/new");
        page.locator("#name").fill("Sin scripts");
        page.locator("#kind").selectOption("compatible");
        page.locator("#baseUrl").fill(stage.provider().baseUrl());
        page.locator("#key").fill(stage.provider().key());
        button(page, "Probar conexión").click();
        assertThat(page.locator("#probe")).containsText("La conexión funciona");
        assertThat(page.locator("#name")).hasValue("Sin scripts");

        page.navigate("/jobs/new");
        page.locator("#file").setInputFiles(Stage.file("soporte.train.jsonl"));
        page.locator("#provider").selectOption(provider);
        page.locator("#baseModel").fill(MODEL);
        page.locator("#name").fill("Sin JavaScript");
        page.locator("#suffix").fill("sin-js");
        button(page, "Iniciar Entrenamiento").click();
        assertThat(heading(page, "Sin JavaScript")).isVisible();
        String href = page.url().replaceFirst("\\?.*", "");
        String remote = awaitRemote(page, href);

        stage.provider().progress(remote, 50);
        page.navigate("/jobs?q=Sin+JavaScript");
        button(page, "Actualizar").click();
        assertThat(page.locator("#list [data-row]")).hasCount(1);
        page.locator("#q").fill("no existe");
        page.locator("#q").press("Enter");
        assertThat(page.locator("#list")).containsText("Ningún job coincide");
        link(page, "Ver todos los jobs").click();
        link(page, "Sin JavaScript").click();
        assertThat(badge(page)).hasText("Ejecutando");
        button(page, "Cancelar").click();
        assertThat(page.locator(".notice").first()).containsText("Cancelación pedida");
        link(page, "Verificar").click();
        assertThat(heading(page, "Verificación del Estado del Entrenamiento")).isVisible();
        page.locator("button[name=theme][value=dark]").click();
        assertThat(page.locator("html")).hasAttribute("data-theme", "dark");
    }

    private static String awaitRemote(Page page, String href) {
        String id = href.substring(href.lastIndexOf('/') + 1);
        return org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(30))
                .until(() -> stage.api().job(id).path("openai_job_id"), j -> j.isString())
                .asString();
    }
}
