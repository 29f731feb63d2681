package org.batchmill.ingest.packing;

import java.nio.ByteBuffer;
import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.ImageSize;
import org.batchmill.records.Sample;
import org.batchmill.records.arrow.ArrowMemory;
import org.batchmill.records.image.ImageFormat;
import org.batchmill.records.image.ImageHeader;

/**
 * Tells whether a sample's image can be decoded, by decoding it. JPEGs are decoded to an eighth of their size: that reads every
 * coded byte and saves most of the arithmetic. Safe for use by many threads; the owner closes it.
 */
final class ImageCheck implements AutoCloseable {

    private static final int JPEG_REDUCTION = 8;
    private static final int GREY = 1;

    private static final ImageSize NO_IMAGE = new ImageSize(0, 0);

    private final BufferAllocator allocator = ArrowMemory.allocator();
    private final ImageDecoder decoder = new ImageDecoder(allocator);

    /**
     * Checks a sample.
     *
     * @return the size of its image, upright; zeros where it is none
     * @throws DataException if its image cannot be decoded; it names the sample
     */
    ImageSize check(Sample sample) throws DataException {
        String where = sample.id().value();
        return sample.content().accept(new Content.Visitor<ImageSize, DataException>() {
            @Override
            public ImageSize encodedImage(Content.EncodedImage encoded) throws DataException {
                ByteBuffer bytes = encoded.bytes();
                ImageHeader header = decoder.check(bytes, where);
                int reduction = header.format() == ImageFormat.JPEG ? JPEG_REDUCTION : 1;
                decoder.decode(bytes, header, where, GREY, reduction).close();
                return new ImageSize(header.uprightWidth(), header.uprightHeight());
            }

            @Override
            public ImageSize rawImage(Content.RawImage image) {
                return new ImageSize(image.width(), image.height());
            }

            @Override
            public ImageSize features(Content.Features row) {
                return NO_IMAGE;
            }
        });
    }

    @Override
    public void close() {
        decoder.close();
        allocator.close();
    }
}
