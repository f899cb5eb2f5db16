package dev.afinador.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

class OneShotBodyTest {

    @Test
    void a_body_is_handed_out_once_and_never_again() {
        var body = new OneShotBody(BodyPublishers.ofString("once"));

        assertThat(read(body)).isCompletedWithValue("once");
        assertThat(read(body))
                .isCompletedExceptionally()
                .failsWithin(java.time.Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("never sent again");
    }

    @Test
    void a_body_of_which_nothing_was_taken_has_not_begun() {
        var body = new OneShotBody(BodyPublishers.ofString("once"));
        body.subscribe(
                new Flow.Subscriber<ByteBuffer>() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {}

                    @Override
                    public void onNext(ByteBuffer bytes) {}

                    @Override
                    public void onError(Throwable failure) {}

                    @Override
                    public void onComplete() {}
                });
        assertThat(body.begun()).isFalse();
        assertThat(body.contentLength()).isEqualTo(4);
    }

    private static java.util.concurrent.CompletableFuture<String> read(OneShotBody body) {
        var text = BodySubscribers.ofString(StandardCharsets.UTF_8);
        body.subscribe(
                new Flow.Subscriber<ByteBuffer>() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                        text.onSubscribe(subscription);
                    }

                    @Override
                    public void onNext(ByteBuffer bytes) {
                        text.onNext(List.of(bytes));
                    }

                    @Override
                    public void onError(Throwable failure) {
                        text.onError(failure);
                    }

                    @Override
                    public void onComplete() {
                        text.onComplete();
                    }
                });
        CompletionStage<String> stage = text.getBody();
        return stage.toCompletableFuture();
    }
}
