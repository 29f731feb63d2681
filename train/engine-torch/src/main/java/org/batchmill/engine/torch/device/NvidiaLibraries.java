package org.batchmill.engine.torch.device;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.MissingPartException;

/**
 * NVIDIA's libraries that libtorch's GPU build is linked with and that its jars do not bring. They are loaded by their full paths before
 * the JNI is, which ends the JVM where one is missing: the dynamic linker then takes them for the names that the JNI asks for, wherever
 * they lie.
 */
public final class NvidiaLibraries {

    /** The major version of CUDA that libtorch's GPU build is made for. */
    static final int CUDA = 13;

    /** What is needed, each behind those that it needs. */
    public static final List<String> NEEDED = List.of(
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
            "libnccl.so.2");

    /** What some of them are linked with or open by name, and find among what is loaded. */
    private static final List<String> BENEATH = List.of("libnvJitLink.so.13", "libnvrtc.so.13");

    private NvidiaLibraries() {}

    /**
     * Where they are, in the order in which they are to be loaded.
     *
     * @throws MissingPartException if one is nowhere
     */
    public static List<Path> find(LibraryFolders folders) {
        List<Path> found = new ArrayList<>();
        BENEATH.forEach(name -> folders.find(name).ifPresent(found::add));
        for (String name : NEEDED) {
            found.add(folders.find(name)
                    .orElseThrow(() -> new MissingPartException("NVIDIA's library " + name + " is in none of "
                            + folders.describe() + ": name its folder with -D" + LibraryFolders.PROPERTY + "=DIR")));
        }
        return found;
    }

    /**
     * Loads a library for the rest of the process.
     *
     * @throws MissingPartException if it cannot be
     */
    static void load(Path library) {
        try {
            System.load(library.toAbsolutePath().toString());
        } catch (UnsatisfiedLinkError e) {
            throw new MissingPartException("NVIDIA's library does not load: " + e.getMessage(), e);
        }
    }
}
