package org.batchmill.train.host.gpu;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.MissingPartException;

/**
 * NVIDIA's libraries that an engine is linked with and that its jars do not bring. They are loaded by their full paths before the engine's
 * JNI is, which may end the JVM where one is missing: the dynamic linker then takes them for the names that the JNI asks for, wherever
 * they lie.
 *
 * @param beneath what some of them are linked with or open by name, and find among what is loaded
 * @param needed  what is needed, each behind those that it needs
 */
public record NvidiaLibraries(List<String> beneath, List<String> needed) {

    public NvidiaLibraries {
        beneath = List.copyOf(beneath);
        needed = List.copyOf(needed);
    }

    /**
     * Where they are, in the order in which they are to be loaded.
     *
     * @throws MissingPartException if one is nowhere
     */
    public List<Path> find(LibraryFolders folders) {
        List<Path> found = new ArrayList<>();
        beneath.forEach(name -> folders.find(name).ifPresent(found::add));
        for (String name : needed) {
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
    public static void load(Path library) {
        try {
            System.load(library.toAbsolutePath().toString());
        } catch (UnsatisfiedLinkError e) {
            throw new MissingPartException("NVIDIA's library does not load: " + e.getMessage(), e);
        }
    }
}
