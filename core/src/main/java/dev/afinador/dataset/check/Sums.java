package dev.afinador.dataset.check;

import java.util.Arrays;

/// What is added up over examples.
final class Sums {

    static final Role[] ROLES = Role.values();

    final long[] messages = new long[ROLES.length];
    final long[] tokens = new long[ROLES.length];
    long toolTokens;
    long frameTokens;
    long learnedTokens;
    long tokensWithinLimit;
    long overLimit;
    long images;
    long imageExamples;

    void clear() {
        Arrays.fill(messages, 0);
        Arrays.fill(tokens, 0);
        toolTokens = 0;
        frameTokens = 0;
        learnedTokens = 0;
        tokensWithinLimit = 0;
        overLimit = 0;
        images = 0;
        imageExamples = 0;
    }

    void add(Sums more) {
        for (int i = 0; i < ROLES.length; i++) {
            messages[i] += more.messages[i];
            tokens[i] += more.tokens[i];
        }
        toolTokens += more.toolTokens;
        frameTokens += more.frameTokens;
        learnedTokens += more.learnedTokens;
        tokensWithinLimit += more.tokensWithinLimit;
        overLimit += more.overLimit;
        images += more.images;
        imageExamples += more.imageExamples;
    }
}
