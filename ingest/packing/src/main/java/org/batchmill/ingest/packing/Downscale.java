package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.augment.pixels.Image;
import org.batchmill.augment.pixels.ImageEncoder;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Sample;
import org.batchmill.records.arrow.ArrowMemory;
import org.batchmill.records.image.ImageFormat;
import org.batchmill.records.image.ImageHeader;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Scales large images down to a longest side, by averaging, and encodes them again: JPEG as JPEG of quality 95, all else as PNG.
 * Images that are small enough keep their bytes. What is written anew is upright and has no metadata; boxes are fractions and stay as
 * they are. Used by one thread at a time; the owner closes it.
 */
final class Downscale implements AutoCloseable {

    private static final int JPEG_QUALITY = 95;

    private final int maxSide;
    private final BufferAllocator allocator;
    private final ImageDecoder decoder;

    /**
     * @param maxSide in pixels; 0 leaves every image as it is
     */
    Downscale(int maxSide) {
        this.maxSide = maxSide;
        this.allocator = maxSide == 0 ? null : ArrowMemory.allocator();
        this.decoder = maxSide == 0 ? null : new ImageDecoder(allocator);
    }

    Sample apply(Sample sample, CheckedSample size) throws DataException {
        int longest = Math.max(size.width(), size.height());
        if (maxSide == 0 || longest <= maxSide || !(sample.content() instanceof Content.EncodedImage encoded)) {
            return sample;
        }
        int width = Math.max(1, Math.round((float) size.width() * maxSide / longest));
        int height = Math.max(1, Math.round((float) size.height() * maxSide / longest));
        return new Sample(
                sample.id(),
                new Content.EncodedImage(scale(encoded.bytes(), sample.id().value(), width, height)),
                sample.labels());
    }

    private ByteBuffer scale(ByteBuffer file, String where, int width, int height) throws DataException {
        ImageHeader header = decoder.check(file, where);
        int channels = header.channels() <= 2 ? 1 : 3;
        int reduction = ImageDecoder.reduction(header, width, height);
        try (Image image = decoder.decode(file, header, where, channels, reduction);
                Mat scaled = new Mat();
                Size size = new Size(width, height)) {
            opencv_imgproc.resize(image.mat(), scaled, size, 0, 0, opencv_imgproc.INTER_AREA);
            if (channels == 3) {
                opencv_imgproc.cvtColor(scaled, scaled, opencv_imgproc.COLOR_RGB2BGR);
            }
            return encode(scaled, header.format() == ImageFormat.JPEG, where);
        }
    }

    private static ByteBuffer encode(Mat image, boolean jpeg, String where) throws DataException {
        try {
            return ByteBuffer.wrap(jpeg ? ImageEncoder.jpeg(image, JPEG_QUALITY) : ImageEncoder.png(image));
        } catch (IOException e) {
            throw new DataException(DataException.Kind.UNSUPPORTED, where, "the scaled image: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        if (maxSide > 0) {
            decoder.close();
            allocator.close();
        }
    }
}
