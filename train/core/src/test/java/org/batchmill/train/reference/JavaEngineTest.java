package org.batchmill.train.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Parameter;
import org.batchmill.train.network.Shape;
import org.batchmill.train.optimize.Optimizer;
import org.junit.jupiter.api.Test;

/** Derivatives against differences: a layer whose backward pass is wrong cannot pass. */
class JavaEngineTest {

    private static final int ROWS = 3;
    private static final Program.StepContext STEP = new Program.StepContext(4, 0, .1);

    private static ByteBuffer input(int values) {
        ByteBuffer input = ByteBuffer.allocateDirect(values * Float.BYTES).order(ByteOrder.nativeOrder());
        for (int i = 0; i < values; i++) {
            input.putFloat((float) Math.sin(1.7 * i + .3));
        }
        return input.flip();
    }

    private static Program compile(Network network) {
        return new JavaEngine()
                .compile(ProgramSpec.training(
                        network,
                        ProgramSpec.InputFormat.FLOAT32_NCHW,
                        ROWS,
                        new MeanSquaredError(),
                        new Optimizer.Sgd(),
                        5));
    }

    private static void checkGradients(Network network) {
        try (Program program = compile(network)) {
            ByteBuffer input =
                    input(ROWS * network.timeSteps() * network.input().size());
            float[] targets = new float[ROWS * network.output().size()];
            for (int i = 0; i < targets.length; i++) {
                targets[i] = (float) Math.cos(i);
            }
            program.accumulate(input, ROWS, targets, STEP);
            Map<Parameter, float[]> gradients = new LinkedHashMap<>();
            double largest = 0;
            for (Parameter parameter : network.parameters()) {
                if (parameter.trainable()) {
                    float[] gradient = program.gradient(parameter.name());
                    gradients.put(parameter, gradient);
                    for (float g : gradient) {
                        largest = Math.max(largest, Math.abs(g));
                    }
                }
            }
            for (Map.Entry<Parameter, float[]> gradient : gradients.entrySet()) {
                checkGradient(program, gradient.getKey(), gradient.getValue(), largest, input, targets);
            }
        }
    }

    private static void checkGradient(
            Program program, Parameter parameter, float[] gradient, double largest, ByteBuffer input, float[] targets) {
        float[] original = program.parameter(parameter.name());
        int stride = Math.max(1, gradient.length / 23);
        for (int i = 0; i < gradient.length; i += stride) {
            float[] moved = original.clone();
            moved[i] = original[i] + 2e-3f;
            double up = lossWith(program, parameter, moved, input, targets);
            moved[i] = original[i] - 2e-3f;
            double down = lossWith(program, parameter, moved, input, targets);
            program.setParameter(parameter.name(), original);
            assertThat(gradient[i] / largest)
                    .as("%s[%d]", parameter.name(), i)
                    // Rectifiers and maxima have kinks, which differences step across.
                    .isCloseTo((up - down) / 4e-3 / largest, within(1e-2));
        }
    }

    private static double lossWith(
            Program program, Parameter parameter, float[] values, ByteBuffer input, float[] targets) {
        program.setParameter(parameter.name(), values);
        return program.accumulate(input, ROWS, targets, STEP);
    }

    private static Layer.Dense dense(String name, int units) {
        return new Layer.Dense(name, units, true, Initializer.GLOROT_UNIFORM, new Initializer.Uniform(-.1f, .1f));
    }

    private static Layer.Activation activation(String name, ActivationFunction function) {
        return new Layer.Activation(name, function, .3f);
    }

    @Test
    void shouldDeriveConvolutionsWithStridePaddingAndDilation() {
        checkGradients(new Network(
                "convolutions",
                new Shape(2, 9, 8),
                List.of(
                        new Layer.InputScale("scale", 2, -1),
                        Layer.Conv2d.builder("wide").filters(3).kernel(1, 5).build(),
                        activation("tanh", ActivationFunction.TANH),
                        Layer.Conv2d.builder("strided")
                                .filters(4)
                                .kernel(3, 2)
                                .stride(2, 3)
                                .padding(Padding.explicit(1))
                                .biases(new Initializer.Constant(.1f))
                                .build(),
                        activation("elu", ActivationFunction.ELU),
                        Layer.Conv2d.builder("dilated")
                                .filters(3)
                                .kernel(2, 2)
                                .dilation(2, 1)
                                .padding(Padding.valid())
                                .bias(false)
                                .build(),
                        activation("sigmoid", ActivationFunction.SIGMOID),
                        new Layer.Flatten("flatten"),
                        dense("out", 2))));
    }

    @Test
    void shouldDerivePoolingAndNormalization() {
        checkGradients(new Network(
                "pools",
                new Shape(1, 8, 8),
                List.of(
                        Layer.Conv2d.square("conv1", 6, 3, 1, Padding.same(), true),
                        new Layer.MaxPool("max", 2, 2, 2, 2, Padding.same()),
                        new Layer.LocalResponseNorm("lrn", 5, .5f, .75f, 1),
                        new Layer.BatchNorm("bn", .9f, 1e-3f, Layer.BatchNorm.Rule.STANDARD),
                        activation("leaky", ActivationFunction.LEAKY_RELU),
                        new Layer.AveragePool("average", 3, 3, 2, 2, Padding.same()),
                        dense("hidden", 5),
                        activation("softmax", ActivationFunction.SOFTMAX),
                        dense("out", 2))));
    }

    @Test
    void shouldDeriveResidualBlocksDropoutAndNoise() {
        checkGradients(new Network(
                "residual",
                new Shape(2, 4, 4),
                List.of(
                        new Layer.GaussianNoise("noise", .1f),
                        new Layer.Residual(
                                "block",
                                List.of(
                                        Layer.Conv2d.square("a", 4, 3, 1, Padding.same(), true),
                                        activation("relu", ActivationFunction.RELU),
                                        Layer.Conv2d.square("b", 4, 3, 1, Padding.same(), true)),
                                List.of(Layer.Conv2d.square("shortcut", 4, 1, 1, Padding.same(), false))),
                        new Layer.Reshape("reshape", new Shape(8, 2, 4)),
                        new Layer.Dropout("dropout", .4f),
                        dense("out", 2))));
    }

    @Test
    void shouldDeriveThroughTime() {
        checkGradients(new Network(
                "lstm",
                new Shape(1, 2, 3),
                4,
                List.of(dense("features", 5), new Layer.Lstm("lstm", 3, Initializer.GLOROT_UNIFORM), dense("out", 2))));
    }

    @Test
    void shouldPassDropoutThroughInInference() {
        Network network = new Network("d", Shape.vector(100), List.of(new Layer.Dropout("dropout", .5f)));
        try (Program program = compile(network)) {
            float[] outputs = new float[100];
            program.predict(input(100), 1, outputs);
            assertThat(outputs[7]).isEqualTo((float) Math.sin(1.7 * 7 + .3));
            program.accumulate(input(100), 1, new float[100], STEP);
            program.lastOutputs(outputs);
            long dropped = 0;
            for (float output : outputs) {
                dropped += output == 0 ? 1 : 0;
            }
            assertThat(dropped).isBetween(30L, 70L);
        }
    }
}
