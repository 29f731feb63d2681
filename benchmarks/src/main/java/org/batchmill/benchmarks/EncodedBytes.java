package org.batchmill.benchmarks;

import java.nio.ByteBuffer;
import org.batchmill.records.Content;
import org.batchmill.records.Sample;
import org.batchmill.records.UsageException;

/** The file of a sample that is an encoded image, as all of the benchmarks' are. */
final class EncodedBytes {

    private EncodedBytes() {}

    static ByteBuffer of(Sample sample) {
        if (!(sample.content() instanceof Content.EncodedImage image)) {
            throw new UsageException(sample.id() + " is no encoded image");
        }
        return image.bytes();
    }
}
