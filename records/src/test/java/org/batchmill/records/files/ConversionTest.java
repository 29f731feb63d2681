package org.batchmill.records.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.batchmill.records.Box;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.arrow.ArrowSampleFile;
import org.batchmill.records.arrow.ArrowSampleStream;
import org.batchmill.records.arrow.ArrowSampleWriter;
import org.batchmill.records.example.Example;
import org.batchmill.records.example.Features;
import org.batchmill.records.example.SampleExamples;
import org.batchmill.records.tfrecord.ReadOptions;
import org.batchmill.records.tfrecord.TfRecordReader;
import org.batchmill.records.tfrecord.TfRecordWriter;
import org.batchmill.records.tfrecord.WriteOptions;
import org.batchmill.testing.SharedData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrow files and streams, and TFRecord files made of them and back. */
class ConversionTest {

    /** The smallest GIF: one pixel. */
    private static final byte[] IMAGE = {
        'G', 'I', 'F', '8', '9', 'a', 1, 0, 1, 0, 0, 0, 0, ',', 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 68, 1, 0, ';'
    };

    private static final List<String> CLASSES = List.of("car", "kite");

    private static final List<Sample> SAMPLES = List.of(
            sample(
                    "boxes",
                    Content.EncodedImage.class,
                    new Labels.Boxes(List.of(
                            new Box("car", 0, 0.25f, 0.5f, 1), new Box("kite", 0.1f, 0.1f, 0.2f, 0.2f, true, true)))),
            sample(
                    "a crowd",
                    Content.EncodedImage.class,
                    new Labels.Boxes(
                            List.of(new Box("car", 0, 0, 1, 1, false, false, true), new Box("car", 0, 0, 0.5f, 0.5f)))),
            sample("no boxes", Content.EncodedImage.class, new Labels.Boxes(List.of())),
            sample("unlabelled", Content.EncodedImage.class, Labels.NONE),
            sample("class", Content.RawImage.class, new Labels.ClassLabel("kite")),
            sample("steering", Content.EncodedImage.class, new Labels.Steering(-0.25f)),
            sample("row", Content.Features.class, new Labels.Targets(new float[] {1, Float.NaN, -0.0f})));

    @TempDir
    private Path folder;

    private static Sample sample(String id, Class<? extends Content> kind, Labels labels) {
        Content content = kind == Content.Features.class
                ? new Content.Features(new float[] {3, 4})
                : kind == Content.RawImage.class
                        ? new Content.RawImage(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6}), 1, 2, 3)
                        : new Content.EncodedImage(ByteBuffer.wrap(IMAGE));
        return new Sample(new SampleId(id), content, labels);
    }

    @Test
    void shouldReadBackEveryKindOfSampleFromAnArrowFile() throws IOException {
        Path arrow = folder.resolve("a.arrow");
        try (ArrowSampleWriter writer = ArrowSampleWriter.create(arrow, CLASSES)) {
            for (Sample sample : SAMPLES) {
                writer.write(sample);
            }
            assertThat(arrow).doesNotExist();
            writer.finish();
        }
        try (ArrowSampleFile file = ArrowSampleFile.open(arrow)) {
            assertThat(file.classes()).isEqualTo(CLASSES);
            assertThat(file.size()).isEqualTo(SAMPLES.size());
            for (int i = SAMPLES.size() - 1; i >= 0; i--) {
                assertSame(file.read(i), SAMPLES.get(i));
            }
        }
    }

    @Test
    void shouldBeReadByArrowsOwnReaderWithTypedColumns() throws IOException {
        Path arrow = folder.resolve("a.arrow");
        try (ArrowSampleWriter writer = ArrowSampleWriter.create(arrow, CLASSES)) {
            writer.write(SAMPLES.get(0));
            writer.finish();
        }
        try (RootAllocator allocator = new RootAllocator();
                ArrowFileReader reader = new ArrowFileReader(Files.newByteChannel(arrow), allocator)) {
            assertThat(reader.loadNextBatch()).isTrue();
            ListVector boxes = (ListVector) reader.getVectorSchemaRoot().getVector("boxes");
            assertThat(boxes.getObject(0)).hasSize(2);
            assertThat(boxes.getObject(0).get(1).toString()).contains("kite", "0.2", "true");
        }
    }

    @Test
    void shouldReadFilesOfTheTimeBeforeCrowds() throws IOException {
        Path arrow = folder.resolve("before-crowds.arrow");
        try (InputStream resource = getClass().getResourceAsStream("before-crowds.arrow")) {
            Files.copy(resource, arrow);
        }
        try (ArrowSampleFile file = ArrowSampleFile.open(arrow)) {
            assertSame(file.read(0), SAMPLES.get(0));
        }
    }

    @Test
    void shouldSplitAFileIntoBatchesAndReadAcrossThem() throws IOException {
        Path arrow = folder.resolve("a.arrow");
        try (ArrowSampleWriter writer = ArrowSampleWriter.create(arrow, CLASSES)) {
            for (int i = 0; i < 2500; i++) {
                writer.write(sample("n" + i, Content.EncodedImage.class, new Labels.Steering(i)));
            }
            writer.finish();
        }
        try (ArrowSampleFile file = ArrowSampleFile.open(arrow)) {
            assertThat(file.size()).isEqualTo(2500);
            for (int i : new int[] {0, 1023, 1024, 2047, 2048, 2499}) {
                assertThat(file.read(i).labels()).isEqualTo(new Labels.Steering(i));
            }
        }
    }

    @Test
    void shouldKeepViewsOfImagesValidAfterTheFileIsClosed() throws IOException {
        Path arrow = folder.resolve("a.arrow");
        try (ArrowSampleWriter writer = ArrowSampleWriter.create(arrow, CLASSES)) {
            writer.write(SAMPLES.get(0));
            writer.finish();
        }
        ArrowSampleFile file = ArrowSampleFile.open(arrow);
        Sample sample = file.read(0);
        file.close();
        System.gc();
        assertThat(((Content.EncodedImage) sample.content()).bytes()).isEqualTo(ByteBuffer.wrap(IMAGE));
    }

    @Test
    void shouldReadBackAStreamAndGoForwardInIt() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ArrowSampleWriter writer = ArrowSampleWriter.stream(Channels.newChannel(bytes), CLASSES)) {
            for (Sample sample : SAMPLES) {
                writer.write(sample);
            }
            writer.finish();
        }
        try (ArrowSampleStream stream =
                new ArrowSampleStream(Channels.newChannel(new ByteArrayInputStream(bytes.toByteArray())), "stream")) {
            assertSame(stream.next(), SAMPLES.get(0));
            stream.seek("5");
            assertSame(stream.next(), SAMPLES.get(5));
            assertThat(stream.position()).isEqualTo("6");
            stream.next();
            assertThat(stream.next()).isNull();
        }
    }

    @Test
    void shouldRefuseAnArrowFileCutAtEachByteWithoutHarm() throws IOException {
        Path arrow = folder.resolve("a.arrow");
        try (ArrowSampleWriter writer = ArrowSampleWriter.create(arrow, CLASSES)) {
            writer.write(SAMPLES.get(0));
            writer.finish();
        }
        byte[] whole = Files.readAllBytes(arrow);
        for (int length = 0; length < whole.length; length += 7) {
            Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> ArrowSampleFile.open(cut))
                    .as("cut at %d", length)
                    .isInstanceOf(DataException.class);
        }
    }

    @Test
    void shouldGiveBackTheSameBytesForOurOwnRecords() throws IOException {
        Path first = folder.resolve("first.tfrecord");
        try (TfRecordWriter writer = TfRecordWriter.create(first, WriteOptions.PLAIN)) {
            for (Sample sample : SAMPLES) {
                writer.write(new SampleExamples(CLASSES).write(sample));
            }
            writer.finish();
        }
        Path arrow = folder.resolve("a.arrow");
        Path second = folder.resolve("second.tfrecord");
        assertThat(Conversion.toArrow(first, arrow, CLASSES, ReadOptions.defaults()))
                .isEqualTo(SAMPLES.size());
        assertThat(Conversion.toTfRecord(arrow, second, WriteOptions.PLAIN)).isEqualTo(SAMPLES.size());
        assertThat(second).hasSameBinaryContentAs(first);
        try (RecordFiles both = RecordFiles.open(List.of(arrow, second))) {
            assertThat(both.size()).isEqualTo(2L * SAMPLES.size());
            assertThat(both.classes()).isEqualTo(CLASSES);
            assertSame(both.read(SAMPLES.size() + 1), both.read(1));
        }
        assertThat(RecordCheck.verify(arrow, ReadOptions.defaults(), sample -> {})
                        .records())
                .isEqualTo(SAMPLES.size());
    }

    @Test
    void shouldLoseNoFeatureOfAForeignRecordFile() throws IOException {
        for (String name : List.of("raccoon/test.record", "broken/tfrecord/unpacked.tfrecord")) {
            Path foreign = SharedData.data(name);
            Path arrow = folder.resolve("foreign.arrow");
            Path back = folder.resolve("back.tfrecord");
            Conversion.toArrow(foreign, arrow, List.of(), ReadOptions.defaults());
            Conversion.toTfRecord(arrow, back, WriteOptions.PLAIN);
            try (TfRecordReader before = TfRecordReader.open(foreign);
                    TfRecordReader after = TfRecordReader.open(back)) {
                for (ByteBuffer a = before.next(); a != null; a = before.next()) {
                    var left = values(Example.parse(a, "before"));
                    var right = values(Example.parse(after.next(), "after"));
                    right.keySet().retainAll(left.keySet());
                    assertThat(right).isEqualTo(left);
                }
                assertThat(after.next()).isNull();
            }
        }
    }

    private static void assertSame(Sample read, Sample written) throws IOException {
        SampleExamples examples = new SampleExamples(CLASSES);
        assertThat(examples.write(read)).isEqualTo(examples.write(written));
    }

    private static Map<String, Object> values(Features features) throws DataException {
        Map<String, Object> values = new TreeMap<>();
        for (String name : features.names()) {
            var feature = features.find(name).orElseThrow();
            values.put(
                    name,
                    switch (feature.type()) {
                        case NONE -> "";
                        case BYTES -> feature.bytes();
                        case FLOAT -> Arrays.toString(feature.floats());
                        case INT64 -> Arrays.toString(feature.int64s());
                    });
        }
        return values;
    }
}
