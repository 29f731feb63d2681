package org.batchmill.ingest.packing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.ingest.sources.Sources;
import org.batchmill.ingest.testing.DrawnDataSet;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.SampleSource;
import org.batchmill.testing.Await;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("concurrent")
class PackResumeTest {

    private static final int COUNT = 100;
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

    @TempDir
    private Path folder;

    private Path voc;

    @BeforeEach
    void draw() throws IOException {
        voc = DrawnDataSet.voc(folder.resolve("voc"), COUNT);
    }

    @Test
    void shouldGoOnWhereItWasStopped() throws Exception {
        Map<String, String> whole = checksums(PackJob.run(options("whole"), PackProgress.Listener.NONE));
        stopWhenWritten(options("stopped"));
        assertThat(folder.resolve("stopped/d-dataset.json")).doesNotExist();
        Path first = folder.resolve("stopped/d-00000-of-00004.tfrecord");
        Files.setLastModifiedTime(first, LONG_AGO);
        Files.delete(folder.resolve("stopped/d-00001-of-00004.tfrecord"));
        flipLastByte(folder.resolve("stopped/d-00002-of-00004.tfrecord"));

        PackResult result = PackJob.run(options("stopped"), PackProgress.Listener.NONE);

        assertThat(checksums(result)).isEqualTo(whole);
        assertThat(result.reused()).isEqualTo(2);
        assertThat(Files.getLastModifiedTime(first)).isEqualTo(LONG_AGO);
        assertThat(folder.resolve("stopped/.d-journal")).doesNotExist();
    }

    @Test
    void shouldBeginAgainWhenTheDataChanged() throws Exception {
        stopWhenWritten(options("a"));
        Files.write(voc.resolve("JPEGImages/p00000.jpg"), DrawnDataSet.image(COUNT, "jpg"));

        PackResult result = PackJob.run(options("a"), PackProgress.Listener.NONE);

        assertThat(result.reused()).isZero();
        assertThat(checksums(result)).isEqualTo(checksums(PackJob.run(options("b"), PackProgress.Listener.NONE)));
    }

    @Test
    void shouldNoticeAImageThatChangedSinceItWasChecked() throws Exception {
        Path image = voc.resolve("JPEGImages/p00003.jpg");
        FileTime time = Files.getLastModifiedTime(image);
        stopWhenWritten(options("a"));
        for (int shard = 0; shard < 4; shard++) {
            Files.delete(folder.resolve("a/d-0000" + shard + "-of-00004.tfrecord"));
        }
        flipLastByte(image);
        Files.setLastModifiedTime(image, time);

        assertThatThrownBy(() -> PackJob.run(options("a"), PackProgress.Listener.NONE))
                .hasMessageContaining("p00003.jpg")
                .hasMessageContaining("changed while it was packed");
    }

    @Test
    void shouldRemoveTheShardsOfAnInterruptedJobThatIsNotContinued() throws Exception {
        stopWhenWritten(options("a"));

        PackJob.run(options("a").withShards(3), PackProgress.Listener.NONE);

        assertThat(shards("a")).hasSize(3).allMatch(name -> name.contains("-of-00003."));
    }

    @Test
    void shouldGoOnAfterABadImageWhenToldToSkipIt() throws Exception {
        Path image = voc.resolve("JPEGImages/p00099.jpg");
        Files.write(image, new byte[] {1, 2, 3});
        assertThatThrownBy(() -> PackJob.run(options("a").withParallelism(1), PackProgress.Listener.NONE))
                .hasMessageContaining("p00099.jpg");
        assertThat(shards("a")).isEmpty();

        PackResult result = PackJob.run(options("a").withOnError(ErrorMode.SKIP, 1), PackProgress.Listener.NONE);

        assertThat(result.samples()).isEqualTo(COUNT - 1);
    }

    @Test
    void shouldNameTheFileThatCannotBeWrittenAndLeaveNoHalfFile() throws Exception {
        for (int i = 0; i < COUNT; i += 5) {
            Files.write(
                    voc.resolve("JPEGImages/" + DrawnDataSet.name(i) + ".jpg"),
                    DrawnDataSet.image(i, "jpg", 1600, 1200));
            Files.writeString(
                    voc.resolve("Annotations/" + DrawnDataSet.name(i) + ".xml"),
                    DrawnDataSet.vocXml(i).replaceFirst("<size>.*</size>", ""));
        }
        // The limit on the size of a file, in KiB, stands for a full disk: a write in the middle of a shard fails.
        Process child = child("a", "ulimit -f 2048; ");
        String output = new String(child.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).isEqualTo(1);

        assertThat(output).contains(folder.resolve("a/d-0000").toString()).contains("cannot be written");
        for (String shard : shards("a")) {
            assertThat(readAll(folder.resolve("a").resolve(shard))).isEqualTo(COUNT / 4);
        }
        PackResult result = PackJob.run(options("a"), PackProgress.Listener.NONE);
        assertThat(result.samples()).isEqualTo(COUNT);
    }

    @Test
    void shouldLeaveAFinishedDataSetAsItWasWhereAJobOverItFails() throws Exception {
        PackJob.run(options("a"), PackProgress.Listener.NONE);
        Map<String, String> finished = contents("a");
        // The same number of shards, so the same names, with other content.
        PackOptions other = options("a").withMaxSide(8);
        stopWhenWritten(other);
        assertThat(contents("a")).containsAllEntriesOf(finished);
        assertThat(shards("a")).hasSize(4);

        PackResult result = PackJob.run(other, PackProgress.Listener.NONE);

        assertThat(result.reused()).isEqualTo(4);
        assertThat(checksums(result))
                .isEqualTo(checksums(PackJob.run(options("b").withMaxSide(8), PackProgress.Listener.NONE)));
        assertThat(folder.resolve("a/.d-journal")).doesNotExist();
        PackJob.run(options("a").withShards(2), PackProgress.Listener.NONE);
        assertThat(shards("a")).hasSize(2).allMatch(name -> name.contains("-of-00002."));
    }

    @Test
    @Tag("long")
    void shouldSurviveKillAtAnyTime() throws Exception {
        Map<String, String> whole = checksums(PackJob.run(options("whole"), PackProgress.Listener.NONE));
        for (int wait = 0; wait < 6; wait++) {
            Process child = child("killed", "");
            awaitJournal(folder.resolve("killed/.d-journal"), wait, child);
            child.destroyForcibly().waitFor();
            for (String shard : shards("killed")) {
                assertThat(readAll(folder.resolve("killed").resolve(shard))).isEqualTo(COUNT / 4);
            }
        }
        PackResult result = PackJob.run(options("killed"), PackProgress.Listener.NONE);
        assertThat(checksums(result)).isEqualTo(whole);
    }

    /** Waits until a journal has some entries, or the job that writes it is done. */
    private static void awaitJournal(Path journal, int entries, Process job) throws Exception {
        Await.until("the journal has " + entries + " entries", () -> {
            try (Stream<Path> files = Files.list(journal)) {
                return files.count() > entries;
            } catch (IOException e) {
                return !job.isAlive(); // it is not there yet, or went away
            }
        });
    }

    private Process child(String out, String before) throws IOException {
        return PackInAnotherProcess.start(
                before, List.of("-Xmx300m"), voc, folder.resolve(out).resolve("d"));
    }

    private static void stopWhenWritten(PackOptions options) {
        assertThatThrownBy(() -> PackJob.run(options, progress -> {
                    if (progress.written() == COUNT) {
                        throw new IllegalStateException("stop");
                    }
                }))
                .hasMessage("stop");
    }

    private PackOptions options(String out) {
        return PackInAnotherProcess.options(
                voc.toString(), folder.resolve(out).resolve("d").toString());
    }

    private List<String> shards(String out) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(out))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("d-") && name.endsWith(".tfrecord"))
                    .toList();
        }
    }

    /** The files of a folder that are not hidden, with their bytes as Latin text. */
    private Map<String, String> contents(String out) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder.resolve(out))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.getFileName().toString().startsWith(".")) {
                    contents.put(file.getFileName().toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
                }
            }
        }
        return contents;
    }

    private static int readAll(Path file) throws IOException {
        try (SampleSource.Indexed source =
                (SampleSource.Indexed) Sources.open(file.toString(), SourceOptions.defaults())) {
            for (int i = 0; i < source.size(); i++) {
                source.read(i);
            }
            return (int) source.size();
        }
    }

    private static void flipLastByte(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
    }

    private static Map<String, String> checksums(PackResult result) {
        Map<String, String> checksums = new TreeMap<>();
        for (PackResult.Split split : result.splits()) {
            split.shards().forEach(shard -> checksums.put(shard.file(), shard.sha256()));
        }
        return checksums;
    }
}
