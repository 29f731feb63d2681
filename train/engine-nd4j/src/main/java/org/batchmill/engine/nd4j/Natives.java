package org.batchmill.engine.nd4j;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Properties;
import org.batchmill.queues.threads.Undisturbed;
import org.batchmill.records.MissingPartException;
import org.batchmill.train.engine.LoadFailure;
import org.batchmill.train.host.gpu.LibraryFolders;
import org.batchmill.train.host.gpu.NvidiaLibraries;
import org.bytedeco.javacpp.Loader;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** ND4J's native library: loaded once, on the first question. */
final class Natives {

    private Natives() {}

    /** Its result says whether the backend that was loaded computes on a GPU. */
    private static final Undisturbed<Boolean> LOADING =
            new Undisturbed<>("load-nd4j", () -> load(Path.of("/"), LibraryFolders.ofThisMachine()));

    /**
     * @param root    of the file system
     * @param folders where NVIDIA's libraries may be
     */
    static boolean load(Path root, LibraryFolders folders) {
        if (CudaBuild.isHere()) {
            CudaBuild.requireMachine(root, folders).forEach(NvidiaLibraries::load);
            // The one that is set is that of the build for CPUs.
            Loader.loadProperties().setProperty("platform.extension", "");
            CudaBuild.requireGpu();
        }
        Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
        // Memory is freed by close(); collections on a timer would only stop the program.
        Nd4j.getMemoryManager().togglePeriodicGc(false);
        return Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.CUDA;
    }

    /** Why the natives do not load, in one line; null if they do. */
    static String failure() {
        Throwable failure = LOADING.failure();
        if (failure == null) {
            return null;
        }
        return failure instanceof MissingPartException ? failure.getMessage() : LoadFailure.line("ND4J", failure);
    }

    /** Why no GPU is used, in one line; null if one is. Loads no natives where there is none to use. */
    static String withoutGpu() {
        if (!CudaBuild.isHere()) {
            return "ND4J's build for CUDA is not here: lib/engine-nd4j-cuda is missing (docs/engine-nd4j.md)";
        }
        String failure = failure();
        return failure != null || LOADING.result() ? failure : "ND4J took its build for CPUs";
    }

    static String description() {
        Properties environment = Nd4j.getExecutioner().getEnvironmentInformation();
        String extension = System.getProperty("org.bytedeco.javacpp.platform.extension", "");
        return "ND4J " + version() + " " + environment.getProperty("backend")
                + ", build " + (extension.isEmpty() ? "without oneDNN" : extension.substring(1)) + ", "
                + environment.get("blas.vendor");
    }

    /** From what Maven left in the jar of the natives' Java side: its manifest names no version. */
    private static String version() {
        Properties maven = new Properties();
        try (InputStream in = Nd4j.class.getResourceAsStream("/META-INF/maven/org.nd4j/nd4j-native/pom.properties")) {
            if (in != null) {
                maven.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return maven.getProperty("version", "of an unknown version");
    }

    static void setThreads(int threads) {
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
    }
}
