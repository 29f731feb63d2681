package org.batchmill.train.network;

import java.util.List;

/**
 * The shape that a layer makes of shapes.
 *
 * @param inputs what goes in
 */
record OutputShape(List<Shape> inputs) implements Layer.Visitor<Shape> {

    /** What goes into a layer with one input. */
    private Shape in() {
        return inputs.get(0);
    }

    @Override
    public Shape inputScale(Layer.InputScale layer) {
        return in();
    }

    @Override
    public Shape conv2d(Layer.Conv2d layer) {
        requireGroups(layer, in().channels(), "channels");
        requireGroups(layer, layer.filters(), "filters");
        return window(layer, layer, layer.filters());
    }

    private static void requireGroups(Layer.Conv2d layer, int count, String what) {
        if (count % layer.groups() != 0) {
            throw new IllegalArgumentException(
                    layer.name() + ": " + count + " " + what + " are no " + layer.groups() + " equal groups");
        }
    }

    @Override
    public Shape transposedConv2d(Layer.TransposedConv2d layer) {
        requirePositive(layer, layer);
        return new Shape(layer.filters(), transposedAxis(layer, true), transposedAxis(layer, false));
    }

    @Override
    public Shape locallyConnected2d(Layer.LocallyConnected2d layer) {
        return window(layer, layer, layer.filters());
    }

    private int transposedAxis(Layer.TransposedConv2d layer, boolean vertical) {
        int size = vertical ? in().height() : in().width();
        int kernel = vertical ? layer.kernelHeight() : layer.kernelWidth();
        int stride = vertical ? layer.strideHeight() : layer.strideWidth();
        boolean same = layer.padding() instanceof Padding.Same;
        if (same && kernel < stride) {
            throw new IllegalArgumentException(
                    layer.name() + ": a kernel of " + kernel + " leaves gaps at a stride of " + stride);
        }
        // What the padding of other kinds is does not depend on the size.
        int out = same
                ? size * stride
                : (size - 1) * stride
                        + kernel
                        - layer.padding().before(vertical, size, kernel, stride, 1)
                        - layer.padding().after(vertical, size, kernel, stride, 1);
        if (out < 1) {
            throw new IllegalArgumentException(layer.name() + ": nothing is left of " + in() + " inside the padding");
        }
        return out;
    }

    @Override
    public Shape upsample(Layer.Upsample layer) {
        return new Shape(in().channels(), in().height() * layer.factorHeight(), in().width() * layer.factorWidth());
    }

    @Override
    public Shape globalAveragePool(Layer.GlobalAveragePool layer) {
        return Shape.vector(in().channels());
    }

    @Override
    public Shape maxPool(Layer.MaxPool layer) {
        return window(layer, layer, in().channels());
    }

    @Override
    public Shape averagePool(Layer.AveragePool layer) {
        return window(layer, layer, in().channels());
    }

    @Override
    public Shape dense(Layer.Dense layer) {
        return Shape.vector(layer.units());
    }

    @Override
    public Shape batchNorm(Layer.BatchNorm layer) {
        return in();
    }

    @Override
    public Shape localResponseNorm(Layer.LocalResponseNorm layer) {
        return in();
    }

    @Override
    public Shape dropout(Layer.Dropout layer) {
        return in();
    }

    @Override
    public Shape gaussianNoise(Layer.GaussianNoise layer) {
        return in();
    }

    @Override
    public Shape activation(Layer.Activation layer) {
        return in();
    }

    @Override
    public Shape add(Layer.Add layer) {
        for (Shape other : inputs) {
            if (!other.equals(in())) {
                throw new IllegalArgumentException(layer.name() + ": " + in() + " cannot be added to " + other);
            }
        }
        return in();
    }

    @Override
    public Shape concat(Layer.Concat layer) {
        int channels = 0;
        for (Shape other : inputs) {
            if (other.height() != in().height() || other.width() != in().width()) {
                throw new IllegalArgumentException(
                        layer.name() + ": channels of " + in() + " cannot lie beside those of " + other);
            }
            channels += other.channels();
        }
        return new Shape(channels, in().height(), in().width());
    }

    @Override
    public Shape channelScale(Layer.ChannelScale layer) {
        return in();
    }

    @Override
    public Shape lengths(Layer.Lengths layer) {
        return Shape.vector(1);
    }

    @Override
    public Shape lstm(Layer.Lstm layer) {
        return Shape.vector(layer.units());
    }

    @Override
    public Shape gru(Layer.Gru layer) {
        return Shape.vector(layer.units());
    }

    @Override
    public Shape flatten(Layer.Flatten layer) {
        return Shape.vector(in().size());
    }

    @Override
    public Shape reshape(Layer.Reshape layer) {
        if (layer.shape().size() != in().size()) {
            throw new IllegalArgumentException(layer.name() + ": " + in() + " cannot become " + layer.shape());
        }
        return layer.shape();
    }

    private Shape window(Layer layer, Windowed window, int channels) {
        requirePositive(layer, window);
        return new Shape(channels, axis(layer, window, true), axis(layer, window, false));
    }

    private static void requirePositive(Layer layer, Windowed window) {
        if (window.kernelHeight() < 1
                || window.kernelWidth() < 1
                || window.strideHeight() < 1
                || window.strideWidth() < 1
                || window.dilationHeight() < 1
                || window.dilationWidth() < 1) {
            throw new IllegalArgumentException(layer.name() + ": a kernel of " + window.kernelHeight() + " x "
                    + window.kernelWidth() + ", strides of " + window.strideHeight() + " x " + window.strideWidth()
                    + ", a dilation of " + window.dilationHeight() + " x " + window.dilationWidth());
        }
    }

    private int axis(Layer layer, Windowed window, boolean vertical) {
        int out = window.outputSize(vertical, in());
        if (out < 1) {
            int kernel = vertical ? window.kernelHeight() : window.kernelWidth();
            throw new IllegalArgumentException(layer.name() + ": a window of " + kernel + " does not fit into " + in());
        }
        return out;
    }
}
