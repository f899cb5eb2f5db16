package dev.afinador.e2e.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.afinador.e2e.browser.Reading.button;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/// WCAG 2.2 A and AA on every page, light and dark, and no page wider than a narrow phone.
@TestMethodOrder(
        MethodOrderer.OrderAnnotation.class) // the empty states come before there is anything
@Tag("browser")
class AccessibilityTest {

    private static final List<String> RULES =
            List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

    /// WCAG 1.4.10: content reflows at 320 pixels.
    private static final int NARROW = 320;

    @RegisterExtension static final Stage stage = Stage.quick();

    private final List<String> found = new ArrayList<>();

    @Test
    @Order(1)
    void pages_of_an_empty_house_are_for_everybody() {
        Page page = still();
        for (String path :
                List.of(
                        "/jobs",
                        "/jobs/new",
                        "/datasets",
                        "/models",
                        "/providers",
                        "/providers/new")) {
            page.navigate(path);
            check(page, "empty " + path);
        }
        assertNothingFound();
    }

    @Test
    @Order(2)
    void pages_of_strangers_and_of_errors_are_for_everybody() {
        stage.tolerate("status of 40[0-9]");
        Page stranger = stage.stranger(o -> o.setReducedMotion(ReducedMotion.REDUCE));
        stranger.navigate("/jobs");
        check(stranger, "sign-in");
        stranger.navigate("/sign-in?code=used");
        check(stranger, "sign-in with a used link");
        Page page = still();
        page.navigate("/nothing-here");
        check(page, "404");
        page.navigate("/jobs/01890a5d-ac96-774b-bcce-b302099a8057");
        check(page, "404 of a job");
        assertNothingFound();
    }

    @Test
    @Order(3)
    void pages_of_a_house_that_is_lived_in_are_for_everybody() {
        try (var house = new House(stage.afinador()).furnish()) {
            Page page = still();
            for (Map.Entry<String, String> at : house.pages().entrySet()) {
                page.navigate(at.getValue());
                if (at.getKey().equals("job")) {
                    assertThat(page.locator("[data-plot='loss'] canvas")).isVisible();
                    page.locator("details").evaluateAll("all => all.forEach(d => d.open = true)");
                    assertThat(page.locator("#raw")).containsText("ftjob-");
                }
                check(page, at.getKey());
            }
            dialogs(page, house);
            mistakes(page);
            house.lose();
            page.navigate("/jobs");
            assertThat(page.locator("#sync-line .notice")).isVisible();
            check(page, "jobs, a provider away");
            page.navigate("/providers");
            check(page, "providers, one away");
            page.locator("button[lang=en]").click();
            assertThat(page.locator("html")).hasAttribute("lang", "en");
            check(page, "providers in English");
        }
        assertNothingFound();
    }

    private void dialogs(Page page, House house) {
        page.navigate(house.job("soporte-v4"));
        button(page, "Cancelar").click();
        assertThat(page.locator("dialog#confirm")).isVisible();
        check(page, "dialog of a cancellation");
        page.navigate(house.job("preguntas-v2"));
        button(page.locator("#job-head"), "Activar").click();
        assertThat(page.locator("dialog#activate")).isVisible();
        check(page, "dialog of an activation");
        page.navigate("/jobs");
        page.keyboard().press("?");
        assertThat(page.locator("dialog#help")).isVisible();
        check(page, "dialog of keys");
    }

    private void mistakes(Page page) {
        stage.tolerate("status of 422");
        page.navigate("/jobs/new");
        button(page, "Iniciar Entrenamiento").click();
        assertThat(page.locator("#baseModel-error")).isVisible();
        page.locator("details").evaluateAll("all => all.forEach(d => d.open = true)");
        check(page, "start with mistakes");
        page.navigate("/providers/new");
        page.locator("#name").fill("Roto");
        page.locator("#kind").selectOption("compatible");
        page.locator("#baseUrl").fill("http://127.0.0.1:1/v1");
        button(page, "Probar conexión").click();
        assertThat(page.locator("#probe .finding.error")).isVisible();
        check(page, "a probe that failed");
        page.locator("#baseUrl").fill("no es una dirección");
        button(page, "Guardar").click();
        assertThat(page.locator("#baseUrl-error")).isVisible();
        check(page, "provider with mistakes");
    }

    /// A page without motion: a colour that is still on its way has no contrast to speak of.
    private static Page still() {
        return stage.signedIn(options -> options.setReducedMotion(ReducedMotion.REDUCE));
    }

    private void check(Page page, String name) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        collect(page, name + ", light", "tag", RULES);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        collect(page, name + ", dark", "rule", List.of("color-contrast", "link-in-text-block"));
        page.setViewportSize(NARROW, 700);
        Object wide =
                page.evaluate(
                        """
                        () => document.documentElement.scrollWidth <= innerWidth ? null
                          : [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
                              .slice(-3).map(e => e.tagName + "." + e.className + " " + e.textContent.trim().slice(0, 40)).join(" | ")\
                        """);
        if (wide != null) {
            found.add(name + ", narrow: wider than the screen: " + wide);
        }
        page.setViewportSize(1280, 900);
    }

    /// Without axe's preloading of style sheets, which the pages' own policy would have to let through.
    private void collect(Page page, String where, String kind, List<String> rules) {
        if ((boolean) page.evaluate("() => typeof axe === 'undefined'")) {
            page.evaluate(AxeBuilder.getAxeScript());
        }
        Object violations =
                page.evaluate(
                        """
                        async ([type, values]) => {
                          const { violations } = await axe.run(document,
                            { runOnly: { type, values }, preload: false, resultTypes: ["violations"] });
                          return violations.flatMap((rule) => rule.nodes.map((node) =>
                            `${rule.id}: ${node.any.concat(node.all, node.none)[0]?.message} ${node.html.slice(0, 200)}`));
                        }\
                        """,
                        List.of(kind, rules));
        ((List<?>) violations).forEach(violation -> found.add(where + ": " + violation));
    }

    private void assertNothingFound() {
        assertThat(found).as("violations").isEmpty();
    }
}
