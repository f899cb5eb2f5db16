package dev.afinador.e2e.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.afinador.e2e.browser.Reading.badge;
import static dev.afinador.e2e.browser.Reading.heading;
import static dev.afinador.e2e.browser.Reading.row;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.afinador.e2e.ApiClient;
import dev.afinador.testkit.provider.JobScript;
import dev.afinador.testkit.provider.JobSeed;
import java.time.Instant;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A year-old job on a retired base model that still waits: what the list, its page and its verification say of it.
class MissionTest {

    private static final String REMOTE = "ftjob-ddfvCr8xa0rAOlfWqFcTMqBO";

    /// 15:31:21 in Bogotá.
    private static final Instant CREATED = Instant.parse("2025-11-16T20:31:21Z");

    private static final JsonMapper JSON = JsonMapper.shared();

    @RegisterExtension static final Stage stage = Stage.quick();

    private static String id = "";

    @BeforeAll
    static void a_job_that_waits_at_its_provider() {
        stage.provider()
                .seedJob(
                        JobSeed.in("queued")
                                .id(REMOTE)
                                .model("gpt-3.5-turbo")
                                .createdAt(CREATED)
                                .script(JobScript.staysQueued()));
        var openai =
                ApiClient.object()
                        .put("name", "OpenAI")
                        .put("kind", "openai")
                        .put("base_url", stage.provider().baseUrl())
                        .put("key", stage.provider().key());
        String provider =
                stage.api()
                        .post(ApiClient.PROVIDERS, openai)
                        .expect(201)
                        .json()
                        .path("id")
                        .asString();
        var wanted = ApiClient.object();
        wanted.putArray("openai_job_ids").add(REMOTE);
        id =
                stage.api()
                        .post(ApiClient.PROVIDERS + "/" + provider + "/jobs", wanted)
                        .expect(200)
                        .json()
                        .path("data")
                        .path(0)
                        .path("id")
                        .asString();
    }

    @Test
    void the_list_and_the_page_show_that_it_waits_and_for_how_long() {
        Page page = stage.page();
        page.navigate("/jobs");
        Locator job = row(page, id);
        assertThat(job).containsText("Pendiente");
        assertThat(job).containsText("gpt-3.5-turbo");
        assertThat(job).containsText("espera larga");
        assertThat(job.locator("[data-copy]")).hasAttribute("data-copy", REMOTE);
        job.getByRole(AriaRole.LINK).first().click();
        assertThat(badge(page)).hasText("Pendiente");
        assertThat(page.locator("main")).containsText(REMOTE);
        assertThat(page.locator("main")).containsText("16 nov 2025, 15:31:21");
        assertThat(page).hasTitle(Pattern.compile("Pendiente"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "es-CO | Verificación del Estado del Entrenamiento | 16 nov 2025, 15:31:21 | Sí"
                        + " | Pendiente, Ejecutando, Exitoso, Fallido, Cancelado, está aquí, en la cola, se retiró,"
                        + " Pendiente desde hace más de un día, La sincronización funciona, Qué hacer ahora",
                "en-GB | Training status verification | 16 Nov 2025, 15:31:21 | Yes"
                        + " | Pending, Running, Succeeded, Failed, Cancelled, it is here, in the queue, was shut down,"
                        + " Pending for more than a day, The sync works, What to do now"
            })
    void the_verification_answers_as_a_page(
            String locale, String title, String created, String yes, String words) {
        Page page = stage.signedIn(options -> options.setLocale(locale));
        page.navigate("/jobs/" + id + "/verification");
        assertThat(heading(page, title)).isVisible();
        Locator report = page.locator("article.report");
        assertThat(report).containsText(REMOTE);
        assertThat(report).containsText("gpt-3.5-turbo");
        assertThat(report).containsText(created);
        assertThat(report.getByText(yes, new Locator.GetByTextOptions().setExact(true)))
                .hasCount(2);
        for (String said : words.split(",")) {
            assertThat(report).containsText(said.strip());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "es | Verificación del Estado del Entrenamiento | 16 nov 2025, 15:31:21 | Pendiente (en la cola)",
                "en | Training status verification | 16 Nov 2025, 15:31:21 | Pending (in the queue)"
            })
    void the_verification_answers_as_json_and_as_markdown(
            String language, String title, String created, String status) {
        JsonNode json = JSON.readTree(verification(language, "application/json"));
        assertThat(json.path("title").asString()).isEqualTo(title);
        assertThat(json.path("conclusion_code").asString()).isEqualTo("pending_in_vain");
        assertThat(json.path("sections"))
                .extracting(section -> section.path("id").asString())
                .containsExactly(
                        "job", "presence", "sync", "meaning", "states", "findings", "conclusion");
        for (int asked : new int[] {1, 2}) { // is it there, and is our record right
            assertThat(json.path("sections").path(asked).at("/answer/answer").asString())
                    .isEqualTo("YES");
        }
        assertThat(json.path("sections").path(5).path("findings"))
                .extracting(finding -> finding.path("code").asString())
                .startsWith("base_model_retired", "pending_over_2_hours")
                .contains("at_provider", "sync_fresh", "waiting_normal");

        assertThat(verification(language, "text/markdown"))
                .startsWith("# " + title)
                .contains(REMOTE, "gpt-3.5-turbo", created, status);
    }

    private static String verification(String language, String form) {
        return stage.api()
                .send(
                        stage.api()
                                .request(
                                        ApiClient.JOBS
                                                + "/"
                                                + id
                                                + "/verification?zone=America/Bogota")
                                .header("Accept", form)
                                .header("Accept-Language", language)
                                .build())
                .expect(200)
                .text();
    }
}
