package org.batchmill.engine.cudnn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.batchmill.train.optimize.Optimizer;

/**
 * What changes from step to step, for the kernels: the struct of the same name in {@code numbers.cu}.
 *
 * @param learningRate       of this update
 * @param meanCorrection     {@code 1 - beta1^t}; 1 for rules other than Adam
 * @param varianceCorrection {@code 1 / sqrt(1 - beta2^t)}; 1 for rules other than Adam
 * @param totalRows          rows that the loss is averaged over
 */
record StepValues(double learningRate, double meanCorrection, float varianceCorrection, int totalRows) {

    private static final int BYTES = 2 * Double.BYTES + Float.BYTES + Integer.BYTES;

    /** @param update counts updates from 1 */
    static StepValues of(Optimizer rule, long update, double learningRate, int totalRows) {
        float beta1 = 0;
        float beta2 = 0;
        if (rule instanceof Optimizer.Adam adam) {
            beta1 = adam.beta1();
            beta2 = adam.beta2();
        } else if (rule instanceof Optimizer.AdamW adam) {
            beta1 = adam.beta1();
            beta2 = adam.beta2();
        }
        return new StepValues(
                learningRate,
                1 - Math.pow(beta1, (double) update),
                (float) (1 / Math.sqrt(1 - Math.pow(beta2, (double) update))),
                totalRows);
    }

    /** As the kernels read them. */
    byte[] bytes() {
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.nativeOrder())
                .putDouble(learningRate)
                .putDouble(meanCorrection)
                .putFloat(varianceCorrection)
                .putInt(totalRows)
                .array();
    }
}
