package org.batchmill.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.batchmill.records.annotations.AnnotatedFolder;
import org.batchmill.records.annotations.AnnotationFormat;
import org.batchmill.records.annotations.FolderOptions;
import org.batchmill.records.annotations.SteeringLog;
import org.batchmill.records.arrow.ArrowSampleFile;
import org.batchmill.records.arrow.ArrowSampleWriter;
import org.batchmill.records.example.SampleExamples;
import org.batchmill.records.files.RecordFiles;
import org.batchmill.records.tfrecord.Compression;
import org.batchmill.records.tfrecord.TfRecordReader;
import org.batchmill.records.tfrecord.TfRecordWriter;
import org.batchmill.records.tfrecord.WriteOptions;
import org.batchmill.testing.FaultyDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that gives up, or a file that is cut or taken away, under a reader: one line with the file's name. */
class InputFileTest {

    private static final FaultyDisk DISK = FaultyDisk.unreadableBehind(300);

    @TempDir
    private static Path folder;

    /** Something that reads a file of more bytes than the disk gives. */
    private record Reading(String file, Opened what) {
        interface Opened {
            void read(Path file) throws IOException;
        }

        @Override
        public String toString() {
            return file;
        }
    }

    /** As through a pipe: {@code --config <(make-options)}. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldReadWhatDoesNotTellItsSize() throws IOException {
        Path named = Path.of("/proc/self/comm");
        assertThat(Files.size(named)).isZero();
        assertThat(TextFile.lines(named)).singleElement().asString().isNotEmpty();
        assertThatThrownBy(() -> InputFile.bytes(Path.of("/dev/zero"), 100_000))
                .hasMessage("/dev/zero: too-large: it has more bytes than the limit of 100000");
    }

    private static Sample sample(int number) {
        return new Sample(
                new SampleId("s" + number),
                new Content.RawImage(ByteBuffer.allocate(48), 4, 4, 3),
                new Labels.ClassLabel("cat"));
    }

    private static void write(Path file, Compression compression) throws IOException {
        SampleExamples examples = new SampleExamples(List.of("cat"));
        try (TfRecordWriter writer =
                TfRecordWriter.create(file, new WriteOptions(compression, compression == Compression.NONE))) {
            for (int i = 0; i < 20; i++) {
                writer.write(examples.write(sample(i)));
            }
            writer.finish();
        }
    }

    private static Stream<Reading> readings() {
        return Stream.of(
                new Reading("sequential.tfrecord", file -> {
                    write(real(file), Compression.NONE);
                    try (TfRecordReader reader = TfRecordReader.open(file)) {
                        while (reader.next() != null) {
                            // to the end
                        }
                    }
                }),
                new Reading("random.tfrecord", file -> {
                    write(real(file), Compression.NONE);
                    readAll(file);
                }),
                new Reading("list.txt", file -> {
                    Files.writeString(real(file), "a.jpg\n".repeat(100));
                    TextFile.lines(file);
                }),
                new Reading("log.csv", file -> {
                    Files.writeString(real(file), "frame,wheel\n" + "0,0.5\n".repeat(100));
                    SteeringLog.read(file);
                }),
                new Reading("dataset.json", file -> {
                    Files.writeString(real(file), "[" + "1,".repeat(300) + "1]");
                    JsonFile.read(file);
                }),
                new Reading("coco/annotations/instances_train.json", file -> {
                    Files.createDirectories(real(file).getParent());
                    Files.writeString(real(file), "{\"info\":\"" + "x".repeat(400) + "\",\"images\":[]}");
                    Path root = file.getParent().getParent();
                    AnnotatedFolder.open(root, AnnotationFormat.COCO, FolderOptions.defaults());
                }),
                new Reading("classes/cat/a.jpg", file -> {
                    Files.createDirectories(real(file).getParent());
                    Files.write(real(file), new byte[400]);
                    Path root = file.getParent().getParent();
                    AnnotatedFolder.open(root, AnnotationFormat.CLASSES, FolderOptions.defaults())
                            .read(0);
                }));
    }

    private static Path real(Path file) {
        return Path.of(file.toString());
    }

    private static void readAll(Path file) throws IOException {
        try (RecordFiles records = RecordFiles.open(List.of(file))) {
            for (long i = 0; i < records.size(); i++) {
                records.read(i);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("readings")
    void shouldNameTheFileWhoseDiskGivesUp(Reading reading) {
        Path file = folder.resolve(reading.file);
        assertThatThrownBy(() -> reading.what.read(DISK.on(file)))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining("cannot be read: Input/output error")
                .hasMessageNotContaining("\n");
    }

    @Test
    void shouldNameAnArrowFileWhoseDiskGivesUp() throws IOException {
        Path file = folder.resolve("a.arrow");
        writeArrow(file);
        assertThatThrownBy(() -> ArrowSampleFile.open(DISK.on(file)))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining("cannot be read: Input/output error");
    }

    private static void writeArrow(Path file) throws IOException {
        try (ArrowSampleWriter writer = ArrowSampleWriter.create(file, List.of("cat"))) {
            for (int i = 0; i < 20; i++) {
                writer.write(sample(i));
            }
            writer.finish();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut.tfrecord", "cut.arrow"})
    void shouldNameAFileThatIsCutWhileItIsRead(String name) throws IOException {
        Path file = folder.resolve(name);
        if (name.endsWith("arrow")) {
            writeArrow(file);
        } else {
            write(file, Compression.NONE);
        }
        try (RecordFiles records = RecordFiles.open(List.of(file))) {
            records.read(0);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(100);
            }
            assertThatThrownBy(() -> records.read(19))
                    .isInstanceOf(DataException.class)
                    .hasMessageStartingWith(file.toString())
                    .hasMessageContaining("ends here now")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void shouldSayWhyAFileCannotBeOpened() {
        Path tooLong = folder.resolve("x".repeat(300));
        assertThatThrownBy(() -> InputFile.open(tooLong))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(tooLong + ": missing: cannot be opened: ");
        assertThatThrownBy(() -> InputFile.bytes(folder, 100))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(folder.toString());
        assertThatThrownBy(() -> InputFile.open(folder.resolve("none")))
                .hasMessage(folder.resolve("none") + ": missing: there is no such file");
    }

    /** To open a pipe is to wait for whoever writes it: a socket in the file system is told apart like one, and waits for nobody. */
    @Test
    void shouldOpenNothingButPlainFiles() throws IOException {
        Path socket = folder.resolve("a.jpg");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            for (ThrowingCallable opening :
                    List.<ThrowingCallable>of(() -> InputFile.open(socket), () -> PositionedFile.open(socket))) {
                assertThatThrownBy(opening)
                        .isInstanceOf(DataException.class)
                        .hasMessage(socket + ": unsupported: not a plain file");
            }
        }
    }

    @Test
    void shouldMakeOneShortLineOfWhateverADamagedFileHolds() {
        DataException e = new DataException(DataException.Kind.CORRUPT, "a\nb", "x\r\n" + "y".repeat(1_000_000) + "z");
        assertThat(e.getMessage())
                .startsWith("a\\nb: corrupt: x\\r\\nyyy")
                .endsWith("yyz")
                .hasSizeLessThan(5000);
    }
}
