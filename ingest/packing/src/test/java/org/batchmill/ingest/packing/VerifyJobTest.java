package org.batchmill.ingest.packing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.ingest.testing.DrawnDataSet;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Sample;
import org.batchmill.records.example.SampleExamples;
import org.batchmill.records.files.RecordCheck;
import org.batchmill.records.tfrecord.TfRecordWriter;
import org.batchmill.records.tfrecord.WriteOptions;
import org.batchmill.testing.SharedData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyJobTest {

    @TempDir
    private Path folder;

    @Test
    void shouldPassIntactFiles() throws Exception {
        DrawnDataSet.records(folder.resolve("a-1.tfrecord"), 3);
        DrawnDataSet.records(folder.resolve("a-2.tfrecord"), 5);

        assertThat(VerifyJob.verify(List.of(folder.resolve("a-*.tfrecord").toString())))
                .allMatch(RecordCheck::isIntact)
                .extracting(RecordCheck::records)
                .containsExactly(3L, 5L);
    }

    @Test
    void shouldFindTheImageThatDoesNotDecodeInsideASoundRecord() throws Exception {
        Path file = fileWithACutImage();

        RecordCheck check = VerifyJob.verify(List.of(file.toString())).get(0);

        assertThat(check.records()).isEqualTo(2);
        assertThat(check.damaged()).singleElement().satisfies(damage -> {
            assertThat(damage.kind()).isEqualTo(Kind.TRUNCATED);
            assertThat(damage.offset()).isPositive();
        });
    }

    @Test
    void shouldRepairByLeavingTheDamagedRecordOut() throws Exception {
        Path target = folder.resolve("repaired.tfrecord");
        VerifyJob.repair(fileWithACutImage(), target);

        assertThat(VerifyJob.verify(List.of(target.toString())))
                .singleElement()
                .satisfies(check -> assertThat(check.isIntact()).isTrue())
                .extracting(RecordCheck::records)
                .isEqualTo(2L);
    }

    @Test
    void shouldSayThatNothingMatches() {
        assertThatThrownBy(() ->
                        VerifyJob.verify(List.of(folder.resolve("no-*.tfrecord").toString())))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("no file matches");
    }

    @Test
    void shouldFindTheCutJpegOfTheBrokenFiles() throws Exception {
        Path broken = SharedData.data("broken/tfrecord/cut_jpeg_inside.tfrecord");

        RecordCheck check = VerifyJob.verify(List.of(broken.toString())).get(0);

        assertThat(check.damaged()).singleElement().satisfies(damage -> assertThat(damage.kind())
                .isIn(Kind.TRUNCATED, Kind.CORRUPT));
    }

    /** Three records whose checksums hold; the image in the second is cut in half. */
    private Path fileWithACutImage() throws Exception {
        Path file = folder.resolve("cut.tfrecord");
        SampleExamples examples = new SampleExamples(List.of());
        try (TfRecordWriter writer = TfRecordWriter.create(file, WriteOptions.PLAIN)) {
            for (int i = 0; i < 3; i++) {
                Sample sample = DrawnDataSet.sample(i);
                if (i == 1) {
                    ByteBuffer bytes = ((Content.EncodedImage) sample.content()).bytes();
                    bytes.limit(bytes.limit() / 2);
                    sample = new Sample(sample.id(), new Content.EncodedImage(bytes), sample.labels());
                }
                writer.write(examples.write(sample));
            }
            writer.finish();
        }
        assertThat(Files.size(file)).isPositive();
        return file;
    }
}
