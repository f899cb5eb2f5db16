package dev.afinador.server.config;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What the API document says of itself.
@Configuration(proxyBeanMethods = false)
class ApiDocsConfig {

    private static final String SCHEME = "token";

    /// Names fields as they are on the wire.
    @Bean
    ModelResolver modelResolver() {
        return new ModelResolver(
                        Json31.mapper()
                                .copy()
                                .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE))
                .openapi31(true);
    }

    @Bean
    OpenAPI openApi() {
        String version = ApiDocsConfig.class.getPackage().getImplementationVersion();
        return new OpenAPI()
                .info(
                        new Info()
                                .title("Afinador")
                                .version(version == null ? "dev" : version)
                                .description(
                                        "Start, watch, verify and activate fine-tuning jobs. JSON in snake_case, times in"
                                                + " RFC 3339 (UTC). Failures are `application/problem+json` with a stable"
                                                + " `code`. Programs show the token from"
                                                + " `data/admin.token` as a bearer token.")
                                .license(
                                        new License()
                                                .name("Apache-2.0")
                                                .url(
                                                        "https://www.apache.org/licenses/LICENSE-2.0")))
                .components(
                        new Components()
                                .addSecuritySchemes(
                                        SCHEME,
                                        new SecurityScheme()
                                                .type(SecurityScheme.Type.HTTP)
                                                .scheme("bearer")))
                .addSecurityItem(new SecurityRequirement().addList(SCHEME));
    }
}
