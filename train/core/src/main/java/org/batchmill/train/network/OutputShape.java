package org.batchmill.train.network;

import java.util.List;

/**
 * The shape that a layer makes of shapes, where its numbers are such that engines can calculate it. Errors are {@link
 * IllegalArgumentException}s that begin with the layer's name.
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
        require(layer, Float.isFinite(layer.multiply()), "multiply is ", layer.multiply());
        require(layer, Float.isFinite(layer.add()), "add is ", layer.add());
        return in();
    }

    @Override
    public Shape conv2d(Layer.Conv2d layer) {
        requireGroups(layer, in().channels(), "channels");
        requireGroups(layer, layer.filters(), "filters");
        return window(layer, layer, layer.filters());
    }

    private static void require(Layer layer, boolean holds, String what, Number value) {
        if (!holds) {
            throw new IllegalArgumentException(layer.name() + ": " + what + value);
        }
    }

    private static int requireInt(Layer layer, long count, String what) {
        if (count > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(layer.name() + ": " + count + " " + what + " are too many");
        }
        return (int) count;
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
        long out = same
                ? (long) size * stride
                : (long) (size - 1) * stride
                        + kernel
                        - layer.padding().before(vertical, size, kernel, stride, 1)
                        - layer.padding().after(vertical, size, kernel, stride, 1);
        if (out < 1) {
            throw new IllegalArgumentException(layer.name() + ": nothing is left of " + in() + " inside the padding");
        }
        return requireInt(layer, out, "pixels in a line");
    }

    @Override
    public Shape upsample(Layer.Upsample layer) {
        return new Shape(
                in().channels(),
                requireInt(layer, (long) in().height() * layer.factorHeight(), "pixels in a line"),
                requireInt(layer, (long) in().width() * layer.factorWidth(), "pixels in a line"));
    }

    @Override
    public Shape globalAveragePool(Layer.GlobalAveragePool layer) {
        return Shape.vector(in().channels());
    }

    @Override
    public Shape maxPool(Layer.MaxPool layer) {
        return pool(layer, layer);
    }

    @Override
    public Shape averagePool(Layer.AveragePool layer) {
        return pool(layer, layer);
    }

    @Override
    public Shape dense(Layer.Dense layer) {
        return Shape.vector(layer.units());
    }

    @Override
    public Shape batchNorm(Layer.BatchNorm layer) {
        require(layer, layer.momentum() >= 0 && layer.momentum() <= 1, "momentum is ", layer.momentum());
        require(layer, layer.epsilon() >= 0 && Float.isFinite(layer.epsilon()), "epsilon is ", layer.epsilon());
        return in();
    }

    @Override
    public Shape localResponseNorm(Layer.LocalResponseNorm layer) {
        require(layer, layer.size() >= 1, "size is ", layer.size());
        require(layer, Float.isFinite(layer.alpha()), "alpha is ", layer.alpha());
        require(layer, Float.isFinite(layer.beta()), "beta is ", layer.beta());
        require(layer, Float.isFinite(layer.bias()), "bias is ", layer.bias());
        return in();
    }

    @Override
    public Shape dropout(Layer.Dropout layer) {
        require(layer, layer.rate() >= 0 && layer.rate() < 1, "not from 0 to below 1, but a rate of ", layer.rate());
        return in();
    }

    @Override
    public Shape gaussianNoise(Layer.GaussianNoise layer) {
        float deviation = layer.standardDeviation();
        require(layer, deviation >= 0 && Float.isFinite(deviation), "a standard deviation of ", deviation);
        return in();
    }

    @Override
    public Shape activation(Layer.Activation layer) {
        require(layer, Float.isFinite(layer.alpha()), "a slope of ", layer.alpha());
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
        long channels = 0;
        for (Shape other : inputs) {
            if (other.height() != in().height() || other.width() != in().width()) {
                throw new IllegalArgumentException(
                        layer.name() + ": channels of " + in() + " cannot lie beside those of " + other);
            }
            channels += other.channels();
        }
        return new Shape(requireInt(layer, channels, "channels"), in().height(), in().width());
    }

    @Override
    public Shape channelScale(Layer.ChannelScale layer) {
        require(layer, Float.isFinite(layer.initial()), "begins with ", layer.initial());
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

    /** Nothing is the largest of no values, or their mean: each window must lie on the image in part. */
    private Shape pool(Layer layer, Windowed window) {
        Shape out = window(layer, window, in().channels());
        requirePixels(layer, window, true, in().height(), out.height());
        requirePixels(layer, window, false, in().width(), out.width());
        return out;
    }

    private static void requirePixels(Layer layer, Windowed window, boolean vertical, int in, int out) {
        int kernel = vertical ? window.kernelHeight() : window.kernelWidth();
        int stride = vertical ? window.strideHeight() : window.strideWidth();
        int before = window.padding().before(vertical, in, kernel, stride, 1);
        if (before >= kernel || (long) (out - 1) * stride - before >= in) {
            throw new IllegalArgumentException(
                    layer.name() + ": a window of " + kernel + " lies on padding alone, beside " + in + " pixels");
        }
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
