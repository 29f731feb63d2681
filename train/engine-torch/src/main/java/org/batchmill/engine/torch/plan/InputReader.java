package org.batchmill.engine.torch.plan;

import java.nio.ByteBuffer;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.engine.ProgramSpec.InputFormat;
import org.batchmill.train.network.Shape;
import org.bytedeco.javacpp.BytePointer;
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

    public InputReader(ProgramSpec spec, Device device, boolean channelsLast) {
        this.format = spec.inputFormat();
        this.frame = spec.network().input();
        this.steps = spec.network().timeSteps();
        this.device = device;
        this.channelsLast = channelsLast;
    }

    /**
     * A tensor that has nothing in common with the buffer.
     *
     * @throws org.batchmill.records.UsageException if the buffer ends before the last row
     */
    public Tensor read(ByteBuffer input, int rows) {
        boolean bytes = format == InputFormat.UINT8_NHWC;
        long frames = (long) rows * steps;
        ProgramSpec.requireInput(rows, input.remaining(), frames * frame.size() * (bytes ? 1 : Float.BYTES));
        long[] shape = format == InputFormat.FLOAT32_NCHW
                ? new long[] {frames, frame.channels(), frame.height(), frame.width()}
                : new long[] {frames, frame.height(), frame.width(), frame.channels()};
        ScalarType type = bytes ? ScalarType.Byte : ScalarType.Float;
        Tensor given = torch.from_blob(new BytePointer(input.slice()), shape, new TensorOptions(type))
                .to(device, type, false, true, new MemoryFormatOptional());
        Tensor planes = format == InputFormat.FLOAT32_NCHW ? given : given.permute(0, 3, 1, 2);
        Tensor floats = planes.to(ScalarType.Float);
        if (frame.isVector()) {
            return floats.reshape(frames, frame.channels());
        }
        return floats.contiguous(channelsLast ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous);
    }
}
