package dev.afinador.trainer.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/// Memory of the machine.
public final class Memory {

    private Memory() {}

    /// What can be had without harm to others, in bytes, the container's limit included; empty where the system does not tell.
    public static OptionalLong free() {
        try {
            long free =
                    Files.readAllLines(Path.of("/proc/meminfo")).stream()
                            .filter(line -> line.startsWith("MemAvailable:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                            .findFirst()
                            .orElse(Long.MAX_VALUE);
            return OptionalLong.of(Math.min(free, ofContainer()));
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private static long ofContainer() {
        try {
            String most = Files.readString(Path.of("/sys/fs/cgroup/memory.max")).strip();
            long used =
                    Long.parseLong(
                            Files.readString(Path.of("/sys/fs/cgroup/memory.current")).strip());
            return most.equals("max") ? Long.MAX_VALUE : Math.max(0, Long.parseLong(most) - used);
        } catch (IOException | NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
