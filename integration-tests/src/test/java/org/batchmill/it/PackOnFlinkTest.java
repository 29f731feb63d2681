package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.batchmill.ingest.packing.BeamRunner;
import org.batchmill.ingest.packing.PackJob;
import org.batchmill.ingest.packing.PackOptions;
import org.batchmill.ingest.packing.PackProgress;
import org.batchmill.ingest.packing.PackResult;
import org.batchmill.ingest.packing.SplitRule;
import org.batchmill.ingest.testing.DrawnDataSet;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packs on a Flink cluster that lives in this process: job manager, task managers, network and serialization are Flink's own. */
class PackOnFlinkTest {

    @TempDir
    private Path folder;

    @Test
    void shouldWriteTheSameBytesOnFlinkAsOnTheDirectRunner() throws Exception {
        Path voc = DrawnDataSet.voc(folder.resolve("voc"), 150);
        PackOptions options = PackOptions.of(voc.toString(), "")
                .withSplit(SplitRule.LISTS)
                .withShards(3)
                .withSeed(5)
                .withParallelism(2);

        Map<String, String> direct = pack(options, "direct/d");
        Map<String, String> flink = pack(options.withRunner(BeamRunner.FLINK, List.of()), "flink/d");

        assertThat(flink).hasSize(6).isEqualTo(direct);
    }

    @Test
    void shouldNameTheBadImageThatAFlinkWorkerMet() throws Exception {
        Path voc = DrawnDataSet.voc(folder.resolve("voc"), 20);
        Files.write(voc.resolve("JPEGImages/p00007.jpg"), new byte[] {1, 2, 3});

        assertThatThrownBy(() ->
                        pack(PackOptions.of(voc.toString(), "").withRunner(BeamRunner.FLINK, List.of()), "flink/d"))
                .isInstanceOfSatisfying(
                        DataException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
                .hasMessageContaining("p00007.jpg");
    }

    private Map<String, String> pack(PackOptions options, String prefix) throws Exception {
        PackResult result =
                PackJob.run(options.withPrefix(folder.resolve(prefix).toString()), PackProgress.Listener.NONE);
        Map<String, String> checksums = new TreeMap<>();
        for (PackResult.Split split : result.splits()) {
            split.shards().forEach(shard -> checksums.put(shard.file(), shard.sha256()));
        }
        return checksums;
    }
}
