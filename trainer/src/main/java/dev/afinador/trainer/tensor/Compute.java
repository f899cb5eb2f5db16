package dev.afinador.trainer.tensor;

import static org.bytedeco.pytorch.global.torch.ScalarType;

import dev.afinador.trainer.Failure;
import java.util.Locale;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;

/// Where and how numbers are computed.
///
/// @param threads of the processor; also used while a GPU computes, for what happens beside it
/// @param why for a person: why this device and not the other
public record Compute(Kind kind, Precision precision, int threads, String why) {

    public enum Kind {
        CPU,
        CUDA;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What weights of the base and activations are kept in. What is trained is always kept in fp32.
    public enum Precision {
        FP32(ScalarType.Float),
        BF16(ScalarType.BFloat16);

        private final ScalarType type;

        Precision(ScalarType type) {
            this.type = type;
        }

        public ScalarType type() {
            return type;
        }

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Chooses and sets up the device of this process. Call once, before any other use of tensors.
    ///
    /// @param wanted `auto`, `cpu` or `cuda`
    /// @param precision `auto` (bf16 on a GPU, fp32 on a processor, where bf16 is slower), `fp32` or `bf16`
    /// @param threads 0 for as many as there are processors
    /// @throws Failure `device_failed` when `cuda` is wanted and cannot be had
    public static Compute choose(String wanted, String precision, int threads) {
        int processors = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
        torch.set_num_threads(processors);
        // OpenBLAS has threads of its own that fight with those of libtorch: three times slower
        // together.
        openblas.blas_set_num_threads(1);
        String gpu = whyNoGpu();
        Kind kind =
                switch (wanted) {
                    case "auto" -> gpu.isEmpty() ? Kind.CUDA : Kind.CPU;
                    case "cpu" -> Kind.CPU;
                    case "cuda" -> {
                        if (!gpu.isEmpty()) {
                            throw new Failure(Failure.Code.DEVICE_FAILED, "device", gpu);
                        }
                        yield Kind.CUDA;
                    }
                    default ->
                            throw new Failure(
                                    Failure.Code.INVALID_REQUEST,
                                    "device",
                                    "device is auto, cpu or cuda, not " + wanted);
                };
        String why =
                kind == Kind.CUDA
                        ? "a CUDA device answers"
                        : wanted.equals("cpu") ? "the processor was asked for" : gpu;
        Precision chosen =
                switch (precision) {
                    case "auto" -> kind == Kind.CUDA ? Precision.BF16 : Precision.FP32;
                    case "fp32" -> Precision.FP32;
                    case "bf16" -> Precision.BF16;
                    default ->
                            throw new Failure(
                                    Failure.Code.INVALID_REQUEST,
                                    "precision",
                                    "precision is auto, fp32 or bf16, not " + precision);
                };
        return new Compute(kind, chosen, processors, why);
    }

    /// The CPU in fp32, for tests and tools.
    public static Compute cpu() {
        return choose("cpu", "fp32", 0);
    }

    /// What a person calls it: the card's or the processor's name, as far as the system tells.
    public String name() {
        return switch (kind) {
            case CUDA -> "CUDA device 0 of " + torch.cuda_device_count();
            case CPU -> processorName();
        };
    }

    private static String processorName() {
        try (var lines = java.nio.file.Files.lines(java.nio.file.Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (java.io.IOException e) {
            return System.getProperty("os.arch");
        }
    }

    public Device device() {
        return switch (kind) {
            case CPU -> new Device(DeviceType.CPU);
            case CUDA -> new Device(DeviceType.CUDA, (byte) 0);
        };
    }

    /// Which native libraries this process was started with: `cpu` or `gpu`.
    public static String natives() {
        String platform = Loader.getPlatform();
        return Compute.class.getResource("/org/bytedeco/pytorch/" + platform + "-gpu") != null
                ? "gpu"
                : "cpu";
    }

    /// Empty when a GPU can be used.
    private static String whyNoGpu() {
        if (natives().equals("cpu")) {
            return "the native libraries of this process are those for processors";
        }
        try {
            return torch.cuda_is_available()
                    ? ""
                    : "no CUDA device answers (driver, CUDA 13 and cuDNN 9 libraries present?)";
        } catch (RuntimeException e) {
            return "CUDA does not start: " + firstLine(e);
        }
    }

    /// Native errors come with a long trace of no use to a person.
    public static String firstLine(Throwable e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
