package org.batchmill.engine.torch;

import java.util.Locale;
import org.bytedeco.cuda.cudart.cudaDeviceProp;
import org.bytedeco.pytorch.cuda.CUDAAllocator;
import org.bytedeco.pytorch.cuda.DeviceStats;
import org.bytedeco.pytorch.global.torch_cuda;

/** What only GPUs have. Nothing here is called before libtorch's build for GPUs is loaded. */
final class Cuda {

    /** Turing: libtorch's build for GPUs has machine code from there on. */
    private static final int OLDEST = 75;

    private static final double GIBIBYTE = 1 << 30;

    private Cuda() {}

    /** Why no network can run on the first GPU, in one line; null if one can. */
    static String problem() {
        if (torch_cuda.device_count() == 0) {
            return "no NVIDIA GPU: the driver knows none";
        }
        int capability = capability((byte) 0);
        return capability >= OLDEST
                ? null
                : torch_cuda.getDeviceProperties((byte) 0).name().getString() + " (sm_" + capability
                        + ") is too old: sm_" + OLDEST + " (Turing) or newer is needed";
    }

    /** Without its point: 90. */
    static int capability(byte device) {
        cudaDeviceProp its = torch_cuda.getDeviceProperties(device);
        return 10 * its.major() + its.minor();
    }

    static int count() {
        return torch_cuda.device_count();
    }

    /** Each GPU with its architecture and memory. */
    static String describe() {
        StringBuilder line = new StringBuilder();
        for (byte i = 0; i < torch_cuda.device_count(); i++) {
            cudaDeviceProp device = torch_cuda.getDeviceProperties(i);
            line.append(String.format(
                    Locale.ROOT,
                    "%s%s (sm_%d%d, %.1f GiB)",
                    i == 0 ? "" : ", ",
                    device.name().getString(),
                    device.major(),
                    device.minor(),
                    device.totalGlobalMem() / GIBIBYTE));
        }
        return line.toString();
    }

    static void waitForDevice() {
        torch_cuda.device_synchronize();
    }

    /** The most that libtorch held so far on a device. */
    static long peakBytes(byte device) {
        try (CUDAAllocator allocator = torch_cuda.getAllocator();
                DeviceStats stats = allocator.getDeviceStats(device)) {
            return stats.allocated_bytes().peak();
        }
    }
}
