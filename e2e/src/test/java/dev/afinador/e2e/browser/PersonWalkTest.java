package dev.afinador.e2e.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.afinador.e2e.browser.Reading.badge;
import static dev.afinador.e2e.browser.Reading.button;
import static dev.afinador.e2e.browser.Reading.heading;
import static dev.afinador.e2e.browser.Reading.link;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.afinador.e2e.ApiClient;
import dev.afinador.testkit.provider.JobScript;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The whole way of one person, in Spanish.
class PersonWalkTest {

    @RegisterExtension static final Stage stage = Stage.quick();

    /// Writes down each status and each bar that the page shows, in a place that a reload would empty.
    private static final String KEEP_A_DIARY =
            """
            () => {
              window.diary = { words: [], bars: [] };
              const note = (list, value) => { if (value !== undefined && list.at(-1) !== value) list.push(value); };
              const look = () => {
                note(window.diary.words, document.querySelector("#job-head .badge")?.textContent.trim());
                const bar = document.querySelector("#job-progress progress");
                note(window.diary.bars, bar?.hasAttribute("value") ? bar.value : undefined);
              };
              new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
              look();
            }\
            """;

    @Test
    void a_person_goes_from_the_link_to_an_active_model_and_back() {
        Page page = stage.stranger(options -> {});
        arrives(page);
        addsAProvider(page);
        startsAJob(page);
        String first = watchesItSucceed(page);
        verifies(page);
        activates(page, first);
        activatesAnotherAndRollsBack(page, first);
    }

    private static void arrives(Page page) {
        String onceOnly = stage.afinador().signInLink();
        page.navigate(onceOnly);
        assertThat(page).hasURL(Pattern.compile("/jobs$"));
        assertThat(heading(page, "Jobs de Entrenamiento")).isVisible();
        assertThat(heading(page, "Primero, un proveedor")).isVisible();
        assertThat(page.locator("#filter")).isHidden(); // nothing to look for yet

        stage.tolerate("status of 401");
        Page other = stage.stranger(options -> {});
        other.navigate(onceOnly);
        assertThat(other.getByRole(AriaRole.ALERT)).containsText("Ese enlace ya se usó o venció");
        other.context().close();
    }

    private static void addsAProvider(Page page) {
        link(page, "Agregar un proveedor").click();
        page.getByLabel("Nombre").fill("Taller");
        page.getByLabel("Tipo").selectOption("compatible");
        page.getByLabel("URL base").fill(stage.provider().baseUrl());
        page.locator("#key").fill("sk-test-wrong");
        button(page, "Probar conexión").click();
        Locator probe = page.locator("#probe");
        assertThat(probe).containsText("El proveedor rechaza la clave");
        assertThat(probe)
                .containsText("Comprueba en la página del proveedor que la clave esté completa");

        page.locator("#key").fill(stage.provider().key());
        button(page, "Probar conexión").click();
        assertThat(probe).containsText("La conexión funciona");
        assertThat(probe).containsText("Jobs de entrenamiento");
        button(page, "Guardar").click();
        assertThat(page.locator(".notice")).containsText("El proveedor se agregó");
        assertThat(page.locator("body")).not().containsText(stage.provider().key());
    }

    private static void startsAJob(Page page) {
        page.getByRole(AriaRole.NAVIGATION, new Page.GetByRoleOptions().setName("Principal"))
                .getByText("Jobs")
                .click();
        assertThat(heading(page, "Inicia tu primer entrenamiento")).isVisible();
        link(page, "Iniciar Entrenamiento").first().click();

        page.locator("#file").setInputFiles(Stage.file("soporte.train.jsonl"));
        assertThat(page.locator("[data-drop-title]").first()).hasText("soporte.train.jsonl");
        page.getByText("Agregar un archivo de validación").click();
        page.locator("#validationFile").setInputFiles(Stage.file("soporte.validation.jsonl"));
        // the models that the provider offers are proposed while one types
        assertThat(page.locator("#models option[value='gpt-4o-mini-2024-07-18']")).hasCount(1);
        page.getByLabel("Modelo base").fill("gpt-4o-mini-2024-07-18");
        page.locator("#name").fill("Soporte v4");
        page.locator("#suffix").fill("soporte-v4");
        stage.provider().script(JobScript.happy().withTotalSteps(100));
        button(page, "Iniciar Entrenamiento").click();

        assertThat(page).hasURL(Pattern.compile("/jobs/[0-9a-f-]{36}"));
        assertThat(heading(page, "Soporte v4")).isVisible();
        assertThat(badge(page)).hasText("Pendiente");
    }

    /// @return the model that came out
    private static String watchesItSucceed(Page page) {
        page.evaluate(KEEP_A_DIARY);
        Locator side = page.locator("#job-side");
        assertThat(side).containsText("ftjob-");
        String remote = stage.provider().jobs().getFirst().id();
        assertThat(side).containsText(remote);

        stage.provider().advance(remote);
        assertThat(page.locator("#job-events"))
                .containsText("Files validated, moving job to queued");
        assertThat(badge(page)).hasText("Pendiente");

        for (int step : List.of(10, 35, 80)) {
            stage.provider().progress(remote, step);
            assertThat(badge(page)).hasText("Ejecutando");
            assertThat(page.locator("#job-progress progress")).hasAttribute("value", "" + step);
            assertThat(page.locator("#job-progress")).containsText(step + " de 100");
        }
        Locator loss = page.locator("[data-plot='loss'] canvas");
        assertThat(loss).isVisible();
        assertThat(page.locator("[data-plot='accuracy'] canvas")).isVisible();
        assertThat(Reading.painted(loss)).as("points of ink in the curve").isGreaterThan(500);

        stage.provider().finish(remote);
        assertThat(badge(page)).hasText("Exitoso");
        assertThat(page.locator("#job-checkpoints [data-row]")).hasCount(3);

        assertThat(page.evaluate("() => window.diary?.words"))
                .as("what the badge said, on one page that never reloaded")
                .isEqualTo(List.of("Pendiente", "Ejecutando", "Exitoso"));
        List<?> bars = (List<?>) page.evaluate("() => window.diary.bars");
        assertThat(bars.stream().map(bar -> ((Number) bar).intValue()))
                .as("what the bar showed")
                .isSorted()
                .contains(10, 35, 80)
                .endsWith(100);
        return stage.provider().job(remote).fineTunedModel();
    }

    private static void verifies(Page page) {
        link(page, "Verificar").first().click();
        assertThat(heading(page, "Verificación del Estado del Entrenamiento")).isVisible();
        Locator atProvider = page.locator(".report section").nth(1);
        assertThat(atProvider.locator(".answer")).hasText(Pattern.compile("^\\s*Sí"));
        assertThat(page.locator(".report .verdict")).hasClass(Pattern.compile("\\bok\\b"));
        page.goBack();
    }

    private static void activates(Page page, String model) {
        button(page.locator("#job-head"), "Activar").click();
        Locator dialog = page.locator("dialog#activate");
        assertThat(dialog).isVisible();
        assertThat(dialog.getByLabel("Modelo")).hasValue(model);
        assertThat(dialog.getByLabel("Alias")).hasValue("principal");
        dialog.getByLabel("Motivo").fill("pasó la evaluación de noviembre");
        button(dialog, "Activar").click();

        assertThat(page).hasURL(Pattern.compile("/models\\?alias=principal"));
        Locator active =
                page.locator(
                        "section", new Page.LocatorOptions().setHas(page.locator("#h-active")));
        assertThat(active).containsText("principal");
        assertThat(active).containsText(model);
        assertThat(active).containsText("Soporte v4");
        assertThat(active).containsText("pasó la evaluación de noviembre");
        assertThat(activeModel()).isEqualTo(model);
    }

    private static void activatesAnotherAndRollsBack(Page page, String first) {
        Stage.Started second = stage.start("Soporte v5", JobScript.happy().withTotalSteps(40));
        page.navigate(second.href());
        stage.provider().finish(second.remote());
        assertThat(badge(page)).hasText("Exitoso");
        String model = stage.provider().job(second.remote()).fineTunedModel();
        button(page.locator("#job-head"), "Activar").click();
        button(page.locator("dialog#activate"), "Activar").click();
        Locator hero = page.locator(".hero .value");
        assertThat(hero).hasText(model);

        button(page, Pattern.compile("^\\s*Volver a este")).click();
        Locator confirm = page.locator("dialog#confirm");
        assertThat(confirm).containsText(first);
        button(confirm, "Volver a este").click();
        assertThat(page.locator(".notice")).containsText("Revertido");
        assertThat(hero).hasText(first);
        assertThat(page.locator(".timeline > li")).hasCount(3);
        assertThat(activeModel()).isEqualTo(first);
    }

    private static String activeModel() {
        return stage.api()
                .get(ApiClient.MODELS + "/active")
                .expect(200)
                .json()
                .path("model")
                .asString();
    }
}
