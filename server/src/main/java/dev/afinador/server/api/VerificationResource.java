package dev.afinador.server.api;

import dev.afinador.job.Jobs;
import dev.afinador.verification.Report;
import dev.afinador.verification.ReportDocument;
import dev.afinador.verification.ReportMarkdown;
import dev.afinador.verification.Verification;
import dev.afinador.work.Refusal;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// The verification of a job, for programs and for colleagues.
@RestController
@RequestMapping(JobsResource.PATH + "/{id}/verification")
@Tag(name = "jobs")
class VerificationResource {

    private final Jobs jobs;
    private final Verification verification;

    VerificationResource(Jobs jobs, Verification verification) {
        this.jobs = jobs;
        this.verification = verification;
    }

    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary =
                    "Verify a job: is it really at the provider, is the record right, what does it mean, what to do",
            description =
                    "Asks the provider now. JSON, `text/markdown` or, as a page, `text/html` by `Accept`.")
    ReportDocument json(
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String zone,
            Locale locale) {
        return ReportDocument.of(report(id), locale, zone(zone));
    }

    @GetMapping(produces = "text/markdown;charset=UTF-8")
    String markdown(
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String zone,
            Locale locale) {
        return ReportMarkdown.render(report(id), locale, zone(zone));
    }

    @GetMapping(produces = MediaType.TEXT_HTML_VALUE)
    ResponseEntity<Void> page(@PathVariable String id) {
        return ResponseEntity.status(303)
                .header("Location", "/jobs/" + jobs.get(id).id() + "/verification")
                .build();
    }

    private Report report(String id) {
        return verification.verify(jobs.get(id));
    }

    private static ZoneId zone(@Nullable String zone) {
        if (zone == null || zone.isBlank()) {
            return ZoneOffset.UTC;
        }
        try {
            return ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw Refusal.invalid(
                    List.of(
                            Refusal.Violation.of(
                                    "zone",
                                    "not_one_of",
                                    "America/Mexico_City, Europe/Madrid, UTC …",
                                    "")));
        }
    }
}
