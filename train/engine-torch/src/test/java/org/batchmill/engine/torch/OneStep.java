package org.batchmill.engine.torch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
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

/** A step of a small network on drawn bytes. */
final class OneStep {

    static final int ROWS = 4;

    private static final Shape INPUT = new Shape(3, 12, 16);

    static final Network NETWORK = new Network(
            "small",
            INPUT,
            List.of(
                    new Layer.InputScale("scale", 2 / 255f, -1),
                    Layer.Conv2d.square("conv", 8, 3, 2, Padding.same(), false),
                    new Layer.BatchNorm("norm", .9f, 1e-3f, Layer.BatchNorm.Rule.STANDARD),
                    new Layer.Activation("relu", ActivationFunction.RELU, 0),
                    new Layer.MaxPool("pool", 2, 2, 2, 2, Padding.valid()),
                    new Layer.Dropout("drop", .3f),
                    new Layer.GaussianNoise("noise", .1f),
                    new Layer.Dense("dense", 4, true, Initializer.GLOROT_UNIFORM, Initializer.ZEROS)));

    private OneStep() {}

    static ProgramSpec spec() {
        return ProgramSpec.training(
                        NETWORK,
                        ProgramSpec.InputFormat.UINT8_NHWC,
                        ROWS,
                        new MeanSquaredError(),
                        new Optimizer.Adam(.9f, .999f, 1e-8f),
                        3)
                .toBuilder()
                .l2(1e-4f)
                .clipNorm(1)
                .build();
    }

    static ByteBuffer pixels() {
        ByteBuffer pixels = ByteBuffer.allocateDirect(ROWS * INPUT.size()).order(ByteOrder.nativeOrder());
        for (int i = 0; i < pixels.capacity(); i++) {
            pixels.put(i, (byte) (i * 37));
        }
        return pixels;
    }

    static float[] targets() {
        float[] targets = new float[ROWS * 4];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = i % 3 - 1;
        }
        return targets;
    }

    /** A step of a program; returns its loss. */
    static double step(Program program, int step) {
        StepContext context = new StepContext(step, 0, 1e-3);
        double loss = program.accumulate(pixels(), ROWS, targets(), context);
        program.update(context);
        return loss;
    }

    /** The loss after a few steps on one of libtorch's devices. */
    static double loss(String device) {
        try (Program program = new TorchProgram(spec(), device, 1)) {
            for (int i = 0; i < 3; i++) {
                step(program, i);
            }
            return step(program, 3);
        }
    }
}
