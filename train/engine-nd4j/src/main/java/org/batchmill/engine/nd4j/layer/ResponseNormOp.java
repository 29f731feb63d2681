package org.batchmill.engine.nd4j.layer;

import org.batchmill.engine.nd4j.plan.HostOp;
import org.batchmill.engine.nd4j.plan.Placement;
import org.batchmill.engine.nd4j.plan.Row;
import org.batchmill.train.host.ResponseNormalization;
import org.batchmill.train.host.ResponseNormalization.Scratch;
import org.batchmill.train.network.Layer.LocalResponseNorm;
import org.nd4j.autodiff.samediff.SDVariable;

/** {@link ResponseNormalization} as host operations, a row at a time. */
public final class ResponseNormOp {

    private final ResponseNormalization rule;
    private final Placement placement;

    public ResponseNormOp(LocalResponseNorm layer, Placement placement) {
        this.rule = new ResponseNormalization(layer, placement.channels());
        this.placement = placement;
    }

    public HostOp forward(long[] shape) {
        HostOp op = new HostOp(
                "host_lrn",
                (in, out, state) -> Row.each(placement, state, row -> {
                    float[] x = row.read(in[0]);
                    rule.forward(x, placement.pixels(), new Scratch(x.length));
                    row.write(out[0], x);
                }),
                shape);
        op.differentiatedBy((graph, inputs, outputs, gradients, needed) ->
                new SDVariable[] {graph.add(backward(shape), gradients[0], inputs[0])[0]});
        return op;
    }

    private HostOp backward(long[] shape) {
        return new HostOp(
                "host_lrn_bp",
                (in, out, state) -> Row.each(placement, state, row -> {
                    float[] dy = row.read(in[0]);
                    rule.backward(row.read(in[1]), dy, placement.pixels(), new Scratch(dy.length));
                    row.write(out[0], dy);
                }),
                shape);
    }
}
