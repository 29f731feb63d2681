package org.batchmill.engine.nd4j.layer;

import org.batchmill.engine.nd4j.memory.Floats;
import org.batchmill.engine.nd4j.plan.HostOp;
import org.batchmill.engine.nd4j.plan.Placement;
import org.batchmill.engine.nd4j.plan.Row;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.LocalProducts;
import org.batchmill.train.network.Shape;
import org.nd4j.autodiff.samediff.SDVariable;

/** A locally connected layer on the host: ND4J's has one layout of images, and not our layout of weights. */
public final class LocalConnection {

    private final LocalProducts products;
    private final Placement from;
    private final Placement to;

    public LocalConnection(Layer.LocallyConnected2d layer, Shape in, Placement from, Placement to) {
        this.products = new LocalProducts(layer, in);
        this.from = from;
        this.to = to;
    }

    /** Of the image, the weights and, if there are any, the biases. */
    public HostOp forward(long[] inShape, long[] outShape) {
        HostOp op = new HostOp(
                "host_local",
                (in, out, state) -> {
                    float[] x = Row.all(from, in[0]);
                    float[] biases = in.length == 2 ? null : in[2].copy();
                    float[] y = new float[to.size()];
                    state.workers()
                            .run(
                                    products.places(),
                                    place -> products.forward(place, x, from.rows(), reader(in[1]), biases, y));
                    write(to, y, out[0]);
                },
                outShape);
        op.differentiatedBy((graph, inputs, outputs, gradients, needed) -> {
            SDVariable[] results = new SDVariable[inputs.length];
            results[0] = needed[0] ? graph.add(byInput(inShape), gradients[0], inputs[1])[0] : null;
            results[1] = needed[1] ? graph.add(byWeights(inputs[1].getShape()), inputs[0], gradients[0])[0] : null;
            if (inputs.length > 2) {
                results[2] = needed[2] ? graph.add(byBiases(inputs[2].getShape()), gradients[0])[0] : null;
            }
            return results;
        });
        return op;
    }

    private HostOp byInput(long[] inShape) {
        return new HostOp(
                "host_local_by_input",
                (in, out, state) -> {
                    float[] dy = Row.all(to, in[0]);
                    float[] dx = new float[from.size()];
                    state.workers().run(from.rows(), row -> products.byInput(row, dy, reader(in[1]), dx));
                    write(from, dx, out[0]);
                },
                inShape);
    }

    private HostOp byWeights(long[] shape) {
        return new HostOp(
                "host_local_by_weights",
                (in, out, state) -> {
                    float[] x = Row.all(from, in[0]);
                    float[] dy = Row.all(to, in[1]);
                    LocalProducts.Kernels gradient = (first, kernel) -> out[0].write(first, kernel, kernel.length);
                    state.workers()
                            .run(products.places(), place -> products.byWeights(place, x, dy, from.rows(), gradient));
                },
                shape);
    }

    private HostOp byBiases(long[] shape) {
        return new HostOp(
                "host_local_by_biases",
                (in, out, state) -> out[0].set(products.byBiases(Row.all(to, in[0]), to.rows())),
                shape);
    }

    private static LocalProducts.Kernels reader(Floats weights) {
        return (first, kernel) -> weights.read(first, kernel, kernel.length);
    }

    private static void write(Placement placement, float[] values, Floats out) {
        float[] row = new float[placement.rowSize()];
        for (int i = 0; i < placement.rows(); i++) {
            System.arraycopy(values, i * row.length, row, 0, row.length);
            new Row(placement, i).write(out, row);
        }
    }
}
