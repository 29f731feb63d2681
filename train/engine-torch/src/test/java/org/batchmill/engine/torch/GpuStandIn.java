package org.batchmill.engine.torch;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.batchmill.engine.torch.device.LibraryFolders;
import org.batchmill.engine.torch.device.Natives;

/** A process that looks for a GPU in a folder that is made to look like a machine's, and says what it found and what the engine then does. */
final class GpuStandIn {

    private GpuStandIn() {}

    /** @param arguments the folder that stands for the root of the file system, and the one with stand-ins for NVIDIA's libraries */
    public static void main(String[] arguments) {
        Path root = Path.of(arguments[0]);
        Natives natives = Natives.load(root, new LibraryFolders(root, List.of(Path.of(arguments[1])), Map.of()));
        System.out.println("without a GPU: " + natives.why());
        System.out.println("loss " + OneStep.loss("cpu"));
    }
}
