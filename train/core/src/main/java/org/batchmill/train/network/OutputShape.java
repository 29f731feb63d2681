package org.batchmill.train.network;

import java.util.List;
import java.util.Map;

/**
 * The shape that a layer makes of a shape.
 *
 * @param in     what goes in
 * @param shapes takes the shapes inside of the layers that hold others
 */
record OutputShape(Shape in, Map<String, Shape> shapes) implements Layer.Visitor<Shape> {

    /** Fills {@code shapes} and returns the last layer's. */
    static Shape of(Shape in, List<Layer> layers, Map<String, Shape> shapes) {
        Shape shape = in;
        for (Layer layer : layers) {
            shape = layer.accept(new OutputShape(shape, shapes));
            shapes.put(layer.name(), shape);
        }
        return shape;
    }

    @Override
    public Shape inputScale(Layer.InputScale layer) {
        return in;
    }

    @Override
    public Shape conv2d(Layer.Conv2d layer) {
        return window(layer, layer, layer.filters());
    }

    @Override
    public Shape maxPool(Layer.MaxPool layer) {
        return window(layer, layer, in.channels());
    }

    @Override
    public Shape averagePool(Layer.AveragePool layer) {
        return window(layer, layer, in.channels());
    }

    @Override
    public Shape dense(Layer.Dense layer) {
        return Shape.vector(layer.units());
    }

    @Override
    public Shape batchNorm(Layer.BatchNorm layer) {
        return in;
    }

    @Override
    public Shape localResponseNorm(Layer.LocalResponseNorm layer) {
        return in;
    }

    @Override
    public Shape dropout(Layer.Dropout layer) {
        return in;
    }

    @Override
    public Shape gaussianNoise(Layer.GaussianNoise layer) {
        return in;
    }

    @Override
    public Shape activation(Layer.Activation layer) {
        return in;
    }

    @Override
    public Shape residual(Layer.Residual layer) {
        Shape body = of(in, layer.body(), shapes);
        Shape shortcut = of(in, layer.projection(), shapes);
        if (!body.equals(shortcut)) {
            throw new IllegalArgumentException(layer.name() + ": " + body + " cannot be added to " + shortcut);
        }
        return body;
    }

    @Override
    public Shape lstm(Layer.Lstm layer) {
        return Shape.vector(layer.units());
    }

    @Override
    public Shape flatten(Layer.Flatten layer) {
        return Shape.vector(in.size());
    }

    @Override
    public Shape reshape(Layer.Reshape layer) {
        if (layer.shape().size() != in.size()) {
            throw new IllegalArgumentException(layer.name() + ": " + in + " cannot become " + layer.shape());
        }
        return layer.shape();
    }

    private Shape window(Layer layer, Windowed window, int channels) {
        return new Shape(channels, axis(layer, window, true), axis(layer, window, false));
    }

    private int axis(Layer layer, Windowed window, boolean vertical) {
        int out = window.outputSize(vertical, in);
        if (out < 1) {
            int kernel = vertical ? window.kernelHeight() : window.kernelWidth();
            throw new IllegalArgumentException(layer.name() + ": a window of " + kernel + " does not fit into " + in);
        }
        return out;
    }
}
