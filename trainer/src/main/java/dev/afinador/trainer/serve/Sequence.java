package dev.afinador.trainer.serve;

import dev.afinador.trainer.model.KvCache;
import dev.afinador.trainer.model.Lora;
import dev.afinador.trainer.tokenizer.StreamingDecoder;
import dev.afinador.trainer.tokenizer.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One answer on its way: what of the prompt the model has read, the token to read next, and the text that may be handed out.
final class Sequence implements AutoCloseable {

    final Request request;
    final int index;
    final @Nullable Lora adapter;
    final KvCache cache;

    private final Tokenizer tokenizer;
    private final Set<Integer> stopIds;
    private final int[] prompt;
    private final int most;
    private final Sampler sampler;
    private final StreamingDecoder decoder;
    private final StopText stops;
    private final StringBuilder withheld = new StringBuilder();
    private final StringBuilder whole = new StringBuilder();
    private final List<ObjectNode> logprobs = new ArrayList<>();
    private int read;
    private int next = -1;
    private int produced;
    private int told;
    private @Nullable String reason;

    /// @param most tokens of the answer
    Sequence(
            Request request,
            int index,
            @Nullable Lora adapter,
            KvCache cache,
            Tokenizer tokenizer,
            Set<Integer> stopIds,
            int[] prompt,
            int most,
            long seed) {
        this.request = request;
        this.index = index;
        this.adapter = adapter;
        this.cache = cache;
        this.tokenizer = tokenizer;
        this.stopIds = stopIds;
        this.prompt = prompt;
        this.most = most;
        this.sampler = new Sampler(request.temperature(), request.topP(), seed);
        this.decoder = tokenizer.decoder(true);
        this.stops = new StopText(request.stop());
    }

    /// Tokens of the prompt that the model has not read yet, at most `most`.
    long[] unread(int most) {
        int count = Math.min(most, prompt.length - read);
        long[] part = new long[count];
        for (int i = 0; i < count; i++) {
            part[i] = prompt[read + i];
        }
        return part;
    }

    boolean isReading() {
        return read < prompt.length;
    }

    void wasRead(int tokens) {
        read += tokens;
    }

    /// The token that the model reads next.
    int next() {
        return next;
    }

    @Nullable String reason() {
        return reason;
    }

    int produced() {
        return produced;
    }

    /// Takes the model's word for what may follow and tells what of it is sure.
    ///
    /// @param logits one number per token of the vocabulary
    void accept(float[] logits, Answers answers) {
        int token = sampler.next(logits);
        produced++;
        if (stopIds.contains(token)) {
            reason = "stop";
            hand(stops.add(decoder.end()), answers);
            hand(stops.end(), answers);
            return;
        }
        request.alternatives().ifPresent(top -> logprobs.add(logprob(logits, token, top)));
        next = token;
        hand(stops.add(decoder.next(token)), answers);
        if (stops.stopped()) {
            reason = "stop";
        } else if (produced >= most) {
            reason = "length";
            hand(stops.add(decoder.end()), answers);
            hand(stops.end(), answers);
        }
    }

    /// The last record of this answer.
    void finish(Answers answers) {
        ObjectNode message =
                request.tools() == null
                        ? null
                        : ToolCalls.of(whole.toString(), request.id(), index);
        if (message == null && !withheld.isEmpty()) {
            tell(withheld.toString(), answers); // it only looked like a call
        } else if (told < produced) {
            tell("", answers);
        }
        String word =
                message != null && "stop".equals(reason) ? "tool_calls" : String.valueOf(reason);
        answers.finished(request.id(), index, word, produced, message);
    }

    private void hand(String text, Answers answers) {
        whole.append(text);
        if (request.tools() != null) {
            withheld.append(text);
            if (mayBeCall()) {
                return;
            }
            String all = withheld.toString();
            withheld.setLength(0);
            tell(all, answers);
        } else if (!text.isEmpty() || !logprobs.isEmpty()) {
            tell(text, answers);
        }
    }

    /// Where tools may be called, what could be a call is kept back until the answer is over.
    private boolean mayBeCall() {
        String start = withheld.toString().stripLeading();
        return start.isEmpty()
                || start.startsWith("{")
                || ToolCalls.OPENING.startsWith(start)
                || start.startsWith(ToolCalls.OPENING);
    }

    private void tell(String text, Answers answers) {
        answers.text(request.id(), index, text, produced - told, List.copyOf(logprobs));
        told = produced;
        logprobs.clear();
    }

    private ObjectNode logprob(float[] logits, int token, int top) {
        double largest = logits[Sampler.likeliest(logits)];
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        double total = largest + Math.log(sum);
        ObjectNode record = one(token, logits[token] - total);
        ArrayNode others = record.putArray("top");
        if (top > 0) {
            IntStream.range(0, logits.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> -logits[i]))
                    .limit(top)
                    .forEach(i -> others.add(one(i, logits[i] - total)));
        }
        return record;
    }

    private ObjectNode one(int token, double logprob) {
        byte[] bytes = tokenizer.bytes(token, false);
        ObjectNode record = JsonMapper.shared().createObjectNode();
        record.put("token", spelled(bytes));
        ArrayNode numbers = record.putArray("bytes");
        for (byte each : bytes) {
            numbers.add(each & 0xFF);
        }
        return record.put("logprob", logprob);
    }

    private static String spelled(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            var text = new StringBuilder();
            for (byte each : bytes) {
                text.append(String.format("\\x%02x", each & 0xFF));
            }
            return text.toString();
        }
    }

    @Override
    public void close() {
        cache.close();
    }
}
