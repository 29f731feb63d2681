package org.batchmill.train.engine;

/**
 * Compiles networks. Providers are found by {@link java.util.ServiceLoader}; loading one must not load natives: a missing native
 * is told by {@link #unavailable()}. Thread-safe.
 */
public interface Engine {

    /** {@code onednn}, {@code torch} or {@code nd4j}. */
    String name();

    /** Begins to load natives and does not wait for them: for whoever will ask soon and has something else to do. What fails is told later. */
    default void begin() {}

    /** Why this engine cannot run here, in one line; null if it can. Loads natives. */
    String unavailable();

    /** Why this engine cannot compute on a GPU here, in one line; null if it can. Loads natives where there is a GPU. */
    default String withoutGpu() {
        return "engine " + name() + " runs on CPUs alone";
    }

    /** One line about the library, the device and the instruction set, for doctor. Loads natives. */
    String describe();

    /**
     * Compiles a network for fixed shapes. The parameters start as their initializers and the specification's seed say, the same in
     * every engine.
     *
     * @return the caller closes it
     * @throws org.batchmill.records.MissingPartException if a native or a device is missing
     */
    Program compile(ProgramSpec spec);
}
