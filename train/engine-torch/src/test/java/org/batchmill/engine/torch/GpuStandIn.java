package org.batchmill.engine.torch;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.batchmill.engine.torch.device.Cuda;
import org.batchmill.engine.torch.device.CudaLane;
import org.batchmill.engine.torch.device.Natives;
import org.batchmill.train.engine.TorchBuild;
import org.batchmill.train.host.gpu.LibraryFolders;
import org.bytedeco.pytorch.cuda.CUDAEvent;

/** A process that looks for a GPU in a folder that is made to look like a machine's, and says what it found and what the engine then does. */
final class GpuStandIn {

    private GpuStandIn() {}

    /** @param arguments the folder that stands for the root of the file system, and the one with stand-ins for NVIDIA's libraries */
    public static void main(String[] arguments) {
        Path root = Path.of(arguments[0]);
        Natives natives = Natives.load(root, new LibraryFolders(root, List.of(Path.of(arguments[1])), Map.of()));
        System.out.println("without a GPU: " + natives.why());
        System.out.println("loss " + OneStep.loss("cpu"));
        if (!TorchBuild.isCpu()) {
            tell("memory", () -> Cuda.memory((byte) 0, "gpu:0", null));
            tell("peak", () -> Cuda.peakBytes((byte) 0));
            tell("lane", () -> new CudaLane((byte) 0, Natives.handles()));
            tell("event", CUDAEvent::new);
            tell("limit", () -> Cuda.limitMemory((byte) 0, .5));
        }
    }

    /** What a call ends with where there is no GPU: that it got so far shows that its classes and natives are there. */
    private static void tell(String call, Runnable work) {
        try {
            work.run();
            System.out.println(call + " done");
        } catch (RuntimeException e) {
            System.out.println(call + ": " + e.getMessage().lines().findFirst().orElse(""));
        }
    }
}
