package org.batchmill.engine.nd4j.layer;

import java.util.Arrays;
import org.batchmill.engine.nd4j.plan.HostOp;
import org.batchmill.engine.nd4j.plan.Placement;
import org.nd4j.autodiff.samediff.SDVariable;

/** A frame of one value around images, for the paddings that ND4J's windows do not know: different at opposite sides. */
record Padded(Placement placement, int height, int width, int top, int left, int bottom, int right, float value) {

    private int paddedHeight() {
        return top + height + bottom;
    }

    private int paddedWidth() {
        return left + width + right;
    }

    /** The values that stand side by side in a line of an image, and how many images or planes there are. */
    private int depth() {
        return placement.channelsLast() ? placement.channels() : 1;
    }

    private int planes() {
        return placement.channelsLast() ? placement.rows() : placement.rows() * placement.channels();
    }

    long[] paddedShape() {
        return placement.channelsLast()
                ? new long[] {placement.rows(), paddedHeight(), paddedWidth(), placement.channels()}
                : new long[] {placement.rows(), placement.channels(), paddedHeight(), paddedWidth()};
    }

    public HostOp add(long[] shape) {
        HostOp op = new HostOp(
                "host_pad",
                (in, out, state) -> state.workers().run(planes(), plane -> {
                    float[] padded = new float[paddedHeight() * paddedWidth() * depth()];
                    Arrays.fill(padded, value);
                    float[] line = new float[width * depth()];
                    for (int y = 0; y < height; y++) {
                        in[0].read((plane * height + y) * line.length, line, line.length);
                        System.arraycopy(line, 0, padded, inside(y), line.length);
                    }
                    out[0].write(plane * padded.length, padded, padded.length);
                }),
                paddedShape());
        op.differentiatedBy((graph, inputs, outputs, gradients, needed) ->
                new SDVariable[] {graph.add(remove(shape), gradients[0])[0]});
        return op;
    }

    private HostOp remove(long[] shape) {
        return new HostOp(
                "host_crop",
                (in, out, state) -> state.workers().run(planes(), plane -> {
                    int size = paddedHeight() * paddedWidth() * depth();
                    float[] line = new float[width * depth()];
                    for (int y = 0; y < height; y++) {
                        in[0].read(plane * size + inside(y), line, line.length);
                        out[0].write((plane * height + y) * line.length, line, line.length);
                    }
                }),
                shape);
    }

    private int inside(int y) {
        return ((top + y) * paddedWidth() + left) * depth();
    }
}
