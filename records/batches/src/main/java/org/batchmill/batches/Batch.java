package org.batchmill.batches;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;
import org.batchmill.records.Box;
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

    /** The number that the first row has in the whole batch: 0, unless this is a later rank's part of one. */
    default int firstRow() {
        return 0;
    }

    /** How many rows the whole batch has, of which a rank of a gang has some and maybe none. */
    default int totalRows() {
        return size();
    }

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

    /** The labels in a row, after augmentation: boxes are fractions of the batch's image. */
    Labels labels(int row);

    /** The labels of all rows in order. */
    List<Labels> labels();

    /**
     * The boxes of all rows as padded arrays. Rows have room for {@code most} boxes; what is behind a row's last box stays as it is,
     * and boxes beyond the room are left out, as crowds are, which nobody learns from. Rows without boxes count none.
     *
     * @param most        boxes a row
     * @param names       of the classes, in label order
     * @param coordinates [size][most][4] xmin, ymin, xmax, ymax, as fractions of the image; written from 0
     * @param classes     [size][most] index into names, -1 for a class that is not there; written from 0
     * @param counts      [size] how many boxes a row has, at most {@code most}; written from 0
     */
    default void boxes(int most, List<String> names, FloatBuffer coordinates, IntBuffer classes, IntBuffer counts) {
        for (int row = 0; row < size(); row++) {
            List<Box> boxes = labels(row).boxes();
            int count = 0;
            for (Box box : boxes) {
                if (count < most && !box.crowd()) {
                    int at = row * most + count++;
                    classes.put(at, names.indexOf(box.className()));
                    coordinates.put(4 * at, new float[] {box.xmin(), box.ymin(), box.xmax(), box.ymax()});
                }
            }
            counts.put(row, count);
        }
    }

    /** How the image in a row was made from its original, to map boxes back. */
    ImageMapping mapping(int row);

    @Override
    void close();
}
