package org.batchmill.engine.torch.device;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.batchmill.queues.threads.Undisturbed;
import org.batchmill.records.MissingPartException;
import org.batchmill.train.engine.LoadFailure;
import org.batchmill.train.engine.TorchBuild;
import org.batchmill.train.host.Handles;
import org.batchmill.train.host.gpu.Driver;
import org.batchmill.train.host.gpu.LibraryFolders;
import org.batchmill.train.host.gpu.NvidiaLibraries;
import org.bytedeco.javacpp.ClassProperties;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/**
 * libtorch: loaded once, on the first question. The build for GPUs is loaded if it is on the class path and this machine has all that it
 * needs, else the one for CPUs. Thread-safe.
 */
public final class Natives {

    private static final String GPU_BUILD = "-gpu";

    /** The major version of CUDA that the build for GPUs is made for. */
    private static final int CUDA = 13;

    /** NVIDIA's, which the build for GPUs is linked with. */
    public static final NvidiaLibraries LIBRARIES = new NvidiaLibraries(
            List.of("libnvJitLink.so.13", "libnvrtc.so.13"),
            List.of(
                    "libcudart.so.13",
                    "libcupti.so.13",
                    "libcufile.so.0",
                    "libcublasLt.so.13",
                    "libcublas.so.13",
                    "libcufft.so.12",
                    "libcurand.so.10",
                    "libcusparse.so.12",
                    "libcusolver.so.12",
                    "libcudnn_graph.so.9",
                    "libcudnn_ops.so.9",
                    "libcudnn_cnn.so.9",
                    "libcudnn_adv.so.9",
                    "libcudnn.so.9",
                    "libnccl.so.2"));

    private static final Undisturbed<Natives> LOADING =
            new Undisturbed<>("load-torch", () -> load(Path.of("/"), LibraryFolders.ofThisMachine()));

    private final String withoutGpu;

    /** For native objects that outlive the scope that is open. */
    public static Handles<Pointer> handles() {
        return new Handles<>(Pointer::retainReference, Pointer::releaseReference);
    }

    /** Why no GPU is used, in one line; null if they are. */
    public String why() {
        return withoutGpu;
    }

    private Natives(String withoutGpu) {
        this.withoutGpu = withoutGpu;
    }

    /**
     * @param root    of the file system
     * @param folders where NVIDIA's libraries may be
     */
    public static Natives load(Path root, LibraryFolders folders) {
        String problem = Glibc.problem(root);
        if (problem != null) {
            throw new MissingPartException(problem);
        }
        String why = prepareGpu(root, folders);
        load(TorchBuild.claim(why == null ? GPU_BUILD : TorchBuild.CPU));
        return new Natives(why == null ? Cuda.problem() : why);
    }

    /** Says which build is meant, where both are on the class path: left to itself JavaCPP takes a library from each. */
    private static void load(String build) {
        Properties ofAll = Loader.loadProperties();
        String before = ofAll.getProperty(TorchBuild.EXTENSION, "");
        ofAll.setProperty(TorchBuild.EXTENSION, build);
        try {
            if (build.equals(GPU_BUILD)) {
                loadGpuBuild();
            } else {
                loadInOrder();
            }
        } finally {
            ofAll.setProperty(TorchBuild.EXTENSION, before);
        }
    }

    /**
     * All libraries are unpacked before the first is loaded: where one that it is linked with is not there yet, JavaCPP goes on to the build
     * for CPUs, and both in one process end it.
     */
    private static void loadGpuBuild() {
        File folder;
        try {
            folder = Loader.cacheResources(torch.class, libraries(GPU_BUILD))[0];
        } catch (IOException e) {
            throw new MissingPartException("libtorch's build for GPUs cannot be unpacked: " + e.getMessage(), e);
        }
        loadInOrder();
        CudaClasses.load(folder.toPath());
    }

    private static void loadInOrder() {
        Loader.load(openblas.class);
        ClassProperties ofTorch = Loader.loadProperties(torch.class, Loader.loadProperties(), true);
        for (String library : TorchBuild.FIRST) {
            URL[] here = Loader.findLibrary(torch.class, ofTorch, library);
            if (here.length > 0) {
                Loader.loadLibrary(torch.class, here, library);
            }
        }
        Loader.load(torch.class);
    }

    /** The folder of a build's libraries in its jar. */
    private static String libraries(String build) {
        return "/org/bytedeco/pytorch/" + Loader.getPlatform() + build;
    }

    /** Loads what the build for GPUs needs; returns why it is not to be loaded, or null. */
    private static String prepareGpu(Path root, LibraryFolders folders) {
        if (TorchBuild.isCpu()) {
            return "libtorch's build for CPUs is loaded already: ranks of a gang exchange by it";
        }
        try {
            Driver driver = Driver.find(root, folders, CUDA);
            if (torch.class.getResource(libraries(GPU_BUILD) + "/libjnitorch.so") == null) {
                return "libtorch's build for GPUs is not here: lib/engine-torch-gpu is missing (docs/gpu.md)";
            }
            NvidiaLibraries.load(driver.library());
            LIBRARIES.find(folders).forEach(NvidiaLibraries::load);
            return null;
        } catch (MissingPartException e) {
            return e.getMessage();
        }
    }

    /** Why the natives do not load, in one line; null if they do. */
    public static String failure() {
        Throwable failure = LOADING.failure();
        if (failure == null) {
            return null;
        }
        return failure instanceof MissingPartException ? failure.getMessage() : LoadFailure.line("libtorch", failure);
    }

    /** Why no GPU can be used, in one line; null if one can. Loads no natives where this machine has none. */
    public static String withoutGpu() {
        try {
            Driver.find(Path.of("/"), LibraryFolders.ofThisMachine(), CUDA);
        } catch (MissingPartException e) {
            return e.getMessage();
        }
        String failure = failure();
        return failure == null ? LOADING.result().why() : failure;
    }

    public static String description() {
        String why = LOADING.result().why();
        return "libtorch " + version() + ", "
                + torch.get_cpu_capability().getString().toUpperCase(Locale.ROOT)
                + (why == null ? ", " + Cuda.describe(Path.of("/")) : ", without a GPU: " + why);
    }

    /** Without the version of the JNI behind it. */
    private static String version() {
        try {
            return Loader.getVersion("org.bytedeco", "pytorch").replaceFirst("(?s)-.*", "");
        } catch (IOException e) {
            return "of a version that its jar does not tell";
        }
    }
}
