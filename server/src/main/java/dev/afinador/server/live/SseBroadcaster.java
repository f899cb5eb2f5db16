package dev.afinador.server.live;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter.SseEventBuilder;

/// Sends the same server-sent events to any number of clients. Each has a bounded queue and a virtual thread of its own, so a
/// slow one delays nobody; one that falls too far behind is told to read everything again (event `resync`).
public final class SseBroadcaster implements AutoCloseable {

    private static final int BEHIND = 256;

    /// Proxies and browsers drop silent streams; a comment also finds clients that went away.
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private final Set<Client> clients = ConcurrentHashMap.newKeySet();

    /// A message as text, made once for all.
    public record Message(String event, String data) {}

    /// A new stream. `first` are sent before anything else.
    public SseEmitter open(Message... first) {
        SseEmitter emitter = new SseEmitter(0L); // lives as long as the client does
        Client client = new Client(emitter);
        for (Message message : first) {
            client.offer(message);
        }
        clients.add(client);
        Runnable gone = () -> client.stop();
        emitter.onCompletion(gone);
        emitter.onTimeout(gone);
        emitter.onError(e -> client.stop());
        client.thread.start();
        return emitter;
    }

    public void send(Message message) {
        clients.forEach(c -> c.offer(message));
    }

    public int size() {
        return clients.size();
    }

    public boolean isEmpty() {
        return clients.isEmpty();
    }

    @Override
    public void close() {
        clients.forEach(Client::stop);
    }

    private final class Client {
        private final SseEmitter emitter;
        private final BlockingQueue<Message> queue = new ArrayBlockingQueue<>(BEHIND);
        private final AtomicBoolean overrun = new AtomicBoolean();
        private final Thread thread;
        private volatile boolean stopped;

        Client(SseEmitter emitter) {
            this.emitter = emitter;
            this.thread = Thread.ofVirtual().name("sse-client").unstarted(this::run);
        }

        void offer(Message message) {
            if (!queue.offer(message)) {
                overrun.set(true);
            }
        }

        void stop() {
            stopped = true;
            clients.remove(this);
            thread.interrupt();
        }

        private void run() {
            try {
                send(SseEmitter.event().comment("ok").reconnectTime(3000));
                while (!stopped) {
                    Message message = queue.poll(SILENCE.toMillis(), TimeUnit.MILLISECONDS);
                    if (overrun.getAndSet(false)) {
                        queue.clear();
                        message = new Message("resync", "{}");
                    }
                    send(
                            message == null
                                    ? SseEmitter.event().comment("")
                                    : SseEmitter.event()
                                            .name(message.event())
                                            .data(message.data(), MediaType.TEXT_PLAIN));
                }
                emitter.complete();
            } catch (InterruptedException e) {
                emitter.complete();
            } catch (IOException | IllegalStateException e) {
                stop(); // the client went away; the container ends the exchange
            } finally {
                clients.remove(this);
            }
        }

        private void send(SseEventBuilder event) throws IOException {
            emitter.send(event);
        }
    }
}
