package org.batchmill.records.tfrecord;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file beyond what an int can address, and beyond one mapping. */
@Tag("long")
class LargeFileTest {

    private static final int RECORD_BYTES = 3 << 20;
    private static final int RECORDS = 1500;

    @TempDir
    private Path folder;

    @Test
    void shouldReadARecordFileOfMoreThanFourGigabytesInOrderAndAtRandom() throws IOException {
        Path file = folder.resolve("large.tfrecord");
        byte[] data = new byte[RECORD_BYTES];
        Seed.random(4).nextBytes(data);
        try (TfRecordWriter writer = TfRecordWriter.create(file, WriteOptions.PLAIN)) {
            for (int i = 0; i < RECORDS; i++) {
                writer.write(numbered(data, i));
            }
            writer.finish();
        }
        assertThat(Files.size(file)).isGreaterThan(4L << 30);

        IndexedRecords mapped = IndexedRecords.open(file, ReadOptions.defaults());
        assertThat(mapped.size()).isEqualTo(RECORDS);
        for (int i = RECORDS - 1; i >= 0; i -= 7) {
            assertThat(mapped.read(i)).isEqualTo(numbered(data, i));
        }
        Files.delete(RecordIndex.pathFor(file));
        assertThat(RecordIndex.of(file, ReadOptions.defaults()).offset(RECORDS - 1))
                .isGreaterThan(4L << 30);
        int read = 0;
        try (TfRecordReader reader = TfRecordReader.open(file)) {
            for (ByteBuffer record = reader.next(); record != null; record = reader.next()) {
                assertThat(record.getInt(0)).isEqualTo(read++);
            }
        }
        assertThat(read).isEqualTo(RECORDS);
    }

    private static ByteBuffer numbered(byte[] data, int number) {
        return ByteBuffer.wrap(data).putInt(0, number);
    }
}
