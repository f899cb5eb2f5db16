package dev.afinador.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.server.web.gallery.Gallery;
import dev.afinador.server.web.gallery.GalleryPages;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/// Renders the whole gallery and holds every page to what the content security policy and readers need.
class PagesRenderTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static ConfigurableApplicationContext gallery;
    private static String base;

    @BeforeAll
    static void start() {
        gallery = SpringApplication.run(Gallery.class, "--server.port=0");
        base =
                "http://127.0.0.1:"
                        + ((WebServerApplicationContext) gallery).getWebServer().getPort();
    }

    @AfterAll
    static void stop() {
        gallery.close();
    }

    static Stream<Arguments> pages() {
        return GalleryPages.ALL.stream()
                .flatMap(page -> Stream.of(Arguments.of(page, "es"), Arguments.of(page, "en")));
    }

    @ParameterizedTest(name = "{0} in {1}")
    @MethodSource("pages")
    void a_page_renders_without_anything_that_the_policy_forbids(String page, String lang)
            throws Exception {
        var answer = get("/gallery/" + page, "Accept-Language", lang);
        String html = answer.body();

        assertThat(answer.statusCode()).as(html).isEqualTo(200);
        assertThat(html).contains("<html lang=\"" + lang + "\"");
        assertThat(html).as("missing texts").doesNotContain("??");
        assertThat(html).as("inline style").doesNotContainPattern("<[^>]+\\sstyle=");
        assertThat(html).as("inline script").doesNotContainPattern("<script(?![^>]*\\ssrc=)");
        assertThat(html).as("event attribute").doesNotContainPattern("<[^>]+\\son[a-z]+=\"");
        assertThat(html).as("left-over template").doesNotContainPattern("\\sth:[a-z]");
        assertThat(html).contains("<h1");
        assertThat(repeatedIds(html)).isEmpty();
    }

    @Test
    void what_people_type_is_shown_and_never_run() throws Exception {
        String html = get("/gallery/jobs/usual").body();
        assertThat(html)
                .contains("&lt;script&gt;alert(&#39;hola&#39;)&lt;/script&gt;")
                .doesNotContain("<script>alert");
    }

    @Test
    void spanish_is_spoken_unless_the_reader_prefers_english() throws Exception {
        assertThat(get("/gallery/jobs/usual").body()).contains("Jobs de Entrenamiento");
        assertThat(get("/gallery/jobs/usual", "Accept-Language", "fr, en;q=0.5, es;q=0.4").body())
                .contains("Training Jobs");
        assertThat(get("/gallery/jobs/usual", "Accept-Language", "fr").body())
                .contains("Jobs de Entrenamiento");
        assertThat(get("/gallery/jobs/usual", "Cookie", "afinador_lang=en").body())
                .contains("Training Jobs");
    }

    @Test
    void a_chosen_theme_is_in_the_page_before_any_script_runs() throws Exception {
        assertThat(get("/gallery/jobs/usual", "Cookie", "afinador_theme=dark").body())
                .contains("data-theme=\"dark\"");
        assertThat(get("/gallery/jobs/usual", "Cookie", "afinador_theme=\"><b>").body())
                .doesNotContain("data-theme");
    }

    @Test
    void the_switch_comes_back_to_this_server_only() {
        assertThat(PreferencesPage.safe("/jobs?status=failed"))
                .isEqualTo(URI.create("/jobs?status=failed"));
        for (String evil :
                List.of(
                        "https://example.com/",
                        "//example.com/",
                        "/\\example.com",
                        "jobs",
                        "/a b",
                        "")) {
            assertThat(PreferencesPage.safe(evil)).as(evil).isEqualTo(URI.create("/jobs"));
        }
    }

    @Test
    void every_asset_that_a_page_names_is_there() throws Exception {
        String html = get("/gallery/job/running").body();
        var named = new HashSet<String>();
        Pattern.compile("\"(/(?:assets|webjars)/[^\"]+)\"")
                .matcher(html)
                .results()
                .forEach(match -> named.add(match.group(1)));
        assertThat(named).hasSizeGreaterThan(6);
        for (String path : named) {
            var answer = get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.headers().firstValue("Cache-Control"))
                    .as(path)
                    .hasValueSatisfying(value -> assertThat(value).contains("immutable"));
        }
    }

    private static Set<String> repeatedIds(String html) {
        var seen = new HashSet<String>();
        var again = new HashSet<String>();
        Pattern.compile("\\sid=\"([^\"]*)\"")
                .matcher(html)
                .results()
                .map(match -> match.group(1))
                .filter(id -> !seen.add(id))
                .forEach(again::add);
        return again;
    }

    private static HttpResponse<String> get(String path, String... headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(base + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
