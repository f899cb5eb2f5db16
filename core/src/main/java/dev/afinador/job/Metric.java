package dev.afinador.job;

import java.time.Instant;

/// One number of training at one step, under the provider's own name (`train_loss`, `valid_mean_token_accuracy` …).
public record Metric(String name, long step, double value, Instant at) {}
