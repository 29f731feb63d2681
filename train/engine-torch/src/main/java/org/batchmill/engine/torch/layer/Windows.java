package org.batchmill.engine.torch.layer;

import java.util.List;
import java.util.function.UnaryOperator;
import org.batchmill.engine.torch.memory.Layouts;
import org.batchmill.engine.torch.memory.Parameters;
import org.batchmill.engine.torch.plan.Operation;
import org.batchmill.engine.torch.plan.Simple;
import org.batchmill.train.host.Handles;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;
import org.batchmill.train.network.Windowed;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Convolutions and poolings. libtorch pads both sides alike: where ours differ, the image is padded, or cropped, by itself. */
public final class Windows {

    private static final long[] NONE = {0, 0};
    private static final long[] ONE = {1, 1};

    private final boolean channelsLast;
    private final Parameters parameters;
    private final Handles<Pointer> handles;

    public Windows(Parameters parameters, boolean channelsLast, Handles<Pointer> handles) {
        this.parameters = parameters;
        this.channelsLast = channelsLast;
        this.handles = handles;
    }

    /** What lies around an image. */
    private record Border(int top, int bottom, int left, int right) {

        static Border of(Windowed window, Shape shape) {
            return new Border(
                    window.before(true, shape),
                    window.after(true, shape),
                    window.before(false, shape),
                    window.after(false, shape));
        }

        boolean isEven() {
            return top == bottom && left == right;
        }

        /** Whether the padding of a pooling can be left to libtorch. */
        boolean isEvenAndWithin(Windowed window) {
            return isEven() && top <= window.kernelHeight() / 2 && left <= window.kernelWidth() / 2;
        }

        long[] even() {
            return new long[] {top, left};
        }

        Tensor pad(Tensor x, Scalar value) {
            return torch.constant_pad_nd(x, new long[] {left, right, top, bottom}, value);
        }
    }

    private Tensor image(List<Tensor> inputs, Shape shape) {
        return Layouts.image(inputs.get(0), shape, channelsLast);
    }

    private TensorOptional biases(Layer layer, boolean has) {
        return handles.keep(
                has ? new TensorOptional(parameters.get(layer.name() + "/biases").value) : new TensorOptional());
    }

    private static long[] kernel(Windowed window) {
        return new long[] {window.kernelHeight(), window.kernelWidth()};
    }

    private static long[] strides(Windowed window) {
        return new long[] {window.strideHeight(), window.strideWidth()};
    }

    private static String text(Windowed window) {
        return window.kernelHeight() + "x" + window.kernelWidth() + " stride " + window.strideHeight() + "x"
                + window.strideWidth();
    }

    public Operation convolution(Layer.Conv2d layer, Shape in) {
        Tensor weights = parameters.get(layer.name() + "/weights").value;
        TensorOptional biases = biases(layer, layer.bias());
        Border border = Border.of(layer, in);
        Scalar zero = handles.keep(new Scalar(0f));
        long[] strides = strides(layer);
        long[] padding = border.isEven() ? border.even() : NONE;
        long[] dilation = {layer.dilationHeight(), layer.dilationWidth()};
        return new Simple(
                        "conv2d " + text(layer) + (layer.groups() == 1 ? "" : " in " + layer.groups() + " groups"),
                        inputs -> {
                            Tensor x = image(inputs, in);
                            Tensor padded = border.isEven() ? x : border.pad(x, zero);
                            return torch.conv2d(padded, weights, biases, strides, padding, dilation, layer.groups());
                        })
                .byInput();
    }

    public Operation transposedConvolution(Layer.TransposedConv2d layer, Shape in, Shape out) {
        Tensor weights = parameters.get(layer.name() + "/weights").value;
        TensorOptional biases = biases(layer, layer.bias());
        Border border = Border.of(layer, out);
        long[] strides = strides(layer);
        long[] padding = border.isEven() ? border.even() : NONE;
        return new Simple("conv_transpose2d " + text(layer), inputs -> {
            Tensor x = image(inputs, in);
            Tensor y = torch.conv_transpose2d(x, weights, biases, strides, padding, NONE, 1, ONE);
            return border.isEven() ? y : y.narrow(2, border.top(), out.height()).narrow(3, border.left(), out.width());
        });
    }

    /** A product of matrices for each place: patches [places][rows][in * kernel] by weights [places][in * kernel][out]. */
    public Operation locallyConnected(Layer.LocallyConnected2d layer, Shape in, Shape out) {
        Tensor weights = parameters.get(layer.name() + "/weights").value;
        Tensor biases = layer.bias() ? parameters.get(layer.name() + "/biases").value : null;
        Border border = Border.of(layer, in);
        Scalar zero = handles.keep(new Scalar(0f));
        long places = (long) out.height() * out.width();
        long patch = (long) in.channels() * layer.kernelHeight() * layer.kernelWidth();
        return new Simple("locally connected " + text(layer), inputs -> {
            Tensor padded = border.pad(image(inputs, in), zero);
            Tensor patches = torch.im2col(padded, kernel(layer), ONE, NONE, strides(layer))
                    .permute(2, 0, 1);
            Tensor kernels = weights.reshape(places, layer.filters(), patch).transpose(1, 2);
            Tensor y = patches.bmm(kernels).permute(1, 2, 0).reshape(-1, out.channels(), out.height(), out.width());
            return biases == null ? y : y.add(biases.reshape(1, out.channels(), out.height(), out.width()));
        });
    }

    public Operation maxPool(Layer.MaxPool layer, Shape in) {
        Border border = Border.of(layer, in);
        Scalar lowest = handles.keep(new Scalar(Float.NEGATIVE_INFINITY));
        long[] kernel = kernel(layer);
        long[] strides = strides(layer);
        boolean direct = border.isEvenAndWithin(layer);
        long[] padding = direct ? border.even() : NONE;
        return new Simple("max_pool2d " + text(layer), inputs -> {
            Tensor x = image(inputs, in);
            return torch.max_pool2d(direct ? x : border.pad(x, lowest), kernel, strides, padding, ONE, false);
        });
    }

    public Operation averagePool(Layer.AveragePool layer, Shape in) {
        Border border = Border.of(layer, in);
        Scalar zero = handles.keep(new Scalar(0f));
        long[] kernel = kernel(layer);
        long[] strides = strides(layer);
        boolean direct = border.isEvenAndWithin(layer);
        long[] padding = direct ? border.even() : NONE;
        LongOptional divisor = handles.keep(direct ? new LongOptional() : new LongOptional(1));
        UnaryOperator<Tensor> sum = x -> torch.avg_pool2d(x, kernel, strides, padding, false, false, divisor);
        if (direct) {
            return new Simple("avg_pool2d " + text(layer), inputs -> sum.apply(image(inputs, in)));
        }
        // How many of a window's pixels are inside.
        Tensor one = torch.ones(new long[] {1, 1, in.height(), in.width()}, parameters.options());
        Tensor shares = handles.keep(sum.apply(border.pad(one, zero)).reciprocal());
        return new Simple("padding, avg_pool2d " + text(layer), inputs -> sum.apply(border.pad(image(inputs, in), zero))
                .mul(shares));
    }

    public Operation upsample(Layer.Upsample layer, Shape in, Shape out) {
        long[] size = {out.height(), out.width()};
        if (layer.mode() == Layer.Upsample.Mode.BILINEAR) {
            return new Simple(
                    "upsample_bilinear2d", inputs -> torch.upsample_bilinear2d(image(inputs, in), size, false));
        }
        // libtorch's own finds the pixel by a rounded quotient.
        return new Simple("repeat pixels", inputs -> {
            Tensor x = image(inputs, in);
            return x.unsqueeze(3)
                    .unsqueeze(5)
                    .expand(-1, -1, -1, layer.factorHeight(), -1, layer.factorWidth())
                    .reshape(-1, out.channels(), out.height(), out.width());
        });
    }

    public Operation globalAveragePool(Shape in) {
        return new Simple("mean", inputs -> image(inputs, in).mean(2, 3));
    }
}
