package dev.afinador.trainer.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.pytorch.AbstractTensor;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// Tensors from arrays and back.
public final class Tensors {

    private Tensors() {}

    public static TensorOptions options(Compute compute, ScalarType type) {
        return new TensorOptions()
                .dtype(new ScalarTypeOptional(type))
                .device(new DeviceOptional(compute.device()));
    }

    public static Tensor zeros(Compute compute, ScalarType type, long... shape) {
        return torch.torch_zeros(shape, options(compute, type));
    }

    public static Tensor of(Compute compute, long[] values, long... shape) {
        return to(compute, AbstractTensor.create(values, shape), ScalarType.Long);
    }

    public static Tensor of(Compute compute, float[] values, long... shape) {
        return to(compute, AbstractTensor.create(values, shape), ScalarType.Float);
    }

    /// The same numbers at another place or in another type; the tensor itself when nothing changes.
    public static Tensor to(Compute compute, Tensor tensor, ScalarType type) {
        return tensor.to(compute.device(), type, false, false, new MemoryFormatOptional());
    }

    /// A copy of the numbers, as fp32, in row order.
    public static float[] floats(Tensor tensor) {
        Tensor flat = tensor.detach().to(ScalarType.Float).cpu().contiguous();
        return memory(flat, Float.BYTES).toArray(ValueLayout.JAVA_FLOAT);
    }

    public static long[] longs(Tensor tensor) {
        Tensor flat = tensor.detach().to(ScalarType.Long).cpu().contiguous();
        return memory(flat, Long.BYTES).toArray(ValueLayout.JAVA_LONG);
    }

    /// Where the numbers of a contiguous tensor on the processor lie; good while the tensor is.
    static MemorySegment memory(Tensor contiguous, int bytesPerElement) {
        return MemorySegment.ofAddress(contiguous.data_ptr().address())
                .reinterpret(contiguous.numel() * bytesPerElement);
    }
}
