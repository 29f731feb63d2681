package org.batchmill.engine.torch.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Between tensors and arrays. */
public final class Tensors {

    private Tensors() {}

    /** Float32 on a device. */
    public static Tensor zeros(Device device, long... shape) {
        return torch.zeros(shape, options(device, ScalarType.Float));
    }

    public static TensorOptions options(Device device, ScalarType type) {
        return new TensorOptions(type).device(new DeviceOptional(device));
    }

    /** 0, 1 and so on. */
    public static Tensor numbers(Device device, ScalarType type, long count) {
        return torch.arange(new Scalar(count), options(device, type));
    }

    /** A copy on the host, float32. */
    public static Tensor of(float[] values, long... shape) {
        return torch.from_blob(new FloatPointer(values), shape, new TensorOptions(ScalarType.Float));
    }

    /** The memory of a float32 tensor on the host, as long as the tensor lives. */
    public static FloatBuffer buffer(Tensor tensor) {
        long count = tensor.numel();
        return count == 0
                ? ByteBuffer.allocateDirect(0).order(ByteOrder.nativeOrder()).asFloatBuffer()
                : tensor.data_ptr_float().capacity(count).asBuffer();
    }

    /** All values in the order of the tensor's dimensions, whatever the order in memory. */
    public static float[] values(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.numel())];
        read(tensor, values);
        return values;
    }

    /** {@link #values} into the front of an array. */
    public static void read(Tensor tensor, float[] values) {
        int count = Math.toIntExact(tensor.numel());
        if (count > 0) {
            Tensor host = tensor.detach()
                    .to(new Device(DeviceType.CPU), ScalarType.Float, false, false, new MemoryFormatOptional())
                    .contiguous();
            host.data_ptr_float().get(values, 0, count);
        }
    }
}
