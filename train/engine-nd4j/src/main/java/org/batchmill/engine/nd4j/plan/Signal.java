package org.batchmill.engine.nd4j.plan;

import org.batchmill.train.network.Shape;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * What runs between two layers: a variable of the graph, the shape that it has to the network and how it lies in memory.
 *
 * @param flat whether the variable is [rows][size] in canonical order, else it is rank 4 in the graph's data format
 */
public record Signal(SDVariable variable, Shape shape, int rows, boolean flat, boolean channelsLast) {

    public Placement placement() {
        return flat ? new Placement(rows, shape.size(), 1, false) : Placement.of(rows, shape, channelsLast);
    }

    public long[] dimensions() {
        if (flat) {
            return new long[] {rows, shape.size()};
        }
        return channelsLast
                ? new long[] {rows, shape.height(), shape.width(), shape.channels()}
                : new long[] {rows, shape.channels(), shape.height(), shape.width()};
    }

    public Signal with(SDVariable other) {
        return new Signal(other, shape, rows, flat, channelsLast);
    }

    /** The same values as vectors in canonical order. */
    public Signal flattened(Graph graph) {
        if (flat) {
            return this;
        }
        Signal vectors = new Signal(variable, Shape.vector(shape.size()), rows, true, channelsLast);
        SDVariable from = variable;
        if (!placement().canonical()) {
            from = graph.add(Placement.transpose(placement(), dimensions(), vectors.dimensions()), from)[0];
        } else {
            from = graph.add(new ViewOp(dimensions(), vectors.dimensions()), from)[0];
        }
        return vectors.with(from);
    }

    /** The same values in canonical order as images of a shape. */
    public Signal shaped(Graph graph, Shape to) {
        if (!flat && shape.equals(to)) {
            return this;
        }
        Signal vectors = flattened(graph);
        Signal images = new Signal(vectors.variable, to, rows, false, channelsLast);
        Placement placement = images.placement();
        GraphOp op = placement.canonical()
                ? new ViewOp(vectors.dimensions(), images.dimensions())
                : Placement.transpose(
                        new Placement(rows, placement.channels(), placement.pixels(), false),
                        vectors.dimensions(),
                        images.dimensions());
        return images.with(graph.add(op, vectors.variable)[0]);
    }
}
