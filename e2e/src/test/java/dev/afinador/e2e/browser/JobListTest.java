package dev.afinador.e2e.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.afinador.e2e.browser.Reading.link;
import static dev.afinador.e2e.browser.Reading.row;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.afinador.e2e.ApiClient;
import dev.afinador.testkit.provider.FakeProvider;
import dev.afinador.testkit.provider.JobScript;
import dev.afinador.testkit.provider.JobSeed;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The list of jobs: live, findable, and honest when a provider is not there.
@Tag("browser")
class JobListTest {

    private static final String MARK = "() => { window.sameDocument = true; }";
    private static final String MARKED = "() => window.sameDocument === true";

    @RegisterExtension static final Stage stage = Stage.quick();

    @Test
    void several_rows_move_at_once_and_new_ones_come_without_a_reload() {
        Page page = stage.page();
        var one = stage.start("Uno", JobScript.happy().withTotalSteps(100));
        var two = stage.start("Dos", JobScript.staysRunning().withTotalSteps(200));
        var three = stage.start("Tres", JobScript.failsTraining());
        page.navigate("/jobs");
        page.evaluate(MARK);
        for (var job : List.of(one, two, three)) {
            assertThat(row(page, job.id()).locator(".badge")).hasText("Pendiente");
        }

        stage.provider().progress(one.remote(), 25);
        stage.provider().progress(two.remote(), 100);
        assertThat(row(page, one.id())).containsText("25 %");
        assertThat(row(page, two.id())).containsText("50 %");
        assertThat(row(page, two.id())).containsText("paso 100 de 200");
        assertThat(row(page, one.id()).locator(".badge")).hasText("Ejecutando");

        stage.provider().finish(one.remote());
        stage.provider().finish(three.remote());
        assertThat(row(page, one.id()).locator(".badge")).hasText("Exitoso");
        assertThat(row(page, three.id()).locator(".badge")).hasText("Fallido");
        assertThat(row(page, three.id())).containsText("The job failed due to an internal error.");
        assertThat(row(page, two.id()).locator(".badge")).hasText("Ejecutando");

        var four = stage.start("Cuatro", JobScript.staysQueued());
        assertThat(row(page, four.id())).containsText("Cuatro");
        assertThat(row(page, four.id())).containsText("el proveedor revisa el archivo");
        assertThat(page.evaluate(MARKED)).isEqualTo(true);
    }

    @Test
    void jobs_are_found_among_three_hundred() {
        Page page = stage.page();
        try (var big = FakeProvider.start()) {
            String id = stage.api().addProvider("Archivo", big);
            List<String> remote =
                    big.seedJobs(
                            300,
                            i ->
                                    JobSeed.in(i % 3 == 0 ? "failed" : "succeeded")
                                            .suffix("lote-%03d".formatted(i)));
            var ids = ApiClient.object();
            remote.forEach(ids.putArray("openai_job_ids")::add);
            stage.api().post(ApiClient.PROVIDERS + "/" + id + "/jobs", ids).expect(200);

            page.navigate("/jobs?provider=" + id);
            Locator rows = page.locator("#list [data-row]");
            assertThat(rows).hasCount(40);
            for (int shown : List.of(80, 120, 160)) {
                link(page, "Cargar más").click();
                assertThat(rows).hasCount(shown);
            }
            link(page, "Más antiguos").click();
            assertThat(rows.first()).containsText("lote-139");
            link(page, "Más recientes").click();
            assertThat(rows.first()).containsText("lote-299");

            Locator chips = page.locator("#chips");
            assertThat(chips).containsText(Pattern.compile("Todos\\s*300"));
            chips.getByText("Fallidos").click();
            assertThat(page).hasURL(Pattern.compile("status=failed"));
            assertThat(chips.locator("[aria-current]"))
                    .containsText(Pattern.compile("Fallidos\\s*100"));
            assertThat(page.locator("#list .badge.succeeded")).hasCount(0);
            assertThat(rows).hasCount(40);

            page.locator("#q").fill("lote-15");
            assertThat(rows).hasCount(4);
            assertThat(rows.first()).containsText("lote-159");
            assertThat(page)
                    .hasURL(Pattern.compile("status=failed.*q=lote-15|q=lote-15.*status=failed"));
            page.reload();
            assertThat(rows).hasCount(4);
            assertThat(page.locator("#q")).hasValue("lote-15");

            page.locator("#q").fill("no existe");
            assertThat(page.locator("#list")).containsText("Ningún job coincide");
            chips.getByText("Todos").click();
            assertThat(page.locator("#chips [aria-current]")).containsText("Todos");
            page.locator("#q").fill(remote.get(7));
            assertThat(rows).hasCount(1);
            assertThat(rows).containsText("lote-007");
        }
    }

    @Test
    void a_provider_that_goes_away_leaves_the_list_standing_and_comes_back() {
        Page page = stage.page();
        try (var shaky = FakeProvider.start()) {
            shaky.script(JobScript.staysRunning().withTotalSteps(100));
            String id = stage.api().addProvider("Lejano", shaky);
            String dataset =
                    stage.api()
                            .upload("soporte.jsonl", Stage.text("soporte.train.jsonl"))
                            .json()
                            .path("dataset")
                            .path("id")
                            .asString();
            String job = stage.api().start(id, dataset, "lejano");
            page.navigate("/jobs");
            assertThat(row(page, job)).containsText("el proveedor revisa el archivo");
            page.evaluate(MARK);
            String remote = shaky.jobs().getFirst().id();
            shaky.progress(remote, 20);
            assertThat(row(page, job)).containsText("20 %");

            shaky.stop();
            Locator banner =
                    page.locator("#sync-line .notice")
                            .filter(new Locator.FilterOptions().setHasText("Lejano"));
            assertThat(banner).containsText("Lejano: lo que ves no está al día");
            assertThat(banner).containsText("Nadie responde en la dirección del proveedor");
            assertThat(banner).containsText("que el servicio esté en marcha");
            assertThat(row(page, job)).containsText("20 %");
            assertThat(page.locator("#sync-line")).containsText("Lejano: desactualizado");

            shaky.progress(remote, 60);
            shaky.restart();
            assertThat(row(page, job)).containsText("60 %");
            assertThat(banner).hasCount(0);
            assertThat(page.locator("#sync-line")).containsText("Lejano: sincronizado");
            assertThat(page.evaluate(MARKED)).isEqualTo(true);
            shaky.finishAll();
            assertThat(row(page, job).locator(".badge")).hasText("Exitoso");
        }
    }

    @Test
    void without_the_stream_the_page_asks_every_ten_seconds() {
        stage.tolerate("ERR_FAILED|htmx.* Event$");
        Page page = stage.page();
        page.route("**/jobs/live*", route -> route.abort());
        page.clock().install();
        var job = stage.start("Sin flujo", JobScript.staysRunning().withTotalSteps(100));
        page.navigate("/jobs");
        page.evaluate(MARK);
        assertThat(row(page, job.id()).locator(".badge")).hasText("Pendiente");

        stage.provider().progress(job.remote(), 45);
        awaitStored(job.id(), 45);
        page.clock().fastForward(11_000);
        assertThat(row(page, job.id())).containsText("45 %");
        page.navigate(job.href());
        page.evaluate(MARK);
        page.clock().fastForward(2_000);
        assertThat(page.locator("#job-progress")).containsText("cada 10 s");
        stage.provider().progress(job.remote(), 70);
        awaitStored(job.id(), 70);
        page.clock().fastForward(11_000);
        assertThat(page.locator("#job-progress")).containsText("70 de 100");
        assertThat(page.evaluate(MARKED)).isEqualTo(true);
    }

    private static void awaitStored(String job, int percent) {
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(30))
                .until(() ->
                        stage.api().job(job).path("progress").path("percent").asInt() == percent);
    }
}
