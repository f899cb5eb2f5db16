package dev.afinador.testkit.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Which faults strike which calls, how often. Safe for use by many threads.
public final class FaultPlan {
    private static final int FOREVER = Integer.MAX_VALUE;

    private final List<Rule> rules = new ArrayList<>();
    private final Random random;

    FaultPlan(long seed) {
        random = new Random(seed);
    }

    /// Strikes the next call of this endpoint only.
    public void once(Endpoint endpoint, Fault fault) {
        times(endpoint, 1, fault);
    }

    /// Strikes the next calls of this endpoint.
    public void times(Endpoint endpoint, int times, Fault fault) {
        add(endpoint, fault, times, 1);
    }

    /// Strikes every call of this endpoint until [#clear()].
    public void always(Endpoint endpoint, Fault fault) {
        add(endpoint, fault, FOREVER, 1);
    }

    /// Strikes calls of this endpoint by chance (0 to 1, from a seeded source) until [#clear()].
    public void sometimes(Endpoint endpoint, double probability, Fault fault) {
        add(endpoint, fault, FOREVER, probability);
    }

    /// Strikes every call whatever it is, unknown paths included, until [#clear()].
    public void everywhere(Fault fault) {
        add(null, fault, FOREVER, 1);
    }

    /// The general form; a null endpoint means all.
    public synchronized void add(
            @Nullable Endpoint endpoint, Fault fault, int times, double probability) {
        rules.add(new Rule(endpoint, fault, times, probability));
    }

    public synchronized void clear() {
        rules.clear();
    }

    /// Forgets the faults of one endpoint.
    public synchronized void clear(Endpoint endpoint) {
        rules.removeIf(rule -> rule.endpoint == endpoint);
    }

    /// What is planned, one line each, for people.
    public synchronized List<String> describe() {
        return rules.stream().map(Rule::toString).toList();
    }

    /// The faults that strike this call; counts it.
    synchronized List<Fault> strike(@Nullable Endpoint endpoint) {
        List<Fault> struck = new ArrayList<>();
        for (Rule rule : rules) {
            if ((rule.endpoint == null || rule.endpoint == endpoint)
                    && (rule.probability >= 1 || random.nextDouble() < rule.probability)) {
                struck.add(rule.fault);
                if (rule.left != FOREVER) {
                    rule.left--;
                }
            }
        }
        rules.removeIf(rule -> rule.left <= 0);
        return struck;
    }

    private static final class Rule {
        private final @Nullable Endpoint endpoint;
        private final Fault fault;
        private final double probability;
        private int left;

        Rule(@Nullable Endpoint endpoint, Fault fault, int times, double probability) {
            this.endpoint = endpoint;
            this.fault = fault;
            this.left = times;
            this.probability = probability;
        }

        @Override
        public String toString() {
            return (endpoint == null ? "*" : endpoint.call())
                    + " "
                    + fault
                    + (left == FOREVER ? "" : " x" + left)
                    + (probability >= 1 ? "" : " p=" + probability);
        }
    }
}
