package dev.afinador.testkit.provider;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Takes each request off the wire: counts it, lets the faults strike at their moments, checks the key, sends the answer.
final class Reception implements WireServer.Handler {
    private static final String BASE = "/v1";
    private static final String CONTROL = "/_control";
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private final Protocol protocol;
    private final FaultPlan faults;
    private final RequestLog log;
    private final ControlApi control;
    private final Set<String> keys;
    private final @Nullable String organization;
    private final Ids ids;
    private final InstantSource clock;
    private volatile Duration dateSkew = Duration.ZERO;

    /// @param keys         any of these opens; none means that no key is needed
    /// @param organization when set, a request that names another one is refused
    Reception(
            Protocol protocol,
            FaultPlan faults,
            RequestLog log,
            ControlApi control,
            Set<String> keys,
            @Nullable String organization,
            Ids ids,
            InstantSource clock) {
        this.protocol = protocol;
        this.faults = faults;
        this.log = log;
        this.control = control;
        this.keys = Set.copyOf(keys);
        this.organization = organization;
        this.ids = ids;
        this.clock = clock;
    }

    void skewDate(Duration by) {
        dateSkew = by;
    }

    @Override
    public void handle(WireRequest request, WireConnection connection)
            throws IOException, InterruptedException {
        String path;
        try {
            path = request.path();
        } catch (IllegalArgumentException e) {
            connection.send(
                    Refusal.unknownAddress(request.method(), "a path with broken escapes")
                            .answer());
            return;
        }
        if (path.startsWith(CONTROL)) {
            connection.send(control.answer(request, path.substring(CONTROL.length())));
            return;
        }
        Endpoint.Match match = match(request.method(), path).orElse(null);
        Endpoint endpoint = match == null ? null : match.endpoint();
        log.add(
                new RequestLog.Entry(
                        clock.instant(),
                        request.method(),
                        withoutKeys(request.target()),
                        endpoint));
        receive(request, match, faults.strike(endpoint), connection);
    }

    private void receive(
            WireRequest request,
            Endpoint.@Nullable Match match,
            List<Fault> struck,
            WireConnection connection)
            throws IOException, InterruptedException {
        Optional<Answer> replacement = Optional.empty();
        for (Fault fault : struck) {
            switch (fault) {
                case Fault.Late(Duration delay, Fault.Moment moment) when before(moment) ->
                        pause(delay);
                case Fault.Held(Gate gate, Fault.Moment moment) when before(moment) -> gate.pass();
                case Fault.Stalled(Fault.Moment moment) when before(moment) -> {
                    connection.stall();
                    return;
                }
                case Fault.Cut(Fault.Moment moment) when before(moment) -> {
                    connection.reset();
                    return;
                }
                case Fault.Replaced replaced when before(replaced.moment()) ->
                        replacement = Optional.of(answer(replaced));
                case Fault.Stranger stranger ->
                        replacement = Optional.of(protocol.stranger(stranger, match));
                default -> {
                    // strikes after the request has taken effect, or bends the answer
                }
            }
        }
        Answer answer = replacement.isPresent() ? replacement.get() : act(request, match, struck);
        finish(answer, struck, connection);
    }

    private void finish(Answer truth, List<Fault> struck, WireConnection connection)
            throws IOException, InterruptedException {
        Answer answer = truth;
        boolean half = false;
        for (Fault fault : struck) {
            switch (fault) {
                case Fault.Late(Duration delay, Fault.Moment moment) when !before(moment) ->
                        pause(delay);
                case Fault.Held(Gate gate, Fault.Moment moment) when !before(moment) -> gate.pass();
                case Fault.Stalled(Fault.Moment moment) when !before(moment) -> {
                    connection.stall();
                    return;
                }
                case Fault.Cut(Fault.Moment moment) when !before(moment) -> {
                    connection.reset();
                    return;
                }
                case Fault.Replaced replaced when !before(replaced.moment()) ->
                        answer = answer(replaced);
                case Fault.BrokenJson() -> answer = Protocol.broken(answer);
                case Fault.CutMidBody() -> half = true;
                default -> {
                    // has struck before the request took effect, or has bent the answer
                }
            }
        }
        Answer signed = answer.withHeaders(usualHeaders());
        if (half) {
            connection.sendHalf(signed);
        } else {
            connection.send(signed);
        }
    }

    private Answer act(WireRequest request, Endpoint.@Nullable Match match, List<Fault> struck) {
        try {
            checkKey(request);
            if (match == null) {
                throw Refusal.unknownAddress(request.method(), request.path());
            }
            Answer answer = protocol.act(match, request, struck);
            if (answer.json() != null) {
                Shapes.bend(answer.json(), struck);
            }
            return answer;
        } catch (Refusal refusal) {
            return refusal.answer();
        } catch (RuntimeException e) {
            // a mistake of this package must not look like one of the faults it plays
            e.printStackTrace();
            return new Refusal(500, "server_error", "fake_provider_bug", null, e.toString())
                    .answer();
        }
    }

    private void checkKey(WireRequest request) {
        if (keys.isEmpty()) {
            return;
        }
        String bearer = request.header("authorization", "");
        String key =
                bearer.startsWith("Bearer ")
                        ? bearer.substring("Bearer ".length()).strip()
                        : request.header("api-key", "");
        if (key.isEmpty()) {
            throw new Refusal(401, "invalid_request_error", null, null, "No API key was provided");
        }
        if (!keys.contains(key)) {
            throw new Refusal(
                    401,
                    "invalid_request_error",
                    "invalid_api_key",
                    null,
                    "Incorrect API key provided: "
                            + masked(key)
                            + ". Keys are found in the account's settings.");
        }
        String named = request.header("openai-organization");
        if (organization != null && named != null && !named.equals(organization)) {
            throw new Refusal(
                    401,
                    "invalid_request_error",
                    "mismatched_organization",
                    null,
                    "OpenAI-Organization header should match organization for API key");
        }
    }

    private static String masked(String key) {
        if (key.length() < 12) {
            return "*".repeat(key.length());
        }
        return key.substring(0, 3) + "*".repeat(key.length() - 7) + key.substring(key.length() - 4);
    }

    private String withoutKeys(String target) {
        String clean = target;
        for (String key : keys) {
            clean = clean.replace(key, "***");
        }
        return clean;
    }

    private Map<String, String> usualHeaders() {
        Instant date = clock.instant().plus(dateSkew);
        return Map.of(
                "Date",
                HTTP_DATE.format(date),
                "x-request-id",
                ids.request(),
                "openai-version",
                "2020-10-01",
                "openai-processing-ms",
                "12");
    }

    private static Answer answer(Fault.Replaced replaced) {
        return Answer.text(replaced.status(), replaced.contentType(), replaced.body())
                .withHeaders(replaced.headers());
    }

    private static boolean before(Fault.Moment moment) {
        return moment == Fault.Moment.BEFORE_ACTING;
    }

    private static void pause(Duration delay) throws InterruptedException {
        Thread.sleep(delay);
    }

    private static Optional<Endpoint.Match> match(String method, String path) {
        if (!path.startsWith(BASE + "/")) {
            return Optional.empty();
        }
        String below = path.substring(BASE.length());
        return Endpoint.match(
                method,
                below.length() > 1 && below.endsWith("/")
                        ? below.substring(0, below.length() - 1)
                        : below);
    }
}
