package org.batchmill.engine.onednn.layer;

import org.batchmill.train.network.Shape;
import org.batchmill.train.network.Windowed;

/** The geometry of a convolution or pooling, each array height first, as oneDNN counts. */
final class Window {

    final long[] kernel;
    final long[] strides;
    /** Values skipped between two of the kernel's: dilation less 1. */
    final long[] gaps;
    /** Padding above and to the left. */
    final long[] before;
    /** Padding below and to the right. */
    final long[] after;

    Window(Windowed layer, Shape in) {
        kernel = new long[] {layer.kernelHeight(), layer.kernelWidth()};
        strides = new long[] {layer.strideHeight(), layer.strideWidth()};
        gaps = new long[] {layer.dilationHeight() - 1L, layer.dilationWidth() - 1L};
        before = new long[] {layer.before(true, in), layer.before(false, in)};
        after = new long[] {layer.after(true, in), layer.after(false, in)};
    }
}
