package org.batchmill.ingest.packing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.ingest.sources.Sources;
import org.batchmill.ingest.testing.DrawnDataSet;
import org.batchmill.records.SampleSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackJobTest {

    private static final int COUNT = 150;

    @TempDir
    private static Path data;

    @TempDir
    private Path out;

    private static Path records;

    @BeforeAll
    static void draw() throws IOException {
        records = DrawnDataSet.records(data.resolve("drawn.tfrecord"), COUNT);
    }

    @Test
    void shouldWriteTheSameBytesWhateverTheParallelism() throws Exception {
        PackOptions options = options("")
                .withSplit(SplitRule.parse("train=.8,val=.2"))
                .withShards(3)
                .withSeed(7);
        Map<String, String> alone = checksums(pack(options.withParallelism(1), "one/a"));
        Map<String, String> together = checksums(pack(options.withParallelism(5), "five/a"));

        assertThat(alone).hasSize(6).isEqualTo(together);
    }

    @Test
    void shouldPackEverySampleOnceInAnOrderOfItsOwn() throws Exception {
        PackResult first = pack(options("").withShards(4).withSeed(1), "first/a");
        PackResult second = pack(options("").withShards(4).withSeed(2), "second/a");

        List<String> packed = ids(out.resolve("first/a-*.tfrecord").toString());
        List<String> again = ids(out.resolve("second/a-*.tfrecord").toString());
        List<String> original = ids(records.toString());
        assertThat(packed).containsExactlyInAnyOrderElementsOf(original).isNotEqualTo(original);
        assertThat(again).containsExactlyInAnyOrderElementsOf(original).isNotEqualTo(packed);
        assertThat(first.splits().get(0).shards())
                .extracting(PackedShard::records)
                .containsExactly(37L, 38L, 37L, 38L);
        assertThat(first.classes()).isEqualTo(second.classes()).containsExactly("disc", "square");
    }

    @Test
    void shouldReportProgressUpToTheEnd() throws Exception {
        List<PackProgress> heard = new ArrayList<>();
        PackJob.run(options("p/a"), heard::add);

        assertThat(heard.get(heard.size() - 1)).isEqualTo(new PackProgress(COUNT, COUNT, COUNT, 0));
        assertThat(heard)
                .isSortedAccordingTo((a, b) -> Long.compare(a.checked() + a.written(), b.checked() + b.written()));
    }

    @Test
    void shouldLeaveNothingBesideTheDataSet() throws Exception {
        pack(options("").withShards(1), "clean/a");

        try (Stream<Path> files = Files.list(out.resolve("clean"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "a-00000-of-00001.tfrecord", "a-00000-of-00001.tfrecord.idx", "a-dataset.json");
        }
    }

    @Test
    void shouldReplaceAnEarlierDataSetOfTheSamePrefixOnly() throws Exception {
        pack(options("").withShards(3), "r/a");
        pack(options("").withShards(3), "r/a-b");
        pack(options("").withShards(2), "r/a");

        assertThat(ids(out.resolve("r/a-0*.tfrecord").toString())).hasSize(COUNT);
        assertThat(ids(out.resolve("r/a-b-*.tfrecord").toString())).hasSize(COUNT);
    }

    @Test
    void shouldRefuseASecondJobOnTheSamePrefix() throws Exception {
        List<Throwable> refused = new ArrayList<>();
        PackJob.run(options("p/a"), progress -> {
            if (refused.isEmpty()) {
                try {
                    PackJob.run(options("p/a"), PackProgress.Listener.NONE);
                } catch (Exception e) {
                    refused.add(e);
                }
            }
        });

        assertThat(refused).singleElement().asString().contains("another job is packing to this prefix");
    }

    @Test
    void shouldSayWhichRunnerIsMissing() {
        assertThatThrownBy(() -> pack(options("").withRunner(BeamRunner.FLINK, List.of()), "m/a"))
                .hasMessageContaining("the Beam runner 'flink' is not on the class path");
    }

    private PackOptions options(String prefix) {
        return PackOptions.of(records.toString(), out.resolve(prefix).toString());
    }

    private PackResult pack(PackOptions options, String prefix) throws Exception {
        return PackJob.run(options.withPrefix(out.resolve(prefix).toString()), PackProgress.Listener.NONE);
    }

    private static Map<String, String> checksums(PackResult result) {
        Map<String, String> checksums = new TreeMap<>();
        for (PackResult.Split split : result.splits()) {
            split.shards().forEach(shard -> checksums.put(shard.file(), shard.sha256()));
        }
        return checksums;
    }

    private static List<String> ids(String where) throws IOException {
        try (SampleSource.Indexed source = (SampleSource.Indexed) Sources.open(where, SourceOptions.defaults())) {
            List<String> ids = new ArrayList<>();
            for (long index : LongStream.range(0, source.size()).toArray()) {
                ids.add(source.read(index).id().value());
            }
            return ids;
        }
    }
}
