package org.batchmill.batches;

import org.batchmill.records.UsageException;

/**
 * The size and layout of a batch. For rows of numbers (tables) height and channels are 1 and the width is how many there are.
 *
 * @param rows     how many samples fit
 * @param channels 1 grey, 3 RGB, or a multiple of 3 for stacked frames
 */
public record BatchShape(int rows, int height, int width, int channels, Batch.Format format) {

    public BatchShape {
        if (rows < 1 || height < 1 || width < 1 || channels < 1) {
            throw new UsageException(
                    "a batch of " + rows + " x " + height + " x " + width + " x " + channels + " holds nothing");
        }
        if ((long) rows * height * width * channels * bytes(format) > Integer.MAX_VALUE) {
            throw new UsageException(
                    "a batch of " + rows + " x " + height + " x " + width + " x " + channels + " is larger than 2 GiB");
        }
    }

    /** Bytes of pixels in one row. */
    public int rowBytes() {
        return height * width * channels * bytes(format);
    }

    private static int bytes(Batch.Format format) {
        return format == Batch.Format.UINT8_NHWC ? 1 : Float.BYTES;
    }
}
