package org.batchmill.engine.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;
import org.batchmill.train.plan.Operation.Pass;
import org.bytedeco.javacpp.PointerScope;

/** Walks through the layers and assembles the plan: what is fused, what follows what, and the backward pass. */
final class NetworkCompiler {

    private final ProgramSpec spec;
    private final int rows;
    private final Compilation compilation;
    private final Assembler assembler;
    private final Map<String, Shape> shapes;
    /** The outputs of all layers, where they are observed. */
    private final Map<String, Tensor> observed = new LinkedHashMap<>();

    private NetworkCompiler(
            ProgramSpec spec, Parameters parameters, Purpose purpose, int rows, int workers, Handles handles) {
        this.spec = spec;
        this.rows = rows;
        this.compilation = new Compilation(spec, parameters, purpose, workers, handles);
        this.assembler = compilation.assembler;
        this.shapes = spec.network().outputShapes();
        compilation.channelsLast = prefersChannelsLast();
    }

    /**
     * Compiles a plan.
     *
     * @param rows    samples in the batch
     * @param workers threads of the host operations
     */
    @SuppressWarnings("try")
    static CompiledPlan compile(ProgramSpec spec, Parameters parameters, Purpose purpose, int rows, int workers) {
        Handles handles = new Handles();
        try (PointerScope scope = new PointerScope()) {
            return new NetworkCompiler(spec, parameters, purpose, rows, workers, handles).compile(handles);
        } catch (RuntimeException | Error e) {
            handles.close();
            throw e;
        }
    }

    /**
     * Whether pictures lie with their channels side by side in all of the network, so that there is nothing to convert: where a
     * convolution wants it so.
     */
    private boolean prefersChannelsLast() {
        Shape in = spec.network().input();
        for (Layer layer : spec.network().layers()) {
            Shape out = shapes.get(layer.name());
            if (layer instanceof Layer.Conv2d conv && Convolution.wantsChannelsLast(compilation, conv, in, out, rows)) {
                return true;
            }
            in = out;
        }
        return false;
    }

    private CompiledPlan compile(Handles handles) {
        List<Layer> layers = spec.network().layers();
        Optional<Layer.InputScale> scale = spec.network().inputScale();
        boolean scaled = scale.isPresent();
        InputReader reader = reader(scale);
        Signal signal = input(reader, scaled ? layers.get(0).name() : "input");
        if (scaled) {
            observe(layers.get(0), signal);
        }
        signal = run(scaled ? layers.subList(1, layers.size()) : layers, signal);
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

    /** Runs a list of layers, each with what is fused into it. */
    private Signal run(List<Layer> layers, Signal in) {
        return new Chain(layers, in).run();
    }

    /** A list of layers on its way into the plan. Each layer's method returns what comes out of it and of what was fused into it. */
    private final class Chain implements Layer.Visitor<Signal> {

        private final List<Layer> layers;
        /** What the layer at {@link #index} reads. */
        private Signal in;
        /** The layer that is compiled; behind it, the last one that was fused into it. */
        private int index;
        /** An activation that the max pooling behind it applies, for its gradient; null if there is none. */
        private Layer.Activation pooled;

        Chain(List<Layer> layers, Signal in) {
            this.layers = layers;
            this.in = in;
        }

        Signal run() {
            for (index = 0; index < layers.size(); index++) {
                assembler.at(layers.get(index).name(), Pass.FORWARD);
                in = layers.get(index).accept(this);
                observe(layers.get(index), in);
            }
            return in;
        }

        @Override
        public Signal conv2d(Layer.Conv2d layer) {
            long frames = in.tensor().rows();
            Convolution convolution = new Convolution(compilation, layer, in.shape(), shape(layer), frames);
            return weighted(layer, convolution, in.picture(compilation));
        }

        @Override
        public Signal dense(Layer.Dense layer) {
            return weighted(layer, new DenseProduct(compilation, layer, in.tensor()), in.tensor());
        }

        private Signal weighted(Layer layer, WeightedLayer weighted, Tensor x) {
            WeightedLayer.Fusion fusion = fusion(layers, index, weighted.fusesActivations());
            Signal out = new Signal(weighted.run(x, fusion), shape(layer));
            index += (fusion.norm() == null ? 0 : 1) + (fusion.activation() == null ? 0 : 1);
            pooled = fusion.pooled() ? fusion.activation() : null;
            return out;
        }

        @Override
        public Signal activation(Layer.Activation layer) {
            Signal x = in;
            Layer.MaxPool pool = compilation.purpose == Purpose.OBSERVE ? null : poolAfter(layer, layers, index + 1);
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
            return new Signal(pooling.run(in.picture(compilation), activation), shape(layer));
        }

        @Override
        public Signal averagePool(Layer.AveragePool layer) {
            Pooling pooling = Pooling.of(compilation, layer, in.shape(), shape(layer));
            return new Signal(pooling.run(in.picture(compilation), null), shape(layer));
        }

        @Override
        public Signal batchNorm(Layer.BatchNorm layer) {
            return in.with(new Normalisation(compilation, layer).run(in.picture(compilation)));
        }

        @Override
        public Signal localResponseNorm(Layer.LocalResponseNorm layer) {
            Tensor x = in.picture(compilation);
            return in.with(new ResponseNormalisation(compilation, layer, x).run(x));
        }

        @Override
        public Signal inputScale(Layer.InputScale layer) {
            return in.with(new Activations(compilation).scale(layer.multiply(), layer.add(), in.tensor()));
        }

        @Override
        public Signal residual(Layer.Residual layer) {
            return new Signal(sum(layer, in), shape(layer));
        }

        @Override
        public Signal lstm(Layer.Lstm layer) {
            Tensor frames = in.vector(compilation);
            int steps = spec.network().timeSteps();
            Recurrent recurrent =
                    new Recurrent(compilation, layer, rows, steps, in.shape().size());
            return new Signal(recurrent.run(frames), shape(layer));
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
    }

    /** What can be fused into the layer at an index. */
    private WeightedLayer.Fusion fusion(List<Layer> layers, int index, boolean activations) {
        if (compilation.purpose == Purpose.OBSERVE) {
            return WeightedLayer.Fusion.NONE;
        }
        int next = index + 1;
        Layer.BatchNorm norm = null;
        if (compilation.purpose == Purpose.PREDICT
                && layers.get(index) instanceof Layer.Conv2d
                && next < layers.size()
                && layers.get(next) instanceof Layer.BatchNorm its) {
            norm = its;
            next++;
        }
        if (activations
                && next < layers.size()
                && layers.get(next) instanceof Layer.Activation its
                && Activations.fusable(its)) {
            return new WeightedLayer.Fusion(
                    norm, its, compilation.purpose.training() && poolAfter(its, layers, next + 1) != null);
        }
        return new WeightedLayer.Fusion(norm, null, false);
    }

    /** The max pooling behind an activation that never falls, or null: the two may change places. */
    private static Layer.MaxPool poolAfter(Layer.Activation activation, List<Layer> layers, int next) {
        return Activations.fusable(activation) && next < layers.size() && layers.get(next) instanceof Layer.MaxPool pool
                ? pool
                : null;
    }

    private Signal pooledFirst(Layer.MaxPool pool, Signal in) {
        assembler.at(pool.name(), Pass.FORWARD);
        Shape out = shapes.get(pool.name());
        return new Signal(Pooling.of(compilation, pool, in.shape(), out).run(in.picture(compilation), null), out);
    }

    private Tensor sum(Layer.Residual layer, Signal in) {
        in.tensor().overwritable = false;
        Signal body = run(layer.body(), in);
        Signal shortcut = run(layer.projection(), in);
        assembler.at(layer.name(), Pass.FORWARD);
        boolean pictures = body.isPicture() || shortcut.isPicture();
        Tensor x = pictures ? body.picture(compilation) : body.tensor();
        Tensor y = compilation.convert(pictures ? shortcut.picture(compilation) : shortcut.tensor(), x.layout);
        Tensor sum = assembler.tensor("sum", x.layout);
        sum.differentiable = x.differentiable || y.differentiable;
        assembler.binary("sum", dnnl_binary_add, x, y, sum);
        compilation.tape.record(sum, gradient -> {
            compilation.tape.share(gradient);
            compilation.tape.add(x, gradient);
            compilation.tape.add(y, gradient);
        });
        sum.overwritable = true;
        return sum;
    }

    private void observe(Layer layer, Signal signal) {
        if (compilation.purpose == Purpose.OBSERVE) {
            observed.put(layer.name(), signal.tensor());
            assembler.keep(signal.tensor());
        }
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
