package org.batchmill.records.tfrecord;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.DamagePolicy;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several streams in turn. */
class InterleavedReaderTest {

    @TempDir
    private Path folder;

    @Test
    void shouldTakeOneRecordOfEachInTurnUntilAllHaveEnded() throws IOException {
        List<Path> files = List.of(
                file("a", Compression.NONE, "a0", "a1", "a2", "a3"),
                file("none", Compression.NONE),
                file("b", Compression.GZIP, "b0"),
                file("c", Compression.ZLIB, "c0", "c1"));
        try (InterleavedReader reader = InterleavedReader.open(files, ReadOptions.defaults())) {
            assertThat(rest(reader)).containsExactly("a0", "b0", "c0", "a1", "c1", "a2", "a3");
            assertThat(reader.next()).isNull();
        }
        try (InterleavedReader none = InterleavedReader.open(List.of(), ReadOptions.defaults())) {
            assertThat(none.next()).isNull();
        }
    }

    @Test
    void shouldKeepTheTurnsOfTheOthersWhenARecordIsSkipped() throws IOException {
        Path damaged = file("a", Compression.NONE, "a0", "a1", "a2");
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[18 + 12] ^= 1;
        Files.write(damaged, bytes);
        List<Path> files = List.of(damaged, file("b", Compression.NONE, "b0", "b1", "b2"));
        DamagePolicy skip = DamagePolicy.skip(1);
        try (InterleavedReader reader =
                InterleavedReader.open(files, ReadOptions.defaults().withOnDamage(skip))) {
            assertThat(rest(reader)).containsExactly("a0", "b0", "a2", "b1", "b2");
        }
        assertThat(skip.skipped()).isEqualTo(1);
        try (InterleavedReader reader = InterleavedReader.open(files, ReadOptions.defaults())) {
            reader.next();
            reader.next();
            assertThatThrownBy(reader::next).hasMessageStartingWith(damaged + ": record 1 at byte 18: corrupt");
            assertThat(rest(reader)).containsExactly("a2", "b1", "b2");
        }
    }

    @Test
    void shouldCloseAllReaders() throws IOException {
        List<String> closed = new ArrayList<>();
        List<TfRecordReader> readers = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            readers.add(TfRecordReader.of(
                    new ByteArrayInputStream(new byte[0]) {
                        @Override
                        public void close() {
                            closed.add(name);
                        }
                    },
                    name,
                    ReadOptions.defaults()));
        }
        try (InterleavedReader reader = InterleavedReader.of(readers)) {
            assertThat(reader.next()).isNull();
            assertThat(closed).isEmpty();
        }
        assertThat(closed).containsExactly("a", "b");
    }

    @Test
    void shouldNameTheFileThatIsNotThere() throws IOException {
        List<Path> files = List.of(file("a", Compression.NONE, "a0"), folder.resolve("gone"));
        assertThatThrownBy(() -> InterleavedReader.open(files, ReadOptions.defaults()))
                .isInstanceOfSatisfying(
                        DataException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MISSING))
                .hasMessageStartingWith(folder.resolve("gone").toString());
    }

    private Path file(String name, Compression compression, String... records) throws IOException {
        return Files.write(folder.resolve(name), TfRecordFaultsTest.write(compression, List.of(records)));
    }

    private static List<String> rest(InterleavedReader reader) throws IOException {
        List<String> records = new ArrayList<>();
        for (ByteBuffer record = reader.next(); record != null; record = reader.next()) {
            records.add(TfRecordFaultsTest.text(record));
        }
        return records;
    }
}
