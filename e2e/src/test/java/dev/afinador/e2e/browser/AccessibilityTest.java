package dev.afinador.e2e.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/// WCAG 2.2 A and AA in every state of every page, and no page wider than a narrow phone.
///
/// Each state is looked at four times: in Spanish light on a desk and dark on a phone, in English dark on a desk and light on
/// a phone. So each theme meets each size, each language each theme and each size. The second look in a language is for what
/// theme and size can change.
@TestMethodOrder(
        MethodOrderer.OrderAnnotation.class) // the empty states come before there is anything
class AccessibilityTest {

    private static final String ALL =
            """
            { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }\
            """;

    private static final String LOOKS =
            """
            { type: "rule", values: ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable",
              "aria-hidden-focus", "button-name", "link-name", "label", "select-name", "page-has-heading-one", "bypass"] }\
            """;

    /// WCAG 1.4.10: content reflows at 320 pixels.
    private static final int NARROW = 320;

    private static final int DESK = 1280;
    private static final int PHONE = 390;

    @RegisterExtension static final Stage stage = Stage.quick();

    private final List<String> found = new ArrayList<>();

    @Test
    @Order(1)
    void pages_of_an_empty_house_are_for_everybody() {
        Map<String, Consumer<Page>> states = new LinkedHashMap<>();
        for (String path :
                List.of(
                        "/jobs",
                        "/jobs/new",
                        "/datasets",
                        "/conversations",
                        "/models",
                        "/providers",
                        "/providers/new")) {
            states.put("empty " + path, at(path));
        }
        states.put("API", at("/api-docs"));
        states.put(
                "API, all open",
                page -> {
                    page.navigate("/api-docs");
                    openDetails(page);
                });
        states.put(
                "API, a call tried",
                page -> {
                    page.navigate("/api-docs");
                    page.locator("#get-providers > summary").click();
                    page.locator("#get-providers [data-call] .btn.primary").click();
                    assertThat(page.locator("#get-providers [data-answer]")).containsText("200");
                });
        check(states, false);
    }

    @Test
    @Order(2)
    void pages_of_strangers_and_of_errors_are_for_everybody() {
        stage.tolerate("status of (4[0-9][0-9]|500|999)");
        Map<String, Consumer<Page>> strange = new LinkedHashMap<>();
        strange.put("sign-in", at("/jobs"));
        strange.put("sign-in with a used link", at("/sign-in?code=used"));
        strange.put(
                "sign-in with a wrong token",
                page -> {
                    page.navigate("/sign-in");
                    page.locator("#token").fill("wrong");
                    page.locator("#token").press("Enter");
                    assertThat(page.locator(".notice.error")).isVisible();
                });
        check(strange, true);

        Map<String, Consumer<Page>> states = new LinkedHashMap<>();
        states.put("404", at("/nothing-here"));
        states.put("404 of a job", at("/jobs/01890a5d-ac96-774b-bcce-b302099a8057"));
        states.put("500", at("/error"));
        states.put(
                "403, a form that is too old",
                page -> {
                    page.navigate("/providers");
                    page.evaluate(
                            "() => document.querySelectorAll('[name=_csrf]').forEach(e => e.remove())");
                    page.locator("form[action$='/sign-out'] button").click();
                    assertThat(page.locator("main")).containsText("403");
                });
        check(states, false);
    }

    @Test
    @Order(3)
    void pages_of_a_house_that_is_lived_in_are_for_everybody() {
        try (var house = new House(stage.afinador()).furnish()) {
            Map<String, Consumer<Page>> states = new LinkedHashMap<>();
            house.pages().forEach((name, path) -> states.put(name, at(path)));
            states.put(
                    "job, all open",
                    page -> {
                        page.navigate(house.job("soporte-v4"));
                        assertThat(page.locator("[data-plot='loss'] canvas")).isVisible();
                        openDetails(page);
                        assertThat(page.locator("#raw")).containsText("ftjob-");
                    });
            dialogs(states, house);
            mistakes(states);
            check(states, false);

            house.lose();
            Map<String, Consumer<Page>> lost = new LinkedHashMap<>();
            lost.put(
                    "jobs, a provider away",
                    page -> {
                        page.navigate("/jobs");
                        assertThat(page.locator("#sync-line .notice")).isVisible();
                    });
            lost.put("providers, one away", at("/providers"));
            lost.put("job, its provider away", at(house.job("facturas")));
            lost.put(
                    "verification, the provider away", at(house.job("facturas") + "/verification"));
            lost.put("import, the provider away", at(house.importOfTheSecond()));
            check(lost, false);
        }
    }

    private static void dialogs(Map<String, Consumer<Page>> states, House house) {
        states.put(
                "dialog of a cancellation",
                page -> {
                    page.navigate(house.job("soporte-v4"));
                    page.locator("#act-cancel").click();
                    assertThat(page.locator("dialog#confirm")).isVisible();
                });
        states.put(
                "dialog of an activation",
                page -> {
                    page.navigate(house.job("preguntas-v2"));
                    page.locator("#act-activate").click();
                    assertThat(page.locator("dialog#activate")).isVisible();
                });
        states.put(
                "dialog of a rollback",
                page -> {
                    page.navigate("/models");
                    page.locator(".timeline .btn").first().click();
                    assertThat(page.locator("dialog#confirm")).isVisible();
                });
        states.put(
                "dialog of keys",
                page -> {
                    page.navigate("/jobs");
                    page.keyboard().press("?");
                    assertThat(page.locator("dialog#help")).isVisible();
                });
        states.put(
                "a wish that is refused",
                page -> {
                    page.navigate("/models");
                    page.locator(".timeline [name=number]")
                            .first()
                            .evaluate("field => { field.value = 999; field.form.submit(); }");
                    assertThat(page.locator(".empty h1")).isVisible();
                });
        stage.tolerate("status of (404|409)");
    }

    private static void mistakes(Map<String, Consumer<Page>> states) {
        stage.tolerate("status of 422");
        states.put(
                "start with mistakes",
                page -> {
                    page.navigate("/jobs/new");
                    page.locator("#submit").click();
                    assertThat(page.locator("#baseModel-error")).isVisible();
                    openDetails(page);
                });
        states.put(
                "a probe that failed",
                page -> {
                    page.navigate("/providers/new");
                    fillProvider(page, "http://127.0.0.1:1/v1");
                    page.locator("[name=probe]").click();
                    assertThat(page.locator("#probe .finding.error")).isVisible();
                });
        states.put(
                "a probe that went well",
                page -> {
                    page.navigate("/providers/new");
                    fillProvider(page, stage.provider().baseUrl());
                    page.locator("#key").fill(stage.provider().key());
                    page.locator("[name=probe]").click();
                    assertThat(page.locator("#probe .finding.ok").first()).isVisible();
                });
        states.put(
                "provider with mistakes",
                page -> {
                    page.navigate("/providers/new");
                    fillProvider(page, "no es una dirección");
                    page.locator("#provider .btn.primary").click();
                    assertThat(page.locator("#baseUrl-error")).isVisible();
                });
        states.put(
                "activation by hand with mistakes",
                page -> {
                    page.navigate("/models");
                    page.locator("#alias").fill("");
                    page.locator("form[action='/models'] .btn.primary").click();
                    assertThat(page.locator("#model-error")).isVisible();
                });
        states.put(
                "an empty file",
                page -> {
                    page.navigate("/datasets");
                    page.locator("#file")
                            .setInputFiles(
                                    new FilePayload(
                                            "vacio.jsonl",
                                            "application/jsonl",
                                            "".getBytes(StandardCharsets.UTF_8)));
                    assertThat(page.locator(".notice.error")).isVisible();
                });
    }

    private static void fillProvider(Page page, String url) {
        page.locator("#name").fill("Prueba");
        page.locator("#kind").selectOption("compatible");
        page.locator("#baseUrl").fill(url);
    }

    private static Consumer<Page> at(String path) {
        return page -> page.navigate(path);
    }

    private static void openDetails(Page page) {
        page.locator("details").evaluateAll("all => all.forEach(d => d.open = true)");
    }

    /// Looks at every state, in both languages.
    private void check(Map<String, Consumer<Page>> states, boolean strangers) {
        Consumer<Browser.NewContextOptions> still =
                options -> options.setReducedMotion(ReducedMotion.REDUCE);
        Consumer<Browser.NewContextOptions> english =
                options -> options.setReducedMotion(ReducedMotion.REDUCE).setLocale("en-GB");
        Page es = strangers ? stage.stranger(still) : stage.signedIn(still);
        Page en = strangers ? stage.stranger(english) : stage.signedIn(english);
        states.forEach((name, arrive) -> {
            arrive.accept(es);
            look(es, name + ", es", ColorScheme.LIGHT, DESK, ALL);
            look(es, name + ", es", ColorScheme.DARK, PHONE, LOOKS);
            reflow(es, name + ", es");
            arrive.accept(en);
            look(en, name + ", en", ColorScheme.DARK, DESK, LOOKS);
            look(en, name + ", en", ColorScheme.LIGHT, PHONE, ALL);
            reflow(en, name + ", en");
            es.setViewportSize(DESK, 900);
            en.setViewportSize(DESK, 900);
        });
        es.context().close();
        en.context().close();
        assertThat(found).as("violations").isEmpty();
    }

    private void look(Page page, String name, ColorScheme theme, int width, String rules) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(theme));
        page.setViewportSize(width, 900);
        if ((boolean) page.evaluate("() => typeof axe === 'undefined'")) {
            page.evaluate(AxeBuilder.getAxeScript());
        }
        // Without axe's preloading of style sheets, which the pages' own policy would have to let
        // through.
        Object violations =
                page.evaluate(
                        """
                        async () => {
                          const { violations } = await axe.run(document, {
                            runOnly: %s, rules: { "target-size": { enabled: true } },
                            preload: false, resultTypes: ["violations"] });
                          const texts = document.documentElement.outerHTML.match(/[?]{2}[a-z][a-z.-]+_[a-z]{2}[?]{2}/g) ?? [];
                          return violations.flatMap((rule) => rule.nodes.map((node) =>
                            `${rule.id}: ${node.any.concat(node.all, node.none)[0]?.message} ${node.html.slice(0, 200)}`))
                            .concat(texts.map((text) => `no text: ${text}`));
                        }\
                        """
                                .formatted(rules));
        ((List<?>) violations)
                .forEach(violation ->
                        found.add("%s, %s, %d px: %s".formatted(name, theme, width, violation)));
    }

    private void reflow(Page page, String name) {
        page.setViewportSize(NARROW, 700);
        Object wide =
                page.evaluate(
                        """
                        async () => {
                          for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame); // the curves find their new width
                          return document.documentElement.scrollWidth <= innerWidth ? null
                          : [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
                              .slice(-3).map(e => e.tagName + "." + e.className + " " + e.textContent.trim().slice(0, 40)).join(" | ");
                        }\
                        """);
        if (wide != null) {
            found.add(name + ": wider than a screen of 320 px: " + wide);
        }
    }
}
