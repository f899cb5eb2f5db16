package dev.afinador.openai;

import dev.afinador.openai.Reply.Answered;
import dev.afinador.openai.Reply.BodyLoss;
import dev.afinador.openai.Reply.Lost;
import dev.afinador.provider.CallJournal;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderError.Kind;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends requests and writes them into the journal. Every request is sent once; nothing is followed or repeated here.
///
/// HTTP/1.1 alone: an HTTP/2 connection that goes away makes the JDK's client repeat requests, POST too, by itself, and its
/// attempt to upgrade a plain connection confuses small servers. Reading calls share kept-alive connections. Each POST gets
/// a connection of its own, so that it never meets one that the server is just closing: an "unknown" less, and for the
/// create call the second of three reasons why it cannot be sent twice (the others: [OneShotBody], and that the
/// client repeats only GET and HEAD on a connection that went stale).
final class Wire implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Wire.class);

    /// A page of a hundred jobs has about 200 KB.
    static final int LARGEST_ANSWER = 4 << 20;

    private static final int SHARE_OF_MEMORY = 32;

    private final CallJournal journal;
    private final InstantSource clock;
    private final OpenAiTimeouts timeouts;
    private final HttpClient reading;
    private final String userAgent;
    private final Room room;

    Wire(CallJournal journal, InstantSource clock, OpenAiTimeouts timeouts) {
        this(
                journal,
                clock,
                timeouts,
                new Room(
                        Math.max(
                                LARGEST_ANSWER,
                                Runtime.getRuntime().maxMemory() / SHARE_OF_MEMORY)));
    }

    Wire(CallJournal journal, InstantSource clock, OpenAiTimeouts timeouts, Room room) {
        this.room = room;
        this.journal = journal;
        this.clock = clock;
        this.timeouts = timeouts;
        this.reading = client();
        String version = Wire.class.getPackage().getImplementationVersion();
        this.userAgent = "afinador/" + (version == null ? "dev" : version);
    }

    OpenAiTimeouts timeouts() {
        return timeouts;
    }

    private HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeouts.connect())
                .executor(Thread::startVirtualThread)
                .build();
    }

    /// Sends the request and waits for the whole answer. The caller says with [#record] what it made of it, and closes the
    /// exchange when the answer is read.
    Exchange send(Endpoint endpoint, Request request) {
        Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        long started = System.nanoTime();
        Room.Share share = room.new Share();
        Reply reply = exchange(endpoint, request, share);
        if (reply instanceof Answered answered && answered.date() != null) {
            endpoint.lanes().clockOffset = Duration.between(clock.instant(), answered.date());
        }
        return new Exchange(
                request,
                reply,
                at,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started),
                share);
    }

    record Exchange(Request request, Reply reply, Instant at, long millis, Room.Share share)
            implements AutoCloseable {
        @Override
        public void close() {
            share.giveBack();
        }
    }

    private Reply exchange(Endpoint endpoint, Request request, Room.Share share) {
        Semaphore lane =
                switch (request.lane()) {
                    case CALL -> endpoint.lanes().calls;
                    case UPLOAD -> endpoint.lanes().uploads;
                };
        try {
            if (!lane.tryAcquire(request.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                return new Lost(
                        Kind.TIMEOUT,
                        "not sent: too many calls to this provider are under way",
                        false,
                        null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Lost(Kind.CONNECTION_LOST, "not sent: interrupted", false, e);
        }
        try {
            return "GET".equals(request.method())
                    ? exchange(reading, endpoint, request, share)
                    : exchangeOnOwnConnection(endpoint, request, share);
        } finally {
            lane.release();
        }
    }

    private Reply exchangeOnOwnConnection(Endpoint endpoint, Request request, Room.Share share) {
        HttpClient own = client();
        try {
            return exchange(own, endpoint, request, share);
        } finally {
            own.shutdownNow();
        }
    }

    /// Sends the request and hands over the answer as it comes, over a connection of its own that ends with it. Neither takes a
    /// lane nor is written into the journal.
    Streaming open(Endpoint endpoint, Request request) throws InterruptedException {
        HttpClient own = client();
        Lost lost;
        try {
            HttpRequest http =
                    build(
                            endpoint,
                            request,
                            new OneShotBody(Objects.requireNonNull(request.body())));
            return new Streaming.Open(
                    own.sendAsync(http, BodyHandlers.ofInputStream())
                            .get(request.timeout().toMillis(), TimeUnit.MILLISECONDS),
                    own);
        } catch (IllegalArgumentException _) { // as in `exchange`: the cause may quote the key
            lost = illegal(endpoint);
        } catch (TimeoutException e) {
            lost =
                    new Lost(
                            Kind.TIMEOUT,
                            "no answer within " + seconds(request.timeout()) + " s",
                            true,
                            e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            lost = new Lost(kindOf(cause), wordsOf(cause, endpoint), true, cause);
        } catch (InterruptedException e) {
            own.shutdownNow();
            throw e;
        }
        own.shutdownNow();
        return new Streaming.None(lost);
    }

    /// An answer that is read while it is still being sent.
    sealed interface Streaming {
        record None(Lost lost) implements Streaming {}

        record Open(HttpResponse<InputStream> answer, HttpClient connection)
                implements Streaming, AutoCloseable {
            @Override
            public void close() {
                connection.shutdownNow();
            }
        }
    }

    private Reply exchange(
            HttpClient client, Endpoint endpoint, Request request, Room.Share share) {
        OneShotBody body = request.body() == null ? null : new OneShotBody(request.body());
        HttpRequest http;
        try {
            http = build(endpoint, request, body);
        } catch (IllegalArgumentException _) {
            // The cause is dropped on purpose: for a header it quotes the value, and that may be
            // the key.
            return illegal(endpoint);
        }
        var head = new AtomicReference<HttpResponse.ResponseInfo>();
        CompletableFuture<HttpResponse<byte[]>> answer;
        try {
            answer =
                    client.sendAsync(
                            http,
                            info -> {
                                head.set(info);
                                return new BoundedBody(LARGEST_ANSWER, share);
                            });
        } catch (IllegalArgumentException _) {
            return illegal(endpoint);
        }
        try {
            var whole = answer.get(request.timeout().toMillis(), TimeUnit.MILLISECONDS);
            String text =
                    Masking.answer(
                            new String(whole.body(), StandardCharsets.UTF_8), endpoint.key());
            return new Answered(whole.statusCode(), whole.headers(), text, null);
        } catch (TimeoutException e) {
            answer.cancel(true);
            return broken(
                    head.get(),
                    body,
                    Kind.TIMEOUT,
                    "no answer within " + seconds(request.timeout()) + " s",
                    e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            return broken(head.get(), body, Kind.CONNECTION_LOST, "interrupted", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return broken(head.get(), body, kindOf(cause), wordsOf(cause, endpoint), cause);
        }
    }

    /// The status line, once read, holds whatever became of the body.
    private static Reply broken(
            HttpResponse.@Nullable ResponseInfo head,
            @Nullable OneShotBody body,
            Kind kind,
            String message,
            Throwable cause) {
        if (head != null) {
            return new Answered(
                    head.statusCode(), head.headers(), null, new BodyLoss(kind, message));
        }
        return new Lost(kind, message, body != null && body.begun(), cause);
    }

    private HttpRequest build(Endpoint endpoint, Request request, @Nullable OneShotBody body) {
        var builder =
                HttpRequest.newBuilder(endpoint.uri(request.path(), request.query()))
                        .header("Accept", "application/json")
                        .header("User-Agent", userAgent);
        Vendor.of(endpoint.provider()).authorize(endpoint, builder::header);
        if (endpoint.provider().organization() != null) {
            builder.header("OpenAI-Organization", endpoint.provider().organization());
        }
        if (endpoint.provider().project() != null) {
            builder.header("OpenAI-Project", endpoint.provider().project());
        }
        if (request.contentType() != null) {
            builder.header("Content-Type", request.contentType());
        }
        return body == null
                ? builder.GET().build()
                : builder.method(request.method(), body).build();
    }

    private static Lost illegal(Endpoint endpoint) {
        String scheme = endpoint.provider().baseUrl().getScheme();
        boolean http = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
        return !http || endpoint.provider().baseUrl().getHost() == null
                ? new Lost(
                        Kind.NOT_THIS_PROTOCOL,
                        "not sent: the base URL is not an http or https address with a host",
                        false,
                        null)
                : new Lost(
                        Kind.KEY_REJECTED,
                        "not sent: the key, organization or project holds a character that no HTTP header can carry",
                        false,
                        null);
    }

    private static Kind kindOf(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof UnresolvedAddressException || t instanceof UnknownHostException) {
                return Kind.DNS;
            }
            if (t instanceof SSLException) {
                return Kind.TLS;
            }
            if (t instanceof HttpTimeoutException) {
                return Kind.TIMEOUT;
            }
            if (t instanceof ProtocolException || t instanceof BoundedBody.TooLargeException) {
                return Kind.NOT_THIS_PROTOCOL;
            }
        }
        return failure instanceof ConnectException || failure instanceof NoRouteToHostException
                ? Kind.REFUSED
                : Kind.CONNECTION_LOST;
    }

    private String wordsOf(Throwable failure, Endpoint endpoint) {
        String host = endpoint.provider().baseUrl().getHost();
        Kind kind = kindOf(failure);
        if (kind == Kind.DNS) {
            return "the name " + host + " does not resolve";
        }
        if (kind == Kind.TIMEOUT) {
            return "no connection to "
                    + hostAndPort(endpoint)
                    + " within "
                    + seconds(timeouts.connect())
                    + " s";
        }
        String detail = failure.getMessage() == null ? "" : ": " + failure.getMessage();
        if (kind == Kind.REFUSED) {
            return "cannot connect to " + hostAndPort(endpoint) + detail;
        }
        if (kind == Kind.TLS) {
            return "no secure connection to " + host + detail;
        }
        if (kind == Kind.NOT_THIS_PROTOCOL) {
            return "not an answer we can read" + detail;
        }
        return "the connection broke" + detail;
    }

    private static String hostAndPort(Endpoint endpoint) {
        var base = endpoint.provider().baseUrl();
        return base.getPort() < 0 ? base.getHost() : base.getHost() + ":" + base.getPort();
    }

    private static String seconds(Duration duration) {
        return java.math.BigDecimal.valueOf(duration.toMillis(), 3)
                .stripTrailingZeros()
                .toPlainString();
    }

    /// Writes the exchange into journal and log. The journal is for people: that it cannot be written must never change
    /// what we know about a call.
    void record(Endpoint endpoint, Exchange exchange, @Nullable ProviderError error) {
        String call = Masking.message(exchange.request().words(), endpoint.key());
        String job = CallJournal.JOB.isBound() ? CallJournal.JOB.get() : null;
        Integer status = exchange.reply() instanceof Answered a ? a.status() : null;
        String requestId = exchange.reply() instanceof Answered a ? a.requestId() : null;
        String problem = error == null ? null : error.message();
        var provider = endpoint.provider().id();
        if (problem == null) {
            log.debug(
                    "{} {} -> {} in {} ms, request {}, job {}",
                    provider,
                    call,
                    status,
                    exchange.millis(),
                    requestId,
                    job);
        } else {
            log.info(
                    "{} {} -> {} in {} ms, request {}, job {}: {}",
                    provider,
                    call,
                    status,
                    exchange.millis(),
                    requestId,
                    job,
                    problem);
        }
        try {
            journal.record(
                    new CallJournal.Call(
                            exchange.at(),
                            provider,
                            job,
                            call,
                            status,
                            exchange.millis(),
                            requestId,
                            problem));
        } catch (RuntimeException e) {
            log.warn("could not write {} to the journal of {}", call, provider, e);
        }
    }

    @Override
    public void close() {
        reading.shutdownNow();
    }
}
