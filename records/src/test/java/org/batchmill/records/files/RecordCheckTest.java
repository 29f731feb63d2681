package org.batchmill.records.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.arrow.ArrowSampleWriter;
import org.batchmill.records.example.SampleExamples;
import org.batchmill.records.tfrecord.Compression;
import org.batchmill.records.tfrecord.ReadOptions;
import org.batchmill.records.tfrecord.TfRecordReader;
import org.batchmill.records.tfrecord.TfRecordWriter;
import org.batchmill.records.tfrecord.WriteOptions;
import org.batchmill.testing.SharedData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RecordCheckTest {

    private static final SampleCheck NOTHING_MORE = sample -> {};

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Compression.class)
    void shouldFindNothingInAnIntactFile(Compression compression) throws IOException {
        Path file = write(compression, 5);
        RecordCheck check = RecordCheck.verify(file, ReadOptions.defaults(), NOTHING_MORE);
        assertThat(check.isIntact()).isTrue();
        assertThat(check.records()).isEqualTo(5);
        assertThat(check.compression()).isEqualTo(compression);
        assertThat(check.bytes()).isEqualTo(Files.size(file));
    }

    @Test
    void shouldReportEveryDamagedPlaceAndCopyTheRest() throws IOException {
        Path file = write(Compression.NONE, 6);
        byte[] bytes = Files.readAllBytes(file);
        int frame = bytes.length / 6;
        bytes[frame + 20] ^= 1; // data of record 1
        bytes[3 * frame + 2] ^= 1; // length of record 3
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 1)); // end of record 5
        Path repaired = folder.resolve("repaired");
        SampleCheck refuseSecond = sample -> {
            if (sample.id().value().equals("row 2")) {
                throw new DataException(Kind.TRUNCATED, "image", "cut");
            }
        };
        RecordCheck check = RecordCheck.repair(file, repaired, ReadOptions.defaults(), refuseSecond);
        assertThat(check.records()).isEqualTo(2);
        assertThat(check.damaged())
                .extracting(Damage::offset)
                .containsExactly((long) frame, 2L * frame, 3L * frame, 5L * frame);
        assertThat(check.damaged())
                .extracting(Damage::kind)
                .containsExactly(Kind.CORRUPT, Kind.TRUNCATED, Kind.CORRUPT, Kind.TRUNCATED);
        assertThat(check.damaged().get(1).reason()).isEqualTo("image: cut");
        RecordCheck again = RecordCheck.verify(repaired, ReadOptions.defaults(), NOTHING_MORE);
        assertThat(again.isIntact()).isTrue();
        List<byte[]> copied = records(repaired);
        assertThat(copied.get(0)).isEqualTo(java.util.Arrays.copyOfRange(bytes, 12, frame - 4));
        assertThat(copied).hasSize(2);
    }

    @Test
    void shouldNameARowOfAnArrowFile() throws IOException {
        Path file = folder.resolve("a.arrow");
        try (ArrowSampleWriter writer = ArrowSampleWriter.create(file, List.of())) {
            for (int i = 0; i < 3; i++) {
                writer.write(new Sample(
                        new SampleId("s" + i),
                        new Content.RawImage(ByteBuffer.allocate(3), 1, 1, 3),
                        new Labels.Steering(i)));
            }
            writer.finish();
        }
        SampleCheck refuseSecond = sample -> {
            if (sample.id().value().equals("s1")) {
                throw new DataException(Kind.CORRUPT, "image", "bad");
            }
        };
        RecordCheck check = RecordCheck.verify(file, ReadOptions.defaults(), refuseSecond);
        assertThat(check.damaged()).extracting(Damage::place).containsExactly("row 1");
        Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 100));
        check = RecordCheck.verify(file, ReadOptions.defaults(), NOTHING_MORE);
        assertThat(check.damaged()).extracting(Damage::place).containsExactly("the file");
    }

    @Test
    void shouldKeepWhatStandsBeforeTheFaultOfACompressedFile() throws IOException {
        Path file = write(Compression.GZIP, 2000);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        RecordCheck check = RecordCheck.repair(file, folder.resolve("repaired"), ReadOptions.defaults(), NOTHING_MORE);
        assertThat(check.damaged()).hasSize(1);
        assertThat(check.damaged().get(0).kind()).isEqualTo(Kind.TRUNCATED);
        assertThat(check.records()).isBetween(500L, 1500L);
        assertThat(records(folder.resolve("repaired"))).hasSize((int) check.records());
    }

    @ParameterizedTest
    @CsvSource({
        "good.tfrecord, 20, ''",
        "good.tfrecord.gz, 20, ''",
        "unpacked.tfrecord, 20, ''",
        "empty.tfrecord, 0, ''",
        "cut_in_record.tfrecord, 12, truncated",
        "bad_length_crc.tfrecord, 19, corrupt",
        "bad_data_crc.tfrecord, 19, corrupt",
        "length_2p31.tfrecord, 19, too-large",
        "wrong_types.tfrecord, 17, corrupt corrupt corrupt",
        "bomb_zeros.tfrecord.gz, 0, corrupt too-large",
    })
    void shouldEndEachBrokenFileAsItsManifestSays(String name, int intact, String kinds) throws IOException {
        Path file = SharedData.data("broken/tfrecord/" + name);
        ReadOptions options = ReadOptions.defaults();
        RecordCheck check = RecordCheck.verify(file, options, NOTHING_MORE);
        assertThat(check.records()).isEqualTo(intact);
        List<String> found = new ArrayList<>();
        check.damaged().forEach(damage -> found.add(damage.kind().word()));
        assertThat(String.join(" ", found)).isIn(kinds, kinds.split(" ", 2)[0]);
    }

    private Path write(Compression compression, int count) throws IOException {
        Path file = folder.resolve("file");
        SampleExamples examples = new SampleExamples(List.of());
        try (TfRecordWriter writer = TfRecordWriter.create(file, new WriteOptions(compression, false))) {
            for (int i = 0; i < count; i++) {
                writer.write(examples.write(new Sample(
                        new SampleId("row " + i),
                        new Content.Features(new float[] {(float) Math.sin(i)}),
                        new Labels.Targets(new float[] {i}))));
            }
            writer.finish();
        }
        return file;
    }

    private static List<byte[]> records(Path file) throws IOException {
        List<byte[]> records = new ArrayList<>();
        try (TfRecordReader reader = TfRecordReader.open(file)) {
            for (ByteBuffer record = reader.next(); record != null; record = reader.next()) {
                byte[] bytes = new byte[record.remaining()];
                record.get(bytes);
                records.add(bytes);
            }
        }
        return records;
    }
}
