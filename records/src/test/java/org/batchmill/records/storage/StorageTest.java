package org.batchmill.records.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Tag("concurrent")
class StorageTest {

    @TempDir
    private Path folder;

    @Test
    void shouldShowAFileWholeOrNotAtAll() throws IOException {
        Path file = folder.resolve("file");
        Storage.write(file, new byte[] {1});
        try (PendingFile pending = Storage.of(file).create(file)) {
            pending.write(ByteBuffer.wrap(new byte[] {2, 3}));
            assertThat(Files.readAllBytes(file)).containsExactly(1);
            assertThat(Storage.of(folder).list(folder)).containsExactly(file);
            pending.commit();
        }
        assertThat(Files.readAllBytes(file)).containsExactly(2, 3);
        assertThat(names()).containsExactly("file");
    }

    @Test
    void shouldKeepTheOldFileWhereANewOneIsGivenUp() throws IOException {
        Path file = folder.resolve("file");
        Storage.write(file, new byte[] {1});
        try (PendingFile pending = Storage.of(file).create(file)) {
            pending.write(ByteBuffer.wrap(new byte[] {2}));
        }
        assertThat(Files.readAllBytes(file)).containsExactly(1);
        assertThat(names()).containsExactly("file");
    }

    @Test
    void shouldCountWhatALibraryWritesByPath() throws IOException {
        Path file = folder.resolve("file");
        try (PendingFile pending = Storage.of(file).create(file)) {
            Files.write(pending.local(), new byte[] {5});
            pending.commit();
        }
        assertThat(Files.readAllBytes(file)).containsExactly(5);
    }

    @Test
    void shouldReadAnyRange() throws IOException {
        Path file = folder.resolve("file");
        Storage.write(file, new byte[] {0, 1, 2, 3, 4, 5});
        ByteBuffer two = ByteBuffer.allocate(2);
        try (SeekableByteChannel channel = Storage.of(file).open(file)) {
            channel.position(3).read(two);
        }
        assertThat(two.array()).containsExactly(3, 4);
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void shouldReplaceALinkAndNotWhatItPointsAt() throws IOException {
        Path victim = Files.writeString(folder.resolve("victim"), "kept");
        Path file = Files.createSymbolicLink(folder.resolve("file"), victim);
        Storage.write(file, new byte[] {1});
        assertThat(victim).hasContent("kept");
        assertThat(Files.isSymbolicLink(file)).isFalse();
    }

    @Test
    void shouldGiveTemporaryFilesNamesThatNobodyKnowsBefore() throws IOException {
        Path file = folder.resolve("file");
        try (PendingFile one = Storage.of(file).create(file);
                PendingFile other = Storage.of(file).create(file)) {
            assertThat(one.local()).hasParent(folder).isNotEqualTo(other.local());
            assertThat(one.local().getFileName().toString())
                    .matches("\\.batchmill-[0-9a-f]{8}-"
                            + ProcessHandle.current().pid() + "-[0-9a-f]{16}\\.tmp");
        }
    }

    @Test
    void shouldRemoveWhatAKilledProcessLeftWhateverIsWrittenNext() throws Exception {
        Process dead = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version")
                .redirectErrorStream(true)
                .start();
        dead.getInputStream().readAllBytes();
        dead.waitFor();
        Path left = Files.createFile(folder.resolve(Leftovers.name(Leftovers.thisMachine(), dead.pid())));
        Path mine = Files.createFile(folder.resolve(Leftovers.newName()));
        Path others = Files.createFile(folder.resolve(Leftovers.name("00000000", dead.pid())));
        Path longDead = Files.createFile(folder.resolve(Leftovers.name("00000000", dead.pid())));
        Files.setLastModifiedTime(longDead, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        Path stranger = Files.createFile(folder.resolve(".batchmill-notes.tmp"));
        Storage.write(folder.resolve("of another name"), new byte[] {1});
        assertThat(left).doesNotExist();
        assertThat(longDead).doesNotExist();
        assertThat(List.of(mine, others, stranger)).allMatch(Files::exists);
    }

    @Test
    void shouldNotTakeAProcessThatGotTheNumberLaterForTheWriter() throws IOException {
        Path left = Files.createFile(folder.resolve(Leftovers.newName()));
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(Duration.ofDays(365))));
        Leftovers.remove(folder);
        assertThat(left).doesNotExist();
    }

    @Test
    void shouldNameTheFileThatCannotBeWritten() throws IOException {
        Path nowhere = folder.resolve("no").resolve("file");
        assertThatThrownBy(() -> Storage.write(nowhere, new byte[1]))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(nowhere + ": there is no folder");
        Path taken = Files.createDirectory(folder.resolve("taken"));
        assertThatThrownBy(() -> Storage.write(taken, new byte[1]))
                .isInstanceOf(IOException.class)
                .hasMessage(taken + ": cannot be written: it is a folder");
        assertThat(names()).containsExactly("taken");
    }

    @Test
    void shouldAppendLinesToAGrowingFileAndBeginOnlyANewOne() throws IOException {
        Path file = folder.resolve("log");
        GrowingFile.appendLine(file, "eins");
        GrowingFile.appendLine(file, "zwölf");
        assertThat(file).hasContent("eins\nzwölf\n");
        assertThatThrownBy(() -> GrowingFile.create(file)).hasMessageStartingWith(file + ": cannot be written");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
