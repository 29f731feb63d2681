package org.batchmill.train.reference;

import java.util.List;
import java.util.Map;
import org.batchmill.train.engine.Program;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;

/** A layer that computes. Activations are [row][channels][height][width]. */
abstract class JavaLayer {

    /** What a pass is for. */
    record Pass(boolean training, long seed, Program.StepContext step, int rows) {

        /** The index of the first of so many values, over all rows of the batch that these are part of. */
        long first(int values) {
            return (long) step.firstRow() * (values / rows);
        }

        /** In [0, 1): a function of seed, step, layer and index alone. */
        double uniform(String layer, long index) {
            long h = seed;
            h = mix(h ^ (step.step() * 0x9e3779b97f4a7c15L));
            h = mix(h ^ step.microStep());
            h = mix(h ^ layer.hashCode());
            return (mix(h ^ index) >>> 11) * 0x1.0p-53;
        }

        private static long mix(long value) {
            long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L + 0x94d049bb133111ebL;
            z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
            return z ^ (z >>> 31);
        }
    }

    final String name;

    JavaLayer(String name) {
        this.name = name;
    }

    /** The output; keeps what {@link #backward} needs. */
    abstract double[] forward(List<double[]> in, int rows, Pass pass);

    /** The derivatives by the inputs of the last {@link #forward}; adds to the gradients of the parameters. */
    abstract List<double[]> backward(double[] outGradient);

    /** A layer with one input. */
    abstract static class Single extends JavaLayer {
        Single(String name) {
            super(name);
        }

        @Override
        final double[] forward(List<double[]> in, int rows, Pass pass) {
            return forward(in.get(0), rows, pass);
        }

        @Override
        final List<double[]> backward(double[] outGradient) {
            return List.of(backwardOne(outGradient));
        }

        abstract double[] forward(double[] in, int rows, Pass pass);

        abstract double[] backwardOne(double[] outGradient);
    }

    static JavaLayer of(Layer layer, Network network, Parameters parameters) {
        Map<String, Shape> shapes = network.outputShapes();
        List<Shape> in = network.inputs().get(layer.name()).stream()
                .map(name -> name.equals(Network.INPUT) ? network.input() : shapes.get(name))
                .toList();
        return layer.accept(new Kinds(in, shapes.get(layer.name()), parameters, network.timeSteps()));
    }

    /** What computes each kind of layer. */
    private record Kinds(List<Shape> inputs, Shape out, Parameters parameters, int timeSteps)
            implements Layer.Visitor<JavaLayer> {

        private Shape in() {
            return inputs.get(0);
        }

        @Override
        public JavaLayer inputScale(Layer.InputScale layer) {
            return new Elementwise.Scale(layer);
        }

        @Override
        public JavaLayer conv2d(Layer.Conv2d layer) {
            return new Convolution(layer, in(), out, parameters);
        }

        @Override
        public JavaLayer transposedConv2d(Layer.TransposedConv2d layer) {
            return new TransposedConvolution(layer, in(), out, parameters);
        }

        @Override
        public JavaLayer locallyConnected2d(Layer.LocallyConnected2d layer) {
            return new LocalConnection(layer, in(), out, parameters);
        }

        @Override
        public JavaLayer upsample(Layer.Upsample layer) {
            return new Upsampling(layer, in());
        }

        @Override
        public JavaLayer globalAveragePool(Layer.GlobalAveragePool layer) {
            return new Elementwise.Mean(layer, in());
        }

        @Override
        public JavaLayer maxPool(Layer.MaxPool layer) {
            return new Pooling(layer, in(), out);
        }

        @Override
        public JavaLayer averagePool(Layer.AveragePool layer) {
            return new Pooling(layer, in(), out);
        }

        @Override
        public JavaLayer dense(Layer.Dense layer) {
            return new Dense(layer, in().size(), parameters);
        }

        @Override
        public JavaLayer batchNorm(Layer.BatchNorm layer) {
            return new Normalization(layer, in(), parameters);
        }

        @Override
        public JavaLayer localResponseNorm(Layer.LocalResponseNorm layer) {
            return new ResponseNormalization(layer, in());
        }

        @Override
        public JavaLayer dropout(Layer.Dropout layer) {
            return new Elementwise.Dropout(layer);
        }

        @Override
        public JavaLayer gaussianNoise(Layer.GaussianNoise layer) {
            return new Elementwise.Noise(layer);
        }

        @Override
        public JavaLayer activation(Layer.Activation layer) {
            return new Elementwise.Activation(layer, in().size());
        }

        @Override
        public JavaLayer add(Layer.Add layer) {
            return new Joining.Sum(layer, inputs.size());
        }

        @Override
        public JavaLayer concat(Layer.Concat layer) {
            return new Joining.Channels(layer, inputs);
        }

        @Override
        public JavaLayer channelScale(Layer.ChannelScale layer) {
            return new Elementwise.ChannelScale(layer, in(), parameters);
        }

        @Override
        public JavaLayer lengths(Layer.Lengths layer) {
            return new Elementwise.Lengths(layer, in().size(), timeSteps);
        }

        @Override
        public JavaLayer lstm(Layer.Lstm layer) {
            return new Recurrence(
                    layer.name(),
                    new Lstm(layer, in().size(), timeSteps, parameters),
                    layer.units(),
                    timeSteps,
                    layer.sequences());
        }

        @Override
        public JavaLayer gru(Layer.Gru layer) {
            return new Recurrence(
                    layer.name(),
                    new Gru(layer, in().size(), timeSteps, parameters),
                    layer.units(),
                    timeSteps,
                    layer.sequences());
        }

        @Override
        public JavaLayer flatten(Layer.Flatten layer) {
            return new Elementwise.Same(layer.name());
        }

        @Override
        public JavaLayer reshape(Layer.Reshape layer) {
            return new Elementwise.Same(layer.name());
        }
    }
}
