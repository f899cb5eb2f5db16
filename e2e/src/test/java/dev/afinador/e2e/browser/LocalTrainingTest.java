package dev.afinador.e2e.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.afinador.e2e.browser.Reading.badge;
import static dev.afinador.e2e.browser.Reading.button;
import static dev.afinador.e2e.browser.Reading.link;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.afinador.e2e.LocalTraining;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A fresh server, no key, no vendor: real training on this machine, seen by a person.
class LocalTrainingTest {

    private static final double PATIENCE = 120_000;

    @RegisterExtension
    static final Stage stage = Stage.with(LocalTraining.options().toArray(String[]::new));

    @Test
    void a_person_without_a_key_trains_fifty_answers_and_hears_them_from_the_model() {
        Page page = stage.page();
        page.navigate("/jobs");
        link(page, "Iniciar Entrenamiento").first().click();
        assertThat(page.locator("#provider")).hasValue("local");
        assertThat(page.getByText("no se paga a nadie")).isVisible();
        assertThat(page.getByText("Esto cuesta dinero en el proveedor")).isHidden();
        page.locator("#file").setInputFiles(LocalTraining.pairs());
        assertThat(page.locator("#models option[value='afinador-nano']")).hasCount(1);
        page.getByLabel("Modelo base").fill("afinador-nano");
        page.locator("#name").fill("Soporte");
        page.locator("details:has(#seed) > summary").click();
        page.locator("#seed").fill("7");
        button(page, "Iniciar Entrenamiento").click();

        assertThat(badge(page))
                .hasText("Exitoso", new LocatorAssertions.HasTextOptions().setTimeout(PATIENCE));
        List<?> losses =
                (List<?>)
                        page.evaluate(
                                "async () => (await (await fetch(location.pathname + '/chart.json')).json()).series.train_loss");
        assertThat(losses).hasSizeGreaterThan(20);
        assertThat(mean(losses.subList(losses.size() - 10, losses.size())))
                .as("loss of the last steps")
                .isLessThan(0.3 * mean(losses.subList(0, 10)));

        Locator chat = page.locator("#chat");
        says(chat, "¿Abren los sábados?");
        assertThat(chat.locator(".answer .text").last())
                .hasText("Sí, los sábados abrimos de diez a dos.");
        page.getByLabel("Comparar con el modelo base").check();
        says(chat, "¿Abren los sábados?");
        assertThat(chat.locator(".answers").last().locator(".answer")).hasCount(2);
        assertThat(button(chat, "Detener")).isHidden();
        assertThat(chat.locator(".answers").last().locator(".answer .text").first())
                .hasText("Sí, los sábados abrimos de diez a dos.");
        assertThat(chat.locator(".answers").last().locator(".answer .text").last())
                .not()
                .hasText("Sí, los sábados abrimos de diez a dos.");
        isForEverybody(page);
        button(chat, "Vaciar").click();
        assertThat(chat.locator(".answers")).hasCount(0);

        button(page.locator("#job-head"), "Activar").click();
        button(page.locator("dialog#activate"), "Activar").click();
        assertThat(page).hasURL(Pattern.compile("/models\\?alias=principal"));
        assertThat(page.locator(".hero .value")).containsText("ft:afinador-nano:");
        says(page.locator("#chat"), "¿Cuál es el horario de atención?");
        assertThat(page.locator("#chat .answer .text").last())
                .hasText("Atendemos de lunes a viernes, de nueve de la mañana a seis de la tarde.");
        assertThat(stage.afinador().log()).doesNotContain("horario de atención");
    }

    private static void isForEverybody(Page page) {
        page.evaluate(AxeBuilder.getAxeScript());
        Object violations =
                page.evaluate(
                        """
                        async () => (await axe.run("#chat", { preload: false, resultTypes: ["violations"] })).violations
                          .flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 200)}`))\
                        """);
        assertThat((List<?>) violations).isEmpty();
    }

    private static void says(Locator chat, String text) {
        chat.getByLabel("Mensaje").fill(text);
        button(chat, "Enviar").click();
        assertThat(chat.locator("[data-stop]"))
                .isHidden(new LocatorAssertions.IsHiddenOptions().setTimeout(60_000));
    }

    private static double mean(List<?> numbers) {
        return numbers.stream()
                .filter(Number.class::isInstance)
                .mapToDouble(n -> ((Number) n).doubleValue())
                .average()
                .orElseThrow();
    }
}
