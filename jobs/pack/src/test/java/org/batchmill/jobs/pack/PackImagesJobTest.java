package org.batchmill.jobs.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.samples.ShapesDataSet;
import org.batchmill.records.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packing and verifying through the door that the command uses: plain values in, lines and keys out. */
class PackImagesJobTest {

    private static final int IMAGES = 12;

    @TempDir
    private Path folder;

    private PackImagesOptions options() throws Exception {
        Path data = folder.resolve("data");
        ShapesDataSet.write(data, IMAGES, 7, JobListener.SILENT);
        PackImagesOptions options = new PackImagesOptions();
        options.data = data.toString();
        options.packing.out = folder.resolve("out").resolve("shapes").toString();
        options.split = "lists";
        options.shards = 1;
        return options;
    }

    @Test
    void shouldTellWhatWasPackedAndFindItIntact() throws Exception {
        PackReport report = PackImagesJob.run(options(), JobListener.SILENT);

        assertThat(report.leftOut()).isEmpty();
        assertThat(report.keys()).containsEntry("bad", 0);
        assertThat(((Map<?, ?>) report.keys().get("splits"))).hasSize(2);
        assertThat(report.toJson()).startsWith("{\"dataset\":").doesNotContain("\n");
        assertThat(report.lines()).hasSizeGreaterThanOrEqualTo(3);

        VerifyRecordsJob.Report verified = VerifyRecordsJob.run(List.of(folder + "/out/*.tfrecord"), null);
        assertThat(verified.intact()).isTrue();
        assertThat(verified.lines()).hasSize(2).allMatch(line -> line.endsWith(" 0 damaged places"));
    }

    @Test
    void shouldNameTheByteOfADamageAndCopyWhatIsIntact() throws Exception {
        PackImagesJob.run(options(), JobListener.SILENT);
        Path shard;
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            shard = files.filter(file -> file.getFileName().toString().startsWith("shapes-train"))
                    .filter(file -> file.toString().endsWith(".tfrecord"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(shard);
        bytes[bytes.length / 2] ^= 1;
        Files.write(shard, bytes);

        Path repaired = folder.resolve("repaired.tfrecord");
        VerifyRecordsJob.Report damaged = VerifyRecordsJob.run(List.of(shard.toString()), repaired);
        assertThat(damaged.intact()).isFalse();
        assertThat(damaged.lines().get(1)).startsWith("  at byte ");
        assertThat(VerifyRecordsJob.run(List.of(repaired.toString()), null).intact())
                .isTrue();
    }

    @Test
    void shouldRefuseSeveralFilesForOneRepair() {
        assertThatThrownBy(() -> VerifyRecordsJob.run(List.of("a", "b"), folder.resolve("c")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("not 2");
    }
}
