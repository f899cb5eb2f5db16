package dev.afinador.server.api;

import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;

/// What the container refuses before any of our code is reached (an address that is none, broken headers) is told as a problem
/// like every other.
@Component
final class ContainerProblems
        implements WebServerFactoryCustomizer<TomcatServletWebServerFactory>, Ordered {

    private final ProblemWriter problems;

    ContainerProblems(ProblemWriter problems) {
        this.problems = problems;
    }

    /// After Spring Boot's own, whose report would be a page.
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass("");
                host.getPipeline().addValve(new Report(problems));
            }
        });
    }

    private static final class Report extends ErrorReportValve {

        private static final Logger log = LoggerFactory.getLogger(ContainerProblems.class);

        private final ProblemWriter problems;

        Report(ProblemWriter problems) {
            this.problems = problems;
        }

        @Override
        protected void report(
                Request request, @Nullable Response response, @Nullable Throwable failure) {
            if (response == null
                    || response.getStatus() < 400
                    || response.getContentWritten() > 0
                    || !response.setErrorReported()) {
                return;
            }
            int status = response.getStatus();
            String code =
                    status == 404
                            ? "not_found"
                            : status < 500 || status == 505 ? "bad_request" : "internal";
            try {
                problems.write(request, response, status, code);
                response.finishResponse();
            } catch (IOException | IllegalStateException e) {
                log.debug("nobody is there to be told of a {}", status, e);
            }
        }
    }
}
