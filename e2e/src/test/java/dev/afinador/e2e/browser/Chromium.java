package dev.afinador.e2e.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// The machine's own Chromium, started once for all tests. Only the test thread may use it.
final class Chromium {

    /// Patient enough for a busy machine; an assertion that holds at once costs nothing of it.
    private static final double PATIENCE_MILLIS = 30_000;

    private static final List<String> FLAGS =
            List.of(
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--disable-dev-shm-usage",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--hide-scrollbars",
                    "--font-render-hinting=none");

    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome-stable", "google-chrome");

    private Chromium() {}

    private static final class Holder {
        static final Browser BROWSER = launch();
    }

    static Browser get() {
        return Holder.BROWSER;
    }

    private static Browser launch() {
        Path executable = find();
        Playwright playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        return playwright
                .chromium()
                .launch(
                        new BrowserType.LaunchOptions()
                                .setExecutablePath(executable)
                                .setHeadless(true)
                                .setArgs(FLAGS));
    }

    /// A test that cannot run has failed: nobody would notice that it was left out.
    private static Path find() {
        String chosen = System.getenv("AFINADOR_CHROMIUM");
        Stream<String> names =
                chosen == null || chosen.isBlank()
                        ? NAMES.stream()
                        : Stream.concat(Stream.of(chosen), NAMES.stream());
        return names.map(Chromium::which)
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() ->
                        new AssertionError(
                                "No Chromium was found. Install it with: "
                                        + installCommand()
                                        + "\nor set AFINADOR_CHROMIUM to its path, or run"
                                        + " ./afinador test, which installs it."));
    }

    private static Optional<Path> which(String name) {
        if (name.contains(File.separator)) {
            return Optional.of(Path.of(name)).filter(Files::isExecutable);
        }
        return Stream.of(
                        Objects.requireNonNullElse(System.getenv("PATH"), "")
                                .split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static String installCommand() {
        if (System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac")) {
            return "brew install --cask chromium";
        }
        return Stream.of(
                        Map.entry("apt-get", "sudo apt-get install -y chromium"),
                        Map.entry("dnf", "sudo dnf install -y chromium"),
                        Map.entry("pacman", "sudo pacman -S --noconfirm chromium"),
                        Map.entry("zypper", "sudo zypper install -y chromium"),
                        Map.entry("apk", "sudo apk add chromium"))
                .filter(tool -> which(tool.getKey()).isPresent())
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("your system's package manager (package: chromium)");
    }
}
