package org.batchmill.engine.cudnn;

import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;

/** The launch code on the driver of {@code host-driver.cpp}, in a JVM of its own: a JVM has one driver. */
final class LaunchOnHost {

    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

    private LaunchOnHost() {}

    /** @param arguments NVIDIA's libraries, in the order in which they are loaded */
    public static void main(String[] arguments) {
        for (String library : arguments) {
            NvidiaLibraries.load(Path.of(library));
        }
        CUstream_st stream = new CUstream_st();
        Cuda.check(cudart.cudaStreamCreate(stream), "cudaStreamCreate");
        ConvolutionCheck convolution = new ConvolutionCheck(1);
        System.out.println(convolution.onDevice(stream).differenceFrom(convolution.onHost()));
        try (Kernels kernels = new Kernels(ELF)) {
            StepCheck check = new StepCheck(1, 2);
            System.out.println(Arrays.toString(check.onDevice(kernels, stream)));
            System.out.println(Arrays.toString(check.onHost()));
            print(() -> kernels.launch("absent", stream, 1));
            print(() -> Graph.capture(stream, () -> kernels.launch("absent", stream, 1)));
        }
        print(() -> new Kernels(new byte[4]));
    }

    private static void print(Runnable failing) {
        try {
            failing.run();
        } catch (IllegalStateException e) {
            System.out.println(e.getMessage());
        }
    }
}
