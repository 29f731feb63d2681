package org.batchmill.jobs.input;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;

/** Tells data sets apart that have as many samples. Their names may be others on each machine. Stateless. */
public final class DataDigest {

    /** Samples from all over the data: as many as are read in no time. */
    private static final int SAMPLES = 32;

    private DataDigest() {}

    /** Of what some samples hold; empty for a stream, which is known when it came. */
    public static String of(SampleSource source) throws IOException {
        if (!(source instanceof SampleSource.Indexed indexed)) {
            return "";
        }
        CRC32C crc = new CRC32C();
        long count = Math.min(SAMPLES, indexed.size());
        for (long i = 0; i < count; i++) {
            try {
                add(crc, indexed.read(i * indexed.size() / count));
            } catch (DataException e) {
                // It is bad on all ranks, or they find out when it is learnt.
                crc.update(e.kind().name().getBytes(StandardCharsets.UTF_8));
            }
        }
        return Long.toHexString(crc.getValue());
    }

    private static void add(CRC32C crc, Sample sample) {
        sample.content().accept(new Content.Visitor<Void, RuntimeException>() {
            @Override
            public Void encodedImage(Content.EncodedImage image) {
                crc.update(image.bytes().duplicate());
                return null;
            }

            @Override
            public Void rawImage(Content.RawImage image) {
                crc.update(image.pixels().duplicate());
                return null;
            }

            @Override
            public Void features(Content.Features row) {
                crc.update(Arrays.toString(row.values()).getBytes(StandardCharsets.UTF_8));
                return null;
            }
        });
    }
}
