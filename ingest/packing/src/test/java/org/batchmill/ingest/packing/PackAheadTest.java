package org.batchmill.ingest.packing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.ingest.testing.DrawnDataSet;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.tfrecord.RecordIndex;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shards that are written while their samples are checked are those that a second reading would have written. */
@Tag("concurrent")
class PackAheadTest {

    private static final int COUNT = 300;

    @TempDir
    private Path folder;

    private Path voc;

    @BeforeEach
    void draw() throws IOException {
        voc = DrawnDataSet.voc(folder.resolve("voc"), COUNT);
    }

    @Test
    void shouldReadImagesOnceWhereWholeShardsShareOutAmongTheWorkers() throws Exception {
        assertThat(plansWhenWritten(options("once"))).isEmpty();
        // Four shards for three workers: two would stand idle for half of the time.
        assertThat(plansWhenWritten(options("twice").withParallelism(3))).hasSize(4);
        assertThat(plansWhenWritten(options("content").withSplit(SplitRule.parse("train=.5,val=.5"))))
                .hasSize(8);
    }

    @Test
    void shouldWriteTheBytesOfASecondReading() throws Exception {
        for (PackOptions options : List.of(
                options("a"),
                options("b").withSplit(SplitRule.LISTS).withSeed(3),
                options("c").withMaxSide(16),
                options("d").withContainer(PackOptions.Container.ARROW),
                options("e").withSource(SourceOptions.defaults().withClasses(List.of("square", "disc"))))) {
            String prefix = options.shards().prefix();
            assertThat(checksums(options))
                    .isEqualTo(checksums(options.withPrefix(prefix + "again").withParallelism(3)));
        }
    }

    @Test
    void shouldWriteAnewWhatABadSampleMoves() throws Exception {
        Path bad = voc.resolve("JPEGImages/p00150.jpg");
        Files.write(bad, new byte[] {1, 2, 3});
        Map<String, String> skipped = checksums(options("skipped").withOnError(ErrorMode.SKIP, 1));

        Files.delete(bad);
        Files.delete(voc.resolve("Annotations/p00150.xml"));
        for (Path list : lists()) {
            Files.write(
                    list,
                    Files.readAllLines(list).stream()
                            .filter(line -> !line.equals("p00150"))
                            .toList());
        }

        assertThat(skipped).isEqualTo(checksums(options("without")));
    }

    @Test
    void shouldLeaveNothingToBeSeenWhenASampleIsBad() throws Exception {
        Files.write(voc.resolve("JPEGImages/p00150.jpg"), new byte[] {1, 2, 3});

        assertThatThrownBy(() -> PackJob.run(options("bad"), PackProgress.Listener.NONE))
                .hasMessageContaining("p00150.jpg");

        try (Stream<Path> files = Files.list(folder.resolve("bad"))) {
            assertThat(files.map(file -> file.getFileName().toString())).allMatch(name -> name.startsWith("."));
        }
    }

    @Test
    void shouldTakeOverAShardOfAnEarlierJobOnlyWhereItIsAsPlanned() throws Exception {
        Path out = Files.createDirectories(folder.resolve("out"));
        Path target = out.resolve("d-00000-of-00001.tfrecord");
        Journal journal = new Journal(out.resolve(".d-journal"));
        journal.begin("fingerprint", out.resolve("d-dataset.json"));
        CheckedSample first = new CheckedSample(0, 0, 0, 7, 8, 9, 10, 11);
        CheckedSample second = new CheckedSample(0, 1, 0, 8, 8, 9, 10, 11);
        ShardPlan plan = new ShardPlan(0, 0, 1, List.of("cat"), List.of(first, second));
        ShardPlan other = new ShardPlan(0, 0, 1, List.of("cat"), List.of(second));
        Path ahead = journal.ahead(target.getFileName().toString());
        Files.write(ahead, new byte[] {1, 2, 3});
        journal.addAhead(plan, PackedShard.finished(ahead, "", 2));

        assertThat(journal.adopt(other, target)).isFalse();
        assertThat(target).doesNotExist();
        assertThat(journal.adopt(plan, target)).isTrue();
        assertThat(target).hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(journal.whole(target)).isPresent();
        assertThat(journal.adopt(plan, target)).isFalse();
    }

    @Test
    void shouldWriteAnewAShardThatCouldNotBeFinished() throws Exception {
        Map<String, String> expected = checksums(options("good"));
        PackOptions options = options("out");
        Path index = indexInTheWay(options);

        assertThat(plansWhenWritten(options)).containsExactly("plan-00000");

        // It was finished but for its index, which the other three have.
        assertThat(index).isDirectory();
        assertThat(checksums(options)).isEqualTo(expected);
    }

    @Test
    void shouldSayInOneLineWhatKeepsAShardFromBeingFinished() throws Exception {
        PackOptions options = options("out");
        Path index = indexInTheWay(options);
        Path there = Files.createDirectories(folder.resolve("out").resolve(index.getFileName()));

        assertThatThrownBy(() -> PackJob.run(options, PackProgress.Listener.NONE))
                .isInstanceOf(IOException.class)
                .hasMessage(there + ": cannot be written: it is a folder");

        Files.delete(there);
        assertThat(checksums(options)).isEqualTo(checksums(options("good")));
    }

    /** Begins the journal of a job, and a folder in it where the index of the first shard is to be. */
    private Path indexInTheWay(PackOptions options) throws IOException {
        plansWhenWritten(options);
        Path journal = options.shards().names().journal();
        try (Stream<Path> files = Files.walk(journal)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.endsWith("job.json")) {
                    Files.delete(file);
                }
            }
        }
        try (Stream<Path> files = Files.list(journal.getParent())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
        return Files.createDirectories(RecordIndex.pathFor(
                new Journal(journal).ahead(options.shards().names().shard("", 0, 4))));
    }

    /** The plans in the journal of a job that has written everything: there is one for each shard whose samples were read again. */
    private List<String> plansWhenWritten(PackOptions options) throws IOException {
        assertThatThrownBy(() -> PackJob.run(options, progress -> {
                    if (progress.written() == COUNT) {
                        throw new IllegalStateException("stop");
                    }
                }))
                .hasMessage("stop");
        try (Stream<Path> files = Files.list(options.shards().names().journal())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("plan-"))
                    .toList();
        }
    }

    private List<Path> lists() throws IOException {
        try (Stream<Path> files = Files.list(voc.resolve("ImageSets/Main"))) {
            return files.toList();
        }
    }

    private PackOptions options(String out) {
        return PackInAnotherProcess.options(
                voc.toString(), folder.resolve(out).resolve("d").toString());
    }

    private static Map<String, String> checksums(PackOptions options) throws Exception {
        Map<String, String> checksums = new TreeMap<>();
        for (PackResult.Split split :
                PackJob.run(options, PackProgress.Listener.NONE).splits()) {
            split.shards()
                    .forEach(shard -> checksums.put(shard.file().replaceFirst("^d(again)?-", ""), shard.sha256()));
        }
        return checksums;
    }
}
