package org.batchmill.engine.cudnn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Random;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.ReferenceOptimizer;
import org.bytedeco.cuda.cudart.CUstream_st;

/**
 * A training step of the smallest network that our kernels make up alone, a bias behind scaled bytes and a leaky relu, with momentum:
 * captured as one graph, replayed with another learning rate each time, beside the same steps in Java.
 */
final class StepCheck {

    private static final int PIXELS = 1000;
    private static final int CHANNELS = 24;
    private static final int COUNT = PIXELS * CHANNELS;
    private static final float MULTIPLY = 1 / 255f;
    private static final float ADD = -.5f;
    private static final int LEAKY_RELU = KernelCodes.of(ActivationFunction.LEAKY_RELU);
    private static final float SLOPE = .1f;
    private static final float MOMENTUM = .9f;
    private static final int SQUARED = 0;
    private static final int BLOCKS = 16;

    private final byte[] pixels = new byte[COUNT];
    private final float[] truth = new float[COUNT];

    private final int steps;

    /**
     * @param seed  of the random values
     * @param steps to train
     */
    StepCheck(long seed, int steps) {
        this.steps = steps;
        Random random = new Random(seed);
        random.nextBytes(pixels);
        for (int i = 0; i < COUNT; i++) {
            truth[i] = (float) random.nextGaussian();
        }
    }

    private static double rate(int step) {
        return step % 2 == 0 ? 1 : .25;
    }

    /** The bias after all steps, by Java. */
    float[] onHost() {
        Optimizer rule = new Optimizer.Momentum(MOMENTUM);
        float[] bias = new float[CHANNELS];
        Map<String, float[]> slots = ReferenceOptimizer.slots(rule, CHANNELS);
        float[] outputs = new float[COUNT];
        float[] gradient = new float[COUNT];
        for (int step = 0; step < steps; step++) {
            for (int i = 0; i < COUNT; i++) {
                float x = (pixels[i] & 0xff) * MULTIPLY + ADD + bias[i % CHANNELS];
                outputs[i] = x > 0 ? x : SLOPE * x;
            }
            new MeanSquaredError().evaluate(outputs, truth, 1, 1, gradient);
            float[] sums = new float[CHANNELS];
            for (int i = 0; i < COUNT; i++) {
                sums[i % CHANNELS] += gradient[i] * (outputs[i] > 0 ? 1 : SLOPE);
            }
            ReferenceOptimizer.update(rule, bias, sums, slots, step + 1, rate(step), false);
        }
        return bias;
    }

    /**
     * The bias after all steps, by the kernels.
     *
     * @throws IllegalStateException if a call fails
     */
    float[] onDevice(Kernels kernels, CUstream_st stream) {
        try (DeviceMemory input = DeviceMemory.of(pixels);
                DeviceMemory target = DeviceMemory.of(truth);
                DeviceMemory values = new DeviceMemory((long) COUNT * Float.BYTES);
                DeviceMemory gradient = new DeviceMemory((long) COUNT * Float.BYTES);
                DeviceMemory bias = DeviceMemory.of(new float[CHANNELS]);
                DeviceMemory velocity = DeviceMemory.of(new float[CHANNELS]);
                DeviceMemory sums = new DeviceMemory((long) CHANNELS * Float.BYTES);
                DeviceMemory terms = new DeviceMemory((long) BLOCKS * Double.BYTES);
                DeviceMemory scale = DeviceMemory.of(new float[] {1});
                DeviceMemory step = DeviceMemory.of(values(0))) {
            Runnable work = () -> {
                kernels.launch("scaleBytesFloat32", stream, BLOCKS, input, values, (long) COUNT, MULTIPLY, ADD);
                kernels.launch(
                        "biasActivationFloat32",
                        stream,
                        BLOCKS,
                        values,
                        bias,
                        values,
                        (long) COUNT,
                        CHANNELS,
                        LEAKY_RELU,
                        SLOPE);
                kernels.launch(
                        "elementwiseLoss",
                        stream,
                        BLOCKS,
                        values,
                        target,
                        gradient,
                        terms,
                        (long) COUNT,
                        COUNT,
                        SQUARED,
                        0f,
                        step);
                kernels.launch(
                        "activationBackwardFloat32",
                        stream,
                        1,
                        values,
                        gradient,
                        gradient,
                        sums,
                        (long) PIXELS,
                        CHANNELS,
                        LEAKY_RELU,
                        SLOPE,
                        0);
                kernels.launch(
                        "momentumUpdate",
                        stream,
                        1,
                        bias,
                        null,
                        sums,
                        velocity,
                        (long) CHANNELS,
                        treatment(),
                        step,
                        scale,
                        MOMENTUM,
                        0);
            };
            try (Graph graph = Graph.capture(stream, work)) {
                for (int i = 0; i < steps; i++) {
                    step.write(values(i));
                    graph.replay();
                }
            }
            return bias.read(CHANNELS);
        }
    }

    private static byte[] values(int step) {
        return StepValues.of(new Optimizer.Momentum(MOMENTUM), step + 1, rate(step), 1)
                .bytes();
    }

    /** No clipping, no regularisation, the learning rate as it is: the struct Treatment of {@code update.cu}. */
    private static byte[] treatment() {
        return ByteBuffer.allocate(4 * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .putFloat(12, 1)
                .array();
    }
}
