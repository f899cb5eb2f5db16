package dev.afinador.engine.protocol;

import dev.afinador.engine.EngineModels;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/// `/models`. Names come with raw colons.
@Controller
final class ModelsResource {

    private final EngineModels models;

    ModelsResource(EngineModels models) {
        this.models = models;
    }

    @GetMapping("/engine/v1/models")
    void list(HttpServletResponse response) throws IOException {
        // This list alone has no pages, and by the schema no has_more; a client that turns pages
        // must not wait for another one.
        Wire.send(response, Shapes.list(Shapes.all(models.list(), Shapes::model), false));
    }

    @GetMapping("/engine/v1/models/{model}")
    void get(@PathVariable String model, HttpServletResponse response) throws IOException {
        Wire.send(response, Shapes.model(models.get(model)));
    }

    @DeleteMapping("/engine/v1/models/{model}")
    void delete(@PathVariable String model, HttpServletResponse response) throws IOException {
        models.delete(model);
        Wire.send(response, Shapes.deleted("model", model));
    }
}
