package org.batchmill.engine.torch.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.ProgramSpec.Precision;
import org.batchmill.train.host.gpu.ComputeCapability;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The arithmetic of a forward pass, while it is open. With bfloat16 libtorch's autocast makes convolutions and products in it, from float32
 * parameters; norms, losses and updates stay float32. libtorch keeps the setting by thread, and those of
 * TF32 and of cuDNN's search for the process.
 */
public final class Arithmetic implements AutoCloseable {

    /** Of Ampere's compute capability. */
    private static final int FIRST_MAJOR = 8;

    private final DeviceType type;
    private final boolean cast;

    /** What passes on a device are made in. */
    public record Kind(DeviceType type, Precision precision) {

        public Arithmetic open() {
            return new Arithmetic(type, precision);
        }
    }

    private Arithmetic(DeviceType type, Precision precision) {
        this.type = type;
        this.cast = precision == Precision.BFLOAT16;
        if (type == DeviceType.CUDA) {
            Context context = torch.globalContext();
            context.setAllowTF32CuDNN(precision == Precision.TF32);
            context.setAllowTF32CuBLAS(precision == Precision.TF32);
            // A program's shapes are few and come again and again: cuDNN tries its algorithms once for each, and keeps
            // the fastest.
            context.setBenchmarkCuDNN(true);
        }
        if (cast) {
            torch.set_autocast_dtype(type, ScalarType.BFloat16);
            // A parameter is read once in a pass: there is nothing to keep.
            torch.set_autocast_cache_enabled(false);
            torch.set_autocast_enabled(type, true);
        }
    }

    /**
     * @param root of the file system
     * @throws UsageException if the device has no such arithmetic
     */
    public static Kind of(Device device, Precision precision, Path root) {
        if (device.is_cuda()) {
            if (precision != Precision.FLOAT32) {
                requireAmpere(precision, ComputeCapability.ofEach(root));
            }
            return new Kind(DeviceType.CUDA, precision);
        }
        if (precision == Precision.TF32) {
            throw new UsageException("tf32 is the arithmetic of GPUs from Ampere on; a CPU has float32 and bfloat16");
        }
        if (precision == Precision.BFLOAT16 && !hasBfloat16(root.resolve("proc/cpuinfo"))) {
            throw new UsageException("bfloat16 needs a CPU with AVX-512-BF16 or AMX; this one has "
                    + torch.get_cpu_capability().getString());
        }
        return new Kind(DeviceType.CPU, precision);
    }

    /**
     * Turing's float32 would be called TF32 without a word, and its bfloat16 is emulated or refused in the middle of a step. Where GPUs of
     * several generations are, which of them is CUDA's device is not known: one that has it is enough.
     */
    private static void requireAmpere(Precision precision, List<ComputeCapability> gpus) {
        if (!gpus.isEmpty() && gpus.stream().allMatch(gpu -> gpu.major() < FIRST_MAJOR)) {
            throw new UsageException(precision.name().toLowerCase(Locale.ROOT)
                    + " is the arithmetic of GPUs from Ampere on; here is " + gpus.get(0));
        }
    }

    /** @param cpu Linux's description of the processors */
    static boolean hasBfloat16(Path cpu) {
        try {
            return Files.readAllLines(cpu).stream()
                    .filter(line -> line.startsWith("flags"))
                    .map(line -> List.of(line.split("\\s+", -1)))
                    .anyMatch(flags -> flags.contains("avx512_bf16") || flags.contains("amx_bf16"));
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        if (cast) {
            torch.set_autocast_enabled(type, false);
        }
    }
}
