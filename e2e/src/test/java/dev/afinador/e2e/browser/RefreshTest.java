package dev.afinador.e2e.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.afinador.e2e.browser.Reading.button;
import static dev.afinador.e2e.browser.Reading.row;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.afinador.testkit.provider.Endpoint;
import dev.afinador.testkit.provider.JobScript;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// "Actualizar", on a server that hardly ever asks by itself.
class RefreshTest {

    @RegisterExtension
    static final Stage stage =
            Stage.with(
                    "--afinador.sync.interval=1h",
                    "--afinador.sync.freshness=1h",
                    "--afinador.sync.patience=30s");

    @Test
    void actualizar_asks_the_provider_now_and_looking_does_not() {
        Page page = stage.page();
        var job = stage.start("Soporte", JobScript.staysRunning().withTotalSteps(100));
        page.navigate("/jobs");
        page.waitForResponse("**/jobs/refresh", button(page, "Actualizar")::click);
        assertThat(row(page, job.id()).locator(".badge")).hasText("Pendiente");
        stage.provider().progress(job.remote(), 50);

        long asked = asked();
        for (int i = 0; i < 5; i++) {
            page.reload();
        }
        assertThat(row(page, job.id()).locator(".badge")).hasText("Pendiente");
        assertThat(asked()).as("calls of five looks").isEqualTo(asked);

        button(page, "Actualizar").click();
        assertThat(row(page, job.id())).containsText("50 %");
        assertThat(asked()).as("calls of one Actualizar").isGreaterThan(asked);
    }

    private static long asked() {
        return stage.provider().requests().count(Endpoint.JOBS_LIST)
                + stage.provider().requests().count(Endpoint.JOBS_GET);
    }
}
