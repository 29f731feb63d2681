package org.batchmill.engine.nd4j.layer;

import org.batchmill.engine.nd4j.plan.Elementwise;
import org.batchmill.engine.nd4j.plan.Graph;
import org.batchmill.engine.nd4j.plan.HostOp;
import org.batchmill.engine.nd4j.plan.Signal;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.batchmill.train.network.Windowed;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.ops.impl.layers.convolution.AvgPooling2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.Conv2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.MaxPooling2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.Pooling2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;

/** Adds convolutions and poolings, SameDiff's own operations, to a graph. */
public final class Windows {

    private final Graph graph;

    public Windows(Graph graph) {
        this.graph = graph;
    }

    /** The padding of both axes, in pixels; {@code same} if it is TensorFlow's, which ND4J works out itself. */
    private record Frame(int top, int left, int bottom, int right, boolean same) {
        static Frame of(Windowed layer, Shape in) {
            return new Frame(
                    layer.before(true, in),
                    layer.before(false, in),
                    layer.after(true, in),
                    layer.after(false, in),
                    layer.padding() instanceof Padding.Same);
        }

        /** Whether ND4J's windows know this padding. */
        boolean known() {
            return same || (top == bottom && left == right);
        }

        PaddingMode mode() {
            return same ? PaddingMode.SAME : PaddingMode.VALID;
        }

        static final Frame NONE = new Frame(0, 0, 0, 0, false);
    }

    public Signal convolution(Layer.Conv2d layer, Signal in, Shape out, SDVariable weights, SDVariable biases) {
        Frame frame = Frame.of(layer, in.shape());
        Signal from = in;
        if (!frame.known()) {
            from = padded(in, frame, 0);
            frame = Frame.NONE;
        }
        Conv2DConfig config = Conv2DConfig.builder()
                .kH(layer.kernelHeight())
                .kW(layer.kernelWidth())
                .sH(layer.strideHeight())
                .sW(layer.strideWidth())
                .dH(layer.dilationHeight())
                .dW(layer.dilationWidth())
                .pH(frame.top())
                .pW(frame.left())
                .paddingMode(frame.mode())
                .dataFormat(in.channelsLast() ? Conv2DConfig.NHWC : Conv2DConfig.NCHW)
                .weightsFormat(WeightsFormat.OIYX)
                .build();
        Signal result = new Signal(null, out, in.rows(), false, in.channelsLast());
        Conv2D op = new Conv2D(graph.sameDiff(), from.variable(), weights, biases, config);
        return result.with(graph.add(op, result.dimensions()));
    }

    public Signal maxPool(Layer.MaxPool layer, Signal in, Shape out) {
        Frame frame = Frame.of(layer, in.shape());
        Signal from = in;
        if (!frame.known()) {
            from = padded(in, frame, Float.NEGATIVE_INFINITY);
            frame = Frame.NONE;
        }
        Pooling2DConfig config = config(Pooling2D.Pooling2DType.MAX, layer, frame, in.channelsLast());
        Signal result = new Signal(null, out, in.rows(), false, in.channelsLast());
        return result.with(graph.add(new MaxPooling2D(graph.sameDiff(), from.variable(), config), result.dimensions()));
    }

    public Signal averagePool(Layer.AveragePool layer, Signal in, Shape out) {
        Frame frame = Frame.of(layer, in.shape());
        Signal from = in;
        boolean inPlace = frame.known();
        if (!inPlace) {
            from = padded(in, frame, 0);
        }
        Pooling2DConfig config =
                config(Pooling2D.Pooling2DType.AVG, layer, inPlace ? frame : Frame.NONE, in.channelsLast());
        Signal result = new Signal(null, out, in.rows(), false, in.channelsLast());
        Signal means = result.with(
                graph.add(new AvgPooling2D(graph.sameDiff(), from.variable(), config), result.dimensions()));
        return inPlace ? means : means.with(graph.add(overInside(layer, in, frame, means), means.variable())[0]);
    }

    /** Where zeros were padded, the mean over the window becomes the mean over its pixels inside the image. */
    private static HostOp overInside(Layer.AveragePool layer, Signal in, Frame frame, Signal means) {
        float[] factors = new float[means.shape().height() * means.shape().width()];
        for (int i = 0; i < factors.length; i++) {
            int y = i / means.shape().width() * layer.strideHeight() - frame.top();
            int x = i % means.shape().width() * layer.strideWidth() - frame.left();
            int inside = overlap(y, layer.kernelHeight(), in.shape().height())
                    * overlap(x, layer.kernelWidth(), in.shape().width());
            factors[i] = (float) layer.kernelHeight() * layer.kernelWidth() / inside;
        }
        return Elementwise.scalePixels(factors, means.placement(), means.dimensions());
    }

    private static int overlap(int from, int size, int limit) {
        return Math.min(from + size, limit) - Math.max(from, 0);
    }

    private static Pooling2DConfig config(
            Pooling2D.Pooling2DType type, Windowed layer, Frame frame, boolean channelsLast) {
        return Pooling2DConfig.builder()
                .type(type)
                .divisor(Pooling2D.Divisor.EXCLUDE_PADDING)
                .kH(layer.kernelHeight())
                .kW(layer.kernelWidth())
                .sH(layer.strideHeight())
                .sW(layer.strideWidth())
                .pH(frame.top())
                .pW(frame.left())
                .paddingMode(frame.mode())
                .isNHWC(channelsLast)
                .build();
    }

    private Signal padded(Signal in, Frame frame, float value) {
        Shape shape = in.shape();
        Padded frameOp = new Padded(
                in.placement(),
                shape.height(),
                shape.width(),
                frame.top(),
                frame.left(),
                frame.bottom(),
                frame.right(),
                value);
        SDVariable variable = graph.add(frameOp.add(in.dimensions()), in.variable())[0];
        return new Signal(
                variable,
                new Shape(
                        shape.channels(),
                        frame.top() + shape.height() + frame.bottom(),
                        frame.left() + shape.width() + frame.right()),
                in.rows(),
                false,
                in.channelsLast());
    }
}
