package org.batchmill.engine.torch.device;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.train.engine.MemoryLimit;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.SizeTPair;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.cuda.DeviceStats;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch_cuda;

/** What only GPUs have. Nothing here is called before libtorch's build for GPUs is loaded. */
public final class Cuda {

    /** Turing: libtorch's build for GPUs has machine code from there on. */
    private static final String OLDEST = "sm_75 (Turing)";

    private Cuda() {}

    /** Why nothing can be computed on the first GPU, in one line; null if it can. */
    @SuppressWarnings("try") // the scope is there to be closed
    static String problem() {
        if (!torch.cuda_is_available()) {
            return "the driver knows no NVIDIA GPU that libtorch can use";
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor one = Tensors.numbers(new Device("cuda:0"), torch.ScalarType.Float, 2);
            double sum = one.sum().item_double();
            return sum == 1 ? null : "the first GPU says that 0 and 1 are " + sum;
        } catch (RuntimeException e) {
            String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            return line.contains("no kernel image")
                    ? "the first GPU is too old: " + OLDEST + " or newer is needed"
                    : "the first GPU does not compute: " + line;
        }
    }

    public static int count() {
        return torch.cuda_device_count();
    }

    /** @param root of the file system, where the driver describes its devices */
    static String describe(Path root) {
        List<String> models = new ArrayList<>();
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(root.resolve("proc/driver/nvidia/gpus"))) {
            for (Path device : devices) {
                Files.readAllLines(device.resolve("information")).stream()
                        .filter(line -> line.startsWith("Model:"))
                        .map(line -> line.substring("Model:".length()).trim())
                        .forEach(models::add);
            }
        } catch (IOException e) {
            // Linux inside Windows has no such folder: their number will do.
            models.clear();
        }
        return count() + (count() == 1 ? " GPU" : " GPUs") + (models.isEmpty() ? "" : ": " + String.join(", ", models));
    }

    /** What waits for all that was handed to a device, on any of its streams; it does nothing where that is the host. */
    public static Runnable waitFor(Device device) {
        byte index = device.index();
        return device.is_cuda() ? () -> torch.cuda_synchronize(index) : () -> {};
    }

    /** The most that libtorch held so far on a device. */
    public static long peakBytes(byte device) {
        try (DeviceStats stats = torch.getDeviceStats(device)) {
            return stats.allocated_bytes().peak();
        }
    }

    /**
     * What there is of a device's memory.
     *
     * @param name  what the user calls the device
     * @param limit null for none
     */
    public static MemoryBudget memory(byte device, String name, MemoryLimit limit) {
        try (SizeTPair freeAndTotal = torch.getMemoryInfo(device);
                DeviceStats stats = torch.getDeviceStats(device)) {
            long kept =
                    stats.reserved_bytes().current() - stats.allocated_bytes().current();
            return new MemoryBudget(name, freeAndTotal.second(), freeAndTotal.first() + kept, limit);
        }
    }

    /** From now on libtorch takes no more than a share of a device's memory, in all programs of the process. */
    public static void limitMemory(byte device, double fraction) {
        torch_cuda.getAllocator().setMemoryFraction(fraction, device);
    }
}
