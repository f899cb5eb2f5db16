package dev.afinador.server.boot;

import dev.afinador.server.boot.StartFailure.Reason;
import java.io.IOException;
import java.net.BindException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.PortInUseException;

/// Finds the reason a person can act on in whatever a start threw.
final class Failures {

    private Failures() {}

    static StartFailure of(Throwable thrown, @Nullable DataFolder data) {
        for (Throwable e = thrown; e != null; e = e.getCause()) {
            switch (e) {
                case StartFailure failure -> {
                    return failure;
                }
                case PortInUseException busy -> {
                    return ListenAddress.failure(new IOException("in use"), "", busy.getPort());
                }
                case BindException bind -> {
                    return new StartFailure(Reason.ADDRESS_UNAVAILABLE, oneLine(bind));
                }
                case SQLException sql -> {
                    return database(sql);
                }
                default -> {}
            }
        }
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String where = data == null ? "" : data.root().resolve("logs/afinador.log").toString();
        return new StartFailure(Reason.UNEXPECTED, oneLine(root), where);
    }

    /// Class 08 is "no connection"; PostgreSQL starting up or shutting down (57P0x) is as good as none.
    private static StartFailure database(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        boolean unreachable = state.startsWith("08") || state.startsWith("57P");
        return new StartFailure(
                unreachable ? Reason.DATABASE_UNREACHABLE : Reason.DATABASE_REFUSED, oneLine(e));
    }

    private static String oneLine(Throwable e) {
        String message = e.getMessage();
        return message == null || message.isBlank()
                ? e.getClass().getSimpleName()
                : message.strip().replaceAll("\\s+", " ");
    }
}
