package dev.afinador.openai;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/// Collects an answer's body up to a limit, or up to what there is room for; a longer one is given up.
final class BoundedBody implements BodySubscriber<byte[]> {

    static final class TooLargeException extends IOException {
        TooLargeException(int limit) {
            super("the answer is larger than " + (limit >> 20) + " MiB");
        }
    }

    static final class NoRoomException extends IOException {
        NoRoomException() {
            super("this machine is reading as many answers as it has room for");
        }
    }

    private final int limit;
    private final Room.Share share;
    private final CompletableFuture<byte[]> result = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Flow.@org.jspecify.annotations.Nullable Subscription subscription;

    BoundedBody(int limit, Room.Share share) {
        this.limit = limit;
        this.share = share;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return result;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            if (result.isDone()) {
                return;
            }
            if (buffer.remaining() > limit - bytes.size()) {
                giveUp(new TooLargeException(limit));
                return;
            }
            if (!share.take(buffer.remaining())) {
                giveUp(new NoRoomException());
                return;
            }
            byte[] copy = new byte[buffer.remaining()];
            buffer.get(copy);
            bytes.writeBytes(copy);
        }
    }

    private void giveUp(IOException why) {
        result.completeExceptionally(why);
        if (subscription != null) {
            subscription.cancel();
        }
    }

    @Override
    public void onError(Throwable failure) {
        result.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        result.complete(bytes.toByteArray());
    }
}
