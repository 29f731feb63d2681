package org.batchmill.train.loop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.batchmill.train.collective.Gang;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.network.Network;

/**
 * Passes in which the batch norms of all ranks exchange. A rank to which no row of a batch fell goes through the network all the same,
 * with a row of zeros: it takes part in each exchange with numbers that count for nothing, and its gradients are zero afterwards.
 */
final class SideBySide {

    private final Gang gang;
    private final Program program;
    private boolean silent;

    SideBySide(Gang gang, Program program) {
        this.gang = gang;
        this.program = program;
        program.exchangeStatistics(this::exchange);
    }

    private List<float[]> exchange(float[] own) {
        return gang.exchange(silent ? new float[own.length] : own);
    }

    /** See {@link Ranks#pass}. */
    double pass(int rows, Program.StepContext context, Gang.Pass work) throws IOException {
        return gang.pass(rows > 0 ? work : () -> silently(context));
    }

    private double silently(Program.StepContext context) {
        ProgramSpec spec = program.spec();
        Network network = spec.network();
        int bytes = network.input().size()
                * network.timeSteps()
                * (spec.inputFormat() == ProgramSpec.InputFormat.UINT8_NHWC ? 1 : Float.BYTES);
        ByteBuffer zeros = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        float[] targets = new float[spec.loss().targetSize(network.output().size())];
        silent = true;
        try {
            program.accumulate(zeros, 1, targets, 1, context);
        } finally {
            silent = false;
        }
        program.<RuntimeException>exchangeGradients(
                gradients -> gradients.requireHost().put(0, new float[Math.toIntExact(gradients.count())]));
        return 0;
    }
}
