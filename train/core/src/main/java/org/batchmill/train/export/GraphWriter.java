package org.batchmill.train.export;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.records.UsageException;
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
        Map<String, Value> values = new HashMap<>();
        values.put(Network.INPUT, input);
        Value last = input;
        for (Layer layer : network.layers()) {
            List<Value> in =
                    network.inputs().get(layer.name()).stream().map(values::get).toList();
            last = layer.accept(new Operations(in));
            values.put(layer.name(), last);
        }
        return flattened(last, "output-flat");
    }

    /** The value of a node that is called as its layer is. */
    final Value valueOf(Layer layer, boolean flat) {
        return new Value(layer.name(), shapes.get(layer.name()), flat);
    }

    /** Says a layer in the other program's operations. */
    private final class Operations implements Layer.Visitor<Value> {
        private final List<Value> inputs;
        /** What goes into a layer with one input. */
        private final Value in;

        Operations(List<Value> inputs) {
            this.inputs = inputs;
            this.in = inputs.get(0);
        }

        @Override
        public Value inputScale(Layer.InputScale layer) {
            return GraphWriter.this.inputScale(layer, in);
        }

        @Override
        public Value conv2d(Layer.Conv2d layer) {
            if (layer.groups() > 1) {
                throw lacking(layer, "grouped convolution");
            }
            return convolution(layer, in);
        }

        @Override
        public Value transposedConv2d(Layer.TransposedConv2d layer) {
            throw lacking(layer, "transposed convolution");
        }

        @Override
        public Value upsample(Layer.Upsample layer) {
            throw lacking(layer, "upsampling");
        }

        @Override
        public Value globalAveragePool(Layer.GlobalAveragePool layer) {
            throw lacking(layer, "global average pooling");
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
        public Value add(Layer.Add layer) {
            boolean alike = inputs.stream().allMatch(value -> value.flat() == in.flat());
            return sum(
                    layer,
                    alike
                            ? inputs
                            : inputs.stream().map(value -> planes(value, layer)).toList());
        }

        @Override
        public Value concat(Layer.Concat layer) {
            throw lacking(layer, "concatenation");
        }

        @Override
        public Value channelScale(Layer.ChannelScale layer) {
            throw lacking(layer, "scale by channels");
        }

        @Override
        public Value lengths(Layer.Lengths layer) {
            throw lacking(layer, "lengths of sequences");
        }

        @Override
        public Value lstm(Layer.Lstm layer) {
            if (layer.sequences()) {
                throw lacking(layer, "sequences from an LSTM");
            }
            return GraphWriter.this.lstm(layer, in);
        }

        @Override
        public Value gru(Layer.Gru layer) {
            throw lacking(layer, "gated recurrent units");
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

    private UsageException lacking(Layer layer, String what) {
        return new UsageException(layer.name() + ": the export to " + target() + " has no " + what);
    }

    /** The other program's name. */
    abstract String target();

    abstract Value inputScale(Layer.InputScale scale, Value in);

    abstract Value convolution(Layer.Conv2d conv, Value in);

    abstract Value maxPool(Layer.MaxPool pool, Value in);

    abstract Value averagePool(Layer.AveragePool pool, Value in);

    abstract Value dense(Layer.Dense dense, Value in);

    abstract Value batchNorm(Layer.BatchNorm norm, Value in);

    abstract Value responseNorm(Layer.LocalResponseNorm norm, Value in);

    abstract Value activation(Layer.Activation activation, Value in);

    /** The sum of values with the same axes. */
    abstract Value sum(Layer.Add layer, List<Value> values);

    /** Rows are frames before it and samples behind it. */
    abstract Value lstm(Layer.Lstm lstm, Value in);

    abstract Value reshape(Layer.Reshape layer, Value in);

    /** With the axes [row][number], in the order channels, height, width. */
    abstract Value flattened(Value in, String name);

    /** With four axes, which windows slide over; numbers of a row are in the order channels, height, width. */
    abstract Value planes(Value in, Layer layer);
}
