package org.batchmill.records.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.Box;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
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
                ByteBuffer picture = ((Content.EncodedImage) sample.content()).bytes();
                byte[] bytes = new byte[picture.remaining()];
                picture.get(bytes);
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
