package org.batchmill.engine.nd4j;

import java.nio.ByteBuffer;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loss.SoftmaxCrossEntropy;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Network;
import org.batchmill.train.optimize.Optimizer;

/** A program of its own for {@link TerminalTest}: one training step, or the line that says why there is none. */
final class OneStep {

    private OneStep() {}

    public static void main(String[] arguments) {
        String unavailable = new Nd4jEngine().unavailable();
        if (unavailable != null) {
            System.out.println(unavailable);
            return;
        }
        Network network = Models.byName("digits-cnn", ModelOptions.classes(10));
        try (Program program = new Nd4jEngine()
                .compile(ProgramSpec.training(
                        network,
                        ProgramSpec.InputFormat.UINT8_NHWC,
                        2,
                        new SoftmaxCrossEntropy(),
                        new Optimizer.Sgd(),
                        1))) {
            StepContext context = new StepContext(0, 0, 1e-3);
            program.accumulate(ByteBuffer.allocateDirect(2 * network.input().size()), 2, new float[20], context);
            program.update(context);
        }
    }
}
