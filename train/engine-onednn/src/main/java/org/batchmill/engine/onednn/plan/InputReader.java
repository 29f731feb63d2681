package org.batchmill.engine.onednn.plan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.batchmill.train.engine.ProgramSpec.InputFormat;
import org.batchmill.train.network.Shape;

/** Copies a batch into the plan: scaled, as float32, channel by channel or with the channels side by side. */
public final class InputReader implements HostOperation.Work {

    /** Rows of an image in one task of a thread. */
    private static final int BAND = 16;

    private final InputFormat format;
    private final Shape frame;
    private final int frames;
    private final float multiply;
    private final float add;
    private final boolean channelsLast;
    /** What each byte becomes. */
    private final float[] table = new float[256];

    private final int bands;
    private final Lines[] lines;

    /** A thread's memory for one line of an image. */
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

    /**
     * @param multiply     applied to each value, then {@code add} is added
     * @param channelsLast whether the plan wants the channels side by side
     */
    public InputReader(
            InputFormat format, Shape frame, int frames, float multiply, float add, boolean channelsLast, int workers) {
        this.format = format;
        this.frame = frame;
        this.frames = frames;
        this.multiply = multiply;
        this.add = add;
        this.channelsLast = channelsLast;
        this.bands = (frame.height() + BAND - 1) / BAND;
        this.lines = new Lines[workers];
        for (int i = 0; i < workers; i++) {
            lines[i] = new Lines(frame.width(), frame.channels());
        }
        for (int i = 0; i < table.length; i++) {
            table[i] = i * multiply + add;
        }
    }

    /** Whether it writes the channels side by side. */
    public boolean channelsLast() {
        return channelsLast;
    }

    /** Bytes of the batch. */
    public long bytes() {
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
        read(index, y, bytes, floats, memory);
        int width = frame.width();
        int channels = frame.channels();
        if (channelsLast) {
            to.put(mixedAt(index, y), memory.mixed);
            return;
        }
        for (int c = 0; c < channels; c++) {
            for (int x = 0, i = c; x < width; x++, i += channels) {
                memory.channel[x] = memory.mixed[i];
            }
            to.put(planeAt(index, y, c), memory.channel);
        }
    }

    /** Reads a line, scaled, with its channels side by side. */
    private void read(int index, int y, ByteBuffer bytes, FloatBuffer floats, Lines memory) {
        float[] mixed = memory.mixed;
        if (format == InputFormat.UINT8_NHWC) {
            byte[] raw = memory.bytes;
            bytes.get(mixedAt(index, y), raw);
            for (int i = 0; i < mixed.length; i++) {
                mixed[i] = table[raw[i] & 0xff];
            }
            return;
        }
        if (format == InputFormat.FLOAT32_NHWC) {
            floats.get(mixedAt(index, y), mixed);
        } else {
            int channels = frame.channels();
            for (int c = 0; c < channels; c++) {
                floats.get(planeAt(index, y, c), memory.channel);
                for (int x = 0, i = c; x < memory.channel.length; x++, i += channels) {
                    mixed[i] = memory.channel[x];
                }
            }
        }
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = mixed[i] * multiply + add;
        }
    }

    /** Where a line starts when the channels lie side by side. */
    private int mixedAt(int index, int y) {
        return index * frame.size() + y * frame.width() * frame.channels();
    }

    /** Where a line of a channel starts when each channel lies by itself. */
    private int planeAt(int index, int y, int channel) {
        return index * frame.size() + (channel * frame.height() + y) * frame.width();
    }
}
