package org.batchmill.engine.nd4j.layer;

import org.batchmill.engine.nd4j.plan.GraphOp;
import org.batchmill.engine.nd4j.plan.HostOp;
import org.batchmill.engine.nd4j.plan.NativeOp;
import org.batchmill.engine.nd4j.plan.Placement;
import org.nd4j.autodiff.samediff.SDVariable;

/** Products of vectors with weights [out][in], and their biases. */
public final class MatrixProduct {

    private MatrixProduct() {}

    /** x [rows][in] times the transpose of weights [out][in]. */
    public static GraphOp byTransposed(int rows, int in, int out) {
        GraphOp op = new NativeOp("matmul", new long[] {rows, out}).integers(0, 1, 0);
        return op.differentiatedBy((graph, inputs, outputs, gradients, needed) -> new SDVariable[] {
            needed[0]
                    ? graph.add(
                                    new NativeOp("matmul", new long[] {rows, in}).integers(0, 0, 0),
                                    gradients[0],
                                    inputs[1])[0]
                    : null,
            needed[1]
                    ? graph.add(
                                    new NativeOp("matmul", new long[] {out, in}).integers(1, 0, 0),
                                    gradients[0],
                                    inputs[0])[0]
                    : null
        });
    }

    /** Adds biases [out] to each row of [rows][out]. */
    public static GraphOp biases(int rows, int out) {
        ChannelMath math = new ChannelMath(new Placement(rows, out, 1, true));
        float[] ones = new float[out];
        java.util.Arrays.fill(ones, 1);
        return new HostOp(
                        "host_biases",
                        (in, to, state) -> math.map(in[0], ones, in[1].copy(), to[0], state.workers()),
                        new long[] {rows, out})
                .inPlaceOf(0)
                .differentiatedBy((graph, inputs, outputs, gradients, needed) -> new SDVariable[] {
                    gradients[0], needed[1] ? graph.add(biasGradient(math, out), gradients[0])[0] : null
                });
    }

    private static HostOp biasGradient(ChannelMath math, int out) {
        return new HostOp(
                "host_biases_bp",
                (in, to, state) -> {
                    double[] sums = math.sums(in[0], state.workers());
                    float[] values = new float[out];
                    for (int i = 0; i < out; i++) {
                        values[i] = (float) sums[i];
                    }
                    to[0].set(values);
                },
                new long[] {out});
    }
}
