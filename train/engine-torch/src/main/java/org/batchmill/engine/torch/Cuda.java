package org.batchmill.engine.torch;

import org.bytedeco.pytorch.cuda.CUDAAllocator;
import org.bytedeco.pytorch.cuda.DeviceStats;
import org.bytedeco.pytorch.global.torch_cuda;

/** What only GPUs have. Nothing here is called before a GPU was found. */
final class Cuda {

    private Cuda() {}

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
