package dev.afinador.testkit.provider;

import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The same switches as [FakeProvider]'s methods, over HTTP below `/_control`, for a provider that runs as a process.
/// Needs no key, is not counted, and no fault strikes it.
///
/// | call | body |
/// | --- | --- |
/// | `GET /state` | jobs, counters, faults |
/// | `GET /jobs`, `GET /jobs/{id}` | |
/// | `GET /counters`, `GET /requests`, `DELETE /requests` | |
/// | `POST /advance`, `POST /jobs/{id}/advance` | `{times?}` |
/// | `POST /finish`, `POST /jobs/{id}/finish` | |
/// | `POST /jobs/{id}/progress` | `{step}` |
/// | `POST /jobs/{id}/status` | `{status, error?: {code, message, param}}` |
/// | `DELETE /jobs/{id}` | forgets it |
/// | `POST /jobs` | `{id?, count?, status?, model?, suffix?, metadata?, created_at?, step?, total_steps?}`, seeds jobs |
/// | `POST /script` | `{name, suffix?}` or `{name, next: true}` |
/// | `GET /faults`, `DELETE /faults` | |
/// | `POST /faults` | `{fault, endpoint?, times?, probability?, …}`; no endpoint means everywhere |
/// | `POST /webhooks` | `{url, secret}` |
/// | `POST /webhooks/send` | `{job, type, copies?, bad_signature?}` |
/// | `POST /reset` | |
public final class ControlApi {
    private final FakeProvider provider;

    ControlApi(FakeProvider provider) {
        this.provider = provider;
    }

    Answer answer(WireRequest request, String path) {
        try {
            String[] parts = path.replaceFirst("^/", "").split("/", -1);
            JsonNode done = act(request.method() + " " + parts[0], parts, request.json());
            return done == null ? unknown(request.method(), path) : Answer.ok(done);
        } catch (Refusal refusal) {
            return refusal.answer();
        } catch (IllegalArgumentException | IllegalStateException | DateTimeException e) {
            return Refusal.badRequest(null, null, String.valueOf(e.getMessage())).answer();
        }
    }

    private static Answer unknown(String method, String path) {
        return Refusal.unknownAddress(method, "/_control" + path).answer();
    }

    private @Nullable JsonNode act(String call, String[] parts, ObjectNode body) {
        if (parts.length > 1) {
            return switch (parts[0]) {
                case "jobs" -> actOnJob(call, parts, body);
                case "webhooks" ->
                        call.startsWith("POST") && parts[1].equals("send") ? send(body) : null;
                default -> null;
            };
        }
        return switch (call) {
            case "GET state" -> {
                ObjectNode state = Json.object();
                state.set("jobs", jobs());
                state.set("counters", Json.tree(provider.requests().counts()));
                state.set("faults", Json.tree(provider.faults().describe()));
                yield state;
            }
            case "GET jobs" -> Json.object().set("jobs", jobs());
            case "POST jobs" -> seed(body);
            case "GET counters" -> Json.tree(provider.requests().counts());
            case "GET requests" -> requests();
            case "DELETE requests" -> done(() -> provider.requests().clear());
            case "POST advance" -> done(() -> provider.advanceAll(Json.number(body, "times", 1)));
            case "POST finish" -> done(provider::finishAll);
            case "POST script" -> done(() -> script(body));
            case "GET faults" -> Json.tree(provider.faults().describe());
            case "DELETE faults" -> done(() -> provider.faults().clear());
            case "POST faults" -> done(() -> fault(body));
            case "POST webhooks" ->
                    done(() ->
                            provider.webhooks(
                                    URI.create(required(body, "url")), required(body, "secret")));
            case "POST reset" -> done(provider::reset);
            default -> null;
        };
    }

    private @Nullable JsonNode actOnJob(String call, String[] parts, ObjectNode body) {
        String id = parts[1];
        if (parts.length == 2) {
            return switch (call) {
                case "GET jobs" -> job(provider.job(id));
                case "DELETE jobs" -> done(() -> provider.forgetJob(id));
                default -> null;
            };
        }
        if (!call.equals("POST jobs")) {
            return null;
        }
        switch (parts[2]) {
            case "advance" -> {
                for (int i = Json.number(body, "times", 1); i > 0; i--) {
                    provider.advance(id);
                }
            }
            case "finish" -> provider.finish(id);
            case "progress" -> provider.progress(id, Json.number(body, "step", 0));
            case "status" -> status(id, body);
            default -> {
                return null;
            }
        }
        return job(provider.job(id));
    }

    private void status(String id, ObjectNode body) {
        JsonNode error = body.get("error");
        if (error != null && error.isObject()) {
            provider.fail(
                    id,
                    new Failure(
                            Json.text(error, "code", "internal_error"),
                            Json.text(error, "message", "The job failed."),
                            Json.text(error, "param")));
        } else {
            provider.setStatus(id, required(body, "status"));
        }
    }

    private JsonNode seed(ObjectNode body) {
        JobSeed seed = JobSeed.in(Json.text(body, "status", "queued"));
        String model = Json.text(body, "model");
        String suffix = Json.text(body, "suffix");
        seed = model == null ? seed : seed.model(model);
        seed = suffix == null ? seed : seed.suffix(suffix);
        String id = Json.text(body, "id");
        seed = id == null ? seed : seed.id(id);
        String createdAt = Json.text(body, "created_at");
        seed = createdAt == null ? seed : seed.createdAt(Instant.parse(createdAt));
        seed =
                seed.metadata(Json.strings(body.get("metadata")))
                        .steps(
                                Json.number(body, "step", seed.step()),
                                Json.number(body, "total_steps", seed.totalSteps()));
        List<String> ids = new ArrayList<>();
        for (int i = Json.number(body, "count", 1); i > 0; i--) {
            ids.add(provider.seedJob(seed));
        }
        return Json.object().set("ids", Json.tree(ids));
    }

    private void script(ObjectNode body) {
        JobScript script = JobScript.named(required(body, "name"), JobScript.builtIn());
        String suffix = Json.text(body, "suffix");
        if (suffix != null) {
            provider.scriptForSuffix(suffix, script);
        } else if (body.path("next").asBoolean(false)) {
            provider.scriptNext(script);
        } else {
            provider.script(script);
        }
    }

    private void fault(ObjectNode body) {
        String endpoint = Json.text(body, "endpoint");
        provider.faults()
                .add(
                        endpoint == null ? null : Endpoint.of(endpoint),
                        FaultReader.read(required(body, "fault"), body),
                        Json.number(body, "times", Integer.MAX_VALUE),
                        body.path("probability").asDouble(1));
    }

    private JsonNode send(ObjectNode body) {
        String job = required(body, "job");
        String type = required(body, "type");
        Webhooks webhooks = provider.webhooks();
        Webhooks.Delivery delivery =
                body.path("bad_signature").asBoolean(false)
                        ? webhooks.sendBadlySigned(job, type)
                        : webhooks.send(job, type);
        for (int i = Json.number(body, "copies", 1); i > 1; i--) {
            webhooks.repeat(delivery);
        }
        return Json.object().put("webhook_id", delivery.id());
    }

    private ArrayNode jobs() {
        ArrayNode jobs = Json.array();
        provider.jobs().forEach(job -> jobs.add(job(job)));
        return jobs;
    }

    private static ObjectNode job(JobSnapshot job) {
        ObjectNode node = Json.object().put("id", job.id()).put("status", job.status());
        node.put("model", job.model())
                .put("training_file", job.trainingFile())
                .put("suffix", job.suffix());
        node.put("step", job.step()).put("total_steps", job.totalSteps());
        node.put("fine_tuned_model", job.fineTunedModel()).put("script", job.script());
        node.put("created_at", job.createdAt().getEpochSecond());
        node.put("error_code", job.failure() == null ? null : job.failure().code());
        node.set("metadata", Json.ofStrings(job.metadata()));
        return node;
    }

    private JsonNode requests() {
        ArrayNode list = Json.array();
        for (RequestLog.Entry entry : provider.requests().entries()) {
            list.addObject()
                    .put("at", entry.at().toString())
                    .put("method", entry.method())
                    .put("target", entry.target());
        }
        return list;
    }

    private static JsonNode done(Runnable action) {
        action.run();
        return Json.tree(Map.of("done", true));
    }

    private static String required(ObjectNode body, String name) {
        String value = Json.text(body, name);
        if (value == null) {
            throw Refusal.badRequest(null, name, "'" + name + "' is needed");
        }
        return value;
    }
}
