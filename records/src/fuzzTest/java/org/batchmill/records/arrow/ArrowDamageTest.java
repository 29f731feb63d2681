package org.batchmill.records.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.batchmill.records.Box;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.testing.Fuzz;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrow files and streams of any content: samples, or a data error that names the file. */
class ArrowDamageTest {

    @TempDir
    private Path folder;

    @Test
    void shouldRefuseTheFileThatEndedTheJvm() throws IOException {
        // Node 0 claims 131072 nulls among 0 rows: Arrow's loader wrote over memory that was not its own.
        Path file = Files.write(folder.resolve("sigsegv.arrow"), resource("sigsegv.arrow"));
        assertThatThrownBy(() -> readAll(file))
                .isInstanceOf(DataException.class)
                .hasMessage(file + ": record batch 0: corrupt: 131072 of the 0 values in node 0 are null");
    }

    @Test
    void shouldRefuseSizesWhoseProductIsRightOnlyByOverflowOrByTwoMinusSigns() throws IOException {
        byte[] stream = resource("overflow.stream");
        assertThatThrownBy(() -> readAll(stream)).isInstanceOf(DataException.class);
        for (int[] sides : new int[][] {{-2, -3, 1}, {1 << 16, 1 << 16, 1}, {0, 5, 3}, {6, 1, 0}}) {
            assertThatThrownBy(() -> new Content.RawImage(ByteBuffer.allocate(6), sides[0], sides[1], sides[2]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void shouldRefuseAStreamOfEightBytesThatClaimsTwoGigabytes() {
        byte[] claim = {-1, -1, -1, -1, -1, -1, -1, 127};
        assertThatThrownBy(() -> readAll(claim))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("2147483647");
    }

    @Test
    void shouldRefuseAFooterThatNamesOneBatchTwice() throws IOException {
        Path file = samples("two.arrow", 2048);
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer tail = ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        int footer = bytes.length - 10 - tail.getInt(bytes.length - 10);
        // The two blocks stand one behind the other, each of 24 bytes; the first batch has the lower offset.
        int block = indexOfBlock(tail, footer);
        System.arraycopy(bytes, block, bytes, block + 24, 24);
        Files.write(file, bytes);
        assertThatThrownBy(() -> readAll(file))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("lies over another record batch");
    }

    private static int indexOfBlock(ByteBuffer bytes, int from) {
        for (int at = from; at + 24 <= bytes.limit(); at += 4) {
            long offset = bytes.getLong(at);
            if (offset > 8
                    && bytes.getLong(at + 24) > offset
                    && bytes.getLong(at + 24) < from
                    && bytes.getInt(at + 12) == 0) {
                return at;
            }
        }
        throw new AssertionError("no blocks in the footer");
    }

    @Test
    void shouldReadAroundColumnsThatSamplesHaveNoUseFor() throws IOException {
        List<Field> fields = new ArrayList<>(SampleSchema.of(List.of("cat")).getFields());
        fields.add(0, new Field("views", FieldType.nullable(new ArrowType.FixedSizeBinary(7)), null));
        fields.add(
                4,
                new Field(
                        "words",
                        FieldType.nullable(ArrowType.List.INSTANCE),
                        List.of(new Field("item", FieldType.nullable(ArrowType.LargeUtf8.INSTANCE), null))));
        fields.add(new Field("nothing", FieldType.nullable(ArrowType.Null.INSTANCE), null));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Path file = folder.resolve("more.arrow");
        try (RootAllocator allocator = new RootAllocator();
                VectorSchemaRoot root = VectorSchemaRoot.create(
                        new Schema(fields, SampleSchema.of(List.of("cat")).getCustomMetadata()), allocator);
                FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                ArrowFileWriter files = new ArrowFileWriter(root, null, channel);
                ArrowStreamWriter streams = new ArrowStreamWriter(root, null, Channels.newChannel(bytes))) {
            ((VarCharVector) root.getVector("id")).setSafe(0, "one".getBytes(StandardCharsets.UTF_8));
            ((org.apache.arrow.vector.VarBinaryVector) root.getVector("image")).setSafe(0, new byte[] {1, 2, 3});
            ((org.apache.arrow.vector.Float4Vector) root.getVector("steering")).setSafe(0, .5f);
            root.setRowCount(1);
            files.start();
            files.writeBatch();
            files.end();
            streams.start();
            streams.writeBatch();
            streams.end();
        }
        for (List<Sample> read : List.of(readAll(file), readAll(bytes.toByteArray()))) {
            assertThat(read).hasSize(1);
            assertThat(read.get(0).id().value()).isEqualTo("one");
            assertThat(read.get(0).labels()).isEqualTo(new Labels.Steering(.5f));
        }
    }

    @Test
    void shouldRefuseAColumnThatIsEncodedByADictionary() throws IOException {
        DictionaryEncoding encoding = new DictionaryEncoding(1, false, null);
        List<Field> fields = new ArrayList<>(SampleSchema.of(List.of()).getFields());
        fields.replaceAll(field -> field.getName().equals("class")
                ? new Field("class", new FieldType(true, new ArrowType.Int(32, true), encoding), null)
                : field);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (RootAllocator allocator = new RootAllocator();
                VarCharVector words = new VarCharVector("words", allocator);
                VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(fields), allocator);
                ArrowStreamWriter writer = new ArrowStreamWriter(
                        root,
                        new DictionaryProvider.MapDictionaryProvider(new Dictionary(words, encoding)),
                        Channels.newChannel(bytes))) {
            words.allocateNew();
            words.setValueCount(0);
            root.setRowCount(0);
            writer.start();
            writer.writeBatch();
            writer.end();
        }
        assertThatThrownBy(() -> readAll(bytes.toByteArray()))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("column class is dictionary, where class: Utf8 is needed");
    }

    @Test
    void shouldNameTheFileThatIsCutWhileItIsRead() throws IOException {
        Path file = samples("cut.arrow", 40);
        try (ArrowSampleFile samples = ArrowSampleFile.open(file)) {
            samples.read(0);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(100);
            }
            assertThatThrownBy(() -> samples.read(39))
                    .isInstanceOf(DataException.class)
                    .hasMessageStartingWith(file + ": byte ")
                    .hasMessageContaining("when it was opened and ends here now");
        }
    }

    @Test
    void shouldReadOrRefuseDamagedFiles() throws IOException {
        fuzzOfFiles().inputs(400, this, this::parseFile);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedFiles() throws IOException {
        fuzzOfFiles().seconds(Fuzz.seconds(), this, this::parseFile);
    }

    @Test
    void shouldReadOrRefuseDamagedStreams() throws IOException {
        fuzzOfStreams().inputs(1000, this, ArrowDamageTest::readAll);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedStreams() throws IOException {
        fuzzOfStreams().seconds(Fuzz.seconds(), this, ArrowDamageTest::readAll);
    }

    private Fuzz fuzzOfFiles() throws IOException {
        return Fuzz.of(
                DataException.class,
                "arrow-file",
                List.of(Files.readAllBytes(samples("seed.arrow", 3)), resource("sigsegv.arrow")));
    }

    private static Fuzz fuzzOfStreams() throws IOException {
        return Fuzz.of(
                DataException.class,
                "arrow-stream",
                List.of(
                        stream(3),
                        resource("overflow.stream"),
                        resource("message-1.stream"),
                        resource("message-2.stream"),
                        new byte[] {-1, -1, -1, -1, -1, -1, -1, 127}));
    }

    private void parseFile(byte[] input) throws IOException {
        readAll(Files.write(folder.resolve("fuzz.arrow"), input));
    }

    /** Every row that can be read; a bad one does not hide the next. */
    private static List<Sample> readAll(Path file) throws IOException {
        List<Sample> read = new ArrayList<>();
        DataException first = null;
        try (ArrowSampleFile samples = ArrowSampleFile.open(file)) {
            for (long row = 0; row < samples.size(); row++) {
                try {
                    read.add(samples.read(row));
                    samples.other(row);
                } catch (DataException e) {
                    first = first == null ? e : first;
                }
            }
        }
        if (first != null) {
            throw first;
        }
        return read;
    }

    private static List<Sample> readAll(byte[] stream) throws IOException {
        List<Sample> read = new ArrayList<>();
        try (ArrowSampleStream samples =
                new ArrowSampleStream(Channels.newChannel(new ByteArrayInputStream(stream)), "stream")) {
            for (Sample sample = samples.next(); sample != null; sample = samples.next()) {
                read.add(sample);
            }
        }
        return read;
    }

    private Path samples(String name, int count) throws IOException {
        Path file = folder.resolve(name);
        try (ArrowSampleWriter writer = ArrowSampleWriter.create(file, List.of("cat", "kite"))) {
            write(writer, count);
        }
        return file;
    }

    private static byte[] stream(int count) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ArrowSampleWriter writer = ArrowSampleWriter.stream(Channels.newChannel(bytes), List.of("cat", "kite"))) {
            write(writer, count);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Of every kind of content and label in turn. */
    private static void write(ArrowSampleWriter writer, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Content content =
                    switch (i % 3) {
                        case 0 -> new Content.EncodedImage(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}));
                        case 1 -> new Content.RawImage(ByteBuffer.wrap(new byte[12]), 2, 2, 3);
                        default -> new Content.Features(new float[] {1, 2});
                    };
            Labels labels =
                    switch (i % 3) {
                        case 0 ->
                            new Labels.Boxes(List.of(
                                    new Box("cat", .1f, .1f, .5f, .5f, false, true),
                                    new Box("kite", .2f, .3f, .5f, .5f, true, false)));
                        case 1 -> new Labels.ClassLabel("kite");
                        default -> new Labels.Targets(new float[] {3, 4});
                    };
            writer.write(new Sample(new SampleId("sample" + i), content, labels), ByteBuffer.wrap(new byte[] {10, 0}));
        }
        writer.finish();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = ArrowDamageTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }
}
