package dev.afinador.trainer.serve;

import java.util.List;

/// Lets text through up to the first of some strings. What may be the beginning of one is kept until more has come.
final class StopText {

    private final List<String> stops;
    private final StringBuilder kept = new StringBuilder();
    private boolean stopped;

    StopText(List<String> stops) {
        this.stops = stops;
    }

    /// @return what can be handed out now
    String add(String text) {
        if (stopped || (text.isEmpty() && kept.isEmpty())) {
            return "";
        }
        kept.append(text);
        int first = -1;
        for (String stop : stops) {
            int at = kept.indexOf(stop);
            if (at >= 0 && (first < 0 || at < first)) {
                first = at;
            }
        }
        if (first >= 0) {
            stopped = true;
            return take(first);
        }
        return take(kept.length() - possibleStart());
    }

    /// What is still kept when nothing more comes.
    String end() {
        return stopped ? "" : take(kept.length());
    }

    boolean stopped() {
        return stopped;
    }

    private String take(int length) {
        String text = kept.substring(0, length);
        kept.delete(0, length);
        return text;
    }

    /// Length of the longest end of the kept text that begins a stop string.
    private int possibleStart() {
        int longest = 0;
        for (String stop : stops) {
            for (int length = Math.min(stop.length() - 1, kept.length());
                    length > longest;
                    length--) {
                if (stop.startsWith(kept.substring(kept.length() - length))) {
                    longest = length;
                }
            }
        }
        return longest;
    }
}
