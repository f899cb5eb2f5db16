package dev.afinador.server.web.apidocs;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.afinador.server.web.shared.Words;
import jakarta.servlet.http.HttpServletRequest;
import org.springdoc.webmvc.api.OpenApiWebMvcResource;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;
import tools.jackson.databind.json.JsonMapper;

/// The API, told and ready to be tried: the same OpenAPI document that programs get.
@Controller
class ApiPage {

    private static final String PATH = "/api-docs";

    private final OpenApiWebMvcResource openApi;
    private final JsonMapper json;

    ApiPage(OpenApiWebMvcResource openApi, JsonMapper json) {
        this.openApi = openApi;
        this.json = json;
    }

    @GetMapping(PATH)
    String page(HttpServletRequest request, Words words, Model model)
            throws JsonProcessingException {
        byte[] document = openApi.openapiJson(request, PATH, words.locale());
        String base = ServletUriComponentsBuilder.fromCurrentContextPath().toUriString();
        model.addAttribute(
                "view", new ApiDocument(json, json.readTree(document), base, words).view());
        return "api/docs";
    }
}
