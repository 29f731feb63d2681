package org.batchmill.records.tfrecord;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Records of any size, none at all among them, come back as they were. */
class TfRecordRoundTripTest {

    @Property(tries = 300)
    void shouldReadBackWhatItWrote(@ForAll("records") List<byte[]> records, @ForAll Compression compression)
            throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (TfRecordWriter writer = TfRecordWriter.to(Channels.newChannel(file), compression)) {
            for (byte[] record : records) {
                writer.write(record);
            }
        }
        try (TfRecordReader reader =
                TfRecordReader.of(new ByteArrayInputStream(file.toByteArray()), "test", ReadOptions.defaults())) {
            List<ByteBuffer> read = new ArrayList<>();
            for (ByteBuffer record = reader.next(); record != null; record = reader.next()) {
                read.add(ByteBuffer.allocate(record.remaining()).put(record).flip());
            }
            assertThat(reader.compression()).isEqualTo(compression);
            assertThat(read).isEqualTo(records.stream().map(ByteBuffer::wrap).toList());
        }
    }

    /** Sizes around the reader's and the writer's buffers too. */
    @Provide
    Arbitrary<List<byte[]>> records() {
        Arbitrary<Integer> sizes = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(0)),
                Tuple.of(6, Arbitraries.integers().between(1, 300)),
                Tuple.of(1, Arbitraries.integers().between(60_000, 140_000)));
        Arbitrary<byte[]> record = sizes.flatMap(size -> Arbitraries.integers().map(seed -> bytes(size, seed)));
        return record.list().ofMaxSize(12);
    }

    private static byte[] bytes(int size, int seed) {
        byte[] bytes = new byte[size];
        new java.util.Random(seed).nextBytes(bytes);
        return bytes;
    }
}
