package org.batchmill.engine.nd4j;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.batchmill.engine.nd4j.layer.Activations;
import org.batchmill.engine.nd4j.layer.BatchNormalization;
import org.batchmill.engine.nd4j.layer.Channels;
import org.batchmill.engine.nd4j.layer.DirectConvolution;
import org.batchmill.engine.nd4j.layer.Enlargement;
import org.batchmill.engine.nd4j.layer.LocalConnection;
import org.batchmill.engine.nd4j.layer.LongShortTermMemory;
import org.batchmill.engine.nd4j.layer.MatrixProduct;
import org.batchmill.engine.nd4j.layer.ResponseNormOp;
import org.batchmill.engine.nd4j.layer.Windows;
import org.batchmill.engine.nd4j.plan.Elementwise;
import org.batchmill.engine.nd4j.plan.Graph;
import org.batchmill.engine.nd4j.plan.HostOp;
import org.batchmill.engine.nd4j.plan.Signal;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.Engines;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;
import org.nd4j.autodiff.samediff.SDVariable;

/** Writes a network as a SameDiff graph for a fixed number of rows, in one data format, for training or for inference. */
final class NetworkCompiler {

    static final String INPUT = "input";

    private final Graph graph = new Graph();
    private final Windows windows = new Windows(graph);
    private final Network network;
    private final int samples;
    private final boolean channelsLast;
    private final boolean training;
    private final Set<String> frozen;
    private final Map<String, Shape> shapes;
    private final Map<String, SDVariable> parameters = new LinkedHashMap<>();
    private final Map<String, Signal> outputs = new LinkedHashMap<>();

    /**
     * @param samples rows of a batch
     * @param frozen  layers that training leaves as they are: their batch normalization goes by its rolling values
     */
    NetworkCompiler(Network network, int samples, boolean channelsLast, boolean training, Set<String> frozen) {
        this.network = network;
        this.samples = samples;
        this.channelsLast = channelsLast;
        this.training = training;
        this.frozen = frozen;
        this.shapes = network.outputShapes();
    }

    Graph graph() {
        return graph;
    }

    /** The output of each layer, in order. */
    Map<String, Signal> outputs() {
        return outputs;
    }

    /** Adds the whole network; returns its outputs as vectors in canonical order. */
    Signal build() {
        for (var parameter : network.parameters()) {
            long[] dimensions = parameter.dimensions().stream()
                    .mapToLong(Integer::longValue)
                    .toArray();
            parameters.put(parameter.name(), graph.external(parameter.name(), dimensions));
        }
        List<Layer> layers = network.layers();
        Signal signal = new Signal(null, network.input(), samples * network.timeSteps(), false, channelsLast);
        signal = signal.with(graph.external(INPUT, signal.dimensions()));
        int first = 0;
        if (network.inputScale().isPresent()) {
            // The scale is applied while the batch is copied in.
            outputs.put(layers.get(0).name(), signal);
            first = 1;
        }
        Map<String, Signal> read = new HashMap<>(outputs);
        read.put(Network.INPUT, signal);
        for (Layer layer : layers.subList(first, layers.size())) {
            graph.enter(layer.name());
            List<Signal> inputs =
                    network.inputs().get(layer.name()).stream().map(read::get).toList();
            signal = layer.accept(new Additions(inputs));
            outputs.put(layer.name(), signal);
            read.put(layer.name(), signal);
        }
        if (signal.rows() != samples) {
            throw new UsageException(network.name() + ": " + network.timeSteps()
                    + " frames a sample need an LSTM layer that brings them together");
        }
        graph.enter("output");
        return signal.flattened(graph);
    }

    /** Adds a layer behind signals. */
    private final class Additions implements Layer.Visitor<Signal> {
        private final List<Signal> inputs;
        /** What goes into a layer with one input. */
        private final Signal in;

        Additions(List<Signal> inputs) {
            this.inputs = inputs;
            this.in = inputs.get(0);
        }

        private UsageException lacking(Layer layer, String what) {
            return Engines.lacks("nd4j", layer, what);
        }

        @Override
        public Signal inputScale(Layer.InputScale layer) {
            return in.with(
                    graph.add(Elementwise.affine(layer.multiply(), layer.add(), in.dimensions()), in.variable())[0]);
        }

        @Override
        public Signal conv2d(Layer.Conv2d layer) {
            if (layer.groups() > 1) {
                return grouped(layer, in.shaped(graph, in.shape()));
            }
            return windows.convolution(
                    layer,
                    in.shaped(graph, in.shape()),
                    shapes.get(layer.name()),
                    parameter(layer, "weights"),
                    layer.bias() ? parameter(layer, "biases") : null);
        }

        @Override
        public Signal transposedConv2d(Layer.TransposedConv2d layer) {
            return transposed(layer, in.shaped(graph, in.shape()));
        }

        @Override
        public Signal locallyConnected2d(Layer.LocallyConnected2d layer) {
            Signal image = in.shaped(graph, in.shape());
            Signal out = new Signal(null, shapes.get(layer.name()), in.rows(), false, channelsLast);
            LocalConnection local = new LocalConnection(layer, in.shape(), image.placement(), out.placement());
            HostOp op = local.forward(image.dimensions(), out.dimensions());
            SDVariable product = layer.bias()
                    ? graph.add(op, image.variable(), parameter(layer, "weights"), parameter(layer, "biases"))[0]
                    : graph.add(op, image.variable(), parameter(layer, "weights"))[0];
            return out.with(product);
        }

        @Override
        public Signal upsample(Layer.Upsample layer) {
            Signal image = in.shaped(graph, in.shape());
            Signal out = new Signal(null, shapes.get(layer.name()), in.rows(), false, channelsLast);
            Enlargement enlargement = new Enlargement(layer, in.shape(), image.placement(), out.placement());
            return out.with(graph.add(enlargement.forward(image.dimensions(), out.dimensions()), image.variable())[0]);
        }

        @Override
        public Signal globalAveragePool(Layer.GlobalAveragePool layer) {
            Signal image = in.shaped(graph, in.shape());
            Signal out = new Signal(null, shapes.get(layer.name()), in.rows(), true, channelsLast);
            return out.with(graph.add(Channels.means(image.placement(), image.dimensions()), image.variable())[0]);
        }

        @Override
        public Signal maxPool(Layer.MaxPool layer) {
            return windows.maxPool(layer, in.shaped(graph, in.shape()), shapes.get(layer.name()));
        }

        @Override
        public Signal averagePool(Layer.AveragePool layer) {
            return windows.averagePool(layer, in.shaped(graph, in.shape()), shapes.get(layer.name()));
        }

        @Override
        public Signal dense(Layer.Dense layer) {
            return NetworkCompiler.this.dense(
                    in.flattened(graph),
                    layer.units(),
                    parameter(layer, "weights"),
                    layer.bias() ? parameter(layer, "biases") : null);
        }

        @Override
        public Signal batchNorm(Layer.BatchNorm layer) {
            return NetworkCompiler.this.batchNorm(layer, in);
        }

        @Override
        public Signal localResponseNorm(Layer.LocalResponseNorm layer) {
            return in.with(
                    graph.add(new ResponseNormOp(layer, in.placement()).forward(in.dimensions()), in.variable())[0]);
        }

        @Override
        public Signal dropout(Layer.Dropout layer) {
            if (!training) {
                return in;
            }
            SDVariable mask =
                    graph.add(Elementwise.dropoutMask(layer.name(), layer.rate(), in.placement(), in.dimensions()))[0];
            return in.with(graph.add(Elementwise.product(in.dimensions()), in.variable(), mask)[0]);
        }

        @Override
        public Signal gaussianNoise(Layer.GaussianNoise layer) {
            if (!training) {
                return in;
            }
            SDVariable noise = graph.add(Elementwise.noise(
                    layer.name(), layer.standardDeviation(), in.placement(), in.dimensions()))[0];
            return in.with(graph.add(Elementwise.sum(in.dimensions()), in.variable(), noise)[0]);
        }

        @Override
        public Signal activation(Layer.Activation layer) {
            return NetworkCompiler.this.activation(layer, in);
        }

        @Override
        public Signal add(Layer.Add layer) {
            return sum(inputs);
        }

        @Override
        public Signal concat(Layer.Concat layer) {
            return joined(inputs, shapes.get(layer.name()));
        }

        @Override
        public Signal channelScale(Layer.ChannelScale layer) {
            Signal channels = in.flat() && in.shape().isVector() ? in : in.shaped(graph, in.shape());
            HostOp op = Channels.scale(channels.placement(), layer.shift(), channels.dimensions());
            return channels.with(
                    layer.shift()
                            ? graph.add(op, channels.variable(), parameter(layer, "gamma"), parameter(layer, "beta"))[0]
                            : graph.add(op, channels.variable(), parameter(layer, "gamma"))[0]);
        }

        @Override
        public Signal lengths(Layer.Lengths layer) {
            throw lacking(layer, "lengths of sequences");
        }

        @Override
        public Signal gru(Layer.Gru layer) {
            throw lacking(layer, "gated recurrent units");
        }

        @Override
        public Signal lstm(Layer.Lstm layer) {
            if (layer.sequences()) {
                throw lacking(layer, "sequences from an LSTM");
            }
            return NetworkCompiler.this.lstm(layer, in.flattened(graph));
        }

        @Override
        public Signal flatten(Layer.Flatten layer) {
            return in.flattened(graph);
        }

        @Override
        public Signal reshape(Layer.Reshape layer) {
            return in.shaped(graph, layer.shape());
        }
    }

    private Signal dense(Signal in, int units, SDVariable weights, SDVariable biases) {
        Signal out = new Signal(null, Shape.vector(units), in.rows(), true, channelsLast);
        SDVariable product =
                graph.add(MatrixProduct.byTransposed(in.rows(), in.shape().size(), units), in.variable(), weights)[0];
        return biases == null
                ? out.with(product)
                : out.with(graph.add(MatrixProduct.biases(in.rows(), units), product, biases)[0]);
    }

    private Signal batchNorm(Layer.BatchNorm layer, Signal in) {
        BatchNormalization normalization = new BatchNormalization(layer, in.placement());
        boolean byBatch = training && !frozen.contains(layer.name());
        return in.with(graph.add(
                        byBatch ? normalization.training(in.dimensions()) : normalization.inference(in.dimensions()),
                        in.variable(),
                        parameter(layer, "gamma"),
                        parameter(layer, "beta"),
                        parameter(layer, "mean"),
                        parameter(layer, "variance"))[0]);
    }

    private Signal activation(Layer.Activation layer, Signal in) {
        return switch (layer.function()) {
            case LINEAR -> in;
            case SOFTMAX -> {
                Signal vectors = in.flattened(graph);
                Signal result =
                        vectors.with(graph.add(Activations.softmax(vectors.dimensions()), vectors.variable())[0]);
                yield in.flat() ? result : result.shaped(graph, in.shape());
            }
            case RELU, RELU6, LEAKY_RELU, ELU, SIGMOID, TANH ->
                in.with(graph.add(Activations.of(layer, in.dimensions()), in.variable())[0]);
        };
    }

    private Signal lstm(Layer.Lstm layer, Signal in) {
        int steps = network.timeSteps();
        Signal products = dense(in, 4 * layer.units(), parameter(layer, "weights"), parameter(layer, "biases"));
        HostOp op = new LongShortTermMemory(samples, steps, layer.units()).forward();
        SDVariable last = graph.add(op, products.variable(), parameter(layer, "recurrent"))[0];
        return new Signal(last, Shape.vector(layer.units()), samples, true, channelsLast);
    }

    private Signal sum(List<Signal> signals) {
        boolean alike = signals.stream()
                .allMatch(signal -> signal.flat() == signals.get(0).flat());
        Signal sum = null;
        for (Signal signal : signals) {
            Signal next = alike ? signal : signal.flattened(graph);
            sum = sum == null
                    ? next
                    : sum.with(graph.add(Elementwise.sum(sum.dimensions()), sum.variable(), next.variable())[0]);
        }
        return sum;
    }

    private Signal joined(List<Signal> signals, Shape shape) {
        boolean vectors = signals.stream().allMatch(Signal::flat) && shape.isVector();
        List<Signal> parts = vectors
                ? signals
                : signals.stream()
                        .map(signal -> signal.shaped(graph, signal.shape()))
                        .toList();
        Signal whole = new Signal(null, shape, parts.get(0).rows(), vectors, channelsLast);
        HostOp op = Channels.concat(
                parts.stream().map(Signal::placement).toList(),
                parts.stream().map(Signal::dimensions).toList(),
                whole.placement(),
                whole.dimensions());
        return whole.with(graph.add(op, parts.stream().map(Signal::variable).toArray(SDVariable[]::new))[0]);
    }

    private Signal grouped(Layer.Conv2d layer, Signal in) {
        Signal out = new Signal(null, shapes.get(layer.name()), in.rows(), false, channelsLast);
        DirectConvolution convolution =
                new DirectConvolution(layer, layer.groups(), in.shape(), in.placement(), out.shape(), out.placement());
        SDVariable product = graph.add(
                        convolution.forward(in.dimensions(), out.dimensions()),
                        in.variable(),
                        parameter(layer, "weights"))[0];
        return layer.bias() ? biased(layer, out.with(product)) : out.with(product);
    }

    private Signal transposed(Layer.TransposedConv2d layer, Signal in) {
        Signal out = new Signal(null, shapes.get(layer.name()), in.rows(), false, channelsLast);
        DirectConvolution convolution =
                new DirectConvolution(layer, 1, out.shape(), out.placement(), in.shape(), in.placement());
        SDVariable product = graph.add(
                        convolution.transposed(out.dimensions(), in.dimensions()),
                        in.variable(),
                        parameter(layer, "weights"))[0];
        return layer.bias() ? biased(layer, out.with(product)) : out.with(product);
    }

    private Signal biased(Layer layer, Signal product) {
        return product.with(graph.add(
                        DirectConvolution.biases(product.placement(), product.dimensions()),
                        product.variable(),
                        parameter(layer, "biases"))[0]);
    }

    private SDVariable parameter(Layer layer, String name) {
        return parameters.get(layer.name() + "/" + name);
    }
}
