package dev.afinador.e2e.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.afinador.e2e.browser.Reading.button;
import static dev.afinador.e2e.browser.Reading.heading;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.afinador.testkit.provider.JobScript;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The API told as a page, and tried from it.
class ApiPageTest {

    @RegisterExtension static final Stage stage = Stage.shared();

    @Test
    void calls_are_tried_from_their_description() {
        var job = stage.start("Por la API", JobScript.staysQueued());
        Page page = stage.page();
        page.navigate("/api-docs");
        assertThat(heading(page, "API")).isVisible();

        Locator one = open(page, "get-jobs-id");
        button(one, "Probar").click();
        assertThat(one.locator("[name=id]")).isFocused(); // it is required
        one.locator("[name=id]").fill(job.id());
        button(one, "Probar").click();
        assertThat(one.locator("[data-answer]")).containsText(Pattern.compile("200 .* ms"));
        assertThat(one.locator("[data-answer] pre")).containsText("\"openai_job_id\": \"ftjob-");

        Locator link = open(page, "post-access-sign-in-links");
        button(link, "Probar").click();
        assertThat(link.locator("[data-answer]")).containsText("/sign-in?code=");

        Locator stream = open(page, "get-jobs-stream");
        button(stream, "Probar").click();
        assertThat(button(stream, "Detener")).isVisible();
        stage.provider().progress(job.remote(), 20);
        assertThat(stream.locator("[data-answer] pre")).containsText(job.id());
        button(stream, "Detener").click();
        assertThat(button(stream, "Detener")).isHidden();
    }

    @Test
    void a_refusal_is_shown_as_programs_get_it_and_a_deletion_asks_first() {
        stage.tolerate("status of 40[49]");
        var job = stage.start("No se borra", JobScript.staysQueued());
        Page page = stage.page();
        page.navigate("/api-docs");
        Locator delete = open(page, "delete-jobs-id");
        delete.locator("[name=id]").fill(job.id());
        button(delete, "Probar").click();
        Locator dialog = page.locator("dialog#confirm");
        assertThat(dialog).containsText("¿Hacerlo de verdad?");
        button(dialog, "Probar").click();
        assertThat(delete.locator("[data-answer]")).containsText("409");
        assertThat(delete.locator("[data-answer] pre")).containsText("\"code\": ");
    }

    @Test
    void every_call_is_told_in_the_readers_language() {
        Page page = stage.page();
        page.navigate("/api-docs");
        assertThat(page.locator("details.call")).not().hasCount(0);
        assertThat(page.locator("main [lang=en]")).hasCount(0); // what has no Spanish words yet
    }

    private static Locator open(Page page, String call) {
        Locator details = page.locator("#" + call);
        details.locator("> summary").click();
        return details;
    }
}
