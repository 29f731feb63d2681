package org.batchmill.engine.onednn;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.batchmill.engine.onednn.layer.Activations;
import org.batchmill.engine.onednn.layer.ChannelScaling;
import org.batchmill.engine.onednn.layer.Convolution;
import org.batchmill.engine.onednn.layer.DenseProduct;
import org.batchmill.engine.onednn.layer.GatedRecurrence;
import org.batchmill.engine.onednn.layer.Joins;
import org.batchmill.engine.onednn.layer.LocalConnection;
import org.batchmill.engine.onednn.layer.LongShortTermMemory;
import org.batchmill.engine.onednn.layer.Normalization;
import org.batchmill.engine.onednn.layer.Pooling;
import org.batchmill.engine.onednn.layer.Randomness;
import org.batchmill.engine.onednn.layer.Recurrent;
import org.batchmill.engine.onednn.layer.ResponseNormLayer;
import org.batchmill.engine.onednn.layer.SequenceLengths;
import org.batchmill.engine.onednn.layer.Signal;
import org.batchmill.engine.onednn.layer.TransposedConvolution;
import org.batchmill.engine.onednn.layer.Upsampling;
import org.batchmill.engine.onednn.layer.WeightedLayer;
import org.batchmill.engine.onednn.memory.Layout;
import org.batchmill.engine.onednn.memory.Natives;
import org.batchmill.engine.onednn.memory.Parameters;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.engine.onednn.plan.Assembler;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.engine.onednn.plan.CompiledPlan;
import org.batchmill.engine.onednn.plan.InputReader;
import org.batchmill.engine.onednn.plan.LossWork;
import org.batchmill.engine.onednn.plan.WinogradCosts;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.host.Handles;
import org.batchmill.train.host.Purpose;
import org.batchmill.train.host.plan.Operation.Pass;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;

/** Walks through the layers and assembles the plan: what is fused, what follows what, and the backward pass. */
final class NetworkCompiler {

    private final ProgramSpec spec;
    private final int rows;
    private final Compilation compilation;
    private final Assembler assembler;
    private final Map<String, Shape> shapes;
    private final Map<String, List<String>> readers;
    /** What each layer put out. */
    private final Map<String, Signal> signals = new HashMap<>();
    /** The outputs of all layers, where they are observed. */
    private final Map<String, Tensor> observed = new LinkedHashMap<>();

    private NetworkCompiler(
            ProgramSpec spec,
            Parameters parameters,
            Purpose purpose,
            int rows,
            int workers,
            WinogradCosts costs,
            Handles<Pointer> handles) {
        this.spec = spec;
        this.rows = rows;
        this.compilation = new Compilation(spec, parameters, purpose, workers, costs, handles);
        this.assembler = compilation.assembler;
        this.shapes = spec.network().outputShapes();
        this.readers = spec.network().readers();
        compilation.channelsLast = prefersChannelsLast();
    }

    /**
     * Compiles a plan.
     *
     * @param rows    samples in the batch
     * @param workers threads of the host operations
     * @param costs   of the CPU
     */
    @SuppressWarnings("try")
    static CompiledPlan compile(
            ProgramSpec spec, Parameters parameters, Purpose purpose, int rows, int workers, WinogradCosts costs) {
        Handles<Pointer> handles = Natives.handles();
        try (PointerScope scope = new PointerScope()) {
            return new NetworkCompiler(spec, parameters, purpose, rows, workers, costs, handles).compile(handles);
        } catch (RuntimeException | Error e) {
            handles.close();
            throw e;
        }
    }

    /**
     * Whether images lie with their channels side by side in all of the network, so that there is nothing to convert: where a
     * convolution wants it so.
     */
    private boolean prefersChannelsLast() {
        for (Layer layer : spec.network().layers()) {
            if (layer instanceof Layer.Conv2d conv) {
                String read = spec.network().inputs().get(layer.name()).get(0);
                Shape in = read.equals(Network.INPUT) ? spec.network().input() : shapes.get(read);
                if (Convolution.wantsChannelsLast(compilation, conv, in, shapes.get(layer.name()), rows)) {
                    return true;
                }
            }
        }
        return false;
    }

    private CompiledPlan compile(Handles<Pointer> handles) {
        List<Layer> layers = spec.network().layers();
        Optional<Layer.InputScale> scale = spec.network().inputScale();
        boolean scaled = scale.isPresent();
        InputReader reader = reader(scale);
        String first = scaled ? layers.get(0).name() : Network.INPUT;
        put(first, input(reader, first));
        Signal signal = new Walk(layers).run(scaled ? 1 : 0, first);
        Tensor vectors = signal.vector(compilation);
        Tensor output = compilation.convert(vectors, Layout.plain(vectors.dimensions()));
        assembler.keep(output);
        if (compilation.purpose.training()) {
            backward(output);
        }
        Map<String, Tensor> outputs = canonicalOutputs();
        return new CompiledPlan(assembler.build(), output, outputs, reader.bytes(), assembler.constantBytes(), handles);
    }

    private InputReader reader(Optional<Layer.InputScale> scale) {
        float multiply = scale.map(Layer.InputScale::multiply).orElse(1f);
        float add = scale.map(Layer.InputScale::add).orElse(0f);
        int frames = rows * spec.network().timeSteps();
        boolean last = compilation.channelsLast && !spec.network().input().isVector();
        return new InputReader(
                spec.inputFormat(), spec.network().input(), frames, multiply, add, last, compilation.workers);
    }

    private Signal input(InputReader reader, String name) {
        assembler.at(name, Pass.FORWARD);
        Shape frame = spec.network().input();
        long frames = (long) rows * spec.network().timeSteps();
        long[] dimensions = frame.isVector()
                ? new long[] {frames, frame.size()}
                : new long[] {frames, frame.channels(), frame.height(), frame.width()};
        boolean last = reader.channelsLast();
        Tensor tensor = assembler.tensor(
                "batch", last ? Layout.channelsLast(Layout.FLOAT32, dimensions) : Layout.plain(dimensions));
        assembler.host("read, scale, channels " + (last ? "last" : "first"), List.of(), List.of(tensor), reader);
        return new Signal(
                last ? tensor : compilation.convert(tensor, Layout.plain(compilation.type, dimensions)), frame);
    }

    /** Keeps what a layer puts out for those who read it, and for the observer. */
    private void put(String layer, Signal signal) {
        signals.put(layer, signal);
        if (readers.get(layer).size() > 1) {
            signal.tensor().overwritable = false;
        }
        if (compilation.purpose == Purpose.OBSERVE && shapes.containsKey(layer)) {
            observed.put(layer, signal.tensor());
            assembler.keep(signal.tensor());
        }
    }

    /** The layers on their way into the plan. Each layer's method returns what comes out of it and of what was fused into it. */
    private final class Walk implements Layer.Visitor<Signal> {

        private final List<Layer> layers;
        /** What the layer at {@link #index} reads. */
        private List<Signal> inputs;
        /** The first of them. */
        private Signal in;
        /** The layer that is compiled; behind it, the last one that was fused into it. */
        private int index;
        /** An activation that the max pooling behind it applies, for its gradient; null if there is none. */
        private Layer.Activation pooled;

        Walk(List<Layer> layers) {
            this.layers = layers;
        }

        /** Compiles the layers from an index on; returns what the last one puts out, or that of {@code before} if there are none. */
        Signal run(int from, String before) {
            String last = before;
            for (index = from; index < layers.size(); index++) {
                Layer layer = layers.get(index);
                inputs = spec.network().inputs().get(layer.name()).stream()
                        .map(signals::get)
                        .toList();
                in = inputs.get(0);
                assembler.at(layer.name(), Pass.FORWARD);
                Signal out = layer.accept(this);
                last = layers.get(index).name();
                put(last, out);
            }
            return signals.get(last);
        }

        @Override
        public Signal conv2d(Layer.Conv2d layer) {
            long frames = in.tensor().rows();
            Convolution convolution = new Convolution(compilation, layer, in.shape(), shape(layer), frames);
            return weighted(layer, convolution, in.image(compilation));
        }

        @Override
        public Signal dense(Layer.Dense layer) {
            return weighted(layer, new DenseProduct(compilation, layer, in.tensor()), in.tensor());
        }

        private Signal weighted(Layer layer, WeightedLayer weighted, Tensor x) {
            WeightedLayer.Fusion fusion = fusion(weighted.fusesActivations(), weighted.fusesNorms());
            Signal out = new Signal(weighted.run(x, fusion), shape(layer));
            index += (fusion.norm() == null ? 0 : 1) + (fusion.activation() == null ? 0 : 1);
            pooled = fusion.pooled() ? fusion.activation() : null;
            return out;
        }

        @Override
        public Signal activation(Layer.Activation layer) {
            Signal x = in;
            Layer.MaxPool pool = compilation.purpose == Purpose.OBSERVE ? null : poolAfter(layer, index);
            if (pool != null) {
                // The same numbers, and the activation sees a part of the values only.
                x = pooledFirst(pool, in);
                index++;
                assembler.at(layer.name(), Pass.FORWARD);
            }
            return x.with(new Activations(compilation).forward(layer, x));
        }

        @Override
        public Signal maxPool(Layer.MaxPool layer) {
            Layer.Activation activation = pooled;
            pooled = null;
            Pooling pooling = Pooling.of(compilation, layer, in.shape(), shape(layer));
            return new Signal(pooling.run(in.image(compilation), activation), shape(layer));
        }

        @Override
        public Signal averagePool(Layer.AveragePool layer) {
            Pooling pooling = Pooling.of(compilation, layer, in.shape(), shape(layer));
            return new Signal(pooling.run(in.image(compilation), null), shape(layer));
        }

        @Override
        public Signal batchNorm(Layer.BatchNorm layer) {
            Normalization norm = new Normalization(compilation, layer);
            Layer.Activation activation = norm.fusesRelu() ? activationBehind() : null;
            boolean relu = activation != null && activation.function() == ActivationFunction.RELU;
            Signal out = in.with(norm.run(in.image(compilation), relu));
            index += relu ? 1 : 0;
            return out;
        }

        @Override
        public Signal localResponseNorm(Layer.LocalResponseNorm layer) {
            Tensor x = in.image(compilation);
            return in.with(new ResponseNormLayer(compilation, layer, x).run(x));
        }

        @Override
        public Signal inputScale(Layer.InputScale layer) {
            return in.with(new Activations(compilation).scale(layer.multiply(), layer.add(), in.tensor()));
        }

        @Override
        public Signal transposedConv2d(Layer.TransposedConv2d layer) {
            long frames = in.tensor().rows();
            return weighted(
                    layer,
                    new TransposedConvolution(compilation, layer, in.shape(), shape(layer), frames),
                    in.image(compilation));
        }

        @Override
        public Signal locallyConnected2d(Layer.LocallyConnected2d layer) {
            return new Signal(
                    new LocalConnection(compilation, layer, in.shape(), shape(layer)).run(in.image(compilation)),
                    shape(layer));
        }

        @Override
        public Signal upsample(Layer.Upsample layer) {
            Tensor x = in.image(compilation);
            return new Signal(new Upsampling(compilation, layer).run(x, shape(layer)), shape(layer));
        }

        @Override
        public Signal globalAveragePool(Layer.GlobalAveragePool layer) {
            Shape from = in.shape();
            Layer.AveragePool whole = new Layer.AveragePool(
                    layer.name(), from.height(), from.width(), from.height(), from.width(), Padding.valid());
            return averagePool(whole);
        }

        @Override
        public Signal add(Layer.Add layer) {
            Layer.Activation activation = activationBehind();
            Tensor sum = new Joins(compilation).sum(inputs, activation);
            index += activation == null ? 0 : 1;
            return new Signal(sum, shape(layer));
        }

        @Override
        public Signal concat(Layer.Concat layer) {
            return new Signal(new Joins(compilation).concat(inputs), shape(layer));
        }

        @Override
        public Signal channelScale(Layer.ChannelScale layer) {
            return in.with(new ChannelScaling(compilation, layer).run(in.image(compilation)));
        }

        @Override
        public Signal lengths(Layer.Lengths layer) {
            Tensor frames = compilation.convert(
                    in.vector(compilation),
                    Layout.plain(in.tensor().rows(), in.shape().size()));
            Tensor lengths = assembler.tensor("lengths", Layout.plain(rows, 1));
            SequenceLengths work = new SequenceLengths(
                    spec.network().timeSteps(), in.shape().size(), layer.padding(), compilation.type);
            assembler.host("lengths", List.of(frames), List.of(lengths), work);
            return new Signal(lengths, shape(layer));
        }

        @Override
        public Signal lstm(Layer.Lstm layer) {
            int steps = spec.network().timeSteps();
            return recurrent(
                    layer,
                    new LongShortTermMemory(
                            compilation, layer, rows, steps, in.shape().size()));
        }

        @Override
        public Signal gru(Layer.Gru layer) {
            int steps = spec.network().timeSteps();
            return recurrent(
                    layer,
                    new GatedRecurrence(
                            compilation, layer, rows, steps, in.shape().size()));
        }

        private Signal recurrent(Layer layer, Recurrent recurrent) {
            Tensor lengths = inputs.size() > 1 ? inputs.get(1).tensor() : null;
            return new Signal(recurrent.run(in.vector(compilation), lengths), shape(layer));
        }

        @Override
        public Signal dropout(Layer.Dropout layer) {
            return compilation.purpose.training()
                    ? in.with(new Randomness(compilation).dropout(layer, in.tensor()))
                    : in;
        }

        @Override
        public Signal gaussianNoise(Layer.GaussianNoise layer) {
            return compilation.purpose.training() ? in.with(new Randomness(compilation).noise(layer, in.tensor())) : in;
        }

        @Override
        public Signal flatten(Layer.Flatten layer) {
            return lookedAtAs(layer);
        }

        @Override
        public Signal reshape(Layer.Reshape layer) {
            return lookedAtAs(layer);
        }

        /** The values stay where they are; the next layer brings them into another order when it needs to. */
        private Signal lookedAtAs(Layer layer) {
            return new Signal(in.tensor(), shape(layer));
        }

        private Shape shape(Layer layer) {
            return shapes.get(layer.name());
        }

        /** What can be fused into the layer that is compiled. */
        private WeightedLayer.Fusion fusion(boolean activations, boolean norms) {
            if (compilation.purpose == Purpose.OBSERVE) {
                return WeightedLayer.Fusion.NONE;
            }
            int last = index;
            Layer.BatchNorm norm = norms && compilation.purpose == Purpose.PREDICT ? normBehind(last) : null;
            if (norm != null) {
                last++;
            }
            if (activations && onlyReader(last) instanceof Layer.Activation its && Activations.fusable(its)) {
                return new WeightedLayer.Fusion(
                        norm, its, compilation.purpose.training() && poolAfter(its, last + 1) != null);
            }
            return new WeightedLayer.Fusion(norm, null, false);
        }

        private Layer.BatchNorm normBehind(int its) {
            return onlyReader(its) instanceof Layer.BatchNorm norm ? norm : null;
        }

        /**
         * The activation that can be fused into a layer that a pooling behind it does not concern; null if there is none, or if the pooling
         * behind the activation is better done first.
         */
        private Layer.Activation activationBehind() {
            Layer.Activation activation = fusion(true, false).activation();
            return activation == null || poolAfter(activation, index + 1) != null ? null : activation;
        }

        /** The max pooling behind an activation that never falls, or null: the two may change places. */
        private Layer.MaxPool poolAfter(Layer.Activation activation, int its) {
            return Activations.fusable(activation) && onlyReader(its) instanceof Layer.MaxPool pool ? pool : null;
        }

        /** The layer behind the one at an index if it, and no other, reads that one; else null. */
        private Layer onlyReader(int its) {
            if (its + 1 >= layers.size()) {
                return null;
            }
            Layer next = layers.get(its + 1);
            return readers.get(layers.get(its).name()).equals(List.of(next.name())) ? next : null;
        }
    }

    private Signal pooledFirst(Layer.MaxPool pool, Signal in) {
        assembler.at(pool.name(), Pass.FORWARD);
        Shape out = shapes.get(pool.name());
        return new Signal(Pooling.of(compilation, pool, in.shape(), out).run(in.image(compilation), null), out);
    }

    private void backward(Tensor output) {
        assembler.at("loss", Pass.BACKWARD);
        Tensor gradient = assembler.tensor("gradient", output.layout);
        assembler.host(
                spec.loss().getClass().getSimpleName(), List.of(output), List.of(gradient), new LossWork(spec.loss()));
        compilation.tape.add(output, gradient);
        compilation.tape.assemble();
    }

    /** The observed outputs in canonical order, in the order of the network's layers. */
    private Map<String, Tensor> canonicalOutputs() {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        if (compilation.purpose == Purpose.OBSERVE) {
            assembler.at("outputs", Pass.FORWARD);
            for (String name : shapes.keySet()) {
                Tensor plain = assembler.plain(observed.get(name));
                assembler.keep(plain);
                outputs.put(name, plain);
            }
        }
        return outputs;
    }
}
