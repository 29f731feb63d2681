package org.batchmill.engine.nd4j.layer;

import java.util.Arrays;
import org.batchmill.engine.nd4j.plan.HostOp;
import org.batchmill.engine.nd4j.plan.Placement;
import org.batchmill.engine.nd4j.plan.Row;
import org.batchmill.train.network.Shape;
import org.batchmill.train.network.Windowed;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Convolutions in groups, and transposed ones, on the host, straight from the definition: ND4J has neither in our layout of weights. A
 * transposed convolution is a convolution's gradient by its input, so its large side is what a convolution reads and its small side what that
 * gives. Sums are taken in an order that does not depend on the number of threads.
 */
public final class DirectConvolution {

    private final Placement large;
    private final Placement small;
    private final Shape read;
    private final Shape given;
    private final int groups;
    private final int kernelHeight;
    private final int kernelWidth;
    private final int strideHeight;
    private final int strideWidth;
    private final int dilationHeight;
    private final int dilationWidth;
    private final int top;
    private final int left;

    /**
     * @param window over the large side
     * @param read   the large side's shape
     * @param given  the small side's
     */
    public DirectConvolution(Windowed window, int groups, Shape read, Placement large, Shape given, Placement small) {
        this.large = large;
        this.small = small;
        this.read = read;
        this.given = given;
        this.groups = groups;
        this.kernelHeight = window.kernelHeight();
        this.kernelWidth = window.kernelWidth();
        this.strideHeight = window.strideHeight();
        this.strideWidth = window.strideWidth();
        this.dilationHeight = window.dilationHeight();
        this.dilationWidth = window.dilationWidth();
        this.top = window.before(true, read);
        this.left = window.before(false, read);
    }

    private long[] weightShape() {
        return new long[] {given.channels(), read.channels() / groups, kernelHeight, kernelWidth};
    }

    /** From the large side and weights to the small one. */
    public HostOp forward(long[] largeShape, long[] smallShape) {
        HostOp op = new HostOp(
                "host_conv",
                (in, out, state) -> {
                    float[] weights = in[1].copy();
                    Row.each(large, state, row -> {
                        float[] x = row.read(in[0]);
                        float[] y = new float[small.rowSize()];
                        lines((w, from, to, count) -> {
                            float weight = weights[w];
                            for (int i = 0; i < count; i++) {
                                y[to + i] += weight * x[from + i * strideWidth];
                            }
                        });
                        row.of(small).write(out[0], y);
                    });
                },
                smallShape);
        op.differentiatedBy((graph, inputs, outputs, gradients, needed) -> new SDVariable[] {
            needed[0] ? graph.add(transposedOnly(largeShape), gradients[0], inputs[1])[0] : null,
            needed[1] ? graph.add(byWeights(), inputs[0], gradients[0])[0] : null
        });
        return op;
    }

    /** From the small side and weights to the large one. */
    public HostOp transposed(long[] largeShape, long[] smallShape) {
        HostOp op = transposedOnly(largeShape);
        op.differentiatedBy((graph, inputs, outputs, gradients, needed) -> new SDVariable[] {
            needed[0] ? graph.add(forward(largeShape, smallShape), gradients[0], inputs[1])[0] : null,
            needed[1] ? graph.add(byWeights(), gradients[0], inputs[0])[0] : null
        });
        return op;
    }

    private HostOp transposedOnly(long[] largeShape) {
        return new HostOp(
                "host_conv_by_input",
                (in, out, state) -> {
                    float[] weights = in[1].copy();
                    Row.each(small, state, row -> {
                        float[] y = row.read(in[0]);
                        float[] x = new float[large.rowSize()];
                        lines((w, from, to, count) -> {
                            float weight = weights[w];
                            for (int i = 0; i < count; i++) {
                                x[from + i * strideWidth] += weight * y[to + i];
                            }
                        });
                        row.of(large).write(out[0], x);
                    });
                },
                largeShape);
    }

    /** Of the large side's values and the small side's gradients, or the other way round. */
    private HostOp byWeights() {
        return new HostOp(
                "host_conv_by_weights",
                (in, out, state) -> {
                    float[] x = Row.all(large, in[0]);
                    float[] y = Row.all(small, in[1]);
                    int each =
                            Math.toIntExact(Arrays.stream(weightShape()).skip(1).reduce(1, (a, b) -> a * b));
                    float[] sums = new float[each * given.channels()];
                    state.workers().run(given.channels(), filter -> {
                        for (int row = 0; row < large.rows(); row++) {
                            int fromX = row * large.rowSize();
                            int fromY = row * small.rowSize();
                            lines(filter, (w, from, to, count) -> {
                                float sum = 0;
                                for (int i = 0; i < count; i++) {
                                    sum += x[fromX + from + i * strideWidth] * y[fromY + to + i];
                                }
                                sums[w] += sum;
                            });
                        }
                    });
                    out[0].set(sums);
                },
                weightShape());
    }

    /** A weight, the large side's values from a place on, each a stride from the next, and as many of a line of the small side. */
    private interface Line {
        void run(int weight, int from, int to, int count);
    }

    private void lines(Line line) {
        for (int filter = 0; filter < given.channels(); filter++) {
            lines(filter, line);
        }
    }

    private void lines(int filter, Line line) {
        int each = read.channels() / groups;
        int first = filter / (given.channels() / groups) * each;
        for (int c = 0; c < each; c++) {
            for (int ky = 0; ky < kernelHeight; ky++) {
                for (int kx = 0; kx < kernelWidth; kx++) {
                    int weight = ((filter * each + c) * kernelHeight + ky) * kernelWidth + kx;
                    int dx = kx * dilationWidth - left;
                    int begin = dx < 0 ? (-dx + strideWidth - 1) / strideWidth : 0;
                    int end = Math.min(given.width(), Math.floorDiv(read.width() - 1 - dx, strideWidth) + 1);
                    for (int y = 0; begin < end && y < given.height(); y++) {
                        int from = y * strideHeight + ky * dilationHeight - top;
                        if (from >= 0 && from < read.height()) {
                            line.run(
                                    weight,
                                    ((first + c) * read.height() + from) * read.width() + begin * strideWidth + dx,
                                    (filter * given.height() + y) * given.width() + begin,
                                    end - begin);
                        }
                    }
                }
            }
        }
    }

    /** Adds a number to each channel. */
    public static HostOp biases(Placement placement, long[] shape) {
        ChannelMath math = new ChannelMath(placement);
        float[] ones = new float[placement.channels()];
        Arrays.fill(ones, 1);
        HostOp op = new HostOp(
                "host_channel_biases",
                (in, out, state) -> math.map(in[0], ones, in[1].copy(), out[0], state.workers()),
                shape);
        op.differentiatedBy((graph, inputs, outputs, gradients, needed) -> new SDVariable[] {
            gradients[0],
            needed[1]
                    ? graph.add(
                                    new HostOp(
                                            "host_channel_biases_bp",
                                            (in, out, state) ->
                                                    out[0].set(Channels.floats(math.sums(in[0], state.workers()))),
                                            new long[] {placement.channels()}),
                                    gradients[0])[0]
                    : null
        });
        return op;
    }
}
