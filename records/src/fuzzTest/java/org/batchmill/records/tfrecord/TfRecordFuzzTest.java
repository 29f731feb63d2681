package org.batchmill.records.tfrecord;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Arrays;
import org.batchmill.records.DamagePolicy;
import org.batchmill.records.DataException;

/** Any bytes at all: intact records and data errors, nothing else. Seeds lie in the resources; JAZZER_FUZZ=1 looks for more. */
class TfRecordFuzzTest {

    private static final ReadOptions SMALL =
            ReadOptions.defaults().withMaxRecordBytes(1 << 20).withMaxInflatedBytes(4 << 20);

    @FuzzTest
    void shouldDeliverWhatIsThereUpToTheFirstDamage(byte[] file) throws IOException {
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        Compression compression = Compression.NONE;
        try (TfRecordReader reader = TfRecordReader.of(new ByteArrayInputStream(file), "fuzz", SMALL);
                TfRecordWriter writer = TfRecordWriter.to(Channels.newChannel(again), Compression.NONE)) {
            compression = reader.compression();
            for (ByteBuffer record = reader.next(); record != null; record = reader.next()) {
                writer.write(record);
            }
        } catch (DataException e) {
            assertThat(e).hasMessageStartingWith("fuzz: ").hasMessageNotContaining("\n");
        }
        if (compression == Compression.NONE) {
            assertThat(Arrays.copyOf(file, again.size())).isEqualTo(again.toByteArray());
        }
    }

    @FuzzTest
    void shouldSkipDamageToTheEndWithoutInventingARecord(byte[] file) throws IOException {
        DamagePolicy skip = DamagePolicy.skip(Long.MAX_VALUE);
        try (TfRecordReader reader =
                TfRecordReader.of(new ByteArrayInputStream(file), "fuzz", SMALL.withOnDamage(skip))) {
            for (ByteBuffer record = reader.next(); record != null; record = reader.next()) {
                if (reader.compression() == Compression.NONE) {
                    int start = (int) reader.offset() + Frame.HEADER_BYTES;
                    byte[] there = Arrays.copyOfRange(file, start, start + record.remaining());
                    assertThat(record).isEqualTo(ByteBuffer.wrap(there));
                }
            }
        }
    }
}
