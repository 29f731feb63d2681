package org.batchmill.train.host.gpu;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where NVIDIA's libraries may lie: in folders that the user names, on the library path, where Linux distributions, CUDA's toolkit and
 * containers have them, and inside Python's site-packages, where PyTorch's wheels bring all of them. Immutable.
 */
public final class LibraryFolders {

    /** Folders that the user names, between colons; a site-packages folder will do. */
    static final String PROPERTY = "batchmill.cuda.libraries";

    private static final List<String> USUAL = List.of(
            "usr/local/cuda/lib64",
            "usr/local/cuda/extras/CUPTI/lib64",
            "usr/lib/x86_64-linux-gnu",
            "usr/lib/aarch64-linux-gnu",
            "usr/lib64",
            "usr/lib",
            "usr/local/nvidia/lib64",
            "usr/local/nvidia/lib",
            "usr/lib/wsl/lib");

    /** Of python3 to python3.12 to an environment's: each may have packages beside it. */
    private static final int MOST_LINKS = 8;

    private final List<Path> named;
    private final Set<Path> folders = new LinkedHashSet<>();

    /**
     * @param root  of the file system
     * @param named by the user, looked at first
     * @param paths the environment: LD_LIBRARY_PATH and PATH count
     */
    public LibraryFolders(Path root, List<Path> named, Map<String, String> paths) {
        this.named = List.copyOf(named);
        for (Path folder : named) {
            folders.add(folder);
            addWheels(folder);
        }
        folders.addAll(split(paths.get("LD_LIBRARY_PATH")));
        USUAL.forEach(folder -> folders.add(root.resolve(folder)));
        List<Path> programs = new ArrayList<>(split(paths.get("PATH")));
        programs.add(root.resolve("usr/bin"));
        programs.add(root.resolve("usr/local/bin"));
        programs.forEach(this::addPythons);
    }

    /** Those of this machine. */
    public static LibraryFolders ofThisMachine() {
        return new LibraryFolders(Path.of("/"), split(System.getProperty(PROPERTY)), System.getenv());
    }

    private static List<Path> split(String paths) {
        List<Path> folders = new ArrayList<>();
        if (paths != null) {
            for (String path : paths.split(File.pathSeparator, -1)) {
                if (!path.isEmpty()) {
                    folders.add(Path.of(path));
                }
            }
        }
        return folders;
    }

    /** The packages of a Python whose program, or a link to it, is here: an environment has both below one folder. */
    private void addPythons(Path programs) {
        Path program = programs.resolve("python3");
        for (int links = 0; links < MOST_LINKS && Files.exists(program); links++) {
            for (Path python : list(program.getParent().resolveSibling("lib"), "python3*")) {
                addWheels(python.resolve("site-packages"));
                addWheels(python.resolve("dist-packages"));
            }
            if (!Files.isSymbolicLink(program)) {
                return;
            }
            try {
                program =
                        program.resolveSibling(Files.readSymbolicLink(program)).normalize();
            } catch (IOException e) {
                return;
            }
        }
    }

    /** NVIDIA's wheels: nvidia/cu13/lib holds many libraries, nvidia/cudnn/lib one. */
    private void addWheels(Path packages) {
        for (Path wheel : list(packages.resolve("nvidia"), "*")) {
            if (Files.isDirectory(wheel.resolve("lib"))) {
                folders.add(wheel.resolve("lib"));
            }
        }
    }

    private static Collection<Path> list(Path folder, String glob) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
            entries.forEach(found::add);
        } catch (IOException e) {
            return List.of();
        }
        found.sort(null);
        return found;
    }

    /**
     * The first file of this name.
     *
     * @param name {@code libcudart.so.13}; may hold {@code *}
     */
    public Optional<Path> find(String name) {
        return folders.stream().flatMap(folder -> list(folder, name).stream()).findFirst();
    }

    /** For people: what was looked at, in few words. */
    String describe() {
        String first = named.stream().map(folder -> folder + ", ").collect(Collectors.joining());
        return first + "LD_LIBRARY_PATH, the system's and CUDA's folders, Python's site-packages";
    }
}
