package org.batchmill.engine.cudnn;

import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.PointerScope;

/** Our kernels on the current device. Used by one thread; unloaded by {@link #close()}. */
final class Kernels implements AutoCloseable {

    private static final int THREADS = 256;

    private final CUmod_st module = new CUmod_st();

    Kernels(byte[] cubin) {
        try (BytePointer code = new BytePointer(cubin)) {
            Cuda.checkDriver(cudart.cuModuleLoadData(module, code), "cuModuleLoadData");
        }
    }

    /**
     * Starts a kernel with blocks of 256 threads.
     *
     * @param blocks    along x
     * @param arguments in the kernel's order: memory, null, int, long, float, or the bytes of a struct
     */
    @SuppressWarnings("try") // The scope frees what is made in it.
    void launch(String name, CUstream_st stream, int blocks, Object... arguments) {
        try (PointerScope scope = new PointerScope()) {
            CUfunc_st function = new CUfunc_st();
            Cuda.checkDriver(cudart.cuModuleGetFunction(function, module, name), "cuModuleGetFunction of " + name);
            PointerPointer<Pointer> values = new PointerPointer<>(arguments.length);
            for (int i = 0; i < arguments.length; i++) {
                values.put(i, value(arguments[i]));
            }
            Cuda.checkDriver(
                    cudart.cuLaunchKernel(
                            function, blocks, 1, 1, THREADS, 1, 1, 0, stream, values, (PointerPointer<?>) null),
                    name);
        }
    }

    /** Memory that holds an argument; CUDA copies it within the launch. */
    private static Pointer value(Object argument) {
        if (argument == null) {
            return new LongPointer(new long[] {0});
        } else if (argument instanceof DeviceMemory memory) {
            return new LongPointer(new long[] {memory.pointer().address()});
        } else if (argument instanceof Integer number) {
            return new IntPointer(new int[] {number});
        } else if (argument instanceof Long number) {
            return new LongPointer(new long[] {number});
        } else if (argument instanceof Float number) {
            return new FloatPointer(new float[] {number});
        } else if (argument instanceof byte[] struct) {
            return new BytePointer(struct);
        }
        throw new IllegalArgumentException("no argument of a kernel: " + argument.getClass());
    }

    @Override
    public void close() {
        Cuda.checkDriver(cudart.cuModuleUnload(module), "cuModuleUnload");
        module.close();
    }
}
