package org.batchmill.records.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.batchmill.records.Box;
import org.batchmill.records.BoxRules;
import org.batchmill.records.Content;
import org.batchmill.records.DamagePolicy;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.annotations.SteeringLog;
import org.batchmill.records.example.SampleExamples;
import org.batchmill.records.example.SequenceExample;
import org.batchmill.records.image.Exif;
import org.batchmill.records.tfrecord.Compression;
import org.batchmill.records.tfrecord.ReadOptions;
import org.batchmill.records.tfrecord.RecordIndex;
import org.batchmill.records.tfrecord.TfRecordWriter;
import org.batchmill.records.tfrecord.WriteOptions;
import org.batchmill.testing.Fuzz;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Record files, their index and what lies beside them, of any content: samples, or data errors. */
class RecordFilesFuzzTest {

    private static final ReadOptions SMALL =
            ReadOptions.defaults().withMaxRecordBytes(1 << 20).withMaxInflatedBytes(4 << 20);
    private static final SampleExamples EXAMPLES = new SampleExamples(List.of(), new BoxRules(List.of()));

    enum Target {
        TFRECORD,
        TFRECORD_GZIP,
        TFRECORD_INDEX,
        EXAMPLE,
        SEQUENCE_EXAMPLE,
        DATASET_JSON,
        STEERING_LOG,
        EXIF
    }

    @TempDir
    private Path folder;

    private final List<byte[]> messages = new ArrayList<>();
    private byte[] plain;
    private byte[] gzip;
    private byte[] index;

    @BeforeEach
    void writeGoodOnes() throws IOException {
        Content pixels = new Content.RawImage(ByteBuffer.allocate(12), 2, 2, 3);
        for (Labels labels : List.of(
                new Labels.ClassLabel("cat"),
                new Labels.Boxes(List.of(new Box("cat", 0, 0, .5f, 1), new Box("dog", 0, .25f, .5f, 1))),
                new Labels.Steering(.5f))) {
            messages.add(bytes(
                    new SampleExamples(List.of("cat", "dog")).write(new Sample(new SampleId("a"), pixels, labels))));
        }
        Path file = folder.resolve("good.tfrecord");
        plain = written(file, WriteOptions.PLAIN);
        index = Files.readAllBytes(RecordIndex.pathFor(file));
        gzip = written(folder.resolve("good.tfrecord.gz"), WriteOptions.compressed(Compression.GZIP));
    }

    private byte[] written(Path file, WriteOptions options) throws IOException {
        try (TfRecordWriter writer = TfRecordWriter.create(file, options)) {
            for (byte[] message : messages) {
                writer.write(ByteBuffer.wrap(message));
            }
            writer.finish();
        }
        return Files.readAllBytes(file);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private Fuzz fuzz(Target target) {
        return switch (target) {
            case TFRECORD -> Fuzz.of(DataException.class, "tfrecord", List.of(plain));
            case TFRECORD_GZIP -> Fuzz.of(DataException.class, "tfrecord-gzip", List.of(gzip));
            case TFRECORD_INDEX -> Fuzz.of(DataException.class, "tfrecord-index", List.of(index));
            case EXAMPLE ->
                Fuzz.of(DataException.class, "example", messages)
                        .words("image/height", "image/object/bbox/xmin", "image/object/class/text", "\n", "\u0012");
            case SEQUENCE_EXAMPLE -> {
                byte[] list = {18, 14, 10, 12, 10, 1, 'a', 18, 7, 10, 5, 26, 3, 10, 1, 5};
                yield Fuzz.of(DataException.class, "sequence-example", List.of(list, messages.get(0)));
            }
            case DATASET_JSON ->
                Fuzz.of(
                                DataException.class,
                                "dataset-json",
                                List.of("{\"version\":1,\"classes\":[\"cat\",\"dog\"]}".getBytes(UTF_8)))
                        .words("[", "{", "{\"a\":", "\"classes\":", "1e999999999", "9".repeat(1200), "\\n", "null");
            case STEERING_LOG ->
                Fuzz.of(
                                DataException.class,
                                "steering-log",
                                List.of(
                                        "ts_micro,frame_index,wheel\n1,0,0.5\n2,1,-1\n".getBytes(UTF_8),
                                        "frame,wheel\n0,0.5\n1,nan\n\n".getBytes(UTF_8)))
                        .words(",", "\n", "1e39", "1e309", "NaN", "-", "9".repeat(30), "\u00ff\u00fe", "\u0000");
            case EXIF -> {
                byte[] tiff = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0};
                byte[] little = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 18, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0};
                yield Fuzz.of(DataException.class, "exif", List.of(tiff, little));
            }
        };
    }

    private void parse(Target target, byte[] input) throws IOException {
        switch (target) {
            case TFRECORD -> readFile(Files.write(folder.resolve("fuzz.tfrecord"), input));
            case TFRECORD_GZIP -> readFile(Files.write(folder.resolve("fuzz.tfrecord.gz"), input));
            case TFRECORD_INDEX -> {
                Files.write(folder.resolve("good.tfrecord.idx"), withChecksum(input));
                readFile(folder.resolve("good.tfrecord"));
            }
            case EXAMPLE -> EXAMPLES.read(ByteBuffer.wrap(input), new SampleId("a"), "fuzz");
            case SEQUENCE_EXAMPLE -> SequenceExample.parse(ByteBuffer.wrap(input), "fuzz");
            case DATASET_JSON -> {
                Files.write(folder.resolve("dataset.json"), input);
                DataSetJson.classesBeside(folder.resolve("good.tfrecord"));
            }
            case STEERING_LOG -> SteeringLog.read(Files.write(folder.resolve("epoch01_steering.csv"), input));
            case EXIF -> Exif.orientation(ByteBuffer.wrap(input));
        }
    }

    private static void readFile(Path file) throws IOException {
        RecordCheck.verify(file, SMALL, sample -> {});
        DamagePolicy skip = DamagePolicy.skip(Long.MAX_VALUE);
        try (RecordFiles records =
                RecordFiles.open(List.of(file), SMALL.withOnDamage(skip), List.of(), new BoxRules(List.of()))) {
            records.classes();
        }
        try (RecordFiles records = RecordFiles.open(List.of(file), SMALL, List.of(), new BoxRules(List.of()))) {
            for (long i = 0; i < Math.min(records.size(), 20); i++) {
                records.read(i);
            }
        }
    }

    /** The last four bytes made right, which else would be all that is looked at. */
    private static byte[] withChecksum(byte[] input) {
        if (input.length < Integer.BYTES) {
            return input;
        }
        CRC32C crc = new CRC32C();
        crc.update(input, 0, input.length - Integer.BYTES);
        ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN).putInt(input.length - Integer.BYTES, (int)
                crc.getValue());
        return input;
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadOrRefuseDamagedFiles(Target target) {
        fuzz(target).inputs(200, this, input -> parse(target, input));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedFiles(Target target) {
        fuzz(target).seconds(Fuzz.seconds(), this, input -> parse(target, input));
    }
}
