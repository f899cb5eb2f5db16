package dev.afinador.bench;

import java.nio.file.Path;

/// What is measured.
///
/// @param repository     where `afinador` lies
/// @param jobs           stored jobs, live ones included
/// @param live           jobs that are not over, every second one among the newest
/// @param viewers        browsers that poll the list
/// @param streams        open live streams, half JSON, half HTML
/// @param seconds        how long the load is counted
/// @param starts         starts that are timed, of each kind
/// @param providerMillis how long the provider takes for every answer
record Settings(
        Path repository,
        int jobs,
        int live,
        int viewers,
        int streams,
        int seconds,
        int starts,
        int providerMillis) {

    static Settings of(String[] args) {
        int jobs = 10_000;
        int live = 100;
        int viewers = 200;
        int streams = 200;
        int seconds = 60;
        int starts = 5;
        int providerMillis = 100;
        if (args.length % 2 == 0) {
            throw new IllegalArgumentException("A value is missing after " + args[args.length - 1]);
        }
        for (int i = 1; i < args.length; i += 2) {
            int value = Integer.parseInt(args[i + 1]);
            switch (args[i]) {
                case "--jobs" -> jobs = value;
                case "--live" -> live = value;
                case "--viewers" -> viewers = value;
                case "--streams" -> streams = value;
                case "--seconds" -> seconds = value;
                case "--starts" -> starts = value;
                case "--provider-millis" -> providerMillis = value;
                default -> throw new IllegalArgumentException("Unknown option: " + args[i]);
            }
        }
        return new Settings(
                Path.of(args[0]), jobs, live, viewers, streams, seconds, starts, providerMillis);
    }
}
