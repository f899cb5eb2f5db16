package dev.afinador.openai;

import dev.afinador.openai.Reply.Answered;
import dev.afinador.openai.Reply.Lost;
import dev.afinador.provider.CreateJobRequest;
import dev.afinador.provider.CreateOutcome;
import dev.afinador.provider.FineTuningBackend;
import dev.afinador.provider.Page;
import dev.afinador.provider.ProbeReport;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderError.Kind;
import dev.afinador.provider.ProviderException;
import dev.afinador.provider.RemoteCheckpoint;
import dev.afinador.provider.RemoteEvent;
import dev.afinador.provider.RemoteFile;
import dev.afinador.provider.RemoteJob;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.provider.RemoteModel;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One provider's endpoint over HTTP.
final class OpenAiBackend implements FineTuningBackend {

    static final String JOBS = "/fine_tuning/jobs";
    static final String FILES = "/files";
    static final String MODELS = "/models";

    private static final int MOST_FILE_PAGES = 50;

    /// OpenAI gives up to 10,000 at once, which is more than one answer may be large.
    private static final String FILES_PER_PAGE = "1000";

    /// A file that is still being taken in; the same request works a little later.
    private static final Pattern FILE_NOT_READY =
            Pattern.compile(
                    "(?i)\\bfiles?\\b[^.:]*\\b(is|are|has|have) "
                            + "(not (yet )?(been )?(ready|processed)|still (being )?process|being processed)");

    private final Endpoint endpoint;
    private final Wire wire;
    private final InstantSource clock;
    private final Vendor vendor;
    private final Consumer<Answered> observer;

    OpenAiBackend(Endpoint endpoint, Wire wire, InstantSource clock, Vendor vendor) {
        this(endpoint, wire, clock, vendor, _ -> {});
    }

    private OpenAiBackend(
            Endpoint endpoint,
            Wire wire,
            InstantSource clock,
            Vendor vendor,
            Consumer<Answered> observer) {
        this.endpoint = endpoint;
        this.wire = wire;
        this.clock = clock;
        this.vendor = vendor;
        this.observer = observer;
    }

    /// The same backend that also shows every answer to the observer.
    OpenAiBackend observedBy(Consumer<Answered> observer) {
        return new OpenAiBackend(endpoint, wire, clock, vendor, observer);
    }

    @Override
    public CreateOutcome create(CreateJobRequest request) {
        var objection = vendor.objectionTo(request);
        if (objection != null) {
            return new CreateOutcome.Rejected(
                    new ProviderError(
                            Kind.BAD_REQUEST,
                            null,
                            null,
                            objection.message(),
                            objection.param(),
                            null,
                            null));
        }
        Request create =
                Request.postJson(JOBS, CreateBody.of(request, vendor), wire.timeouts().create());
        try (Wire.Exchange exchange = wire.send(endpoint, create)) {
            CreateOutcome outcome = outcome(exchange.reply());
            wire.record(
                    endpoint,
                    exchange,
                    switch (outcome) {
                        case CreateOutcome.Accepted _ -> null;
                        case CreateOutcome.Rejected(var error) -> error;
                        case CreateOutcome.TryLater(var error) -> error;
                        case CreateOutcome.Unknown(var error) -> error;
                    });
            return outcome;
        }
    }

    private CreateOutcome outcome(Reply reply) {
        return switch (reply) {
            case Lost lost -> {
                var error = Failures.of(lost, endpoint.key());
                yield lost.sent()
                        ? new CreateOutcome.Unknown(error)
                        : new CreateOutcome.TryLater(error);
            }
            case Answered answer -> answer.successful() ? accepted(answer) : refused(answer);
        };
    }

    private CreateOutcome accepted(Answered answer) {
        Optional<RemoteJob> job = Reader.job(Json.parse(answer.body()));
        if (job.isPresent()) {
            return new CreateOutcome.Accepted(job.get());
        }
        return new CreateOutcome.Unknown(
                Failures.unusable(answer, "the answer to the creation is no job", endpoint.key()));
    }

    private CreateOutcome refused(Answered answer) {
        ProviderError error = Failures.of(answer, endpoint.key(), clock);
        return switch (error.kind()) {
            case KEY_MISSING, KEY_REJECTED, FORBIDDEN, RATE_LIMITED, QUOTA, ENGINE_OFF ->
                    new CreateOutcome.TryLater(error);
            case TRAINING_NOT_AVAILABLE, NOT_FOUND -> new CreateOutcome.Rejected(error);
            case BAD_REQUEST -> {
                if (answer.status() == 409) {
                    yield new CreateOutcome.Unknown(error);
                }
                yield FILE_NOT_READY.matcher(error.message()).find()
                        ? new CreateOutcome.TryLater(error)
                        : new CreateOutcome.Rejected(error);
            }
            // 307 and 308 say that nothing was done here; the other redirects may follow a deed.
            case NOT_THIS_PROTOCOL ->
                    answer.status() == 307 || answer.status() == 308
                            ? new CreateOutcome.TryLater(error)
                            : new CreateOutcome.Unknown(error);
            case DNS, REFUSED, TLS, TIMEOUT, CONNECTION_LOST, SERVER_ERROR ->
                    new CreateOutcome.Unknown(error);
        };
    }

    @Override
    public Page<RemoteJob> listJobs(
            @Nullable String after, int limit, @Nullable MetadataFilter metadata) {
        var query =
                Request.parameters(
                        "limit",
                        String.valueOf(limit),
                        "after",
                        after,
                        metadata == null ? null : "metadata[" + metadata.key() + "]",
                        metadata == null ? null : metadata.value());
        return call(
                Request.get(JOBS, query, wire.timeouts().read()),
                answer -> page(answer, Reader::job, Reader::claimsToBeJob, "jobs"));
    }

    @Override
    public Optional<RemoteJob> findJob(RemoteJobId id) {
        return find(path(id, ""), answer -> job(id, answer));
    }

    @Override
    public Page<RemoteEvent> listEvents(RemoteJobId id, @Nullable String after, int limit) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return call(
                Request.get(path(id, "/events"), paging(after, limit), wire.timeouts().read()),
                answer -> page(answer, node -> Reader.event(node, now), _ -> true, "events"));
    }

    @Override
    public Page<RemoteCheckpoint> listCheckpoints(
            RemoteJobId id, @Nullable String after, int limit) {
        try {
            return checkpoints(id, after, limit);
        } catch (ProviderException e) {
            if (isAbsent(e.error())) {
                return new Page<>(List.of(), false);
            }
            throw e;
        }
    }

    /// Throws where there is no such list, unlike [#listCheckpoints].
    Page<RemoteCheckpoint> checkpoints(RemoteJobId id, @Nullable String after, int limit) {
        return call(
                Request.get(path(id, "/checkpoints"), paging(after, limit), wire.timeouts().read()),
                answer -> page(answer, Reader::checkpoint, _ -> true, "checkpoints"));
    }

    /// Whether the error means that the endpoint has no such part: no route, or another answer than asked for (LiteLLM takes
    /// `{id}/checkpoints` for the name of a job).
    static boolean isAbsent(ProviderError error) {
        Integer status = error.httpStatus();
        return switch (error.kind()) {
            case NOT_FOUND, NOT_THIS_PROTOCOL -> true;
            default -> status != null && (status == 405 || status == 501);
        };
    }

    @Override
    public RemoteJob cancel(RemoteJobId id) {
        return act(id, "/cancel");
    }

    @Override
    public RemoteJob pause(RemoteJobId id) {
        return act(id, "/pause");
    }

    @Override
    public RemoteJob resume(RemoteJobId id) {
        return act(id, "/resume");
    }

    /// Where the deed is done but the answer is no job (Azure has answers without a body), the job is fetched.
    private RemoteJob act(RemoteJobId id, String verb) {
        Optional<RemoteJob> job =
                call(
                        Request.post(path(id, verb), wire.timeouts().read()),
                        answer ->
                                Reader.job(Json.parse(answer.body()))
                                        .filter(j -> j.id().equals(id)));
        return job.orElseGet(() ->
                call(
                        Request.get(path(id, ""), Map.of(), wire.timeouts().read()),
                        answer -> job(id, answer)));
    }

    @Override
    public RemoteFile uploadFile(String filename, InputStream content, long bytes) {
        return new Upload(this, vendor).send(filename, content, bytes);
    }

    @Override
    public Optional<RemoteFile> findFile(String fileId) {
        return find(
                FILES + "/" + Endpoint.encode(fileId),
                answer ->
                        Reader.file(Json.parse(answer.body()))
                                .orElseThrow(() -> unusable(answer, "the answer is no file")));
    }

    @Override
    public List<RemoteFile> listFiles() {
        var files = new ArrayList<RemoteFile>();
        var seen = new HashSet<String>();
        String after = null;
        for (int page = 0; page < MOST_FILE_PAGES; page++) {
            var next = filePage(after);
            int before = seen.size();
            for (Listed listed : next.data()) {
                if (seen.add(listed.file().id()) && listed.forFineTuning()) {
                    files.add(listed.file());
                }
            }
            // Nothing new: the end, or a server that does not know `after`.
            if (!next.hasMore() || seen.size() == before) {
                break;
            }
            after = next.data().getLast().file().id();
        }
        return files;
    }

    List<RemoteFile> listFirstFiles() {
        return filePage(null).data().stream().map(Listed::file).toList();
    }

    private record Listed(RemoteFile file, boolean forFineTuning) {}

    private Page<Listed> filePage(@Nullable String after) {
        return call(
                Request.get(
                        FILES,
                        Request.parameters(
                                "purpose", "fine-tune", "limit", FILES_PER_PAGE, "after", after),
                        wire.timeouts().read()),
                answer ->
                        page(
                                answer,
                                node ->
                                        Reader.file(node)
                                                .map(f ->
                                                        new Listed(
                                                                f, Reader.isForFineTuning(node))),
                                _ -> true,
                                "files"));
    }

    @Override
    public List<RemoteModel> listModels() {
        return call(
                Request.get(MODELS, Map.of(), wire.timeouts().read()),
                answer -> page(answer, Reader::model, _ -> true, "models").data());
    }

    @Override
    public ProbeReport probe() {
        return new Probe(this, clock).run();
    }

    /// Sends a request whose good answer is read by `reader`; anything else is thrown. Journals either way.
    <T> T call(Request request, Function<Answered, T> reader) {
        try (Wire.Exchange exchange = wire.send(endpoint, request)) {
            return finish(exchange, reader);
        }
    }

    /// Empty only where the provider itself says that it has no such thing: a 404 page of a proxy, or of a base URL that
    /// leads elsewhere, says nothing about a job.
    private <T> Optional<T> find(String path, Function<Answered, T> reader) {
        var request = Request.get(path, Map.of(), wire.timeouts().read());
        try (Wire.Exchange exchange = wire.send(endpoint, request)) {
            if (exchange.reply() instanceof Answered answer && Failures.saysNoSuchThing(answer)) {
                wire.record(endpoint, exchange, Failures.of(answer, endpoint.key(), clock));
                return Optional.empty();
            }
            return Optional.of(finish(exchange, reader));
        }
    }

    private <T> T finish(Wire.Exchange exchange, Function<Answered, T> reader) {
        if (exchange.reply() instanceof Answered answer) {
            observer.accept(answer);
        }
        try {
            T value =
                    switch (exchange.reply()) {
                        case Lost lost -> throw lost(lost);
                        case Answered answer -> {
                            if (!answer.successful()) {
                                throw new ProviderException(
                                        Failures.of(answer, endpoint.key(), clock));
                            }
                            yield reader.apply(answer);
                        }
                    };
            wire.record(endpoint, exchange, null);
            return value;
        } catch (ProviderException e) {
            wire.record(endpoint, exchange, e.error());
            throw e;
        }
    }

    private ProviderException lost(Lost lost) {
        var error = Failures.of(lost, endpoint.key());
        return lost.cause() == null
                ? new ProviderException(error)
                : new ProviderException(error, lost.cause());
    }

    /// An answer about another job than the one that was asked for tells nothing about that one.
    private RemoteJob job(RemoteJobId id, Answered answer) {
        RemoteJob job =
                Reader.job(Json.parse(answer.body()))
                        .orElseThrow(() -> unusable(answer, "the answer is no fine-tuning job"));
        if (!job.id().equals(id)) {
            throw unusable(answer, "the answer is about another job");
        }
        return job;
    }

    /// Reads a list. Elements that are odd are left out, so that one odd job never hides the others; a list of nothing but
    /// elements of another kind is not this protocol.
    private <T> Page<T> page(
            Answered answer,
            Function<JsonNode, Optional<T>> element,
            Predicate<JsonNode> ofTheKind,
            String what) {
        JsonNode root = Json.parse(answer.body());
        JsonNode data = root == null ? null : root.path("data");
        if (root == null || data == null || !data.isArray()) {
            throw unusable(answer, "the answer is no list of " + what);
        }
        var elements = new ArrayList<T>();
        boolean oneOfTheKind = false;
        for (JsonNode node : data) {
            Optional<T> read = element.apply(node);
            read.ifPresent(elements::add);
            oneOfTheKind |= read.isPresent() || ofTheKind.test(node);
        }
        JsonNode more = root.path("has_more");
        // Mistral has pages by number, with a total; without jobs nothing else would tell it apart.
        boolean pagesByNumber =
                data.isEmpty() && root.path("total").isNumber() && !root.has("has_more");
        if (pagesByNumber || (!data.isEmpty() && !oneOfTheKind)) {
            throw unusable(answer, "the answer lists something else than " + what);
        }
        return new Page<>(elements, more.isBoolean() ? more.booleanValue() : !data.isEmpty());
    }

    ProviderException unusable(Answered answer, String why) {
        return new ProviderException(Failures.unusable(answer, why, endpoint.key()));
    }

    private static String path(RemoteJobId id, String rest) {
        return JOBS + "/" + Endpoint.encode(id.value()) + rest;
    }

    private static Map<String, String> paging(@Nullable String after, int limit) {
        return Request.parameters("limit", String.valueOf(limit), "after", after);
    }

    /// The object that an answer holds.
    JsonNode object(Answered answer, String what) {
        JsonNode node = Json.parse(answer.body());
        if (node == null || !node.isObject()) {
            throw unusable(answer, "the answer is no " + what);
        }
        return node;
    }

    /// The id of the object that an answer holds.
    String idOf(Answered answer, String what) {
        String id = Reader.id(object(answer, what));
        if (id == null) {
            throw unusable(answer, "the answer is an " + what + " without an id");
        }
        return id;
    }

    OpenAiTimeouts timeouts() {
        return wire.timeouts();
    }
}
