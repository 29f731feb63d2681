package org.batchmill.engine.nd4j;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.batchmill.records.MissingPartException;
import org.batchmill.train.host.gpu.ComputeCapability;
import org.batchmill.train.host.gpu.Driver;
import org.batchmill.train.host.gpu.LibraryFolders;
import org.batchmill.train.host.gpu.NvidiaLibraries;
import org.nd4j.linalg.factory.Nd4jBackend;

/** ND4J's build for CUDA 11.6, which takes the place of that for CPUs where it is on the class path, and what it needs of a machine. */
final class CudaBuild {

    private static final int CUDA = 11;

    /** Its machine code goes from Kepler's sm_37 to Ampere's sm_86, which Ada runs too; there is nothing that later GPUs could translate. */
    private static final int LAST_MAJOR = 8;

    static final NvidiaLibraries LIBRARIES = new NvidiaLibraries(
            List.of(),
            List.of(
                    "libcudart.so.11.0",
                    "libcublasLt.so.11",
                    "libcublas.so.11",
                    "libcusparse.so.11",
                    "libcusolver.so.11"));

    private CudaBuild() {}

    static boolean isHere() {
        return CudaBuild.class.getResource("/org/nd4j/linalg/jcublas/JCublasBackend.class") != null;
    }

    /**
     * Asks CUDA, behind {@link #requireMachine}. ND4J itself would print a stack trace and go on to its build for CPUs.
     *
     * @throws MissingPartException if CUDA knows no GPU
     */
    static void requireGpu() {
        for (Nd4jBackend backend : ServiceLoader.load(Nd4jBackend.class)) {
            if (backend.getPriority() == Nd4jBackend.BACKEND_PRIORITY_GPU) {
                try {
                    backend.canRun();
                } catch (RuntimeException e) {
                    throw new MissingPartException("ND4J's build for CUDA: " + e.getMessage(), e);
                }
            }
        }
    }

    /**
     * Where NVIDIA's libraries are that it needs, in the order in which they are to be loaded.
     *
     * @param root of the file system
     * @throws MissingPartException if the machine has no GPU that it runs on, or not all that it needs
     */
    static List<Path> requireMachine(Path root, LibraryFolders folders) {
        Driver driver = Driver.find(root, folders, CUDA);
        ComputeCapability.ofEach(root).stream()
                .findFirst()
                .filter(gpu -> gpu.major() > LAST_MAJOR)
                .ifPresent(gpu -> {
                    throw new MissingPartException(
                            "ND4J's build for CUDA is made for GPUs up to Ada, and the first GPU is " + gpu
                                    + ": --engine torch runs on it");
                });
        List<Path> libraries = new ArrayList<>(LIBRARIES.find(folders));
        libraries.add(0, driver.library());
        return List.copyOf(libraries);
    }
}
