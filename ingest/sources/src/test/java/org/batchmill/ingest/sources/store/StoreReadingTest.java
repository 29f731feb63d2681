package org.batchmill.ingest.sources.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.ingest.sources.Sources;
import org.batchmill.ingest.testing.DrawnDataSet;
import org.batchmill.records.DataException;
import org.batchmill.records.InputFile;
import org.batchmill.records.PositionedFile;
import org.batchmill.records.SampleSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Data sets that lie in memory and in an archive, read as those of this machine are. */
@Tag("concurrent")
class StoreReadingTest {

    @TempDir
    private Path folder;

    private FileSystem memory;
    private String store;

    @BeforeEach
    void open(TestInfo test) {
        String name = "reading" + test.getTestMethod().orElseThrow().getName().toLowerCase(java.util.Locale.ROOT);
        memory = Jimfs.newFileSystem(name, Configuration.unix());
        store = "jimfs://" + name;
    }

    @AfterEach
    void close() throws IOException {
        memory.close();
    }

    @Test
    void shouldReadFoldersOfAnyFormatWithTheSameSamplesUnderTheSameIds() throws Exception {
        copy(DrawnDataSet.voc(folder.resolve("voc"), 7), memory.getPath("/data/voc"));
        copy(DrawnDataSet.classes(folder.resolve("classes"), 5), memory.getPath("/data/classes"));
        Path yolo = Files.createDirectories(folder.resolve("yolo/images/train"));
        Path labels = Files.createDirectories(folder.resolve("yolo/labels/train"));
        for (int i = 0; i < 3; i++) {
            Files.write(yolo.resolve(i + ".jpg"), DrawnDataSet.image(i, "jpg"));
        }
        Files.writeString(labels.resolve("1.txt"), "0 .5 .5 .2 .2\n"); // the others are background
        Files.writeString(folder.resolve("yolo/data.yaml"), "names: [disc]\ntrain: images/train\n");
        copy(folder.resolve("yolo"), memory.getPath("/data/yolo"));
        for (String name : List.of("voc", "classes", "yolo")) {
            assertThat(samples(store + "/data/" + name))
                    .isNotEmpty()
                    .isEqualTo(samples(folder.resolve(name).toString()));
            assertThat(Sources.files(store + "/data/" + name))
                    .hasSameSizeAs(Sources.files(folder.resolve(name).toString()));
        }
    }

    @Test
    void shouldReadRecordFilesByPatternByFolderAndByDescription() throws Exception {
        Path records = Files.createDirectory(memory.getPath("/records"));
        for (int i = 0; i < 3; i++) {
            Path file = DrawnDataSet.records(folder.resolve("a-" + i + ".tfrecord"), 4 + i);
            Files.copy(file, records.resolve(file.getFileName().toString()));
        }
        Files.writeString(
                records.resolve("a-dataset.json"),
                "{\"shards\": [{\"file\": \"a-0.tfrecord\"}, {\"file\": \"a-2.tfrecord\"}]}");
        List<String> all = samples(folder + "/a-*.tfrecord");
        assertThat(all).hasSize(15);
        assertThat(samples(store + "/records/a-*.tfrecord")).isEqualTo(all);
        assertThat(samples(store + "/records/a-[12].tfrecord")).hasSize(11);
        assertThat(samples(store + "/records")).isEqualTo(all);
        assertThat(samples(store + "/records/a-dataset.json")).hasSize(10);
    }

    @Test
    void shouldReadAnArchive() throws Exception {
        Path zip = folder.resolve("photos.zip");
        try (FileSystem archive =
                FileSystems.newFileSystem(URI.create("jar:" + zip.toUri()), Map.of("create", "true"))) {
            copy(DrawnDataSet.classes(folder.resolve("classes"), 5), archive.getPath("/set"));
        }
        assertThat(samples("jar:" + zip.toUri() + "!/set"))
                .isEqualTo(samples(folder.resolve("classes").toString()));
    }

    @Test
    void shouldSayInOneLineWhatIsNotThere() {
        for (String where : List.of("/gone", "/gone/a-*.tfrecord", "/a-*.tfrecord")) {
            assertThatThrownBy(() -> Sources.open(store + where, SourceOptions.defaults()))
                    .isInstanceOf(DataException.class)
                    .hasMessageStartingWith(store + where + ": missing: ");
        }
    }

    @Test
    void shouldGiveEveryByteWhereverAReadBeginsAndEnds() throws Exception {
        byte[] bytes = new byte[5 * Blocks.BYTES / 2];
        new Random(1).nextBytes(bytes);
        Files.write(memory.getPath("/b"), bytes);
        Path file = Places.of(store + "/b");

        assertThat(InputFile.bytes(file, bytes.length)).isEqualTo(bytes);
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                PositionedFile positioned = PositionedFile.open(file)) {
            for (int at : new int[] {0, 1, Blocks.BYTES - 1, Blocks.BYTES, bytes.length - 3}) {
                for (int length : new int[] {1, 3, Blocks.BYTES, Blocks.BYTES + 2}) {
                    int there = Math.min(length, bytes.length - at);
                    byte[] expected = Arrays.copyOfRange(bytes, at, at + there);
                    ByteBuffer target = ByteBuffer.allocate(length);
                    assertThat(channel.read(target, at)).isEqualTo(there);
                    assertThat(Arrays.copyOf(target.array(), there)).isEqualTo(expected);
                    assertThat(positioned.read(at, there).array()).isEqualTo(expected);
                }
            }
            assertThat(channel.read(ByteBuffer.allocate(1), bytes.length)).isEqualTo(-1);
        }
    }

    @Test
    void shouldTellThatAFileGrewOrVanishedSinceItWasOpened() throws Exception {
        byte[] bytes = new byte[3 * Blocks.BYTES];
        Files.write(memory.getPath("/grows"), bytes);
        Files.write(memory.getPath("/goes"), bytes);
        try (PositionedFile grows = PositionedFile.open(Places.of(store + "/grows"));
                PositionedFile goes = PositionedFile.open(Places.of(store + "/goes"))) {
            Files.write(memory.getPath("/grows"), new byte[4 * Blocks.BYTES]);
            Files.delete(memory.getPath("/goes"));
            assertThatThrownBy(() -> grows.read(0, 10))
                    .isInstanceOf(DataException.class)
                    .hasMessage(store + "/grows: corrupt: it changed while it was read: it had " + bytes.length
                            + " bytes and has " + 4 * Blocks.BYTES + " now");
            assertThatThrownBy(() -> goes.read(0, 10))
                    .isInstanceOf(DataException.class)
                    .hasMessage(store + "/goes: missing: the file is gone");
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.walk(from)) {
            files.filter(file -> !file.equals(from)).forEach(file -> {
                try {
                    Files.copy(file, to.resolve(from.relativize(file).toString()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private static List<String> samples(String where) throws IOException {
        try (SampleSource.Indexed source = (SampleSource.Indexed) Sources.open(where, SourceOptions.defaults())) {
            List<String> samples = new ArrayList<>();
            for (long index = 0; index < source.size(); index++) {
                source.soon(index);
            }
            for (long index = 0; index < source.size(); index++) {
                var sample = source.read(index);
                samples.add(sample.id() + " " + sample.labels() + " "
                        + sample.content().byteCount());
            }
            return samples;
        }
    }
}
