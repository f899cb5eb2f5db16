package dev.afinador.server.config;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.multipart.MultipartResolver;
import org.springframework.web.multipart.support.StandardServletMultipartResolver;

/// Forms of the console are read by the container. Those of the engine are not: it reads them as they come in.
@Configuration(proxyBeanMethods = false)
class ConsoleMultipart {

    @Bean
    MultipartResolver multipartResolver() {
        return new StandardServletMultipartResolver() {
            @Override
            public boolean isMultipart(HttpServletRequest request) {
                return !request.getRequestURI().startsWith("/engine/")
                        && super.isMultipart(request);
            }
        };
    }
}
