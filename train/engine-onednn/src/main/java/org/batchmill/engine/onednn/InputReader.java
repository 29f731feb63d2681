package org.batchmill.engine.onednn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.batchmill.train.engine.ProgramSpec.InputFormat;
import org.batchmill.train.network.Shape;

/** Copies a batch into the plan: scaled, as float32, channel by channel. */
final class InputReader implements HostOperation.Work {

    /** Rows of a picture in one task of a thread. */
    private static final int BAND = 16;

    private final InputFormat format;
    private final Shape frame;
    private final int frames;
    private final float multiply;
    private final float add;
    /** What each byte becomes. */
    private final float[] table = new float[256];

    private final int bands;
    private final Lines[] lines;

    /** A thread's memory for one line of a picture. */
    private static final class Lines {
        final byte[] bytes;
        final float[] mixed;
        final float[] channel;

        Lines(int width, int channels) {
            bytes = new byte[width * channels];
            mixed = new float[width * channels];
            channel = new float[width];
        }
    }

    /** @param multiply applied to each value, then {@code add} is added */
    InputReader(InputFormat format, Shape frame, int frames, float multiply, float add, int workers) {
        this.format = format;
        this.frame = frame;
        this.frames = frames;
        this.multiply = multiply;
        this.add = add;
        this.bands = (frame.height() + BAND - 1) / BAND;
        this.lines = new Lines[workers];
        for (int i = 0; i < workers; i++) {
            lines[i] = new Lines(frame.width(), frame.channels());
        }
        for (int i = 0; i < table.length; i++) {
            table[i] = i * multiply + add;
        }
    }

    /** Bytes of the batch. */
    long bytes() {
        return (long) frames * frame.size() * (format == InputFormat.UINT8_NHWC ? 1 : Float.BYTES);
    }

    @Override
    public void run(FloatBuffer[] in, FloatBuffer[] out, Step step) {
        ByteBuffer bytes = step.input.slice().order(ByteOrder.nativeOrder());
        FloatBuffer floats = bytes.asFloatBuffer();
        step.workers.run(frames * bands, (part, worker) -> {
            int first = part % bands * BAND;
            int end = Math.min(frame.height(), first + BAND);
            for (int y = first; y < end; y++) {
                line(part / bands, y, bytes, floats, out[0], lines[worker]);
            }
        });
    }

    private void line(int index, int y, ByteBuffer bytes, FloatBuffer floats, FloatBuffer to, Lines memory) {
        int width = frame.width();
        int channels = frame.channels();
        int plane = frame.height() * width;
        int base = index * frame.size();
        int mixed = base + y * width * channels;
        if (format == InputFormat.UINT8_NHWC) {
            bytes.get(mixed, memory.bytes);
        } else if (format == InputFormat.FLOAT32_NHWC) {
            floats.get(mixed, memory.mixed);
        }
        for (int c = 0; c < channels; c++) {
            int at = base + c * plane + y * width;
            float[] channel = memory.channel;
            if (format == InputFormat.UINT8_NHWC) {
                for (int x = 0, i = c; x < width; x++, i += channels) {
                    channel[x] = table[memory.bytes[i] & 0xff];
                }
            } else {
                if (format == InputFormat.FLOAT32_NCHW) {
                    floats.get(at, channel);
                } else {
                    for (int x = 0, i = c; x < width; x++, i += channels) {
                        channel[x] = memory.mixed[i];
                    }
                }
                for (int x = 0; x < width; x++) {
                    channel[x] = channel[x] * multiply + add;
                }
            }
            to.put(at, channel);
        }
    }
}
