package dev.afinador.server.boot;

/// A reason not to start that a person can act on: told in one line, without a stack trace.
public final class StartFailure extends RuntimeException {

    private final Reason reason;
    private final transient Object[] args;

    /// @param args values for the placeholders of the reason's text
    public StartFailure(Reason reason, Object... args) {
        super(reason.name() + " " + java.util.Arrays.toString(args));
        this.reason = reason;
        this.args = args.clone();
    }

    public Reason reason() {
        return reason;
    }

    /// What to tell the person, in the terminal's language.
    public String tell() {
        return Terminal.text("failure." + reason.name().toLowerCase(java.util.Locale.ROOT), args);
    }

    /// The exit codes are part of the command line's contract (docs/operations.md); the launcher uses 2 to 9 for its own.
    public enum Reason {
        /// Arguments: what was wrong.
        BAD_OPTION(2),
        /// Arguments: port, a port to try instead.
        PORT_BUSY(10),
        /// Arguments: port.
        PORT_FORBIDDEN(10),
        /// Arguments: address.
        ADDRESS_UNAVAILABLE(11),
        /// Arguments: folder, why.
        DATA_UNUSABLE(12),
        /// Arguments: folder, process id.
        DATA_IN_USE(13),
        /// Arguments: folder.
        DATA_IN_USE_BY_UNKNOWN(13),
        /// Arguments: why, in the driver's words.
        DATABASE_UNREACHABLE(14),
        /// Arguments: why, in the driver's words.
        DATABASE_REFUSED(15),
        /// Arguments: why.
        UNEXPECTED(1);

        private final int exitCode;

        Reason(int exitCode) {
            this.exitCode = exitCode;
        }

        public int exitCode() {
            return exitCode;
        }
    }
}
