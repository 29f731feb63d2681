package org.batchmill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.batchmill.engine.torch.device.Natives;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Gradients that autograd hands over are the ones that it adds up in the one buffer, whoever asks for them and when. */
class LargeGradientTest {

    private static final int ROWS = 2;
    private static final int STEPS = 4;
    private static final Shape INPUT = new Shape(3, 6, 6);

    /** A kernel and a matrix of more values than are handed over, between small ones; neither fills its last piece. */
    private static final Network NETWORK = new Network(
            "large",
            INPUT,
            List.of(
                    new Layer.InputScale("scale", 2 / 255f, -1),
                    Layer.Conv2d.square("narrow", 171, 3, 1, Padding.same(), true),
                    new Layer.Activation("first", ActivationFunction.LEAKY_RELU, .1f),
                    Layer.Conv2d.square("wide", 173, 3, 2, Padding.same(), true),
                    new Layer.Activation("second", ActivationFunction.LEAKY_RELU, .1f),
                    new Layer.Dense("hidden", 337, true, Initializer.GLOROT_UNIFORM, Initializer.ZEROS),
                    new Layer.Dense("out", 3, true, Initializer.GLOROT_UNIFORM, Initializer.ZEROS)));

    private static final List<String> LARGE = List.of("wide/weights", "hidden/weights");

    @BeforeAll
    static void loadNatives() {
        Natives.failure();
    }

    private static ProgramSpec spec() {
        return ProgramSpec.training(
                        NETWORK,
                        ProgramSpec.InputFormat.UINT8_NHWC,
                        ROWS,
                        new MeanSquaredError(),
                        new Optimizer.Momentum(.9f),
                        3)
                .toBuilder()
                .l2(1e-2f)
                .clipNorm(1)
                .build();
    }

    private static ByteBuffer pixels(int step) {
        ByteBuffer pixels = ByteBuffer.allocateDirect(ROWS * INPUT.size()).order(ByteOrder.nativeOrder());
        for (int i = 0; i < pixels.capacity(); i++) {
            pixels.put(i, (byte) (i * 37 + step * 11));
        }
        return pixels;
    }

    private static void pass(Program program, int step, int part) {
        float[] targets = {1, 0, -1, .5f, 2, -2};
        program.accumulate(pixels(step * 2 + part), ROWS, targets, 2 * ROWS, new StepContext(step, part, .1));
    }

    /** Steps of two passes, and what is done between the passes and the update; returns the norms and the parameters. */
    private static String trained(Consumer<TorchProgram> before, Consumer<TorchProgram> between) {
        StringBuilder told = new StringBuilder();
        try (TorchProgram program = new TorchProgram(spec(), "cpu", 1)) {
            before.accept(program);
            for (int step = 0; step < STEPS; step++) {
                pass(program, step, 0);
                between.accept(program);
                pass(program, step, 1);
                between.accept(program);
                told.append(program.update(new StepContext(step, 0, .1))).append(' ');
            }
            for (String name : LARGE) {
                told.append(Arrays.hashCode(program.parameter(name))).append(' ');
            }
            return told.append(Arrays.hashCode(program.parameter("out/weights")))
                    .toString();
        }
    }

    @Test
    void areThoseOfTheOneBuffer() {
        String handedOver = trained(program -> {}, program -> {});
        assertThat(trained(program -> program.watchGradients((block, first) -> {}), program -> {}))
                .as("added up in the buffer")
                .isEqualTo(handedOver);
        assertThat(trained(program -> {}, program -> program.exchangeGradients(block -> {})))
                .as("gathered behind each pass")
                .isEqualTo(handedOver);
        assertThat(trained(program -> {}, program -> LARGE.forEach(program::gradient)))
                .as("read behind each pass")
                .isEqualTo(handedOver);
    }

    @Test
    void areInTheBlockThatRanksSum() {
        try (TorchProgram program = new TorchProgram(spec(), "cpu", 1)) {
            pass(program, 0, 0);
            program.exchangeGradients(block -> {});
            float[] gathered = program.gradient(LARGE.get(0));
            assertThat(gathered).isNotEqualTo(new float[gathered.length]);
            program.update(new StepContext(0, 0, .1));
            assertThat(program.gradient(LARGE.get(0))).as("behind the update").isEqualTo(new float[gathered.length]);
        }
    }

    @Test
    void areZeroForARankWithoutRows() {
        try (TorchProgram program = new TorchProgram(spec(), "cpu", 1)) {
            pass(program, 0, 0);
            program.update(new StepContext(0, 0, .1));
            program.exchangeGradients(block -> {});
            for (String name : LARGE) {
                float[] its = program.gradient(name);
                assertThat(its).as(name).isEqualTo(new float[its.length]);
            }
        }
    }
}
