package org.batchmill.engine.torch.memory;

import org.batchmill.train.network.Shape;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/** Between layers a tensor is [rows][channels][height][width], or [rows][size] in the order channels, height, width. */
public final class Layouts {

    private Layouts() {}

    /** As an image of a shape. */
    public static Tensor image(Tensor x, Shape shape, boolean channelsLast) {
        if (x.dim() == 4) {
            return x;
        }
        Tensor image = x.reshape(-1, shape.channels(), shape.height(), shape.width());
        return channelsLast ? image.contiguous(MemoryFormat.ChannelsLast) : image;
    }

    /** As a vector for each row. */
    public static Tensor vector(Tensor x) {
        return x.dim() == 2 ? x : x.flatten(1, -1);
    }

    /** A value for each channel, so that it can be multiplied with {@code x}. */
    public static Tensor perChannel(Tensor values, Tensor x) {
        return x.dim() == 2 ? values : values.view(1, -1, 1, 1);
    }

    /** The axes of {@code x} but for the channels'. */
    public static long[] axesBesideChannels(Tensor x) {
        return x.dim() == 2 ? new long[] {0} : new long[] {0, 2, 3};
    }
}
