package org.batchmill.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.batchmill.train.golden.GoldenArrays.difference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.batchmill.engine.onednn.plan.WinogradCosts;
import org.batchmill.testing.Seed;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Block;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Parameter;
import org.batchmill.train.network.Shape;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.reference.JavaEngine;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolutions by Winograd's algorithm within whole networks, beside the reference engine in double precision. */
class WinogradConvolutionTest {

    /** Relative to the largest value: the transforms' coefficients up to 8 cost a digit of float32. */
    private static final double TOLERANCE = 5e-5;

    /** Sums over thousands of pixels whose terms cancel. */
    private static final double GRADIENT_TOLERANCE = 2e-4;

    /** Takes the algorithm for small networks too, on whatever CPU the test runs. */
    private static final OneDnnEngine ENGINE = new OneDnnEngine(WinogradCosts.OF_32_A_CYCLE);

    private static final StepContext STEP = new StepContext(0, 0, 1e-3);

    /**
     * A network and what of it goes by Winograd.
     *
     * @param filters operations of a training step
     */
    private record Case(String name, Network network, int rows, int filters, boolean weights) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("edges in the middle of tiles", network(13, 18, Padding.same(), true, 0), 6, 2, true),
                new Case("no padding, no biases", network(34, 30, Padding.valid(), false, 0), 3, 2, true),
                new Case("padding on one side", network(15, 14, new Padding.Explicit(0, 1, 2, 0), true, 0), 6, 2, true),
                new Case("norms", network(14, 14, Padding.same(), true, 1), 6, 2, true),
                new Case("inside a residual block", network(14, 14, Padding.same(), true, 2), 6, 2, true),
                new Case("not in groups", network(14, 14, Padding.same(), true, 3), 6, 0, false),
                new Case("not with gaps", network(14, 14, Padding.same(), true, 4), 6, 0, false),
                new Case("in branches", fork(), 6, 4, true),
                new Case("stride 2 on odd sides", strided(36, 99, 5, Padding.valid()), 6, 1, true),
                new Case("stride 2, same padding", strided(32, 95, 5, Padding.same()), 6, 2, true),
                new Case("stride 2, six taps", strided(31, 94, 6, new Padding.Explicit(3, 0, 1, 2)), 3, 2, true),
                new Case("weights in blocks", blocked(), 7, 0, true));
    }

    private static Network network(int height, int width, Padding padding, boolean bias, int kind) {
        List<Block> layers = new ArrayList<>();
        layers.add(Layer.Conv2d.square("first", 128, 1, 1, Padding.same(), true));
        layers.add(new Layer.Activation("first-elu", ActivationFunction.ELU, 1));
        Layer.Conv2d plain = Layer.Conv2d.square("conv", 128, 3, 1, padding, bias);
        Layer.Conv2d conv = kind == 3 ? plain.grouped(2) : kind == 4 ? plain.dilated(2) : plain;
        layers.add(kind == 2 ? new Layer.Residual("block", List.of(conv), List.of()) : conv);
        if (kind == 1) {
            layers.add(new Layer.BatchNorm("norm", .9f, 1e-3f, Layer.BatchNorm.Rule.STANDARD));
        }
        // Nothing with a kink, where a rounding would send a gradient another way.
        layers.add(new Layer.Activation("elu", ActivationFunction.ELU, 1));
        layers.add(new Layer.AveragePool("pool", 2, 2, 2, 2, Padding.valid()));
        layers.add(Layer.Conv2d.square("last", 3, 1, 1, Padding.same(), true));
        layers.add(new Layer.Flatten("flat"));
        return new Network("winograd", new Shape(3, height, width), layers);
    }

    /** Two convolutions side by side that read the same, then a sum and their channels beside it. */
    private static Network fork() {
        return Network.builder("winograd", new Shape(3, 14, 14))
                .add(Layer.Conv2d.square("first", 128, 1, 1, Padding.same(), true))
                .add(new Layer.Activation("first-elu", ActivationFunction.ELU, 1))
                .add(Layer.Conv2d.square("left", 128, 3, 1, Padding.same(), true))
                .add(new Layer.Activation("left-elu", ActivationFunction.ELU, 1))
                .add(Layer.Conv2d.square("right", 128, 3, 1, Padding.same(), false), "first-elu")
                .add(new Layer.Add("sum"), "left-elu", "right")
                .add(new Layer.Activation("sum-elu", ActivationFunction.ELU, 1))
                .add(new Layer.Concat("channels"), "sum-elu", "first-elu")
                .add(new Layer.AveragePool("pool", 2, 2, 2, 2, Padding.valid()))
                .add(Layer.Conv2d.square("last", 3, 1, 1, Padding.same(), true))
                .build();
    }

    /** As the second convolution of PilotNet, whose channels fill no whole vectors. */
    private static Network strided(int height, int width, int kernel, Padding padding) {
        return new Network(
                "strided",
                new Shape(3, height, width),
                List.of(
                        Layer.Conv2d.square("first", 24, 1, 1, Padding.same(), true),
                        Layer.Conv2d.square("conv", 36, kernel, 2, padding, true),
                        new Layer.Activation("elu", ActivationFunction.ELU, 1),
                        Layer.Conv2d.square("last", 3, 1, 1, Padding.same(), true),
                        new Layer.Flatten("flat")));
    }

    /** So few tiles and so many channels that only the weights' gradient is worth it, and is written as the primitives read weights. */
    private static Network blocked() {
        return new Network(
                "blocked",
                new Shape(3, 7, 7),
                List.of(
                        Layer.Conv2d.square("first", 144, 1, 1, Padding.same(), true),
                        Layer.Conv2d.square("conv", 144, 3, 1, Padding.same(), true),
                        new Layer.Activation("elu", ActivationFunction.ELU, 1),
                        Layer.Conv2d.square("last", 3, 1, 1, Padding.same(), true),
                        new Layer.Flatten("flat")));
    }

    private static ProgramSpec spec(Case test, int threads) {
        return ProgramSpec.training(
                        test.network(),
                        ProgramSpec.InputFormat.FLOAT32_NHWC,
                        test.rows(),
                        new MeanSquaredError(),
                        new Optimizer.Sgd(),
                        1)
                .toBuilder()
                .threads(threads)
                .build();
    }

    private static ByteBuffer batch(Case test, RandomGenerator random) {
        int count = test.rows() * test.network().input().size();
        ByteBuffer batch = ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.nativeOrder());
        for (int i = 0; i < count; i++) {
            batch.putFloat(i * Float.BYTES, (float) random.nextGaussian());
        }
        return batch;
    }

    private static float[] targets(Case test, RandomGenerator random) {
        float[] targets = new float[test.rows() * test.network().output().size()];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = (float) random.nextGaussian();
        }
        return targets;
    }

    /** The reference takes its time over so many pixels. */
    @Tag("long")
    @Test
    void shouldEqualTheReferenceInSeveralGroupsOfLines() {
        shouldEqualTheReference(
                new Case("several groups of lines", network(40, 44, Padding.same(), true, 0), 5, 2, true));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldEqualTheReference(Case test) {
        RandomGenerator random = Seed.random(Seed.of(this));
        ByteBuffer batch = batch(test, random);
        float[] targets = targets(test, random);
        ProgramSpec spec = spec(test, 2);
        try (Program ours = ENGINE.compile(spec);
                Program reference = new JavaEngine().compile(spec)) {
            List<String> plan = ours.plan();
            assertThat(plan)
                    .filteredOn(line -> line.contains("[winograd]") && !line.contains("by weights"))
                    .hasSize(test.filters());
            assertThat(plan.stream().anyMatch(line -> line.contains("by weights [winograd]")))
                    .isEqualTo(test.weights());
            for (Parameter parameter : test.network().parameters()) {
                float[] values = ours.parameter(parameter.name());
                for (int i = 0; i < values.length && parameter.role() == Parameter.Role.BIASES; i++) {
                    values[i] = (float) random.nextGaussian();
                }
                ours.setParameter(parameter.name(), values);
                reference.setParameter(parameter.name(), values);
            }
            ours.accumulate(batch, test.rows(), targets, STEP);
            reference.accumulate(batch, test.rows(), targets, STEP);
            assertSameGradients(test, ours, reference);
            // Once more, added to what there is.
            ours.accumulate(batch, test.rows(), targets, STEP);
            reference.accumulate(batch, test.rows(), targets, STEP);
            assertSameGradients(test, ours, reference);
            ours.update(STEP);
            reference.update(STEP);
            float[] actual = new float[targets.length];
            float[] expected = new float[targets.length];
            ours.predict(batch, test.rows(), actual);
            reference.predict(batch, test.rows(), expected);
            assertThat(difference(actual, expected)).isLessThan(TOLERANCE);
        }
    }

    private static void assertSameGradients(Case test, Program ours, Program reference) {
        for (Parameter parameter : test.network().parameters()) {
            // A bias before a norm has no influence: its gradient is the rounding of 0.
            boolean none = parameter.name().equals("conv/biases") && test.name().equals("norms");
            if (parameter.trainable() && !none) {
                assertThat(difference(ours.gradient(parameter.name()), reference.gradient(parameter.name())))
                        .describedAs(parameter.name())
                        .isLessThan(GRADIENT_TOLERANCE);
            }
        }
    }

    @Test
    void shouldGiveTheSameBitsForAnyNumberOfThreads() {
        Case test = cases().findFirst().orElseThrow();
        List<float[]> gradients = new ArrayList<>();
        for (int threads : new int[] {1, 2, 3}) {
            RandomGenerator random = Seed.random(7);
            try (Program program = ENGINE.compile(spec(test, threads))) {
                program.accumulate(batch(test, random), test.rows(), targets(test, random), STEP);
                gradients.add(program.gradient("conv/weights"));
            }
        }
        assertThat(gradients.get(1)).containsExactly(gradients.get(0));
        assertThat(gradients.get(2)).containsExactly(gradients.get(0));
    }
}
