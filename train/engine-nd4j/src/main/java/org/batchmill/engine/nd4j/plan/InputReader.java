package org.batchmill.engine.nd4j.plan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.batchmill.engine.nd4j.memory.Floats;
import org.batchmill.train.engine.ProgramSpec.InputFormat;
import org.batchmill.train.host.Workers;

/** Copies a batch into the graph's input, scaled and in the graph's data format. */
public final class InputReader {

    private final InputFormat format;
    private final Placement frame;
    private final float multiply;
    private final float add;

    /**
     * @param frame    the placement of one frame in the graph
     * @param multiply applied to each value, then {@code add} is added
     */
    public InputReader(InputFormat format, Placement frame, float multiply, float add) {
        this.format = format;
        this.frame = frame;
        this.multiply = multiply;
        this.add = add;
    }

    /** Bytes of a frame in the batch. */
    public int frameBytes() {
        return Math.multiplyExact(frame.rowSize(), format == InputFormat.UINT8_NHWC ? 1 : Float.BYTES);
    }

    public void read(ByteBuffer input, int frames, Floats to, Workers workers) {
        ByteBuffer bytes = input.duplicate().order(ByteOrder.nativeOrder());
        int start = bytes.position();
        FloatBuffer floats = format == InputFormat.UINT8_NHWC
                ? null
                : bytes.slice().order(ByteOrder.nativeOrder()).asFloatBuffer();
        boolean channelsLast = format != InputFormat.FLOAT32_NCHW;
        boolean straight = channelsLast == frame.channelsLast() || frame.channels() == 1 || frame.pixels() == 1;
        int size = frame.rowSize();
        if (straight) {
            int length = frames * size;
            int parts = (length + Floats.BLOCK - 1) / Floats.BLOCK;
            workers.run(parts, part -> {
                int from = part * Floats.BLOCK;
                int count = Math.min(Floats.BLOCK, length - from);
                float[] values = new float[count];
                scaled(bytes, start, floats, from, values);
                to.write(from, values, count);
            });
            return;
        }
        workers.run(frames, index -> {
            float[] values = new float[size];
            scaled(bytes, start, floats, index * size, values);
            float[] placed = channelsLast
                    ? new Placement(1, frame.channels(), frame.pixels(), true).toCanonical(values)
                    : frame.fromCanonical(values);
            to.write(index * size, placed, size);
        });
    }

    private void scaled(ByteBuffer bytes, int start, FloatBuffer floats, int from, float[] values) {
        if (floats == null) {
            byte[] raw = new byte[values.length];
            bytes.get(start + from, raw);
            for (int i = 0; i < raw.length; i++) {
                values[i] = (raw[i] & 0xff) * multiply + add;
            }
        } else {
            floats.get(from, values);
            for (int i = 0; i < values.length; i++) {
                values[i] = values[i] * multiply + add;
            }
        }
    }
}
