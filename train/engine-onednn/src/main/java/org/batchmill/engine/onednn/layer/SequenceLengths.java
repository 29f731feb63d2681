package org.batchmill.engine.onednn.layer;

import java.nio.FloatBuffer;
import org.batchmill.engine.onednn.memory.Layout;
import org.batchmill.engine.onednn.plan.HostOperation;
import org.batchmill.engine.onednn.plan.Step;
import org.bytedeco.dnnl.memory;

/** Counts the frames of each sample up to the last one that is not all padding. */
public final class SequenceLengths implements HostOperation.Work {

    private final int steps;
    private final int size;
    private final float padding;

    /** @param type of the frames before they came here: what padding is rounded to */
    public SequenceLengths(int steps, int size, float padding, memory.data_type type) {
        this.steps = steps;
        this.size = size;
        this.padding = type == Layout.BFLOAT16 ? rounded(padding) : padding;
    }

    /** To bfloat16, the nearest or the even one. */
    private static float rounded(float value) {
        int bits = Float.floatToRawIntBits(value);
        return Float.intBitsToFloat((bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000);
    }

    @Override
    public void run(FloatBuffer[] in, FloatBuffer[] out, Step step) {
        for (int row = 0; row < out[0].capacity(); row++) {
            int length = steps;
            while (length > 0 && isPadding(in[0], (row * steps + length - 1) * size)) {
                length--;
            }
            out[0].put(row, length);
        }
    }

    private boolean isPadding(FloatBuffer frames, int from) {
        for (int i = from; i < from + size; i++) {
            if (frames.get(i) != padding) {
                return false;
            }
        }
        return true;
    }
}
