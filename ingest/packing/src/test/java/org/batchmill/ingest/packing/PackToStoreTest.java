package org.batchmill.ingest.packing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.batchmill.ingest.sources.store.Places;
import org.batchmill.ingest.testing.DrawnDataSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Packing from and to a place that is neither this machine nor an object store of a known make. */
@Tag("concurrent")
class PackToStoreTest {

    private static final int COUNT = 40;

    @TempDir
    private Path folder;

    private FileSystem memory;
    private String store;
    private Path voc;

    @BeforeEach
    void draw(TestInfo test) throws IOException {
        String name = "packing" + test.getTestMethod().orElseThrow().getName().toLowerCase(java.util.Locale.ROOT);
        memory = Jimfs.newFileSystem(name, Configuration.unix());
        store = "jimfs://" + name;
        voc = DrawnDataSet.voc(folder.resolve("voc"), COUNT);
        try (Stream<Path> files = Files.walk(voc)) {
            files.forEach(file -> {
                try {
                    Path to =
                            memory.getPath("/voc").resolve(voc.relativize(file).toString());
                    Files.createDirectories(to.getParent());
                    Files.copy(file, to);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @AfterEach
    void close() throws IOException {
        memory.close();
    }

    @Test
    void shouldPackFromAStoreIntoAStoreTheSameBytesAsOnThisMachine() throws Exception {
        Map<String, String> here = checksums(pack(voc.toString(), folder + "/here/p"));
        assertThat(checksums(pack(store + "/voc", store + "/packed/p"))).isEqualTo(here);
        assertThat(names("/packed"))
                .containsExactly(
                        "p-00000-of-00004.tfrecord",
                        "p-00000-of-00004.tfrecord.idx",
                        "p-00001-of-00004.tfrecord",
                        "p-00001-of-00004.tfrecord.idx",
                        "p-00002-of-00004.tfrecord",
                        "p-00002-of-00004.tfrecord.idx",
                        "p-00003-of-00004.tfrecord",
                        "p-00003-of-00004.tfrecord.idx",
                        "p-dataset.json");
        assertThat(VerifyJob.verify(List.of(store + "/packed/p-*.tfrecord")))
                .hasSize(4)
                .allMatch(check -> check.isIntact());
    }

    @Test
    void shouldGoOnWhereItFailed() throws Exception {
        Map<String, String> whole = checksums(pack(voc.toString(), folder + "/here/p"));
        // The last shard finds something in its way that no file can replace.
        Path inTheWay = Files.createDirectories(memory.getPath("/packed/p-00003-of-00004.tfrecord/in/the/way"));
        assertThatThrownBy(() -> pack(voc.toString(), store + "/packed/p"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(store + "/packed/p-00003-of-00004.tfrecord");
        assertThat(names("/packed")).doesNotContain("p-dataset.json");
        for (Path each = inTheWay; each.getNameCount() > 1; each = each.getParent()) {
            Files.delete(each);
        }
        PackResult result = pack(voc.toString(), store + "/packed/p");
        assertThat(checksums(result)).isEqualTo(whole);
        assertThat(names("/packed")).doesNotContain(".p-journal");
    }

    @Test
    void shouldReplaceADataSetOnlyWhenTheNewOneIsComplete() throws Exception {
        pack(voc.toString(), store + "/packed/p");
        Map<String, String> other = checksums(
                PackJob.run(options(voc.toString(), store + "/packed/p").withShards(2), PackProgress.Listener.NONE));
        assertThat(other).hasSize(2);
        assertThat(names("/packed"))
                .containsExactly(
                        "p-00000-of-00002.tfrecord",
                        "p-00000-of-00002.tfrecord.idx",
                        "p-00001-of-00002.tfrecord",
                        "p-00001-of-00002.tfrecord.idx",
                        "p-dataset.json");
    }

    /** Sizes and times of files are believed for a minute; who outlives its job must not work on for so long. */
    @Test
    void shouldHearAtOnceThatAnotherProcessEndedTheJob() throws Exception {
        Path journal = Files.createDirectories(memory.getPath("/packed/.p-journal"));
        JobSigns signs = new JobSigns(Places.of(store + "/packed/.p-journal"), "job-1");
        Files.writeString(journal.resolve("going"), "job-1");
        assertThat(signs.isGoing()).isTrue();
        Files.writeString(journal.resolve("going"), "job-2");
        assertThat(signs.isGoing()).isFalse();
        Files.writeString(journal.resolve("going"), "job-1");
        assertThat(signs.isGoing()).isTrue();
        Files.delete(journal.resolve("going"));
        assertThat(signs.isGoing()).isFalse();
    }

    private static PackOptions options(String data, String prefix) {
        return PackInAnotherProcess.options(data, prefix);
    }

    private static PackResult pack(String data, String prefix) throws IOException, InterruptedException {
        return PackJob.run(options(data, prefix), PackProgress.Listener.NONE);
    }

    private static Map<String, String> checksums(PackResult result) {
        Map<String, String> checksums = new TreeMap<>();
        result.splits().forEach(split -> split.shards().forEach(shard -> checksums.put(shard.file(), shard.sha256())));
        return checksums;
    }

    private List<String> names(String where) throws IOException {
        try (Stream<Path> files = Files.list(memory.getPath(where))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
