package dev.afinador.e2e.browser;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.regex.Pattern;

/// How a person finds things on a page.
final class Reading {

    private Reading() {}

    static Locator button(Page page, String name) {
        return button(page.locator("body"), name);
    }

    static Locator button(Page page, Pattern name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
    }

    static Locator button(Locator within, String name) {
        return within.getByRole(
                AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name).setExact(true));
    }

    static Locator link(Page page, String name) {
        return page.getByRole(
                AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    static Locator heading(Page page, String name) {
        return page.getByRole(
                AriaRole.HEADING, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /// The badge of a job's own page.
    static Locator badge(Page page) {
        return page.locator("#job-head .badge");
    }

    /// A job's row in the list.
    static Locator row(Page page, String id) {
        return page.locator("#job-" + id);
    }

    /// How many points of a canvas are not blank.
    static int painted(Locator canvas) {
        Object count =
                canvas.evaluate(
                        """
                        (canvas) => {
                          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                          let painted = 0;
                          for (let i = 3; i < data.length; i += 4) if (data[i] > 0) painted++;
                          return painted;
                        }\
                        """);
        return ((Number) count).intValue();
    }
}
