package dev.afinador.engine.protocol;

import dev.afinador.engine.Listed;
import dev.afinador.engine.WebhookEndpoint;
import dev.afinador.engine.Webhooks;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/// `/webhook_endpoints`, as the official clients of late 2026 call it.
@Controller
final class WebhookEndpointsResource {

    private final Webhooks webhooks;

    WebhookEndpointsResource(Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    @GetMapping("/engine/v1/webhook_event_types")
    void types(HttpServletResponse response) throws IOException {
        Wire.send(response, Wire.object("object", "list", "data", Webhooks.EVENT_TYPES));
    }

    @PostMapping("/engine/v1/webhook_endpoints")
    void create(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Ask ask = Ask.of(request);
        Wire.send(
                response,
                Shapes.endpoint(
                        webhooks.create(
                                ask.text("name"), ask.text("url"), ask.texts("event_types"))));
    }

    @GetMapping("/engine/v1/webhook_endpoints")
    void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Listed<WebhookEndpoint> page =
                webhooks.list(Query.text(request, "after"), Query.limit(request, 20, 100));
        Wire.send(
                response,
                Shapes.listWithEnds(
                        Shapes.all(page.elements(), Shapes::endpoint), page.hasMore(), null));
    }

    @GetMapping("/engine/v1/webhook_endpoints/{id}")
    void get(@PathVariable String id, HttpServletResponse response) throws IOException {
        Wire.send(response, Shapes.endpoint(webhooks.get(id)));
    }

    @PostMapping("/engine/v1/webhook_endpoints/{id}")
    void update(@PathVariable String id, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Ask ask = Ask.ofOptional(request);
        Wire.send(
                response,
                Shapes.endpoint(
                        webhooks.update(
                                id, ask.text("name"), ask.text("url"), ask.texts("event_types"))));
    }

    @DeleteMapping("/engine/v1/webhook_endpoints/{id}")
    void delete(@PathVariable String id, HttpServletResponse response) throws IOException {
        webhooks.delete(id);
        Wire.send(response, Shapes.deleted("webhook_endpoint.deleted", id));
    }

    @PostMapping("/engine/v1/webhook_endpoints/{id}/rotate_secret")
    void rotate(@PathVariable String id, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Ask ask = Ask.ofOptional(request);
        Wire.send(
                response,
                Shapes.endpoint(
                        webhooks.rotate(id, ask.flag("keep_old_secret_active_for_24_hours"))));
    }

    @PostMapping("/engine/v1/webhook_endpoints/{id}/test")
    void test(@PathVariable String id, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String type = Ask.of(request).text("event_type");
        int status = webhooks.test(id, type);
        Wire.send(
                response,
                Wire.object(
                        "object", "webhook_endpoint.test",
                        "webhook_endpoint_id", id,
                        "event_type", type,
                        "status_code", status,
                        "success", true));
    }
}
