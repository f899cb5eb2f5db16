package dev.afinador.server.web.shared;

import dev.afinador.job.JobStatus;

/// A status as a badge.
///
/// @param key  `pending`, `running` …: the name of its colours and its icon
/// @param word in the reader's language
public record StatusView(String key, String word) {

    public static StatusView of(JobStatus status, Words words) {
        return new StatusView(status.word(), words.say("status." + status.word()));
    }
}
