package dev.afinador.e2e.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.afinador.e2e.browser.Reading.link;
import static dev.afinador.e2e.browser.Reading.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import dev.afinador.e2e.ApiClient;
import dev.afinador.testkit.provider.FakeProvider;
import dev.afinador.testkit.provider.JobScript;
import dev.afinador.testkit.provider.JobSeed;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The list of jobs: live, findable, and honest when a provider is not there.
class JobListTest {

    private static final String MARK = "() => { window.sameDocument = true; }";
    private static final String MARKED = "() => window.sameDocument === true";

    @RegisterExtension static final Stage stage = Stage.shared();

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
    void a_late_answer_takes_nothing_back() {
        Page page = stage.page();
        var job = stage.start("Rezagado", JobScript.staysRunning().withTotalSteps(100));
        stage.provider().progress(job.remote(), 10);
        page.navigate("/jobs");
        assertThat(row(page, job.id())).containsText("10 %");
        // The list as it is now, on its way for longer than the next change takes.
        List<Runnable> late = new ArrayList<>();
        page.route(
                "**/jobs?q=Rezagado",
                route -> {
                    APIResponse answer = route.fetch();
                    late.add(() -> route.fulfill(new Route.FulfillOptions().setResponse(answer)));
                });
        page.waitForRequest("**/jobs?q=Rezagado", () -> page.locator("#q").fill("Rezagado"));
        page.waitForCondition(() -> late.size() == 1);
        stage.provider().progress(job.remote(), 80);
        assertThat(row(page, job.id())).containsText("80 %");
        page.waitForResponse("**/jobs?q=Rezagado", () -> late.getFirst().run());
        assertThat(page.locator("#list [data-row]")).hasCount(1);
        assertThat(row(page, job.id())).containsText("80 %");
    }

    @Test
    void a_job_that_no_longer_fits_the_filter_leaves_it() {
        Page page = stage.page();
        var stays = stage.start("Filtro queda", JobScript.staysRunning().withTotalSteps(100));
        var leaves = stage.start("Filtro se va", JobScript.happy().withTotalSteps(100));
        stage.provider().progress(stays.remote(), 5);
        stage.provider().progress(leaves.remote(), 5);
        page.navigate("/jobs?q=Filtro&status=running");
        Locator rows = page.locator("#list [data-row]");
        assertThat(rows).hasCount(2);
        page.evaluate(MARK);
        stage.provider().finish(leaves.remote());
        assertThat(rows).hasCount(1);
        assertThat(row(page, stays.id())).isVisible();
        Locator chips = page.locator("#chips");
        assertThat(chips).containsText(Pattern.compile("Ejecutando\\s*1"));
        assertThat(chips).containsText(Pattern.compile("Exitosos\\s*1"));
        chips.getByText("Exitosos").click();
        assertThat(row(page, leaves.id()).locator(".badge")).hasText("Exitoso");
        assertThat(page.evaluate(MARKED)).isEqualTo(true);
    }

    @Test
    void the_reader_keeps_the_place_while_the_list_moves() {
        Page page = stage.page();
        var job = stage.start("Ancla", JobScript.staysRunning().withTotalSteps(100));
        stage.provider().progress(job.remote(), 20);
        for (int i = 0; i < 12; i++) {
            stage.start("Ancla delante " + i, JobScript.staysQueued());
        }
        page.setViewportSize(1280, 500);
        page.navigate("/jobs?q=Ancla");
        Locator name = row(page, job.id()).locator(".name");
        name.focus();
        name.evaluate("element => element.scrollIntoView({ block: 'center' })");
        double before = name.boundingBox().y;

        stage.provider().progress(job.remote(), 60);
        var added = stage.start("Ancla nueva", JobScript.staysQueued());
        assertThat(row(page, job.id())).containsText("60 %");
        assertThat(row(page, added.id())).isAttached();
        assertThat(name).isFocused();
        assertThat(name.boundingBox().y).isCloseTo(before, within(2.0));
    }

    @Test
    void jobs_are_found_among_many() {
        Page page = stage.page();
        try (var big = FakeProvider.start()) {
            String id = stage.api().addProvider("Archivo", big);
            List<String> remote = many(big, id);

            page.navigate("/jobs?provider=" + id);
            Locator rows = page.locator("#list [data-row]");
            assertThat(rows).hasCount(40);
            assertThat(page.locator(".more")).containsText("40 de 170");
            // by keyboard: whoever loads more goes on at the first row that came
            link(page, "Cargar más").focus();
            page.keyboard().press("Enter");
            assertThat(rows).hasCount(80);
            assertThat(rows.nth(40).locator(".name")).isFocused();
            page.keyboard().press("j");
            assertThat(rows.nth(41).locator(".name")).isFocused();
            for (int shown : List.of(120, 160)) {
                link(page, "Cargar más").click();
                assertThat(rows).hasCount(shown);
            }
            assertThat(page).hasURL(Pattern.compile("limit=160"));
            link(page, "Más antiguos").click();
            assertThat(rows).hasCount(10);
            assertThat(rows.first()).containsText("lote-009");
            assertThat(page)
                    .hasURL(Pattern.compile("after=.*limit=160")); // whole pages from here on
            link(page, "Volver a los más recientes").click();
            assertThat(rows.first()).containsText("lote-169");

            Locator chips = page.locator("#chips");
            assertThat(chips).containsText(Pattern.compile("Todos\\s*170"));
            chips.getByText("Fallidos").click();
            assertThat(page).hasURL(Pattern.compile("status=failed"));
            assertThat(chips.locator("[aria-current]"))
                    .containsText(Pattern.compile("Fallidos\\s*57"));
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
            // a search that is still being typed and a filter chosen meanwhile count together
            page.locator("#q").fill("lote-16");
            chips.getByText("Exitosos").click();
            assertThat(rows).hasCount(7);
            assertThat(chips.locator("[aria-current]"))
                    .containsText(Pattern.compile("Exitosos\\s*7"));
            assertThat(page).hasURL(Pattern.compile("status=succeeded"));
            assertThat(page).hasURL(Pattern.compile("q=lote-16"));
            chips.getByText("Todos").click();
            page.locator("#q").fill(remote.get(7));
            assertThat(rows).hasCount(1);
            assertThat(rows).containsText("lote-007");
            withoutScripts(id);
        }
    }

    private static List<String> many(FakeProvider big, String provider) {
        List<String> remote =
                big.seedJobs(
                        170,
                        i ->
                                JobSeed.in(i % 3 == 0 ? "failed" : "succeeded")
                                        .suffix("lote-%03d".formatted(i)));
        var ids = ApiClient.object();
        remote.forEach(ids.putArray("openai_job_ids")::add);
        stage.api().post(ApiClient.PROVIDERS + "/" + provider + "/jobs", ids).expect(200);
        return remote;
    }

    /// The same pages as links alone.
    private static void withoutScripts(String provider) {
        Page page = stage.signedIn(options -> options.setJavaScriptEnabled(false));
        page.navigate("/jobs?provider=" + provider);
        Locator rows = page.locator("#list [data-row]");
        for (int shown : List.of(80, 120, 160)) {
            link(page, "Cargar más").click();
            assertThat(rows).hasCount(shown);
        }
        link(page, "Más antiguos").click();
        assertThat(rows.last()).containsText("lote-000");
        link(page, "Volver a los más recientes").click();
        page.locator("#chips").getByText("Fallidos").click();
        assertThat(page.locator("#list .badge.succeeded")).hasCount(0);
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

            Page ofTheJob = stage.signedIn(options -> {});
            ofTheJob.navigate("/jobs/" + job);
            assertThat(ofTheJob.locator("#job-progress")).containsText("20 de 100");
            ofTheJob.evaluate(MARK);

            shaky.stop();
            Locator banner =
                    page.locator("#sync-line .notice")
                            .filter(new Locator.FilterOptions().setHasText("Lejano"));
            assertThat(banner).containsText("Lejano: lo que ves no está al día");
            assertThat(banner).containsText("Nadie responde en la dirección del proveedor");
            assertThat(banner).containsText("que el servicio esté en marcha");
            assertThat(row(page, job)).containsText("20 %");
            assertThat(page.locator("#sync-line")).containsText("Lejano: desactualizado");
            assertThat(ofTheJob.locator("#job-notices"))
                    .containsText("Lejano: lo que ves no está al día");

            shaky.progress(remote, 60);
            shaky.restart();
            assertThat(row(page, job)).containsText("60 %");
            assertThat(banner).hasCount(0);
            assertThat(page.locator("#sync-line")).containsText("Lejano: sincronizado");
            assertThat(ofTheJob.locator("#job-notices .notice")).hasCount(0);
            assertThat(ofTheJob.locator("#job-progress")).containsText("60 de 100");
            assertThat(ofTheJob.evaluate(MARKED)).isEqualTo(true);
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
