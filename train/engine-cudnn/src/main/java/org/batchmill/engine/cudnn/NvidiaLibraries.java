package org.batchmill.engine.cudnn;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.batchmill.records.MissingPartException;
import org.bytedeco.cuda.presets.cublas;
import org.bytedeco.cuda.presets.cudart;
import org.bytedeco.cuda.presets.cudnn;
import org.bytedeco.cuda.presets.nvrtc;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;

/**
 * NVIDIA's libraries that the JNI needs. They are loaded by their full paths before the JNI is: the dynamic linker then takes them for
 * the names that the JNI asks for, wherever they lie.
 */
final class NvidiaLibraries {

    /** What no preset names on Linux: NVRTC opens it by name, and finds it among what is loaded. */
    private static final String BUILTINS = "libnvrtc-builtins.so.";

    private NvidiaLibraries() {}

    /** The major version of CUDA that the JNI was built for. */
    static int cudaVersion() {
        String name = names(cudart.class).get(0);
        return Integer.parseInt(name.substring(name.lastIndexOf('.') + 1));
    }

    /** The names of all that is needed, but for the driver's, each behind those that it needs. */
    static List<String> names() {
        List<String> names = new ArrayList<>(names(cudart.class));
        names.add(BUILTINS + cudaVersion() + "*");
        names.addAll(names(nvrtc.class));
        names.addAll(names(cublas.class));
        List<String> parts = new ArrayList<>(names(cudnn.class));
        // The front of cuDNN 9 opens its parts by name; the graph stands under the others.
        parts.sort(Comparator.comparingInt(
                part -> part.startsWith("libcudnn_graph") ? 0 : part.startsWith("libcudnn_ops") ? 1 : 2));
        names.addAll(parts);
        return names;
    }

    /** What a preset is linked with: it says {@code cudart@.13} for {@code libcudart.so.13}. */
    private static List<String> names(Class<?> preset) {
        return Arrays.stream(preset.getAnnotation(Properties.class).value())
                .map(Platform::link)
                .flatMap(Arrays::stream)
                .filter(link -> !link.endsWith("#"))
                .map(link -> "lib" + link.replace("@", ".so"))
                .toList();
    }

    /**
     * Where they are, in the order of {@link #names()}.
     *
     * @throws MissingPartException if one is nowhere
     */
    static List<Path> find(LibraryFolders folders) {
        List<Path> found = new ArrayList<>();
        for (String name : names()) {
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
