package org.batchmill.engine.cudnn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.batchmill.testing.Seed;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.reference.JavaEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The kernels beside the reference engine: a 1x1 convolution that passes its input on, with a bias, then the activation. What the
 * kernels leave for the convolution's backward half must make its gradients.
 */
class ActivationKernelTest {

    private static final int ROWS = 2;
    private static final int CHANNELS = 40;
    private static final int SIDE = 5;
    private static final int PIXELS = ROWS * SIDE * SIDE;
    private static final int COUNT = PIXELS * CHANNELS;
    private static final int PARTS = 3;
    /** Tiles of 32 channels. */
    private static final int TILES = 2;

    private final RandomGenerator random = Seed.random(Seed.of(this));
    private final float[] x = Numbers.normal(random, COUNT);
    private final float[] bias = Numbers.normal(random, CHANNELS);

    static Stream<Arguments> functions() {
        return Stream.of(
                Arguments.of(ActivationFunction.LINEAR, 0f, false),
                Arguments.of(ActivationFunction.RELU, 0f, false),
                Arguments.of(ActivationFunction.LEAKY_RELU, .1f, false),
                Arguments.of(ActivationFunction.LEAKY_RELU, -.2f, true),
                Arguments.of(ActivationFunction.ELU, 1.5f, false),
                Arguments.of(ActivationFunction.ELU, -.5f, true),
                Arguments.of(ActivationFunction.SIGMOID, 0f, false),
                Arguments.of(ActivationFunction.SIGMOID, 0f, true),
                Arguments.of(ActivationFunction.RELU6, 0f, false),
                Arguments.of(ActivationFunction.RELU6, 0f, true),
                Arguments.of(ActivationFunction.TANH, 0f, false),
                Arguments.of(ActivationFunction.TANH, 0f, true));
    }

    @ParameterizedTest
    @MethodSource("functions")
    void shouldComputeWhatTheReferenceEngineDoes(ActivationFunction function, float alpha, boolean fromInput) {
        float[] truth = Numbers.normal(random, COUNT);
        try (Program reference = reference(new Layer.Activation("activation", function, alpha))) {
            double ignored = reference.accumulate(input(), ROWS, truth, new Program.StepContext(0, 0, 1));
            float[] expected = new float[COUNT];
            reference.lastOutputs(expected);
            float[] dy = new float[COUNT];
            new MeanSquaredError().evaluate(expected, truth, ROWS, ROWS, dy);

            float[] y = new float[COUNT];
            new HostKernel("biasActivationFloat32")
                    .array(x)
                    .array(bias)
                    .array(y)
                    .scalars(COUNT, CHANNELS, KernelCodes.of(function), alpha)
                    .run();
            float[] dx = nhwc(dy);
            float[] parts = new float[PARTS * CHANNELS];
            new HostKernel("activationBackwardFloat32")
                    .grid(TILES, PARTS)
                    .array(fromInput ? biased() : y)
                    .array(dx.clone())
                    .array(dx)
                    .array(parts)
                    .scalars(PIXELS, CHANNELS, KernelCodes.of(function), alpha, fromInput ? 1 : 0)
                    .run();
            float[] biasGradient = Numbers.normal(random, CHANNELS);
            new HostKernel("sumParts")
                    .array(parts)
                    .array(biasGradient)
                    .scalars(PARTS, CHANNELS, 0)
                    .run();

            assertThat(ignored).isFinite();
            Numbers.assertClose(y, nhwc(expected), 1e-6);
            Numbers.assertClose(biasGradient, reference.gradient("conv/biases"), 1e-6);
            Numbers.assertClose(weightGradient(dx), reference.gradient("conv/weights"), 1e-6);
        }
    }

    private Program reference(Layer.Activation activation) {
        Network network = new Network(
                "activation",
                new Shape(CHANNELS, SIDE, SIDE),
                List.of(Layer.Conv2d.square("conv", CHANNELS, 1, 1, Padding.same(), true), activation));
        Program program = new JavaEngine()
                .compile(ProgramSpec.training(
                        network,
                        ProgramSpec.InputFormat.FLOAT32_NHWC,
                        ROWS,
                        new MeanSquaredError(),
                        new Optimizer.Sgd(),
                        1));
        float[] identity = new float[CHANNELS * CHANNELS];
        for (int i = 0; i < CHANNELS; i++) {
            identity[i * CHANNELS + i] = 1;
        }
        program.setParameter("conv/weights", identity);
        program.setParameter("conv/biases", bias);
        return program;
    }

    private ByteBuffer input() {
        ByteBuffer input = ByteBuffer.allocateDirect(COUNT * Float.BYTES).order(ByteOrder.nativeOrder());
        input.asFloatBuffer().put(x);
        return input;
    }

    private float[] biased() {
        float[] biased = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            biased[i] = x[i] + bias[i % CHANNELS];
        }
        return biased;
    }

    /** From rows, channels, pixels. */
    private static float[] nhwc(float[] canonical) {
        int area = SIDE * SIDE;
        float[] values = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            int row = i / (CHANNELS * area);
            values[(row * area + i % area) * CHANNELS + i / area % CHANNELS] = canonical[i];
        }
        return values;
    }

    /** Of the 1x1 convolution, [out][in]. */
    private float[] weightGradient(float[] dx) {
        double[] sums = new double[CHANNELS * CHANNELS];
        for (int pixel = 0; pixel < PIXELS; pixel++) {
            for (int i = 0; i < sums.length; i++) {
                int at = pixel * CHANNELS;
                sums[i] += (double) dx[at + i / CHANNELS] * x[at + i % CHANNELS];
            }
        }
        float[] gradient = new float[sums.length];
        for (int i = 0; i < sums.length; i++) {
            gradient[i] = (float) sums[i];
        }
        return gradient;
    }

    @Test
    void shouldAddToGradientsThatWereAccumulated() {
        float[] gradient = {10, 20};

        new HostKernel("sumParts")
                .array(new float[] {1, 2, 3, 4, 5, 6})
                .array(gradient)
                .scalars(3, 2, 1)
                .run();

        assertThat(gradient).containsExactly(19, 32);
    }

    @Test
    void shouldWorkInBfloat16OnTheRoundedValues() {
        short[] rounded = Numbers.bfloat16(x);
        float[] exact = new float[COUNT];
        short[] y = new short[COUNT];
        new HostKernel("biasActivationFloat32")
                .array(Numbers.floats(rounded))
                .array(bias)
                .array(exact)
                .scalars(COUNT, CHANNELS, KernelCodes.of(ActivationFunction.ELU), 1)
                .run();
        new HostKernel("biasActivationBfloat16")
                .array(rounded)
                .array(bias)
                .array(y)
                .scalars(COUNT, CHANNELS, KernelCodes.of(ActivationFunction.ELU), 1)
                .run();
        assertThat(y).containsExactly(Numbers.bfloat16(exact));

        float[] exactGradient = new float[COUNT];
        float[] exactParts = new float[CHANNELS];
        short[] gradient = new short[COUNT];
        float[] parts = new float[CHANNELS];
        new HostKernel("activationBackwardFloat32")
                .grid(TILES, 1)
                .array(Numbers.floats(y))
                .array(Numbers.floats(rounded))
                .array(exactGradient)
                .array(exactParts)
                .scalars(PIXELS, CHANNELS, KernelCodes.of(ActivationFunction.ELU), 1, 0)
                .run();
        new HostKernel("activationBackwardBfloat16")
                .grid(TILES, 1)
                .array(y)
                .array(rounded)
                .array(gradient)
                .array(parts)
                .scalars(PIXELS, CHANNELS, KernelCodes.of(ActivationFunction.ELU), 1, 0)
                .run();
        assertThat(gradient).containsExactly(Numbers.bfloat16(exactGradient));
        assertThat(parts).containsExactly(exactParts);
    }

    @Test
    void shouldLetNanThrough() {
        for (ActivationFunction function : List.of(
                ActivationFunction.RELU,
                ActivationFunction.LEAKY_RELU,
                ActivationFunction.ELU,
                ActivationFunction.SIGMOID,
                ActivationFunction.TANH)) {
            float[] y = new float[1];

            new HostKernel("biasActivationFloat32")
                    .array(new float[] {Float.NaN})
                    .nullPointer()
                    .array(y)
                    .scalars(1, 1, KernelCodes.of(function), .1)
                    .run();

            assertThat(y[0]).as(function.name()).isNaN();
        }
    }
}
