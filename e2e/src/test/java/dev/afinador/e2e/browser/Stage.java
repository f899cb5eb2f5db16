package dev.afinador.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import dev.afinador.e2e.AfinadorProcess;
import dev.afinador.e2e.ApiClient;
import dev.afinador.testkit.provider.FakeProvider;
import dev.afinador.testkit.provider.JobScript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/// A server and a scripted provider for a test class, and a fresh signed-in page for each of its tests. Classes that do not
/// mind what others leave behind share one server.
///
/// What a page complains about (errors on the console, uncaught exceptions, anything that the content security policy
/// refused) fails the test at its end, unless the test said beforehand that it [#tolerate]s it.
final class Stage
        implements BeforeAllCallback,
                BeforeEachCallback,
                AfterEachCallback,
                TestExecutionExceptionHandler {

    /// Also in pages that the policy protects: a script of the test's own, which runs before theirs.
    private static final String TELL_VIOLATIONS =
            """
            document.addEventListener("securitypolicyviolation", (event) => console.error(
              `content security policy: ${event.violatedDirective} refused ${event.blockedURI} at ` +
              `${event.sourceFile}:${event.lineNumber} ${event.sample}`));
            """;

    private static final List<String> QUICK =
            List.of("--afinador.sync.interval=500ms", "--afinador.sync.freshness=500ms");

    private final List<String> options;
    private final boolean shared;
    private final List<BrowserContext> contexts = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private final List<Pattern> tolerated = new ArrayList<>();
    private FakeProvider provider;
    private AfinadorProcess afinador;
    private Page page;

    /// What a stage stands on.
    private record Ground(FakeProvider provider, AfinadorProcess afinador)
            implements AutoCloseable {

        static Ground of(List<String> options) {
            return new Ground(
                    FakeProvider.start(), AfinadorProcess.start(options.toArray(String[]::new)));
        }

        @Override
        public void close() {
            afinador.close();
            provider.close();
        }
    }

    private Stage(List<String> options, boolean shared) {
        this.options = options;
        this.shared = shared;
    }

    /// A server that notices changes at the provider within a second, fresh for this class.
    static Stage quick() {
        return new Stage(QUICK, false);
    }

    /// The like, for all classes that ask for it.
    static Stage shared() {
        return new Stage(QUICK, true);
    }

    /// A server with these settings.
    static Stage with(String... options) {
        return new Stage(List.of(options), false);
    }

    /// The store closes what it holds: at the end of the class, or of all of them.
    @Override
    public void beforeAll(ExtensionContext context) {
        ExtensionContext owner = shared ? context.getRoot() : context;
        Ground ground =
                owner.getStore(ExtensionContext.Namespace.create(Stage.class))
                        .computeIfAbsent(
                                shared ? "shared" : this, none -> Ground.of(options), Ground.class);
        provider = ground.provider();
        afinador = ground.afinador();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        complaints.clear();
        tolerated.clear();
        provider.faults().clear();
        provider.script(JobScript.happy().withTotalSteps(100));
        page = null;
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure)
            throws Throwable {
        try {
            photograph(context);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
        throw failure;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        contexts.forEach(BrowserContext::close);
        contexts.clear();
        if (context.getExecutionException().isEmpty()) {
            assertThat(complaints)
                    .filteredOn(c -> tolerated.stream().noneMatch(p -> p.matcher(c).find()))
                    .as("complaints of the pages")
                    .isEmpty();
        }
    }

    FakeProvider provider() {
        return provider;
    }

    AfinadorProcess afinador() {
        return afinador;
    }

    ApiClient api() {
        return afinador.api();
    }

    /// The test's page, in Spanish on a desk's screen, signed in; a new one at each test's first call.
    Page page() {
        if (page == null) {
            page = signedIn(options -> {});
        }
        return page;
    }

    /// One more page, in a browser profile of its own.
    Page signedIn(Consumer<Browser.NewContextOptions> how) {
        Page fresh = stranger(how);
        fresh.navigate(afinador.signInLink());
        return fresh;
    }

    /// A page of somebody who is not signed in.
    Page stranger(Consumer<Browser.NewContextOptions> how) {
        var wanted =
                new Browser.NewContextOptions()
                        .setBaseURL(afinador.url())
                        .setLocale("es-CO")
                        .setTimezoneId("America/Bogota")
                        .setViewportSize(1280, 900);
        how.accept(wanted);
        BrowserContext context = Chromium.get().newContext(wanted);
        contexts.add(context);
        context.setDefaultTimeout(30_000);
        context.addInitScript(TELL_VIOLATIONS);
        context.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(message.location() + " " + message.text());
            }
        });
        context.onWebError(error -> complaints.add(error.page().url() + " " + error.error()));
        return context.newPage();
    }

    /// Complaints that this test causes on purpose, as a regular expression.
    void tolerate(String complaint) {
        tolerated.add(Pattern.compile(complaint));
    }

    /// Configures the scripted provider if no test has done so yet; gives its id.
    String providerId() {
        for (var known : api().get(ApiClient.PROVIDERS).expect(200).json().path("data")) {
            if (known.path("base_url").asString().equals(provider.baseUrl())) {
                return known.path("id").asString();
            }
        }
        return api().addProvider("Taller", provider);
    }

    /// A job that the provider has accepted.
    ///
    /// @param script what becomes of it there
    Started start(String name, JobScript script) {
        String suffix = name.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        provider.scriptForSuffix(suffix, script);
        String dataset =
                api().upload("soporte.jsonl", text("soporte.train.jsonl"))
                        .json()
                        .path("dataset")
                        .path("id")
                        .asString();
        var ask = ApiClient.ask(providerId(), dataset, suffix).put("name", name);
        String id = api().post(ApiClient.JOBS, ask).expect(202).json().path("id").asString();
        String remote =
                org.awaitility.Awaitility.await("a job that the provider has accepted")
                        .atMost(java.time.Duration.ofSeconds(60))
                        .until(
                                () -> api().job(id).path("openai_job_id"),
                                accepted -> accepted.isString())
                        .asString();
        return new Started(id, remote);
    }

    /// @param id     here
    /// @param remote at the provider
    record Started(String id, String remote) {
        String href() {
            return "/jobs/" + id;
        }
    }

    /// A file of this package.
    static Path file(String name) {
        try {
            return Path.of(Objects.requireNonNull(Stage.class.getResource(name), name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static String text(String name) {
        try {
            return Files.readString(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What was to be seen when a test failed, for the person who asks why.
    private void photograph(ExtensionContext context) {
        Path folder = Path.of(System.getProperty("afinador.e2e.work", "target/e2e"), "failures");
        int n = 0;
        for (BrowserContext open : contexts) {
            for (Page shown : open.pages()) {
                Path photo =
                        folder.resolve(
                                context.getRequiredTestClass().getSimpleName()
                                        + "."
                                        + context.getRequiredTestMethod().getName()
                                        + "-"
                                        + n++
                                        + ".png");
                shown.screenshot(
                        new Page.ScreenshotOptions()
                                .setPath(photo)
                                .setFullPage(true)
                                .setTimeout(10_000));
                System.err.println("The page at the time: " + photo + " " + shown.url());
            }
        }
        complaints.forEach(complaint -> System.err.println("The page said: " + complaint));
    }
}
