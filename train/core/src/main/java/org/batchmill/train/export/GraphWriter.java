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
            value = layer.accept(new Operations(value));
        }
        return value;
    }

    /** Says a layer in the other program's operations. */
    private final class Operations implements Layer.Visitor<Value> {
        private final Value in;

        Operations(Value in) {
            this.in = in;
        }

        @Override
        public Value inputScale(Layer.InputScale layer) {
            return GraphWriter.this.inputScale(layer, in);
        }

        @Override
        public Value conv2d(Layer.Conv2d layer) {
            return convolution(layer, in);
        }

        @Override
        public Value maxPool(Layer.MaxPool layer) {
            return GraphWriter.this.maxPool(layer, in);
        }

        @Override
        public Value averagePool(Layer.AveragePool layer) {
            return GraphWriter.this.averagePool(layer, in);
        }

        @Override
        public Value dense(Layer.Dense layer) {
            return GraphWriter.this.dense(layer, in);
        }

        @Override
        public Value batchNorm(Layer.BatchNorm layer) {
            return GraphWriter.this.batchNorm(layer, in);
        }

        @Override
        public Value localResponseNorm(Layer.LocalResponseNorm layer) {
            return responseNorm(layer, in);
        }

        @Override
        public Value dropout(Layer.Dropout layer) {
            return in; // passes through in inference
        }

        @Override
        public Value gaussianNoise(Layer.GaussianNoise layer) {
            return in; // passes through in inference
        }

        @Override
        public Value activation(Layer.Activation layer) {
            return GraphWriter.this.activation(layer, in);
        }

        @Override
        public Value residual(Layer.Residual layer) {
            return GraphWriter.this.residual(layer, in);
        }

        @Override
        public Value lstm(Layer.Lstm layer) {
            return GraphWriter.this.lstm(layer, in);
        }

        @Override
        public Value flatten(Layer.Flatten layer) {
            return flattened(in, layer.name());
        }

        @Override
        public Value reshape(Layer.Reshape layer) {
            return GraphWriter.this.reshape(layer, in);
        }
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
