package org.batchmill.records.tfrecord;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index that does not fit its file is never believed, and is made again. */
class RecordIndexTest {

    private static final List<String> FIRST = List.of("first", "the second record", "");
    private static final List<String> OTHER = List.of("the second", "another one", "!");

    @TempDir
    private Path folder;

    private Path file;
    private Path index;

    @BeforeEach
    void writeFileAndIndex() throws IOException {
        file = folder.resolve("a.tfrecord");
        index = RecordIndex.pathFor(file);
        write(file, FIRST);
        assertThat(read()).isEqualTo(FIRST);
    }

    @Test
    void shouldReplaceTheIndexOfAFileThatWasWrittenAnew() throws IOException {
        Files.write(file, TfRecordFaultsTest.write(Compression.NONE, List.of("only one")));
        assertMadeAgain(List.of("only one"));
    }

    @Test
    void shouldRefuseTheIndexOfAnotherFileOfTheSameSizeAndCount() throws IOException {
        assertThat(String.join("", OTHER)).hasSameSizeAs(String.join("", FIRST));
        Files.write(file, TfRecordFaultsTest.write(Compression.NONE, OTHER));
        assertMadeAgain(OTHER);
    }

    @Test
    void shouldRefuseAnIndexOfTheSamePlacesButOtherBytes() throws IOException {
        List<String> changed = List.of("First", "the second record", "");
        Files.write(file, TfRecordFaultsTest.write(Compression.NONE, changed));
        assertMadeAgain(changed);
    }

    @Test
    void shouldMakeAnIndexAgainThatIsCutAtAnyByte() throws IOException {
        byte[] whole = Files.readAllBytes(index);
        for (int length = 0; length < whole.length; length++) {
            Files.write(index, Arrays.copyOf(whole, length));
            assertThat(read()).as("cut at %d", length).isEqualTo(FIRST);
            assertThat(index).as("cut at %d", length).hasBinaryContent(whole);
        }
    }

    @Test
    void shouldMakeAnIndexAgainWhenAnyBitIsFlipped() throws IOException {
        byte[] whole = Files.readAllBytes(index);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(index, flipped);
            assertThat(read()).as("bit %d", bit).isEqualTo(FIRST);
            assertThat(index).as("bit %d", bit).hasBinaryContent(whole);
        }
    }

    @Test
    void shouldRefuseAWholeIndexThatSaysWhatCannotBe() throws IOException {
        byte[] whole = Files.readAllBytes(index);
        assertRefused(whole, head -> head.put(0, (byte) 'X'));
        assertRefused(whole, head -> head.putInt(8, 2));
        assertRefused(whole, head -> head.putInt(12, 0));
        assertRefused(whole, head -> head.putLong(16, 1));
        assertRefused(whole, head -> head.putLong(24, 1));
        for (long wrong : new long[] {-1, 1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32}) {
            assertRefused(whole, head -> head.putLong(32, wrong));
            assertRefused(whole, head -> head.putLong(40, wrong));
        }
    }

    /** With a checksum that holds: what is refused is the content. */
    private void assertRefused(byte[] whole, Consumer<ByteBuffer> change) throws IOException {
        Files.write(index, changed(whole, change));
        assertThat(read()).isEqualTo(FIRST);
        assertThat(index).hasBinaryContent(whole);
    }

    @Test
    void shouldCheckTheHeaderWhereTheTieDoesNotReach() throws IOException {
        List<String> many =
                IntStream.range(0, 1000).mapToObj(i -> "record " + i).toList();
        write(file, many);
        int second = 32 + 16;
        Files.write(
                index,
                changed(Files.readAllBytes(index), entries -> entries.putLong(second, entries.getLong(second) + 1)));
        IndexedRecords records = IndexedRecords.open(file, ReadOptions.defaults());
        assertThat(TfRecordFaultsTest.text(records.read(0))).isEqualTo("record 0");
        assertThatThrownBy(() -> records.read(1))
                .isInstanceOf(DamagedRecordException.class)
                .hasMessageContaining("the header is not the one in the index");
    }

    @Test
    void shouldLeaveNoIndexBesideAFileThatHadNone() throws IOException {
        Files.delete(index);
        assertThat(read()).isEqualTo(FIRST);
        assertThat(index).doesNotExist();
    }

    private void assertMadeAgain(List<String> records) throws IOException {
        byte[] stale = Files.readAllBytes(index);
        assertThat(read()).isEqualTo(records);
        byte[] made = Files.readAllBytes(index);
        assertThat(made).isNotEqualTo(stale);
        Path other = folder.resolve("other.tfrecord");
        write(other, records);
        assertThat(RecordIndex.pathFor(other)).hasBinaryContent(made);
    }

    private static void write(Path target, List<String> records) throws IOException {
        try (TfRecordWriter writer = TfRecordWriter.create(target, WriteOptions.PLAIN)) {
            for (String record : records) {
                writer.write(record.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
            writer.finish();
        }
    }

    private static byte[] changed(byte[] whole, Consumer<ByteBuffer> change) {
        byte[] bytes = whole.clone();
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        change.accept(buffer);
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - Integer.BYTES);
        buffer.putInt(bytes.length - Integer.BYTES, (int) crc.getValue());
        return bytes;
    }

    private List<String> read() throws IOException {
        IndexedRecords records = IndexedRecords.open(file, ReadOptions.defaults());
        List<String> read = new ArrayList<>();
        for (int i = 0; i < records.size(); i++) {
            read.add(TfRecordFaultsTest.text(records.read(i)));
        }
        return read;
    }
}
