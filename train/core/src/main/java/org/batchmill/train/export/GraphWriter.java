package org.batchmill.train.export;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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

    /**
     * What a recurrent layer reads.
     *
     * @param frames  rows of features, a row a frame
     * @param lengths the value of {@link Layer.Lengths}; null for all frames
     */
    record Sequence(Value frames, String lengths) {}

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
        return rows(flattened(last, "output/flat"), network.output().size(), "output/rows");
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
            return convolution(layer, in);
        }

        @Override
        public Value transposedConv2d(Layer.TransposedConv2d layer) {
            return transposedConvolution(layer, in);
        }

        @Override
        public Value locallyConnected2d(Layer.LocallyConnected2d layer) {
            throw new UsageException(layer.name() + ": neither ONNX nor TensorFlow has a locally connected layer");
        }

        @Override
        public Value upsample(Layer.Upsample layer) {
            return GraphWriter.this.upsample(layer, in);
        }

        @Override
        public Value globalAveragePool(Layer.GlobalAveragePool layer) {
            return globalAverage(layer, in);
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
            return sum(layer, alike(layer));
        }

        /** With the same axes. */
        private List<Value> alike(Layer layer) {
            boolean alike = inputs.stream().allMatch(value -> value.flat() == in.flat());
            return alike
                    ? inputs
                    : IntStream.range(0, inputs.size())
                            .mapToObj(i -> planes(inputs.get(i), layer.name() + "/" + i))
                            .toList();
        }

        @Override
        public Value concat(Layer.Concat layer) {
            return joined(layer, alike(layer));
        }

        @Override
        public Value channelScale(Layer.ChannelScale layer) {
            return GraphWriter.this.channelScale(layer, in);
        }

        @Override
        public Value lengths(Layer.Lengths layer) {
            return GraphWriter.this.lengths(layer, flattened(in, layer.name() + "/flat"));
        }

        @Override
        public Value lstm(Layer.Lstm layer) {
            return GraphWriter.this.lstm(layer, sequence(layer));
        }

        @Override
        public Value gru(Layer.Gru layer) {
            return GraphWriter.this.gru(layer, sequence(layer));
        }

        private Sequence sequence(Layer layer) {
            String lengths = inputs.size() > 1 ? inputs.get(1).name() : null;
            return new Sequence(flattened(in, layer.name() + "/flat"), lengths);
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

    abstract Value inputScale(Layer.InputScale scale, Value in);

    abstract Value convolution(Layer.Conv2d conv, Value in);

    abstract Value transposedConvolution(Layer.TransposedConv2d conv, Value in);

    abstract Value upsample(Layer.Upsample layer, Value in);

    abstract Value globalAverage(Layer.GlobalAveragePool pool, Value in);

    abstract Value maxPool(Layer.MaxPool pool, Value in);

    abstract Value averagePool(Layer.AveragePool pool, Value in);

    abstract Value dense(Layer.Dense dense, Value in);

    abstract Value batchNorm(Layer.BatchNorm norm, Value in);

    abstract Value responseNorm(Layer.LocalResponseNorm norm, Value in);

    abstract Value activation(Layer.Activation activation, Value in);

    /** The sum of values with the same axes. */
    abstract Value sum(Layer.Add layer, List<Value> values);

    /** The channels of values with the same axes. */
    abstract Value joined(Layer.Concat layer, List<Value> values);

    abstract Value channelScale(Layer.ChannelScale scale, Value in);

    /** @param frames rows of features, a row a frame */
    abstract Value lengths(Layer.Lengths lengths, Value frames);

    abstract Value lstm(Layer.Lstm lstm, Sequence in);

    abstract Value gru(Layer.Gru gru, Sequence in);

    abstract Value reshape(Layer.Reshape layer, Value in);

    /** With the axes [row][number], in the order channels, height, width. */
    abstract Value flattened(Value in, String name);

    /** With four axes, which windows slide over; numbers of a row are in the order channels, height, width. */
    abstract Value planes(Value in, String layer);

    /** A flat value with so many numbers a row. */
    abstract Value rows(Value in, int numbers, String name);
}
