package org.batchmill.engine.torch.plan;

import java.nio.ByteBuffer;
import org.batchmill.engine.torch.device.Lane;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.engine.ProgramSpec.InputFormat;
import org.batchmill.train.host.Handles;
import org.batchmill.train.network.Shape;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Brings a batch to the device as it is, unsigned bytes as bytes, and makes it float32 in the layout of the network there. */
public final class InputReader {

    private final InputFormat format;
    private final Shape frame;
    private final int steps;
    private final Device device;
    private final boolean channelsLast;
    /** Null where nothing is sent ahead. */
    private final Staging staging;

    /** Of a program to which nothing is sent ahead. */
    public InputReader(ProgramSpec spec, Device device, boolean channelsLast) {
        this(spec, device, channelsLast, null, null);
    }

    /**
     * @param lane    of what is sent ahead; null for nothing
     * @param handles keep its memory
     */
    public InputReader(ProgramSpec spec, Device device, boolean channelsLast, Lane lane, Handles<Pointer> handles) {
        this.format = spec.inputFormat();
        this.frame = spec.network().input();
        this.steps = spec.network().timeSteps();
        this.device = device;
        this.channelsLast = channelsLast;
        this.staging = lane == null ? null : new Staging(lane, device, type(), shape(spec.batchSize()), handles);
    }

    private boolean bytes() {
        return format == InputFormat.UINT8_NHWC;
    }

    private ScalarType type() {
        return bytes() ? ScalarType.Byte : ScalarType.Float;
    }

    /** Of so many rows as they lie in a batch. */
    private long[] shape(int rows) {
        long frames = (long) rows * steps;
        return format == InputFormat.FLOAT32_NCHW
                ? new long[] {frames, frame.channels(), frame.height(), frame.width()}
                : new long[] {frames, frame.height(), frame.width(), frame.channels()};
    }

    private void require(ByteBuffer input, int rows) {
        long values = (long) rows * steps * frame.size();
        ProgramSpec.requireInput(rows, input.remaining(), values * (bytes() ? 1 : Float.BYTES));
    }

    /** Sends rows ahead of the {@link #read} that asks for them. */
    public void stage(ByteBuffer input, int rows) {
        require(input, rows);
        staging.send(input, (long) rows * steps, shape(rows), type());
    }

    /** Behind the last operation that reads what {@link #read} gave. */
    public void release() {
        if (staging != null) {
            staging.release();
        }
    }

    /**
     * A tensor that has nothing in common with the buffer.
     *
     * @throws org.batchmill.records.UsageException if the buffer ends before the last row
     */
    public Tensor read(ByteBuffer input, int rows) {
        require(input, rows);
        return floats(here(input, rows), (long) rows * steps);
    }

    /**
     * {@link #read} of rows that may have been sent ahead; the tensor may lie in memory that is used again behind {@link #release}.
     *
     * @throws org.batchmill.records.UsageException if the buffer ends before the last row
     */
    public Tensor take(ByteBuffer input, int rows) {
        require(input, rows);
        Tensor sent = staging == null ? null : staging.take(input, (long) rows * steps);
        return floats(sent == null ? here(input, rows) : sent, (long) rows * steps);
    }

    /** A copy on the device. */
    private Tensor here(ByteBuffer input, int rows) {
        return torch.from_blob(new BytePointer(input.slice()), shape(rows), new TensorOptions(type()))
                .to(device, type(), false, true, new MemoryFormatOptional());
    }

    private Tensor floats(Tensor given, long frames) {
        Tensor planes = format == InputFormat.FLOAT32_NCHW ? given : given.permute(0, 3, 1, 2);
        Tensor floats = planes.to(ScalarType.Float);
        if (frame.isVector()) {
            return floats.reshape(frames, frame.channels());
        }
        return floats.contiguous(channelsLast ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous);
    }
}
