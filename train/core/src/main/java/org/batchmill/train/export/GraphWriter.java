package org.batchmill.train.export;

import java.util.List;
import java.util.Map;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;

/** Walks through a network's layers; the subclasses say each in another program's operations. Used once. */
abstract class GraphWriter {

    static final String INPUT = "input";
    static final String OUTPUT = "output";

    final Network network;
    final Map<String, float[]> parameters;
    private final Map<String, Shape> shapes;

    GraphWriter(Network network, Map<String, float[]> parameters) {
        this.network = network;
        this.parameters = parameters;
        this.shapes = network.outputShapes();
    }

    /**
     * A value between nodes.
     *
     * @param flat whether it has the axes [row][number] instead of four, in the other program's order
     */
    record Value(String name, Shape shape, boolean flat) {}

    /** What all layers make of the network's input, with the axes [row][number]. */
    final Value predictions(Value input) {
        return flattened(chain(network.layers(), input), "output-flat");
    }

    /** The value of a node that is called as its layer is. */
    final Value valueOf(Layer layer, boolean flat) {
        return new Value(layer.name(), shapes.get(layer.name()), flat);
    }

    private Value chain(List<Layer> layers, Value in) {
        Value value = in;
        for (Layer layer : layers) {
            value = layer(layer, value);
        }
        return value;
    }

    private Value layer(Layer layer, Value in) {
        if (layer instanceof Layer.InputScale scale) {
            return inputScale(scale, in);
        } else if (layer instanceof Layer.Conv2d conv) {
            return convolution(conv, in);
        } else if (layer instanceof Layer.MaxPool pool) {
            return maxPool(pool, in);
        } else if (layer instanceof Layer.AveragePool pool) {
            return averagePool(pool, in);
        } else if (layer instanceof Layer.Dense dense) {
            return dense(dense, in);
        } else if (layer instanceof Layer.BatchNorm norm) {
            return batchNorm(norm, in);
        } else if (layer instanceof Layer.LocalResponseNorm norm) {
            return responseNorm(norm, in);
        } else if (layer instanceof Layer.Activation activation) {
            return activation(activation, in);
        } else if (layer instanceof Layer.Residual residual) {
            return residual(residual, in);
        } else if (layer instanceof Layer.Lstm lstm) {
            return lstm(lstm, in);
        } else if (layer instanceof Layer.Flatten) {
            return flattened(in, layer.name());
        } else if (layer instanceof Layer.Reshape reshape) {
            return reshape(reshape, in);
        }
        // Dropout and noise pass through in inference.
        return in;
    }

    private Value residual(Layer.Residual layer, Value in) {
        Value body = chain(layer.body(), in);
        Value shortcut = chain(layer.projection(), in);
        if (body.flat() != shortcut.flat()) {
            body = planes(body, layer);
            shortcut = planes(shortcut, layer);
        }
        return sum(layer, body, shortcut);
    }

    abstract Value inputScale(Layer.InputScale scale, Value in);

    abstract Value convolution(Layer.Conv2d conv, Value in);

    abstract Value maxPool(Layer.MaxPool pool, Value in);

    abstract Value averagePool(Layer.AveragePool pool, Value in);

    abstract Value dense(Layer.Dense dense, Value in);

    abstract Value batchNorm(Layer.BatchNorm norm, Value in);

    abstract Value responseNorm(Layer.LocalResponseNorm norm, Value in);

    abstract Value activation(Layer.Activation activation, Value in);

    /** The sum of two values with the same axes. */
    abstract Value sum(Layer.Residual layer, Value body, Value shortcut);

    /** Rows are frames before it and samples behind it. */
    abstract Value lstm(Layer.Lstm lstm, Value in);

    abstract Value reshape(Layer.Reshape layer, Value in);

    /** With the axes [row][number], in the order channels, height, width. */
    abstract Value flattened(Value in, String name);

    /** With four axes, which windows slide over; numbers of a row are in the order channels, height, width. */
    abstract Value planes(Value in, Layer layer);
}
