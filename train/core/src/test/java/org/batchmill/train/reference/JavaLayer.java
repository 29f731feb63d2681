package org.batchmill.train.reference;

import java.util.Map;
import org.batchmill.train.engine.Program;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;

/** A layer that computes. Activations are [row][channels][height][width]. */
abstract class JavaLayer {

    /** What a pass is for. */
    record Pass(boolean training, long seed, Program.StepContext step) {

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
    abstract double[] forward(double[] in, int rows, Pass pass);

    /** The derivative by the input of the last {@link #forward}; adds to the gradients of the parameters. */
    abstract double[] backward(double[] outGradient);

    static JavaLayer of(Layer layer, Shape in, Map<String, Shape> shapes, Parameters parameters, int timeSteps) {
        return layer.accept(new Kinds(in, shapes, parameters, timeSteps));
    }

    /** What computes each kind of layer. */
    private record Kinds(Shape in, Map<String, Shape> shapes, Parameters parameters, int timeSteps)
            implements Layer.Visitor<JavaLayer> {

        private Shape out(Layer layer) {
            return shapes.get(layer.name());
        }

        @Override
        public JavaLayer inputScale(Layer.InputScale layer) {
            return new Elementwise.Scale(layer);
        }

        @Override
        public JavaLayer conv2d(Layer.Conv2d layer) {
            return new Convolution(layer, in, out(layer), parameters);
        }

        @Override
        public JavaLayer maxPool(Layer.MaxPool layer) {
            return new Pooling(layer, in, out(layer));
        }

        @Override
        public JavaLayer averagePool(Layer.AveragePool layer) {
            return new Pooling(layer, in, out(layer));
        }

        @Override
        public JavaLayer dense(Layer.Dense layer) {
            return new Dense(layer, in.size(), parameters);
        }

        @Override
        public JavaLayer batchNorm(Layer.BatchNorm layer) {
            return new Normalization(layer, in, parameters);
        }

        @Override
        public JavaLayer localResponseNorm(Layer.LocalResponseNorm layer) {
            return new ResponseNormalization(layer, in);
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
            return new Elementwise.Activation(layer, in.size());
        }

        @Override
        public JavaLayer residual(Layer.Residual layer) {
            return new Residual(layer, in, shapes, parameters);
        }

        @Override
        public JavaLayer lstm(Layer.Lstm layer) {
            return new Lstm(layer, in.size(), timeSteps, parameters);
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
