package dev.afinador.e2e.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.ScreenshotAnimations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Takes the pictures of the documentation, and of every page for those who work on their looks. No test: the name keeps it out
/// of the normal run, `e2e/pictures` calls it.
class Pictures {

    private static final int DESK = 1280;
    private static final int DESK_HEIGHT = 800;
    private static final int PHONE = 390;
    private static final int PHONE_HEIGHT = 844;
    private static final int NARROW = 320;

    /// Slow enough for a picture between two syncs.
    @RegisterExtension
    static final Stage stage =
            Stage.with("--afinador.sync.interval=3s", "--afinador.sync.freshness=3s");

    @Test
    void of_the_documentation() {
        Path folder = folder("../docs/images");
        try (var house = new House(stage.afinador()).furnish()) {
            Page page = page("es-CO");
            house.pages()
                    .forEach((name, path) -> {
                        page.navigate(path);
                        switch (name) {
                            case "jobs", "job" -> {
                                shoot(page, folder, name + "-light", ColorScheme.LIGHT, DESK);
                                shoot(page, folder, name + "-dark", ColorScheme.DARK, DESK);
                                shoot(page, folder, name + "-phone", ColorScheme.LIGHT, PHONE);
                            }
                            case "start", "verification", "models", "providers", "dataset-broken" ->
                                    shoot(page, folder, name + "-light", ColorScheme.LIGHT, DESK);
                            case "job-failed" ->
                                    shoot(page, folder, "failed-light", ColorScheme.LIGHT, DESK);
                            default -> {}
                        }
                    });
        }
    }

    @Test
    void of_every_page() {
        stage.tolerate("status of 404");
        Path folder = folder("target/e2e/pictures");
        List<Page> readers = List.of(page("es-CO"), page("en-GB"));
        for (String empty : List.of("jobs", "datasets", "models", "providers")) {
            readers.forEach(page -> everyLook(page, folder, "empty-" + empty, "/" + empty));
        }
        try (var house = new House(stage.afinador()).furnish()) {
            for (Page page : readers) {
                house.pages().forEach((name, path) -> everyLook(page, folder, name, path));
                everyLook(page, folder, "api-docs", "/api-docs");
                everyLook(page, folder, "not-found", "/nothing-here");
            }
            house.lose();
            for (Page page : readers) {
                page.navigate("/jobs");
                assertThat(page.locator("#sync-line .notice")).isVisible();
                everyLook(page, folder, "lost-jobs", "/jobs");
                everyLook(page, folder, "lost-providers", "/providers");
                everyLook(page, folder, "lost-job", house.job("facturas"));
                everyLook(
                        page, folder, "lost-verification", house.job("facturas") + "/verification");
            }
        }
        for (String locale : List.of("es-CO", "en-GB")) {
            Page stranger = stage.stranger(o -> o.setLocale(locale));
            everyLook(stranger, folder, "sign-in", "/sign-in");
        }
    }

    private static Page page(String locale) {
        return stage.signedIn(o -> o.setLocale(locale).setReducedMotion(ReducedMotion.REDUCE));
    }

    private static Path folder(String usual) {
        return Path.of(System.getProperty("pictures.to", usual)).toAbsolutePath().normalize();
    }

    private static void everyLook(Page page, Path folder, String name, String path) {
        page.setViewportSize(DESK, DESK_HEIGHT);
        page.navigate(path);
        String language = "-" + page.locator("html").getAttribute("lang");
        for (ColorScheme theme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : List.of(DESK, PHONE, NARROW)) {
                String look = "-" + theme.name().toLowerCase(Locale.ROOT) + "-" + width;
                shoot(page, folder, name + language + look, theme, width);
            }
        }
    }

    /// What a screen shows without scrolling, or all of it when every look is wanted.
    private static void shoot(Page page, Path folder, String name, ColorScheme theme, int width) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(theme));
        page.setViewportSize(width, width == DESK ? DESK_HEIGHT : PHONE_HEIGHT);
        if (page.locator("#sync-line").count() > 0) {
            awaitSynced(page);
        }
        if (page.locator("[data-plot='loss']").count() > 0) {
            assertThat(page.locator("[data-plot='loss'] canvas")).isVisible();
        }
        page.evaluate(
                """
                async () => {
                  await document.fonts.ready;
                  document.activeElement?.blur();
                  for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame); // the curves find their new width
                }\
                """);
        byte[] png =
                page.screenshot(
                        new Page.ScreenshotOptions()
                                .setAnimations(ScreenshotAnimations.DISABLED)
                                .setFullPage(!folder.endsWith("images")));
        SmallPng.write(png, folder.resolve(name + ".png"));
    }

    /// A busy machine may be asking its providers whenever it is looked at.
    private static void awaitSynced(Page page) {
        Awaitility.await("a list between two syncs")
                .pollInSameThread() // Playwright answers its own thread only
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    if (page.locator("#sync-line")
                            .textContent()
                            .matches("(?s).*(consultando|asking).*")) {
                        page.reload();
                        return false;
                    }
                    return true;
                });
    }
}
