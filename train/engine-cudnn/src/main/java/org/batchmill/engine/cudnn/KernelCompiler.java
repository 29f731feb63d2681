package org.batchmill.engine.cudnn;

/** Compiles CUDA C++ to machine code. */
interface KernelCompiler {

    /** The compiler, its version and all that decides what it makes of a source, for the key of a cache. */
    String identity();

    /**
     * @param target {@code sm_90}
     * @return a CUBIN: machine code of that target alone
     * @throws IllegalStateException if the source does not compile, with the compiler's first message
     */
    byte[] compile(String source, String target);
}
