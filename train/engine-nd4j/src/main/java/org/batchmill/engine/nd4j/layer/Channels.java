package org.batchmill.engine.nd4j.layer;

import java.util.Arrays;
import java.util.List;
import org.batchmill.engine.nd4j.plan.HostOp;
import org.batchmill.engine.nd4j.plan.Placement;
import org.batchmill.engine.nd4j.plan.Row;
import org.nd4j.autodiff.samediff.SDVariable;

/** Host operations on whole channels: side by side, their means, and scaled. */
public final class Channels {

    private Channels() {}

    /**
     * The channels of several activations behind one another.
     *
     * @param parts  where the inputs lie
     * @param shapes of the inputs
     */
    public static HostOp concat(List<Placement> parts, List<long[]> shapes, Placement whole, long[] shape) {
        HostOp op = new HostOp(
                "host_concat",
                (in, out, state) -> Row.each(whole, state, row -> {
                    float[] all = new float[whole.rowSize()];
                    int at = 0;
                    for (int i = 0; i < in.length; i++) {
                        float[] part = row.of(parts.get(i)).read(in[i]);
                        System.arraycopy(part, 0, all, at, part.length);
                        at += part.length;
                    }
                    row.write(out[0], all);
                }),
                shape);
        op.differentiatedBy(
                (graph, inputs, outputs, gradients, needed) -> graph.add(split(parts, shapes, whole), gradients[0]));
        return op;
    }

    private static HostOp split(List<Placement> parts, List<long[]> shapes, Placement whole) {
        return new HostOp(
                "host_split",
                (in, out, state) -> Row.each(whole, state, row -> {
                    float[] all = row.read(in[0]);
                    int at = 0;
                    for (int i = 0; i < out.length; i++) {
                        int size = parts.get(i).rowSize();
                        row.of(parts.get(i)).write(out[i], Arrays.copyOfRange(all, at, at + size));
                        at += size;
                    }
                }),
                shapes.toArray(long[][]::new));
    }

    /** The mean of each channel: rows of vectors. */
    public static HostOp means(Placement placement, long[] shape) {
        int channels = placement.channels();
        int pixels = placement.pixels();
        HostOp op = new HostOp(
                "host_means",
                (in, out, state) -> Row.each(placement, state, row -> {
                    float[] values = row.read(in[0]);
                    float[] means = new float[channels];
                    for (int c = 0; c < channels; c++) {
                        double sum = 0;
                        for (int i = 0; i < pixels; i++) {
                            sum += values[c * pixels + i];
                        }
                        means[c] = (float) (sum / pixels);
                    }
                    out[0].write(row.number() * channels, means, channels);
                }),
                new long[] {placement.rows(), channels});
        op.differentiatedBy(
                (graph, inputs, outputs, gradients, needed) -> graph.add(spread(placement, shape), gradients[0]));
        return op;
    }

    private static HostOp spread(Placement placement, long[] shape) {
        int channels = placement.channels();
        int pixels = placement.pixels();
        return new HostOp(
                "host_means_bp",
                (in, out, state) -> Row.each(placement, state, row -> {
                    float[] byMeans = new float[channels];
                    in[0].read(row.number() * channels, byMeans, channels);
                    float[] values = new float[channels * pixels];
                    for (int c = 0; c < channels; c++) {
                        Arrays.fill(values, c * pixels, (c + 1) * pixels, byMeans[c] / pixels);
                    }
                    row.write(out[0], values);
                }),
                shape);
    }

    /** {@code x * gamma}, and {@code + beta} if there is a third input, by channel. */
    public static HostOp scale(Placement placement, boolean shift, long[] shape) {
        ChannelMath math = new ChannelMath(placement);
        int channels = placement.channels();
        HostOp op = new HostOp(
                "host_scale_channels",
                (in, out, state) -> math.map(
                        in[0], in[1].copy(), shift ? in[2].copy() : new float[channels], out[0], state.workers()),
                shape);
        op.differentiatedBy((graph, inputs, outputs, gradients, needed) -> {
            SDVariable[] by = graph.add(scaleGradients(placement, shape), gradients[0], inputs[0], inputs[1]);
            return shift ? by : new SDVariable[] {by[0], by[1]};
        });
        return op;
    }

    private static HostOp scaleGradients(Placement placement, long[] shape) {
        ChannelMath math = new ChannelMath(placement);
        int channels = placement.channels();
        return new HostOp(
                "host_scale_channels_bp",
                (in, out, state) -> {
                    float[] none = new float[channels];
                    math.map(in[0], in[2].copy(), none, out[0], state.workers());
                    out[1].set(floats(math.products(in[0], none, in[1], none, state.workers())));
                    out[2].set(floats(math.sums(in[0], state.workers())));
                },
                shape,
                new long[] {channels},
                new long[] {channels});
    }

    static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
