package dev.afinador.e2e.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.afinador.e2e.browser.Reading.badge;
import static dev.afinador.e2e.browser.Reading.heading;
import static dev.afinador.e2e.browser.Reading.link;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.FileChooser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.afinador.testkit.provider.FakeProvider;
import dev.afinador.testkit.provider.JobScript;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The main way with the keyboard alone: wherever it goes, the focus shows.
class KeyboardTest {

    private static final String MODEL = "gpt-4o-mini-2024-07-18";

    @RegisterExtension static final Stage stage = Stage.shared();

    @Test
    void the_main_way_is_walked_with_the_keyboard_alone() {
        Page page = stage.page();
        // Chromium is told of our interest in file choosers without being waited for: so long
        // before the first one.
        page.onFileChooser(chooser -> {});
        try (var provider = FakeProvider.start()) {
            provider.script(JobScript.happy().withTotalSteps(30));
            page.navigate("/jobs");
            page.keyboard().press("Tab");
            assertThat(link(page, "Ir al contenido")).isFocused();
            page.keyboard().press("Enter");
            addAProvider(page, provider);
            startAJob(page);
            badgeSays(page, "Pendiente");
            provider.finishAll();
            badgeSays(page, "Exitoso");

            page.keyboard().press("v");
            assertThat(heading(page, "Verificación del Estado del Entrenamiento")).isVisible();
            tabTo(page, ".crumbs li:nth-child(2) a");
            page.keyboard().press("Enter");
            activate(page, "teclado");
            assertThat(page.locator("#h-history")).containsText("teclado");
            page.keyboard().press("g");
            page.keyboard().press("j");
            assertThat(heading(page, "Jobs de Entrenamiento")).isVisible();
            provider.finishAll();
        }
    }

    private static void addAProvider(Page page, FakeProvider provider) {
        page.keyboard().press("g");
        page.keyboard().press("p");
        assertThat(heading(page, "Proveedores")).isVisible();
        page.keyboard().press("n");
        tabTo(page, "#name");
        page.keyboard().type("Teclado");
        tabTo(page, "#kind");
        page.keyboard().type("Dir");
        assertThat(page.locator("#kind")).hasValue("compatible");
        tabTo(page, "#baseUrl");
        page.keyboard().press("ControlOrMeta+A");
        page.keyboard().type(provider.baseUrl());
        tabTo(page, "#key");
        page.keyboard().type(provider.key());
        tabTo(page, "[name=probe]");
        page.keyboard().press("Enter");
        assertThat(page.locator("#probe")).containsText("La conexión funciona");
        tabTo(page, "#provider .btn.primary");
        page.keyboard().press("Enter");
        assertThat(page.locator(".notice")).containsText("El proveedor se agregó");
    }

    private static void startAJob(Page page) {
        page.keyboard().press("g");
        page.keyboard().press("j");
        assertThat(heading(page, "Jobs de Entrenamiento")).isVisible();
        page.keyboard().press("n");
        assertThat(heading(page, "Iniciar un entrenamiento")).isVisible();
        tabTo(page, "#file");
        FileChooser chooser = page.waitForFileChooser(() -> page.keyboard().press("Enter"));
        chooser.setFiles(Stage.file("soporte.train.jsonl"));
        assertThat(page.locator("[data-drop-title]").first()).hasText("soporte.train.jsonl");
        tabTo(page, "#provider");
        page.keyboard().type("Teclado");
        tabTo(page, "#baseModel");
        page.keyboard().type(MODEL);
        page.keyboard().press("Escape"); // the proposals
        tabTo(page, "#name");
        page.keyboard().type("Solo con teclado");
        tabTo(page, "#suffix");
        page.keyboard().type("teclado");
        tabTo(page, "#submit");
        page.keyboard().press("Enter");
        assertThat(page).hasURL(Pattern.compile("/jobs/[0-9a-f-]{36}"));
        assertThat(heading(page, "Solo con teclado")).isVisible();
        assertThat(page.locator("#job-side")).containsText("ftjob-");
    }

    private static void badgeSays(Page page, String word) {
        assertThat(badge(page)).hasText(word);
    }

    private static void activate(Page page, String alias) {
        tabTo(page, "#act-activate");
        page.keyboard().press("Enter");
        Locator dialog = page.locator("dialog#activate");
        assertThat(dialog).isVisible();
        assertThat(page.locator("#activate-reason")).isFocused();
        page.keyboard().press("Escape");
        assertThat(dialog).isHidden();
        assertThat(page.locator("#act-activate")).isFocused();
        page.keyboard().press("Enter");
        page.keyboard().type("a mano, sin ratón");
        page.keyboard().press("Shift+Tab");
        assertThat(page.locator("#activate-alias")).isFocused();
        page.keyboard().press("ControlOrMeta+A");
        page.keyboard().type(alias);
        page.keyboard().press("Enter");
        assertThat(page).hasURL(Pattern.compile("/models\\?alias=" + alias));
    }

    /// Presses Tab until the element has the focus, and sees that it shows.
    private static void tabTo(Page page, String selector) {
        Locator goal = page.locator(selector).first();
        for (int i = 0; i < 70; i++) {
            page.keyboard().press("Tab");
            if ((boolean) goal.evaluate("(element) => element === document.activeElement")) {
                Object shows =
                        goal.evaluate(
                                """
                                (element) => [element, element.closest("[data-drop]")].some((e) => e
                                  && getComputedStyle(e).outlineStyle !== "none"
                                  && parseFloat(getComputedStyle(e).outlineWidth) >= 2)\
                                """);
                assertThat(shows).as("the focus of %s shows", selector).isEqualTo(true);
                return;
            }
        }
        throw new AssertionError(selector + " is not reached by seventy presses of Tab");
    }
}
