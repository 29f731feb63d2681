package org.batchmill.engine.cudnn;

import java.io.PrintStream;
import java.util.Locale;
import org.batchmill.records.MissingPartException;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;

/**
 * What a machine with a GPU runs first: each thing that the engine stands on, a line each. {@code benchmarks/gpu/check.sh} starts it.
 * Ends with exit code 3 if a part is missing, 1 if something computes wrong, else 0.
 */
public final class GpuCheck {

    private static final long SEED = 1;
    private static final int STEPS = 20;

    /** Sums of some hundred products in float32, in another order. */
    private static final double TOLERANCE = 1e-5;

    private final PrintStream out;
    private boolean fine = true;

    private GpuCheck(PrintStream out) {
        this.out = out;
    }

    /** @param arguments none */
    public static void main(String[] arguments) {
        System.exit(new GpuCheck(System.out).run());
    }

    /** Prints and returns the exit code. */
    static int run(PrintStream out) {
        return new GpuCheck(out).run();
    }

    private int run() {
        Gpu gpu;
        try {
            gpu = Gpu.first();
        } catch (MissingPartException e) {
            out.println("BAD  gpu: " + e.getMessage());
            return 3;
        }
        out.println("ok   gpu: " + gpu.describe());
        CUstream_st stream = new CUstream_st();
        Cuda.check(cudart.cudaStreamCreate(stream), "cudaStreamCreate");
        step("convolution in NHWC, forward and backward, captured and replayed", () -> {
            ConvolutionCheck check = new ConvolutionCheck(SEED);
            return within(check.onDevice(stream).differenceFrom(check.onHost()));
        });
        step("kernels, compiled by NVRTC or from the cache, and a captured training step of them", () -> {
            long start = System.nanoTime();
            byte[] cubin = KernelCache.ofThisUser().cubin(KernelSource.text(), gpu.target(), new Nvrtc());
            double seconds = (System.nanoTime() - start) / 1e9;
            try (Kernels kernels = new Kernels(cubin)) {
                StepCheck check = new StepCheck(SEED, STEPS);
                return String.format(Locale.ROOT, "%d bytes for %s in %.2f s, ", cubin.length, gpu.target(), seconds)
                        + within(difference(check.onDevice(kernels, stream), check.onHost()));
            }
        });
        return fine ? 0 : 1;
    }

    private interface Step {
        String result();
    }

    private void step(String what, Step step) {
        try {
            out.println("ok   " + what + ": " + step.result());
        } catch (IllegalStateException e) {
            fine = false;
            out.println("BAD  " + what + ": " + e.getMessage());
        }
    }

    private static double difference(float[] ours, float[] theirs) {
        double worst = 0;
        for (int i = 0; i < ours.length; i++) {
            worst = Math.max(worst, Math.abs(ours[i] - theirs[i]));
        }
        return worst;
    }

    /** NaN is not within. */
    private static String within(double difference) {
        String says = String.format(Locale.ROOT, "off by %.1e", difference);
        if (!(difference < TOLERANCE)) {
            throw new IllegalStateException(says);
        }
        return says;
    }
}
