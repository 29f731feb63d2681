package org.batchmill.engine.nd4j;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.batchmill.records.MissingPartException;
import org.batchmill.train.engine.LoadFailure;
import org.batchmill.train.host.gpu.LibraryFolders;

/** A process that looks for a GPU in a folder that is made to look like a machine's, and says what ND4J's build for CUDA makes of it. */
final class CudaStandIn {

    private CudaStandIn() {}

    /** @param arguments the folder that stands for the root of the file system, and the one with stand-ins for NVIDIA's libraries */
    public static void main(String[] arguments) {
        Path root = Path.of(arguments[0]);
        try {
            System.out.println("on a GPU: "
                    + Natives.load(root, new LibraryFolders(root, List.of(Path.of(arguments[1])), Map.of())));
        } catch (MissingPartException e) {
            System.out.println("engine nd4j cannot run here: " + e.getMessage());
            if (e.getCause() != null) {
                loadNatives();
            }
        }
    }

    /** Shows that what ND4J would load next is there and linked. */
    private static void loadNatives() {
        try {
            Class.forName("org.nd4j.linalg.jcublas.bindings.Nd4jCuda");
            System.out.println("its natives load");
        } catch (ClassNotFoundException | LinkageError e) {
            System.out.println(LoadFailure.line("ND4J", e));
        }
    }
}
