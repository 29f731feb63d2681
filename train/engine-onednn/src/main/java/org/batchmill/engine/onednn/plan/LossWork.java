package org.batchmill.engine.onednn.plan;

import java.nio.FloatBuffer;
import org.batchmill.train.loss.Loss;

/** The loss, evaluated on the host: from the outputs, and the targets in the {@link Step}, to the outputs' gradient. */
public final class LossWork implements HostOperation.Work {

    private final Loss loss;

    public LossWork(Loss loss) {
        this.loss = loss;
    }

    @Override
    public void run(FloatBuffer[] in, FloatBuffer[] out, Step step) {
        in[0].get(0, step.outputs);
        step.loss = loss.evaluate(step.outputs, step.targets, step.rows, step.totalRows, step.outputGradient);
        out[0].put(0, step.outputGradient);
    }
}
