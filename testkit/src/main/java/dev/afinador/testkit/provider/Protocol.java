package dev.afinador.testkit.provider;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What each call of the protocol does when nothing goes wrong. Refuses by throwing [Refusal].
final class Protocol {
    private static final int MOST_JOBS = 100;
    private static final int MOST_FILES = 10_000;

    private final FileShelf files;
    private final ModelShelf models;
    private final JobBook jobs;
    private final Ids ids;
    private final InstantSource clock;

    Protocol(FileShelf files, ModelShelf models, JobBook jobs, Ids ids, InstantSource clock) {
        this.files = files;
        this.models = models;
        this.jobs = jobs;
        this.ids = ids;
        this.clock = clock;
    }

    Answer act(Endpoint.Match match, WireRequest request, List<Fault> faults) {
        String id = match.id();
        return switch (match.endpoint()) {
            case FILES_CREATE ->
                    Answer.ok(
                            files.upload(Multipart.read(request), jobs.usualScript().flavour())
                                    .json());
            case FILES_LIST -> listFiles(request, faults);
            case FILES_GET -> getFile(id);
            case FILES_DELETE -> deleteFile(id);
            case FILES_CONTENT ->
                    Answer.bytes(200, "application/octet-stream", files.get(id).content());
            case JOBS_CREATE -> createJob(request, faults);
            case JOBS_LIST -> listJobs(request, faults);
            case JOBS_GET -> Answer.ok(jobs.read(id, ScriptedJob::json));
            case JOBS_DELETE -> deleteJob(id, request);
            case JOBS_CANCEL ->
                    Answer.ok(
                            jobs.change(id, job -> job.cancel(clock.instant()), ScriptedJob::json));
            case JOBS_PAUSE ->
                    Answer.ok(
                            jobs.change(id, job -> job.pause(clock.instant()), ScriptedJob::json));
            case JOBS_RESUME ->
                    Answer.ok(
                            jobs.change(id, job -> job.resume(clock.instant()), ScriptedJob::json));
            case JOBS_EVENTS ->
                    Answer.ok(page(jobs.read(id, ScriptedJob::eventsJson), request, 20));
            case JOBS_CHECKPOINTS ->
                    Answer.ok(
                            withEnds(
                                    page(
                                            jobs.read(id, ScriptedJob::checkpointsJson),
                                            request,
                                            10)));
            case MODELS_LIST -> Answer.ok(models.list());
            case MODELS_GET -> Answer.ok(models.get(id));
            case MODELS_DELETE -> Answer.ok(models.delete(id));
            case CHAT -> chat(request);
        };
    }

    private Answer listFiles(WireRequest request, List<Fault> faults) {
        List<ObjectNode> all =
                files.list(request.query().get("purpose")).stream().map(StoredFile::json).toList();
        if ("asc".equals(request.query().get("order"))) {
            all = all.reversed();
        }
        if (faults.contains(Fault.Bent.SHUFFLED_PAGES)) {
            all = all.reversed();
        }
        return Answer.ok(withEnds(page(all, request, MOST_FILES)));
    }

    private Answer getFile(String id) {
        StoredFile file = files.get(id);
        Answer answer = Answer.ok(file.json());
        // one look at Azure's pending state is enough to see that a client copes with it
        file.processed();
        return answer;
    }

    private Answer deleteFile(String id) {
        if (!files.delete(id)) {
            throw Refusal.unknownFile(id);
        }
        return Answer.ok(Json.object().put("id", id).put("object", "file").put("deleted", true));
    }

    private Answer createJob(WireRequest request, List<Fault> faults) {
        JobRequest wanted = JobRequest.read(request.json());
        String snapshot =
                models.tunable(wanted.model())
                        .orElseThrow(() ->
                                Refusal.badRequest(
                                        "model_not_available",
                                        null,
                                        "Model "
                                                + wanted.model()
                                                + " is not available for fine-tuning or does not exist."));
        requireFile(wanted.trainingFile(), "training_file");
        if (wanted.validationFile() != null) {
            requireFile(wanted.validationFile(), "validation_file");
        }
        boolean stripped = faults.contains(Fault.Bent.METADATA_STRIPPED);
        ObjectNode job =
                jobs.create((stripped ? wanted.withoutMetadata() : wanted).withModel(snapshot));
        // Azure alone leaves the organization out, answers 201 and says where the job is
        boolean azure = !job.has("organization_id");
        Answer answer = Answer.json(azure ? 201 : 200, job);
        return azure
                ? answer.withHeader("Location", "/v1/fine_tuning/jobs/" + Json.text(job, "id", ""))
                : answer;
    }

    private void requireFile(String id, String param) {
        if (files.find(id).filter(file -> file.purpose().equals("fine-tune")).isEmpty()) {
            throw Refusal.badRequest(null, param, "invalid " + param + ": " + id);
        }
    }

    private Answer listJobs(WireRequest request, List<Fault> faults) {
        Map<String, String> query = request.query();
        Map<String, String> filter =
                faults.contains(Fault.Bent.FILTER_IGNORED) ? null : metadataFilter(query);
        JobBook.Page page =
                jobs.list(
                        query.get("after"),
                        limit(query, 20, MOST_JOBS),
                        filter,
                        faults.contains(Fault.Bent.SHUFFLED_PAGES));
        if (faults.contains(Fault.Bent.GROWING_PAGES)) {
            jobs.seed(JobSeed.in("queued").metadata(Map.of("origin", "elsewhere")));
        }
        return Answer.ok(list(page.data(), page.hasMore()));
    }

    /// Null for no filter, empty for "without metadata".
    private static @Nullable Map<String, String> metadataFilter(Map<String, String> query) {
        Map<String, String> filter = new TreeMap<>();
        query.forEach((name, value) -> {
            if (name.startsWith("metadata[") && name.endsWith("]")) {
                filter.put(name.substring("metadata[".length(), name.length() - 1), value);
            }
        });
        if (!filter.isEmpty()) {
            return filter;
        }
        // official clients write null as an empty value
        String whole = query.get("metadata");
        return whole != null && (whole.isEmpty() || whole.equals("null")) ? Map.of() : null;
    }

    private Answer deleteJob(String id, WireRequest request) {
        if (jobs.read(id, ScriptedJob::script).flavour() != Flavour.AZURE) {
            throw Refusal.unknownAddress(request.method(), request.path());
        }
        jobs.forget(id);
        return Answer.nothing();
    }

    private Answer chat(WireRequest request) {
        ObjectNode body = request.json();
        String model = Json.text(body, "model", "");
        if (!models.answers(model)) {
            throw Refusal.unknownModel(model);
        }
        return ChatEcho.answer(body, model, ids.completion(), clock.instant());
    }

    private static ObjectNode page(
            List<ObjectNode> newestFirst, WireRequest request, int usualLimit) {
        Map<String, String> query = request.query();
        int limit = limit(query, usualLimit, usualLimit == MOST_FILES ? MOST_FILES : MOST_JOBS);
        String after = query.get("after");
        int from = after == null ? 0 : indexAfter(newestFirst, after);
        int to = Math.min(newestFirst.size(), from + limit);
        return list(newestFirst.subList(from, to), to < newestFirst.size());
    }

    private static int indexAfter(List<ObjectNode> elements, String id) {
        for (int i = 0; i < elements.size(); i++) {
            if (id.equals(Json.text(elements.get(i), "id"))) {
                return i + 1;
            }
        }
        throw Refusal.badRequest(null, "after", "Nothing in this list has the id " + id);
    }

    private static int limit(Map<String, String> query, int usual, int most) {
        String text = query.get("limit");
        if (text == null) {
            return usual;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 0 && limit <= most) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // refused below with the same words
        }
        throw Refusal.badRequest(null, "limit", "'limit' must be a whole number from 0 to " + most);
    }

    private static ObjectNode list(List<ObjectNode> elements, boolean hasMore) {
        ArrayNode data = Json.array();
        elements.forEach(data::add);
        ObjectNode list = Json.object().put("object", "list");
        list.set("data", data);
        return list.put("has_more", hasMore);
    }

    private static ObjectNode withEnds(ObjectNode list) {
        var data = list.path("data");
        list.put("first_id", data.isEmpty() ? null : Json.text(data.path(0), "id"));
        list.put("last_id", data.isEmpty() ? null : Json.text(data.path(data.size() - 1), "id"));
        return list;
    }

    /// What a stranger at this address answers; unknown calls included.
    Answer stranger(Fault.Stranger stranger, Endpoint.@Nullable Match match) {
        return switch (stranger) {
            case HTML_SITE ->
                    Answer.text(
                            200,
                            "text/html; charset=utf-8",
                            "<!doctype html><html lang=\"es\"><title>Inicio</title><p>Panadería La Espiga</p></html>");
            case FOREIGN_JSON ->
                    Answer.ok(
                            Json.object()
                                    .put("service", "inventario")
                                    .put("status", "ok")
                                    .put("version", 7));
            case MISTRAL -> mistral(match);
        };
    }

    private Answer mistral(Endpoint.@Nullable Match match) {
        if (match == null) {
            return mistralRefusal(404, "no Route matched with those values");
        }
        return switch (match.endpoint()) {
            case MODELS_LIST -> Answer.ok(models.list());
            case JOBS_LIST -> mistralList(jobs.mistralJobs());
            case FILES_LIST ->
                    mistralList(files.list(null).stream().map(StoredFile::json).toList());
            default -> mistralRefusal(422, "Field required");
        };
    }

    private static Answer mistralList(List<ObjectNode> elements) {
        ArrayNode data = Json.array();
        elements.forEach(data::add);
        ObjectNode list = Json.object();
        list.set("data", data);
        return Answer.ok(list.put("object", "list").put("total", elements.size()));
    }

    private static Answer mistralRefusal(int status, String text) {
        ObjectNode body = Json.object();
        body.putArray("detail").addObject().put("type", "missing").put("msg", text);
        return Answer.json(status, body);
    }

    /// Cuts an answer's JSON in the middle.
    static Answer broken(Answer answer) {
        String whole = new String(answer.body(), StandardCharsets.UTF_8);
        return Answer.text(
                answer.status(), "application/json", whole.substring(0, whole.length() / 2));
    }
}
