package org.batchmill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.batchmill.train.optimize.Optimizer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Bfloat16Test {

    private static final Engine ENGINE = OnDevice.ofTests();
    private static final int ROWS = 4;
    private static final Shape INPUT = new Shape(2, 6, 6);

    private static Network network(Layer.BatchNorm.Rule rule) {
        return new Network(
                "normed",
                INPUT,
                List.of(
                        Layer.Conv2d.square("conv1", 4, 3, 1, Padding.same(), false),
                        new Layer.BatchNorm("norm1", .9f, 1e-5f, rule),
                        new Layer.Activation("leaky1", ActivationFunction.LEAKY_RELU, .1f),
                        Layer.Conv2d.square("conv2", 4, 3, 2, Padding.same(), false),
                        new Layer.BatchNorm("norm2", .9f, 1e-5f, rule),
                        new Layer.Dense("out", 3, true, Initializer.GLOROT_UNIFORM, Initializer.ZEROS)));
    }

    private static Program compile(ProgramSpec spec, ProgramSpec.Precision precision) {
        try {
            return ENGINE.compile(spec.toBuilder().precision(precision).build());
        } catch (UsageException e) {
            return abort(e.getMessage());
        }
    }

    private static ByteBuffer input() {
        ByteBuffer input =
                ByteBuffer.allocateDirect(ROWS * INPUT.size() * Float.BYTES).order(ByteOrder.nativeOrder());
        for (int i = 0; i < ROWS * INPUT.size(); i++) {
            // Far from 0, where bfloat16 has few values: means of a few bits would show.
            input.putFloat(i * Float.BYTES, 3 + (float) Math.sin(1.7 * i + .3));
        }
        return input;
    }

    /** The norm's own arithmetic is float32 by both rules, whatever the convolution before it gives. */
    @ParameterizedTest
    @EnumSource
    void shouldNormalizeWhatConvolutionsGiveInBfloat16(Layer.BatchNorm.Rule rule) {
        ProgramSpec spec = ProgramSpec.training(
                network(rule),
                ProgramSpec.InputFormat.FLOAT32_NCHW,
                ROWS,
                new MeanSquaredError(),
                new Optimizer.Sgd(),
                3);
        double[] losses = new double[2];
        float[][] means = new float[2][];
        float[][] gammas = new float[2][];
        for (int i = 0; i < losses.length; i++) {
            try (Program program =
                    compile(spec, i == 0 ? ProgramSpec.Precision.FLOAT32 : ProgramSpec.Precision.BFLOAT16)) {
                for (int step = 0; step < 3; step++) {
                    StepContext context = new StepContext(step, 0, .01);
                    losses[i] = program.accumulate(input(), ROWS, new float[ROWS * 3], context);
                    program.update(context);
                }
                means[i] = program.parameter("norm1/mean");
                gammas[i] = program.parameter("norm2/gamma");
            }
        }
        assertThat(losses[1]).isCloseTo(losses[0], withinPercentage(6));
        assertThat(means[1]).containsExactly(means[0], within(.01f));
        assertThat(gammas[1]).containsExactly(gammas[0], within(.01f));
    }
}
