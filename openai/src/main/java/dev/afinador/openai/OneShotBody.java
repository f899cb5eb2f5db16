package dev.afinador.openai;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/// A request body that leaves this machine at most once.
///
/// The JDK's client takes bytes of a body only once it holds the connection for good, so that none taken means for certain
/// that none was sent: nobody listens, the name does not resolve, the certificate is not trusted. (The reverse does not hold:
/// when the peer hangs up in the middle of the handshake it takes some that can never leave.) And it subscribes once more
/// when it repeats a request by itself, which is refused here, whatever version, setting or fault makes it want to.
final class OneShotBody implements BodyPublisher {

    private final BodyPublisher body;
    private final AtomicBoolean subscribed = new AtomicBoolean();
    private volatile boolean begun;

    OneShotBody(BodyPublisher body) {
        this.body = body;
    }

    /// Whether bytes may have left; false means for certain that none has.
    boolean begun() {
        return begun;
    }

    @Override
    public long contentLength() {
        return body.contentLength();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        if (!subscribed.compareAndSet(false, true)) {
            subscriber.onSubscribe(new Nothing());
            subscriber.onError(
                    new IOException("this request was sent once and is never sent again"));
            return;
        }
        body.subscribe(
                new Flow.Subscriber<ByteBuffer>() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                        subscriber.onSubscribe(subscription);
                    }

                    @Override
                    public void onNext(ByteBuffer bytes) {
                        begun = true;
                        subscriber.onNext(bytes);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        subscriber.onError(failure);
                    }

                    @Override
                    public void onComplete() {
                        subscriber.onComplete();
                    }
                });
    }

    private static final class Nothing implements Flow.Subscription {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    }
}
