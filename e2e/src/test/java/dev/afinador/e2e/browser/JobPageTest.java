package dev.afinador.e2e.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.afinador.e2e.browser.Reading.badge;
import static dev.afinador.e2e.browser.Reading.button;
import static dev.afinador.e2e.browser.Reading.heading;
import static dev.afinador.e2e.browser.Reading.link;
import static dev.afinador.e2e.browser.Reading.row;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.afinador.testkit.provider.JobScript;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// One job's page: how it tells of bad ends, and what a person can do there.
class JobPageTest {

    @RegisterExtension static final Stage stage = Stage.shared();

    @Test
    void a_failed_job_says_why_and_what_to_do_without_a_reload() {
        Page page = stage.page();
        var job = stage.start("Catálogo", JobScript.failsValidation());
        page.navigate(job.href());
        assertThat(badge(page)).hasText("Pendiente");

        stage.provider().finish(job.remote());
        assertThat(badge(page)).hasText("Fallido");
        Locator alert = page.getByRole(AriaRole.ALERT);
        assertThat(alert).containsText("El entrenamiento falló");
        assertThat(alert).containsText("Example 100, message 2 Discriminator 'role' is missing");
        assertThat(alert)
                .containsText("Corrige el archivo de entrenamiento en el lugar que indica");
        assertThat(alert).containsText("invalid_training_file");

        alert.getByText("Iniciar uno nuevo igual").click();
        assertThat(page.getByLabel("Modelo base")).hasValue("gpt-4o-mini-2024-07-18");
        assertThat(page.locator("#suffix")).hasValue("cat-logo");
        assertThat(page.locator("#dataset option:checked")).containsText("40 ejemplos");
    }

    @Test
    void a_job_is_cancelled_only_after_the_person_confirms() {
        Page page = stage.page();
        var job = stage.start("Tono de marca", JobScript.staysRunning().withTotalSteps(100));
        stage.provider().progress(job.remote(), 30);
        page.navigate(job.href());
        assertThat(badge(page)).hasText("Ejecutando");

        button(page, "Cancelar").click();
        Locator dialog = page.locator("dialog#confirm");
        assertThat(dialog).containsText("¿Cancelar este job?");
        assertThat(button(dialog, "No, volver")).isFocused();
        button(dialog, "No, volver").click();
        assertThat(dialog).isHidden();
        assertThat(stage.provider().job(job.remote()).status()).isEqualTo("running");

        button(page, "Cancelar").click();
        button(dialog, "Cancelar el job").click();
        assertThat(badge(page)).hasText("Cancelado");
        assertThat(button(page, "Cancelar")).hasCount(0);
        assertThat(stage.provider().job(job.remote()).status()).isEqualTo("cancelled");
    }

    @Test
    void a_job_pauses_and_goes_on() {
        Page page = stage.page();
        var job = stage.start("Facturas", JobScript.staysRunning().withTotalSteps(100));
        stage.provider().progress(job.remote(), 40);
        page.navigate(job.href());

        button(page, "Pausar").click();
        assertThat(badge(page)).hasText("Pausado");
        assertThat(page.locator("#job-progress")).containsText("40");
        button(page, "Reanudar").click();
        assertThat(page.locator(".notice")).containsText("Reanudación pedida");
        stage.provider().progress(job.remote(), 55);
        assertThat(badge(page)).hasText("Ejecutando");
        assertThat(page.locator("#job-progress")).containsText("55 de 100");
    }

    @Test
    void a_word_that_nobody_knows_is_shown_as_it_is() {
        Page page = stage.page();
        var job = stage.start("Reseñas", JobScript.staysQueued());
        page.navigate(job.href());
        stage.provider().setStatus(job.remote(), "safety_review");
        assertThat(page.locator("#job-side")).containsText("safety_review");
        assertThat(button(page, "Cancelar")).isVisible();
    }

    @Test
    void markup_in_a_name_is_text_everywhere() {
        Page page = stage.page();
        String name = "<img src=x onerror=alert(1)> <b>v4</b> & \"'{{7*7}}${7*7}";
        page.onDialog(dialog -> {
            dialog.dismiss();
            throw new AssertionError("the name ran as a script");
        });
        var job = stage.start(name, JobScript.staysRunning().withTotalSteps(10));
        for (String path :
                new String[] {
                    "/jobs", job.href(), job.href() + "/verification", job.href() + "/log"
                }) {
            page.navigate(path);
            assertThat(page.locator("main")).containsText(name);
            assertThat(page.locator("main img, main b:text-is('v4')")).hasCount(0);
        }
        page.navigate("/jobs");
        stage.provider().progress(job.remote(), 7);
        assertThat(row(page, job.id())).containsText("70 %");
        assertThat(row(page, job.id()).locator(".name")).hasText(name);
    }

    @Test
    void logs_and_the_providers_own_json_are_one_click_away() {
        Page page = stage.page();
        var job = stage.start("Registro", JobScript.staysQueued());
        page.navigate(job.href());
        page.getByText("Ver exactamente lo último que respondió el proveedor").click();
        assertThat(page.locator("#raw")).containsText(job.remote());

        link(page, "Registros").click();
        assertThat(heading(page, "Registros")).isVisible();
        assertThat(page.locator("main")).containsText("POST /fine_tuning/jobs");
        assertThat(page.locator("body")).not().containsText(stage.provider().key());
    }

    @Test
    void a_checkpoint_is_activated_and_a_finished_record_is_removed() {
        Page page = stage.page();
        var job = stage.start("Actas", JobScript.happy().withTotalSteps(60));
        stage.provider().finish(job.remote());
        page.navigate(job.href());
        assertThat(badge(page)).hasText("Exitoso");
        Locator checkpoints = page.locator("#job-checkpoints [data-row]");
        assertThat(checkpoints).hasCount(3);
        String model = checkpoints.last().locator("code").getAttribute("title");
        button(checkpoints.last(), "Activar el punto de control del paso 20").click();
        Locator dialog = page.locator("dialog#activate");
        assertThat(dialog.getByLabel("Modelo")).hasValue(model);
        dialog.getByLabel("Alias").fill("pruebas");
        button(dialog, "Activar").click();
        assertThat(page).hasURL(Pattern.compile("/models\\?alias=pruebas"));
        assertThat(page.locator(".timeline")).containsText(model);

        page.navigate(job.href());
        button(page, "Eliminar").click();
        button(page.locator("dialog#confirm"), "Eliminar el registro").click();
        assertThat(page).hasURL(Pattern.compile("/jobs$"));
        assertThat(row(page, job.id())).hasCount(0);
        assertThat(stage.provider().job(job.remote()).status()).isEqualTo("succeeded");
    }

    @Test
    void what_the_reader_has_opened_stays_while_the_job_goes_on() {
        Page page = stage.page();
        var job = stage.start("Lectura", JobScript.staysRunning().withTotalSteps(200));
        stage.provider().progress(job.remote(), 120);
        page.navigate(job.href());
        assertThat(page).hasTitle(Pattern.compile("^60 % · Lectura"));
        page.locator(".chart-table summary").click();
        page.getByText("Ver exactamente lo último que respondió el proveedor").click();
        assertThat(page.locator("#raw")).containsText(job.remote());
        page.getByText("Ver eventos anteriores").click();
        Locator events = page.locator("#job-events li[id^='event-']");
        assertThat(events).not().hasCount(50);
        int loaded = events.count();

        // three changes within a second: the last one counts
        for (int step : new int[] {130, 140, 150}) {
            stage.provider().progress(job.remote(), step);
        }
        assertThat(page.locator("#job-progress")).containsText("150 de 200");
        assertThat(page).hasTitle(Pattern.compile("^75 % · Lectura"));
        assertThat(page.locator(".chart-table")).hasAttribute("open", "");
        assertThat(page.locator("#raw")).containsText(job.remote());
        assertThat(events.first()).containsText("150/200");
        assertThat(events.count()).isGreaterThan(loaded);

        stage.provider().setStatus(job.remote(), "cancelled");
        assertThat(page).hasTitle(Pattern.compile("^Cancelado · Lectura"));
    }

    @Test
    void moments_are_told_exactly_when_asked_for() {
        Page page = stage.page();
        page.navigate(stage.start("Relojes", JobScript.staysQueued()).href());
        Locator moment = page.locator("#job-timeline time, .timeline time").first();
        assertThat(moment).hasText(Pattern.compile("^\\d{2}:\\d{2}:\\d{2}$"));
        page.keyboard().press("t");
        assertThat(moment).hasText(Pattern.compile("^\\d{1,2} [a-z]+\\.? \\d{4}, "));
        page.navigate("/jobs?q=Relojes");
        assertThat(page.locator("[data-row] td").last().locator("time"))
                .hasText(Pattern.compile("\\d{4}, \\d{1,2}:\\d{2}:\\d{2}"));
        assertThat(button(page, "Horas exactas")).hasAttribute("aria-pressed", "true");
        button(page, "Horas exactas").click();
        assertThat(page.locator("[data-row] td").last().locator("time"))
                .hasText(Pattern.compile("^(hace|ahora)"));
    }

    @Test
    void an_id_is_copied_with_one_click_and_said_to_be() {
        Page page = stage.page();
        page.context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        var job = stage.start("Copia", JobScript.staysQueued());
        page.navigate(job.href());
        page.getByLabel("Copiar " + job.remote()).click();
        assertThat(page.locator("#announce")).hasText("Copiado");
        assertThat(page.evaluate("() => navigator.clipboard.readText()")).isEqualTo(job.remote());
    }
}
