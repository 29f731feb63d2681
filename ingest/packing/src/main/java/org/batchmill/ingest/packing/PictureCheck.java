package org.batchmill.ingest.packing;

import java.nio.ByteBuffer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.augment.decode.ImageFormat;
import org.batchmill.augment.decode.ImageHeader;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Sample;

/**
 * Tells whether a sample's picture can be decoded, by decoding it. JPEGs are decoded to an eighth of their size: that reads every
 * coded byte and saves most of the arithmetic. Safe for use by many threads; the owner closes it.
 */
final class PictureCheck implements AutoCloseable {

    private static final int JPEG_REDUCTION = 8;
    private static final int GREY = 1;

    /** The picture's size in pixels, upright; zeros where a sample is no picture. */
    record Size(int width, int height) {

        static final Size NONE = new Size(0, 0);
    }

    private final BufferAllocator allocator = new RootAllocator();
    private final ImageDecoder decoder = new ImageDecoder(allocator);

    /**
     * Checks a sample.
     *
     * @throws DataException if its picture cannot be decoded; it names the sample
     */
    Size check(Sample sample) throws DataException {
        if (sample.content() instanceof Content.EncodedImage image) {
            ByteBuffer bytes = image.bytes();
            String where = sample.id().value();
            ImageHeader header = decoder.check(bytes, where);
            int reduction = header.format() == ImageFormat.JPEG ? JPEG_REDUCTION : 1;
            decoder.decode(bytes, header, where, GREY, reduction).close();
            return new Size(header.uprightWidth(), header.uprightHeight());
        }
        if (sample.content() instanceof Content.RawImage image) {
            return new Size(image.width(), image.height());
        }
        return Size.NONE;
    }

    @Override
    public void close() {
        decoder.close();
        allocator.close();
    }
}
