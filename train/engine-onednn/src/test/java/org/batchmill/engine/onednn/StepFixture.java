package org.batchmill.engine.onednn;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loss.SoftmaxCrossEntropy;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.batchmill.train.optimize.Optimizer;

/** A small classifier of images that are brighter on the left or on the right, for tests of whole steps. */
final class StepFixture {

    static final int ROWS = 8;

    private static final int SIDE = 16;

    static final Network NETWORK = new Network(
            "sides",
            new Shape(3, SIDE, SIDE),
            List.of(
                    new Layer.InputScale("scale", 2 / 255f, -1),
                    Layer.Conv2d.square("conv1", 16, 3, 1, Padding.same(), true),
                    new Layer.Activation("act1", ActivationFunction.LEAKY_RELU, .1f),
                    new Layer.MaxPool("pool1", 2, 2, 2, 2, Padding.valid()),
                    Layer.Conv2d.square("conv2", 16, 3, 1, Padding.same(), false),
                    new Layer.BatchNorm("norm2", .9f, 1e-5f, Layer.BatchNorm.Rule.STANDARD),
                    new Layer.Activation("act2", ActivationFunction.RELU, 0),
                    new Layer.Dense("dense1", 32, true, Initializer.HE_NORMAL, Initializer.ZEROS),
                    new Layer.Activation("act3", ActivationFunction.ELU, 1),
                    new Layer.Dropout("drop", .2f),
                    new Layer.Dense("dense2", 2, true, Initializer.GLOROT_UNIFORM, Initializer.ZEROS)));

    private final ByteBuffer pixels =
            ByteBuffer.allocateDirect(ROWS * NETWORK.input().size());
    private final float[] targets = new float[ROWS * 2];

    static ProgramSpec spec() {
        return ProgramSpec.training(
                NETWORK,
                ProgramSpec.InputFormat.UINT8_NHWC,
                ROWS,
                new SoftmaxCrossEntropy(),
                new Optimizer.Adam(.9f, .999f, 1e-8f),
                5);
    }

    /** Draws a batch: its images and classes follow from the number. */
    void draw(long number) {
        SplittableRandom random = new SplittableRandom(number);
        for (int row = 0; row < ROWS; row++) {
            boolean right = random.nextBoolean();
            targets[2 * row] = right ? 0 : 1;
            targets[2 * row + 1] = right ? 1 : 0;
            for (int i = 0; i < NETWORK.input().size(); i++) {
                boolean side = i / 3 % SIDE >= SIDE / 2;
                pixels.put(row * NETWORK.input().size() + i, (byte) (random.nextInt(128) + (side == right ? 100 : 0)));
            }
        }
    }

    double step(Program program, StepContext context) {
        double loss = program.accumulate(pixels, ROWS, targets, context);
        program.update(context);
        return loss;
    }

    /** The mean loss of the last ten of so many steps. */
    double train(Program program, int steps) {
        double last = 0;
        for (int i = 0; i < steps; i++) {
            draw(i);
            double loss = step(program, new StepContext(i, 0, 1e-3));
            last += i >= steps - 10 ? loss / 10 : 0;
        }
        return last;
    }
}
