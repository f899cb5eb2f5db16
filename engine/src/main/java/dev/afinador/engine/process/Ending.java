package dev.afinador.engine.process;

/// How a process ended, in words.
final class Ending {

    private Ending() {}

    /// @param status as [Process#exitValue] gives it: 128 and the number for one that a signal ended
    static String of(int status, String lastLine) {
        String how =
                switch (status) {
                    case 134 -> "it aborted (signal 6, SIGABRT)";
                    case 137 -> "it was killed (signal 9, SIGKILL)";
                    case 139 -> "it crashed in native code (signal 11, SIGSEGV)";
                    case 143 -> "it was told to end (signal 15, SIGTERM)";
                    default ->
                            status > 128 && status < 160
                                    ? "signal " + (status - 128) + " ended it"
                                    : "it ended with status " + status;
                };
        return lastLine.isEmpty() ? how : how + ": " + lastLine;
    }
}
