package org.batchmill.train.engine;

/**
 * Compiles networks. Providers are found by {@link java.util.ServiceLoader}; loading one must not load natives: a missing native
 * is told by {@link #unavailable()}. Thread-safe.
 */
public interface Engine {

    /** {@code nd4j}, {@code onednn} or {@code cudnn}. */
    String name();

    /** Why this engine cannot run here, in one line; null if it can. Loads natives. */
    String unavailable();

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
