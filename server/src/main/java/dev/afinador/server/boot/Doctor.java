package dev.afinador.server.boot;

import dev.afinador.engine.BaseModels.BaseModel;
import dev.afinador.engine.BaseModels.Inspection;
import dev.afinador.engine.process.Machine;
import dev.afinador.engine.process.ModelFolders;
import dev.afinador.engine.process.TrainerCommand;
import dev.afinador.storage.Database;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `afinador doctor`: says in words what this machine has and what stands in the way. Looks, and changes nothing but the
/// memory of what models are.
public final class Doctor {

    /// Something stands in the way of a start.
    static final int ILL = 22;

    private static final long MIB = 1L << 20;

    /// Free memory below which a training of a small model may not fit beside the server.
    private static final long LITTLE_MEMORY = 1_500 * MIB;

    private static final long LITTLE_DISK = 2_000 * MIB;

    private final PrintStream out;
    private boolean ill;

    private Doctor(PrintStream out) {
        this.out = out;
    }

    /// @param args data folder, port, folder of the trainer's jars (empty without one), where natives are unpacked, folder
    ///             of shipped models, what the trainer said when it did not run (empty when it did)
    public static void main(String[] args) throws IOException {
        Doctor doctor = new Doctor(System.out);
        Path data = Path.of(args[0]).toAbsolutePath().normalize();
        doctor.jdk();
        doctor.memory();
        String address = doctor.data(data);
        doctor.port(Integer.parseInt(args[1]), address);
        doctor.database(data, System.getenv());
        doctor.trainer(data, args[2], Path.of(args[3]), Path.of(args[4]), args[5]);
        System.exit(doctor.ill ? ILL : 0);
    }

    private void jdk() {
        good("doctor.jdk", Runtime.version().toString(), System.getProperty("java.home"));
    }

    private void memory() {
        if (ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system) {
            long available = available(system);
            String key = available < LITTLE_MEMORY ? "doctor.memory.little" : "doctor.memory";
            line(
                    available < LITTLE_MEMORY ? '!' : '+',
                    key,
                    system.getTotalMemorySize() / MIB,
                    available / MIB,
                    Runtime.getRuntime().availableProcessors());
        }
    }

    /// Linux counts memory that caches would give back as used; what it calls available includes them.
    private static long available(com.sun.management.OperatingSystemMXBean system) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemAvailable:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
                }
            }
        } catch (IOException e) {
            // no Linux
        }
        return system.getFreeMemorySize();
    }

    /// @return where the server of this folder says it is, when one runs
    private @Nullable String data(Path data) throws IOException {
        Path there = data;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        long free = Files.getFileStore(there).getUsableSpace();
        String address = null;
        if (!Files.isWritable(there)) {
            bad("doctor.data.denied", data.toString());
        } else if (!Files.exists(data)) {
            good("doctor.data.new", data.toString());
        } else if (isLocked(data)) {
            Path file = data.resolve("address");
            address = Files.exists(file) ? Files.readString(file).strip() : "?";
            good("doctor.data.running", data.toString(), address);
        } else {
            good("doctor.data", data.toString());
        }
        line(
                free < LITTLE_DISK ? '!' : '+',
                free < LITTLE_DISK ? "doctor.disk.little" : "doctor.disk",
                free / MIB);
        return address;
    }

    private static boolean isLocked(Path data) throws IOException {
        Path file = data.resolve(".lock");
        if (!Files.exists(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        }
    }

    private void port(int port, @Nullable String running) {
        if (port == 0) {
            good("doctor.port.any");
            return;
        }
        try {
            ListenAddress.check("127.0.0.1", port);
            good("doctor.port.free", String.valueOf(port));
        } catch (StartFailure e) {
            if (running != null && running.endsWith(":" + port)) {
                good(
                        answers(running) ? "doctor.port.ours" : "doctor.port.silent",
                        String.valueOf(port));
            } else {
                bad("doctor.port.taken", e.tell());
            }
        }
    }

    private static boolean answers(String address) {
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(address + "/actuator/health"))
                            .timeout(Duration.ofSeconds(5))
                            .build();
            return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void database(Path data, Map<String, String> environment) throws IOException {
        String url = environment.get("AFINADOR_DATABASE_URL");
        if (url == null || url.isBlank()) {
            Path file = data.resolve("afinador.db");
            if (Files.exists(file)) {
                good("doctor.sqlite", Files.size(file) / 1024);
            } else {
                good("doctor.sqlite.new");
            }
            return;
        }
        try {
            good("doctor.postgres", Database.askPostgres(url));
        } catch (SQLException | IllegalArgumentException e) {
            bad("doctor.postgres.no", String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
        }
    }

    private void trainer(Path data, String folder, Path natives, Path shipped, String trouble)
            throws IOException {
        if (folder.isEmpty()) {
            line('!', "doctor.trainer.none", trouble);
            return;
        }
        TrainerCommand command =
                TrainerCommand.of(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        Path.of(folder),
                        natives,
                        List.of());
        Machine.Device device = new Machine(command).device();
        if (device.device().equals("none")) {
            line('!', "doctor.trainer.none", device.why());
            return;
        }
        good(
                device.device().equals("cuda") ? "doctor.device.cuda" : "doctor.device.cpu",
                device.name(),
                device.threads(),
                device.why());
        List<Path> folders = new ArrayList<>(List.of(data.resolve("models"), shipped));
        List<BaseModel> models =
                new ModelFolders(folders, command, natives.resolveSibling("inspected")).list();
        if (models.isEmpty()) {
            line('!', "doctor.models.none", data.resolve("models").toString());
        }
        for (BaseModel model : models) {
            switch (model.inspection()) {
                case Inspection.Usable u ->
                        good(
                                "doctor.model",
                                model.name(),
                                u.parameters() / 1_000_000.0,
                                u.context(),
                                model.folder().toString());
                case Inspection.Unusable no ->
                        line('!', "doctor.model.no", model.folder().toString(), no.message());
            }
        }
    }

    private void good(String key, Object... args) {
        line('+', key, args);
    }

    private void bad(String key, Object... args) {
        ill = true;
        line('x', key, args);
    }

    /// @param mark `+` as it should be, `!` works with less, `x` stands in the way of a start
    private void line(char mark, String key, Object... args) {
        out.println(mark + " " + Terminal.text(key, args));
    }
}
