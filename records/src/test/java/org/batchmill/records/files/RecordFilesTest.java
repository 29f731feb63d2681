package org.batchmill.records.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.batchmill.records.Box;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.example.Example;
import org.batchmill.records.example.SampleExamples;
import org.batchmill.records.tfrecord.Compression;
import org.batchmill.records.tfrecord.TfRecordWriter;
import org.batchmill.records.tfrecord.WriteOptions;
import org.batchmill.testing.SharedData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordFilesTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Compression.class)
    void shouldReadSamplesOfSeveralFilesAtRandom(Compression compression) throws IOException {
        List<Path> files = new ArrayList<>();
        for (int shard = 0; shard < 3; shard++) {
            Path file = folder.resolve("s" + shard);
            WriteOptions options = new WriteOptions(compression, compression == Compression.NONE);
            try (TfRecordWriter writer = TfRecordWriter.create(file, options)) {
                for (int i = 0; i < shard * 2; i++) {
                    writer.write(new SampleExamples(List.of("b", "a")).write(row(shard * 10 + i)));
                }
                writer.finish();
            }
            files.add(file);
        }
        try (RecordFiles source = RecordFiles.open(files)) {
            assertThat(source.size()).isEqualTo(6);
            assertThat(source.read(5)).usingRecursiveComparison().isEqualTo(row(23));
            assertThat(source.read(0)).usingRecursiveComparison().isEqualTo(row(10));
            assertThat(source.read(2)).usingRecursiveComparison().isEqualTo(row(20));
            assertThat(source.classes()).containsExactly("a", "b");
            assertThatThrownBy(() -> source.read(6)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    private RecordFiles opened(Example.Builder... examples) throws IOException {
        Path file = folder.resolve("x.tfrecord");
        try (TfRecordWriter writer = TfRecordWriter.create(file, WriteOptions.PLAIN)) {
            for (Example.Builder example : examples) {
                writer.write(example.build());
            }
            writer.finish();
        }
        return RecordFiles.open(List.of(file));
    }

    private static Example.Builder image(int width, int height, int orientation) throws IOException {
        return Example.builder()
                .bytes("image/encoded", ByteBuffer.wrap(jpeg(orientation)))
                .int64s("image/width", width)
                .int64s("image/height", height);
    }

    /** 96 pixels wide and 64 high as stored, with an EXIF orientation. */
    private static byte[] jpeg(int orientation) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(96, 64, BufferedImage.TYPE_INT_RGB), "jpg", bytes);
        byte[] plain = bytes.toByteArray();
        byte[] exif = {
            (byte) 0xff,
            (byte) 0xe1,
            0,
            34,
            'E',
            'x',
            'i',
            'f',
            0,
            0,
            'M',
            'M',
            0,
            42,
            0,
            0,
            0,
            8,
            0,
            1,
            1,
            0x12,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            (byte) orientation,
            0,
            0,
            0,
            0,
            0,
            0
        };
        ByteBuffer turned = ByteBuffer.allocate(plain.length + exif.length);
        turned.put(plain, 0, 2).put(exif).put(plain, 2, plain.length - 2);
        return turned.array();
    }

    private static Example.Builder withABox(Example.Builder image) {
        return image.floats("image/object/bbox/xmin", 0)
                .floats("image/object/bbox/xmax", .5f)
                .floats("image/object/bbox/ymin", .5f)
                .floats("image/object/bbox/ymax", 1)
                .texts("image/object/class/text", List.of("red"));
    }

    @Test
    void shouldTakeAImageThatSaysNothingForOneWithoutObjectsWhereOthersHaveSome() throws IOException {
        try (RecordFiles source = opened(image(96, 64, 1), withABox(image(96, 64, 1)))) {
            assertThat(source.read(0).labels()).isEqualTo(new Labels.Boxes(List.of()));
            assertThat(source.classes()).containsExactly("red");
        }
        try (RecordFiles source = opened(image(96, 64, 1))) {
            assertThat(source.read(0).labels())
                    .as("nobody says that it is of detection")
                    .isEqualTo(Labels.NONE);
        }
    }

    @Test
    void shouldRefuseLabelsWithoutBoxes() throws IOException {
        try (RecordFiles source =
                opened(image(96, 64, 1).texts("image/object/class/text", List.of("red")), withABox(image(96, 64, 1)))) {
            assertThatThrownBy(() -> source.read(0))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("1 values, where 0 are needed");
        }
    }

    @Test
    void shouldLookUpTheNumberOfAClassWhoseNameIsEmpty() throws IOException {
        Example.Builder numbered = withABox(image(96, 64, 1))
                .texts("image/object/class/text", List.of(""))
                .int64s("image/object/class/label", 2);
        try (RecordFiles source = opened(numbered)) {
            assertThat(source.classes()).containsExactly("2");
        }
        try (RecordFiles source = opened(withABox(image(96, 64, 1)).texts("image/object/class/text", List.of(" ")))) {
            assertThatThrownBy(() -> source.read(0))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("a name is empty");
        }
    }

    @Test
    void shouldRefuseBoxesOfAImageBeforeItWasTurned() throws IOException {
        try (RecordFiles source = opened(
                withABox(image(96, 64, 6)),
                withABox(image(64, 96, 6)),
                withABox(image(96, 64, 3)),
                withABox(image(0, 0, 1)))) {
            assertThatThrownBy(() -> source.read(0))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("record 0")
                    .hasMessageContaining("it says 96 x 64, the image shown upright is 64 x 96");
            assertThat(source.read(1).labels()).isEqualTo(new Labels.Boxes(List.of(new Box("red", 0, .5f, .5f, 1))));
            assertThat(source.read(2).labels()).isEqualTo(source.read(1).labels());
            assertThatThrownBy(() -> source.read(3)).hasMessageContaining("it says 0 x 0");
        }
    }

    private static Sample row(int i) {
        return new Sample(
                new SampleId("row/" + i),
                new Content.Features(new float[] {i, 0.5f}),
                new Labels.ClassLabel(i % 2 == 0 ? "a" : "b"));
    }

    @Test
    void shouldTakeTheOrderOfTheClassesFromTheDataSetsDescription() throws IOException {
        Path file = folder.resolve("x.tfrecord");
        try (TfRecordWriter writer = TfRecordWriter.create(file, WriteOptions.PLAIN)) {
            writer.write(new SampleExamples(List.of()).write(row(1)));
            writer.finish();
        }
        Files.writeString(folder.resolve("dataset.json"), "{\"classes\": [\"z\", \"b\"]}");
        try (RecordFiles source = RecordFiles.open(List.of(file))) {
            assertThat(source.classes()).containsExactly("z", "b");
        }
    }

    @Test
    void shouldNameAMissingFile() {
        assertThatThrownBy(() -> RecordFiles.open(List.of(folder.resolve("nothing"))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("nothing: missing");
    }

    @Test
    void shouldReadARecordFileThatTensorFlowsToolsWrote() throws IOException {
        Path file = SharedData.data("raccoon/test.record");
        try (RecordFiles source = RecordFiles.open(List.of(file))) {
            assertThat(source.size()).isEqualTo(40);
            assertThat(source.classes()).containsExactly("raccoon");
            int boxes = 0;
            for (int i = 0; i < 40; i++) {
                Sample sample = source.read(i);
                ByteBuffer image = ((Content.EncodedImage) sample.content()).bytes();
                byte[] bytes = new byte[image.remaining()];
                image.get(bytes);
                assertThat(Files.readAllBytes(SharedData.data("raccoon/images/" + sample.id())))
                        .isEqualTo(bytes);
                boxes += ((Labels.Boxes) sample.labels()).boxes().size();
            }
            assertThat(boxes).isEqualTo(44);
        }
    }

    @Test
    void shouldReadUnpackedListsAsPackedOnes() throws IOException {
        Path good = SharedData.data("broken/tfrecord/good.tfrecord");
        List<Path> same = List.of(
                SharedData.data("broken/tfrecord/unpacked.tfrecord"),
                SharedData.data("broken/tfrecord/good.tfrecord.gz"));
        for (Path other : same) {
            try (RecordFiles a = RecordFiles.open(List.of(good));
                    RecordFiles b = RecordFiles.open(List.of(other))) {
                int boxes = 0;
                for (int i = 0; i < 20; i++) {
                    assertThat(b.read(i).labels()).isEqualTo(a.read(i).labels());
                    boxes += ((Labels.Boxes) a.read(i).labels()).boxes().size();
                }
                assertThat(boxes).isEqualTo(129);
                Box first = ((Labels.Boxes) a.read(0).labels()).boxes().get(0);
                assertThat(first.className()).isEqualTo("RBC");
                assertThat(first.xmin()).isEqualTo(0.240625f);
                assertThat(a.classes()).containsExactly("Platelets", "RBC", "WBC", "raccoon");
            }
        }
    }

    @Test
    void shouldNameTheFeatureOfAWrongType() throws IOException {
        Path file = SharedData.data("broken/tfrecord/wrong_types.tfrecord");
        try (RecordFiles source = RecordFiles.open(List.of(file))) {
            List<String> errors = new ArrayList<>();
            for (int i = 0; i < source.size(); i++) {
                try {
                    source.read(i);
                } catch (DataException e) {
                    errors.add(i + " " + e.kind().word() + " " + e.where().replaceAll(".*: feature ", ""));
                }
            }
            assertThat(errors)
                    .containsExactly(
                            "3 corrupt image/encoded", "8 corrupt image/height", "14 corrupt image/object/bbox/xmin");
        }
    }
}
