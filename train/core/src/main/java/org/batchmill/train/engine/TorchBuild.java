package org.batchmill.train.engine;

import java.util.List;

/**
 * Which build of libtorch this JVM has loaded: it can load one, and both an engine and gangs load it. Whoever comes first decides. The build
 * for GPUs is loaded by the engine alone, which looks for what that build needs: without it the JVM would end. Thread-safe.
 */
public final class TorchBuild {

    /** What JavaCPP puts behind the platform's name to find libraries. */
    public static final String EXTENSION = "platform.extension";

    /** No jar has libraries by this name; then those without a name are taken. */
    public static final String CPU = "-cpu";

    /**
     * What is to be loaded before all others, in this order, of what a platform has: JavaCPP begins with a library that is linked with these,
     * which the system's linker then looks for, and another libtorch that it finds (Debian's, or one in {@code LD_LIBRARY_PATH}) ends the JVM.
     */
    public static final List<String> FIRST = List.of("gomp@.1", "c10", "torch_cpu");

    private static String loaded;

    private TorchBuild() {}

    /**
     * Says which build is about to be loaded.
     *
     * @param build the one that is wanted, as JavaCPP calls it
     * @return the one to load: another, if that is here already
     */
    public static synchronized String claim(String build) {
        if (loaded == null) {
            loaded = build;
        }
        return loaded;
    }

    /** Whether the build for CPUs is here, so that no other can be. */
    public static synchronized boolean isCpu() {
        return CPU.equals(loaded);
    }
}
