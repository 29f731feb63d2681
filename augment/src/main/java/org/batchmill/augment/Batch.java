package org.batchmill.augment;

import java.nio.ByteBuffer;
import java.util.List;
import org.batchmill.records.Labels;
import org.batchmill.records.SampleId;

/**
 * A batch of samples in one slot of off-heap memory. The consumer closes it, which returns the slot to its pool; nothing of it is
 * used afterwards. Used by one thread at a time.
 */
public interface Batch extends AutoCloseable {

    /** How a batch lies in memory. */
    enum Format {
        /** Unsigned bytes, [row][y][x][channel]: what the engines prefer, they scale on their device. */
        UINT8_NHWC,
        /** Floats, [row][y][x][channel]. */
        FLOAT32_NHWC,
        /** Floats, [row][channel][y][x]. */
        FLOAT32_NCHW
    }

    /** How many rows are filled. */
    int size();

    /** How many rows fit. */
    int capacity();

    int height();

    int width();

    int channels();

    Format format();

    /** The first {@link #size()} rows, native byte order, direct; a new view at each call. */
    ByteBuffer pixels();

    /** The name of the sample in a row. */
    SampleId id(int row);

    /** The labels in a row, after augmentation: boxes are fractions of the batch's picture. */
    Labels labels(int row);

    /** The labels of all rows in order. */
    List<Labels> labels();

    /** How the picture in a row was made from its original, to map boxes back. */
    PictureMapping mapping(int row);

    @Override
    void close();
}
