package org.batchmill.ingest.sources.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import org.batchmill.records.MissingPartException;
import org.batchmill.records.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacesTest {

    @Test
    void shouldLeaveWordsOfThisMachineAsTheyAre() {
        assertThat(Places.of("out/a*.tfrecord")).isEqualTo(Path.of("out/a*.tfrecord"));
        assertThat(Places.of("a:b/c d%20")).isEqualTo(Path.of("a:b/c d%20"));
        assertThat(Places.of("file:///tmp/a")).isEqualTo(Path.of("/tmp/a"));
    }

    @Test
    void shouldTakeAUriLiterallyAndSayItAsItWasWritten(@TempDir Path folder) throws Exception {
        try (FileSystem memory = Jimfs.newFileSystem("literal", Configuration.unix())) {
            Files.writeString(Files.createDirectory(memory.getPath("/a b")).resolve("100%20.txt"), "here");
            Path path = Places.of("jimfs://literal/a b/100%20.txt");
            assertThat(Files.readString(path)).isEqualTo("here");
            assertThat(path).hasToString("jimfs://literal/a b/100%20.txt");
            assertThat(path.toUri()).isEqualTo(memory.getPath("/a b/100%20.txt").toUri());
            assertThat(Places.of(path.toString())).isEqualTo(path);
        }
    }

    @Test
    void shouldWalkPathsAsThoseOfThisMachine() throws Exception {
        try (FileSystem memory = Jimfs.newFileSystem("walk", Configuration.unix())) {
            Path root = Places.of("jimfs://walk/data/set");
            assertThat(root.toUri()).isEqualTo(memory.getPath("/data/set").toUri());
            for (String way : new String[] {"a/b", "../x", "./a/../b", "a/b/../../..", "/c", ""}) {
                Path local = Path.of("/data/set");
                assertThat(root.resolve(way).normalize().toString())
                        .isEqualTo("jimfs://walk" + local.resolve(way).normalize());
                assertThat(root.relativize(root.resolve(way)).normalize().toString())
                        .isEqualTo(
                                local.relativize(local.resolve(way)).normalize().toString());
            }
            assertThat(root.resolve("a/b").getFileName()).hasToString("b");
            assertThat(root.getParent().getParent()).isEqualTo(root.getRoot());
            assertThat(root.getRoot().getParent()).isNull();
            assertThat(root.resolve("a").startsWith(root)).isTrue();
            assertThat(root.startsWith(root.resolve("a"))).isFalse();
            assertThat(root.resolveSibling("set.idx")).hasToString("jimfs://walk/data/set.idx");
        }
    }

    @Test
    void shouldFindAStoreAnewThatItsProgramClosed() throws Exception {
        for (String told : new String[] {"first", "second"}) {
            try (FileSystem memory = Jimfs.newFileSystem("anew", Configuration.unix())) {
                Files.writeString(memory.getPath("/a.txt"), told);
                assertThat(Files.readString(Places.of("jimfs://anew/a.txt"))).isEqualTo(told);
            }
        }
    }

    @Test
    void shouldSayWhichProviderIsMissing() {
        assertThatThrownBy(() -> Places.of("gopher://bucket/a"))
                .isInstanceOf(MissingPartException.class)
                .hasMessageStartingWith("gopher://bucket/a: nothing here reads gopher:");
    }

    @Test
    void shouldRefuseCredentialsInAUriWithoutRepeatingThem() {
        assertThatThrownBy(() -> Places.of("s3://AKIA:hunter2@bucket/a"))
                .isInstanceOf(UsageException.class)
                .hasMessageNotContaining("hunter2")
                .hasMessageNotContaining("AKIA");
    }

    @Test
    void shouldRefuseToGrowLockOrMapWhatLiesElsewhere() throws Exception {
        try (FileSystem memory = Jimfs.newFileSystem("grow", Configuration.unix())) {
            Path file = Places.of("jimfs://grow/run/log.txt");
            assertThat(file.toUri()).isEqualTo(memory.getPath("/run/log.txt").toUri());
            assertThatThrownBy(() -> org.batchmill.records.storage.GrowingFile.append(file))
                    .isInstanceOf(UsageException.class)
                    .hasMessageStartingWith("jimfs://grow/run/log.txt: must be on this machine");
            assertThatThrownBy(file::toFile).isInstanceOf(UsageException.class);
            assertThatThrownBy(() -> Places.requireLocal(file, "--run"))
                    .isInstanceOf(UsageException.class)
                    .hasMessage("jimfs://grow/run/log.txt: --run must be on this machine");
        }
    }

    /** As an unset variable of a shell gives it; it would stand for the working folder. */
    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void shouldRefuseAnEmptyPath(String word) {
        assertThatThrownBy(() -> Places.of(word))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("it is empty");
    }
}
