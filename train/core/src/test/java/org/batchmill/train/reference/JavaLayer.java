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
        Shape out = shapes.get(layer.name());
        if (layer instanceof Layer.InputScale scale) {
            return new Elementwise.Scale(scale);
        } else if (layer instanceof Layer.Conv2d conv) {
            return new Convolution(conv, in, out, parameters);
        } else if (layer instanceof Layer.MaxPool pool) {
            return new Pooling(pool, in, out);
        } else if (layer instanceof Layer.AveragePool pool) {
            return new Pooling(pool, in, out);
        } else if (layer instanceof Layer.Dense dense) {
            return new Dense(dense, in.size(), parameters);
        } else if (layer instanceof Layer.BatchNorm norm) {
            return new Normalization(norm, in, parameters);
        } else if (layer instanceof Layer.LocalResponseNorm norm) {
            return new ResponseNormalization(norm, in);
        } else if (layer instanceof Layer.Dropout dropout) {
            return new Elementwise.Dropout(dropout);
        } else if (layer instanceof Layer.GaussianNoise noise) {
            return new Elementwise.Noise(noise);
        } else if (layer instanceof Layer.Activation activation) {
            return new Elementwise.Activation(activation, in.size());
        } else if (layer instanceof Layer.Residual residual) {
            return new Residual(residual, in, shapes, parameters);
        } else if (layer instanceof Layer.Lstm lstm) {
            return new Lstm(lstm, in.size(), timeSteps, parameters);
        }
        return new Elementwise.Same(layer.name());
    }
}
