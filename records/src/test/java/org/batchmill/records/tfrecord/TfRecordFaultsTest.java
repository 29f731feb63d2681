package org.batchmill.records.tfrecord;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.batchmill.records.DamagePolicy;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.testing.FaultyDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Truncation, flipped bits, impossible lengths, resynchronisation, bombs. */
class TfRecordFaultsTest {

    private static final List<String> THREE = List.of("first", "the second record", "3");
    private static final int[] STARTS = {0, 21, 54, 71};

    @Test
    void shouldDeliverIntactRecordsAndThenTheOffsetWhenTruncatedAtEachByte() throws IOException {
        byte[] whole = write(Compression.NONE, THREE);
        assertThat(whole).hasSize(STARTS[3]);
        for (int length = 0; length <= whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            int intact = 0;
            while (intact < 3 && STARTS[intact + 1] <= length) {
                intact++;
            }
            List<String> read = new ArrayList<>();
            DataException error = readUntilError(cut, ReadOptions.defaults(), read);
            assertThat(read).as("cut at %d", length).isEqualTo(THREE.subList(0, intact));
            if (length == STARTS[intact]) {
                assertThat(error).as("cut at %d", length).isNull();
            } else {
                assertThat(error.kind()).isEqualTo(Kind.TRUNCATED);
                assertThat(((DamagedRecordException) error).offset()).isEqualTo(STARTS[intact]);
                assertThat(error).hasMessageContaining("test: record " + intact + " at byte " + STARTS[intact]);
            }
        }
    }

    @Test
    void shouldReadNoFurtherThanAHeaderWhoseRecordCannotBeThere(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("a.tfrecord");
        ByteBuffer bytes = ByteBuffer.allocate(2_000_000);
        Frame.putHeader(bytes, 200_000_000);
        Files.write(file, bytes.array());
        try (TfRecordReader reader =
                TfRecordReader.open(FaultyDisk.unreadableBehind(700_000).on(file))) {
            assertThatThrownBy(reader::next)
                    .isInstanceOf(DamagedRecordException.class)
                    .hasMessageContaining("truncated: the file ends inside a record of 200000000 bytes");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Compression.class,
            names = {"GZIP", "ZLIB"})
    void shouldReportTruncationOfACompressedFileAtEachByte(Compression compression) throws IOException {
        byte[] whole = write(compression, THREE);
        for (int length = 1; length < whole.length; length++) {
            List<String> read = new ArrayList<>();
            ReadOptions options = ReadOptions.defaults().withCompression(compression);
            DataException error = readUntilError(Arrays.copyOf(whole, length), options, read);
            assertThat(error).as("cut at %d", length).isNotNull();
            assertThat(error.kind()).as("cut at %d", length).isEqualTo(Kind.TRUNCATED);
            assertThat(THREE.subList(0, read.size())).isEqualTo(read);
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void shouldNeverDeliverAWrongPayloadWhenAnyBitIsFlipped(Compression compression) throws IOException {
        byte[] whole = write(compression, THREE);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            List<String> read = new ArrayList<>();
            DataException error = readUntilError(flipped, ReadOptions.defaults(), read);
            assertThat(THREE.subList(0, read.size())).as("bit %d", bit).isEqualTo(read);
            if (compression == Compression.NONE) {
                assertThat(error).as("bit %d", bit).isNotNull();
            } else if (error == null) {
                // Bits of the GZIP header that say nothing about the data: time, operating system, text flag.
                assertThat(read).as("bit %d", bit).isEqualTo(THREE);
            }
        }
    }

    @Test
    void shouldLoseOneRecordAndCountItWhenAnyBitIsFlippedAndSkippingIsOn() throws IOException {
        byte[] whole = write(Compression.NONE, THREE);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            int damaged = recordAt(bit / 8);
            List<DataException> damage = new ArrayList<>();
            List<String> read = readSkipping(flipped, damage);
            List<String> others = new ArrayList<>(THREE);
            others.remove(damaged);
            assertThat(read).as("bit %d", bit).isEqualTo(others);
            assertThat(damage).as("bit %d", bit).hasSize(1);
            DamagedRecordException found = (DamagedRecordException) damage.get(0);
            assertThat(found.offset()).isEqualTo(STARTS[damaged]);
            assertThat(found.end()).as("bit %d", bit).isEqualTo(STARTS[damaged + 1]);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 31, (1L << 32) + 8, 1L << 63, -1, Long.MAX_VALUE, (256L << 20) + 1})
    void shouldRefuseAnImpossibleLengthWithAValidChecksumWithoutAllocatingIt(long length) throws IOException {
        byte[] header = new byte[12];
        Frame.putHeader(ByteBuffer.wrap(header), length);
        byte[] file = concat(write(Compression.NONE, List.of("good")), header, new byte[100]);
        readUntilError(file, ReadOptions.defaults(), new ArrayList<>());
        long before = allocated();
        List<String> read = new ArrayList<>();
        DataException error = readUntilError(file, ReadOptions.defaults(), read);
        long grown = allocated() - before;
        assertThat(error.kind()).isEqualTo(Kind.TOO_LARGE);
        assertThat(error).hasMessageContaining(Long.toUnsignedString(length));
        assertThat(read).containsExactly("good");
        assertThat(grown).isLessThan(1 << 20);
    }

    @Test
    void shouldReportTruncationBeforeAllocatingALengthBeyondTheFile() throws IOException {
        byte[] header = new byte[12];
        Frame.putHeader(ByteBuffer.wrap(header), 200L << 20);
        byte[] file = concat(header, new byte[1000]);
        long before = allocated();
        DataException error = readUntilError(file, ReadOptions.defaults(), new ArrayList<>());
        assertThat(error.kind()).isEqualTo(Kind.TRUNCATED);
        assertThat(allocated() - before).isLessThan(1 << 20);
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void shouldReadTheSameFromAChannelThatReturnsOneByteARead(Compression compression) throws IOException {
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            many.add("record ".repeat(i % 17) + i);
        }
        InputStream slow = new ByteArrayInputStream(write(compression, many)) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 1));
            }

            @Override
            public synchronized int available() {
                return 0;
            }
        };
        try (TfRecordReader reader = TfRecordReader.of(Channels.newChannel(slow), "slow", ReadOptions.defaults())) {
            assertThat(readAll(reader)).isEqualTo(many);
        }
    }

    @Test
    void shouldResynchroniseBehindADamagedLengthAndReportTheRange() throws IOException {
        byte[] file = concat(
                write(Compression.NONE, THREE), new byte[] {1, 2, 3, 4, 5}, write(Compression.NONE, List.of("after")));
        file[STARTS[1]] ^= 0x10;
        List<DataException> damage = new ArrayList<>();
        assertThat(readSkipping(file, damage)).containsExactly("first", "3", "after");
        assertThat(damage).hasSize(2);
        assertThat(damage.get(0)).hasMessageContaining("bytes 21 to 53 are lost");
        assertThat(damage.get(1)).hasMessageContaining("bytes 71 to 75 are lost");
    }

    @Test
    void shouldFailOverTheSkipBudget() throws IOException {
        byte[] file = write(Compression.NONE, THREE);
        file[STARTS[1] + 14] ^= 1;
        file[STARTS[2] + 12] ^= 1;
        ReadOptions options = ReadOptions.defaults().withOnDamage(DamagePolicy.skip(1));
        List<String> read = new ArrayList<>();
        DataException error = readUntilError(file, options, read);
        assertThat(read).containsExactly("first");
        assertThat(error).hasMessageContaining("record 2").hasMessageContaining("after 1 skipped");
        assertThat(options.onDamage().skipped()).isEqualTo(1);
    }

    @Test
    void shouldReadRecordsOfNoBytesAndAnEmptyFile() throws IOException {
        List<String> empty = List.of("", "x", "", "");
        List<String> read = new ArrayList<>();
        assertThat(readUntilError(write(Compression.NONE, empty), ReadOptions.defaults(), read))
                .isNull();
        assertThat(read).isEqualTo(empty);
        List<String> none = new ArrayList<>();
        assertThat(readUntilError(new byte[0], ReadOptions.defaults(), none)).isNull();
        assertThat(none).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void shouldReportGarbageBehindTheLastRecord(Compression compression) throws IOException {
        byte[] file = concat(write(compression, THREE), "garbage!".getBytes(StandardCharsets.UTF_8));
        List<String> read = new ArrayList<>();
        DataException error = readUntilError(file, ReadOptions.defaults(), read);
        assertThat(read).isEqualTo(THREE);
        assertThat(error.kind()).isEqualTo(compression == Compression.NONE ? Kind.TRUNCATED : Kind.CORRUPT);
    }

    @Test
    void shouldReadGzipMembersOneAfterTheOther() throws IOException {
        byte[] file = concat(write(Compression.GZIP, THREE), write(Compression.GZIP, List.of("fourth")));
        List<String> read = new ArrayList<>();
        assertThat(readUntilError(file, ReadOptions.defaults(), read)).isNull();
        assertThat(read).hasSize(4).endsWith("fourth");
    }

    @ParameterizedTest
    @EnumSource(
            value = Compression.class,
            names = {"GZIP", "ZLIB"})
    void shouldStopABombByRatioAndBySize(Compression compression) throws IOException {
        byte[] bomb = compress(compression, 96 << 20);
        List<String> ignored = new ArrayList<>();
        DataException byRatio = readUntilError(bomb, ReadOptions.defaults(), ignored);
        assertThat(byRatio.kind()).isEqualTo(Kind.TOO_LARGE);
        assertThat(byRatio).hasMessageContaining("factor of 256");
        ReadOptions bySize = ReadOptions.defaults().withMaxRatio(2000).withMaxInflatedBytes(1 << 20);
        assertThat(readUntilError(bomb, bySize, ignored)).hasMessageContaining("more than 1048576 bytes");
    }

    @Test
    void shouldEndTheSearchInAHostileFileOfNestedHeaders() throws IOException {
        ByteBuffer hostile = ByteBuffer.allocate(12 << 20);
        while (hostile.remaining() >= 12) {
            Frame.putHeader(hostile, 6 << 20);
        }
        hostile.put(0, (byte) 1);
        List<DataException> damage = new ArrayList<>();
        assertThat(readSkipping(hostile.array(), damage)).isEmpty();
        assertThat(damage).hasSize(1);
    }

    @Test
    void shouldThrowTheSameFailureAgainWhenTheFramingIsLost() throws IOException {
        byte[] file = write(Compression.NONE, THREE);
        file[STARTS[1] + 9] ^= 1;
        try (TfRecordReader reader = reader(file, ReadOptions.defaults())) {
            reader.next();
            assertThatThrownBy(reader::next).isInstanceOf(DamagedRecordException.class);
            assertThatThrownBy(reader::next).hasMessageContaining("record 1 at byte 21: corrupt");
        }
    }

    @Test
    void shouldStandBehindARecordWhoseDataIsDamaged() throws IOException {
        byte[] file = write(Compression.NONE, THREE);
        file[STARTS[1] + 14] ^= 1;
        try (TfRecordReader reader = reader(file, ReadOptions.defaults())) {
            reader.next();
            assertThatThrownBy(reader::next).hasMessageContaining("record 1 at byte 21: corrupt");
            assertThat(text(reader.next())).isEqualTo("3");
            assertThat(reader.index()).isEqualTo(2);
        }
    }

    private static int recordAt(int offset) {
        int record = 0;
        while (STARTS[record + 1] <= offset) {
            record++;
        }
        return record;
    }

    /** A stream that holds one record of zeros, which the checksums allow. */
    private static byte[] compress(Compression compression, int bytes) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (TfRecordWriter writer = TfRecordWriter.to(Channels.newChannel(file), compression)) {
            writer.write(ByteBuffer.allocate(bytes));
        }
        return file.toByteArray();
    }

    static byte[] write(Compression compression, List<String> records) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (TfRecordWriter writer = TfRecordWriter.to(Channels.newChannel(file), compression)) {
            for (String record : records) {
                writer.write(record.getBytes(StandardCharsets.UTF_8));
            }
        }
        return file.toByteArray();
    }

    private static List<String> readSkipping(byte[] file, List<DataException> damage) throws IOException {
        DamagePolicy policy = DamagePolicy.skip(Long.MAX_VALUE, damage::add);
        try (TfRecordReader reader = reader(file, ReadOptions.defaults().withOnDamage(policy))) {
            List<String> read = readAll(reader);
            assertThat(policy.skipped()).isEqualTo(damage.size());
            return read;
        }
    }

    private static DataException readUntilError(byte[] file, ReadOptions options, List<String> into)
            throws IOException {
        try (TfRecordReader reader = reader(file, options)) {
            for (ByteBuffer record = reader.next(); record != null; record = reader.next()) {
                into.add(text(record));
            }
            return null;
        } catch (DataException e) {
            return e;
        }
    }

    private static TfRecordReader reader(byte[] file, ReadOptions options) throws IOException {
        return TfRecordReader.of(new ByteArrayInputStream(file), "test", options);
    }

    static List<String> readAll(TfRecordReader reader) throws IOException {
        List<String> records = new ArrayList<>();
        for (ByteBuffer record = reader.next(); record != null; record = reader.next()) {
            records.add(text(record));
        }
        return records;
    }

    static String text(ByteBuffer record) {
        return StandardCharsets.UTF_8.decode(record).toString();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }
}
