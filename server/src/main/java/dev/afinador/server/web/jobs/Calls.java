package dev.afinador.server.web.jobs;

import dev.afinador.provider.CallJournal;
import dev.afinador.server.web.shared.Tone;
import dev.afinador.server.web.shared.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Puts the journal of calls into rows.
final class Calls {

    private Calls() {}

    /// @param calls newest first
    /// @param join  whether calls that followed each other, were the same and went well share a row: a job that waits is asked
    ///              about every few seconds, and what is looked for in a log are the others
    static List<CallsView.Call> rows(List<CallJournal.Call> calls, boolean join, Words words) {
        List<CallsView.Call> rows = new ArrayList<>();
        for (int from = 0; from < calls.size(); ) {
            int to = from + 1;
            while (join && to < calls.size() && alike(calls.get(from), calls.get(to))) {
                to++;
            }
            rows.add(row(calls.get(from), to - from, calls.get(to - 1), words));
            from = to;
        }
        return rows;
    }

    private static boolean alike(CallJournal.Call one, CallJournal.Call other) {
        return wentWell(one.httpStatus())
                && Objects.equals(one.httpStatus(), other.httpStatus())
                && one.error() == null
                && other.error() == null
                && one.call().equals(other.call());
    }

    private static boolean wentWell(@Nullable Integer status) {
        return status != null && status < 400;
    }

    private static CallsView.Call row(
            CallJournal.Call call, int count, CallJournal.Call first, Words words) {
        Integer status = call.httpStatus();
        return new CallsView.Call(
                words.clockTime(call.at()),
                call.call(),
                wentWell(status) ? Tone.OK : Tone.ERROR,
                status == null ? words.say("log.no-answer") : status.toString(),
                words.number(call.millis()),
                call.requestId(),
                call.error(),
                call.jobId() == null,
                count == 1 ? null : words.say("log.again", words.number(count)),
                count == 1 ? null : words.clockTime(first.at()));
    }
}
