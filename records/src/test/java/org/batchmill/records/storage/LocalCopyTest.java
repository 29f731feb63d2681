package org.batchmill.records.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.batchmill.records.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCopyTest {

    @TempDir
    private Path folder;

    @Test
    void shouldBeTheFileItselfOnThisMachine() throws Exception {
        Path file = Files.writeString(folder.resolve("a"), "bytes");
        try (LocalCopy copy = LocalCopy.of(file)) {
            assertThat(copy.path()).isEqualTo(file);
        }
        assertThat(file).exists();
    }

    @Test
    void shouldBeACopyOfWhatLiesElsewhereAsLongAsItIsOpen() throws Exception {
        URI zip = URI.create("jar:" + folder.resolve("a.zip").toUri());
        try (FileSystem archive = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            Files.writeString(archive.getPath("/a"), "bytes");
            Path copied;
            try (LocalCopy copy = LocalCopy.of(archive.getPath("/a"))) {
                copied = copy.path();
                assertThat(Storage.isLocal(copied)).isTrue();
                assertThat(copied).hasContent("bytes");
            }
            assertThat(copied).doesNotExist();
            assertThatThrownBy(() -> LocalCopy.of(archive.getPath("/gone")))
                    .isInstanceOf(DataException.class)
                    .hasMessage("/gone: missing: there is no such file");
        }
    }
}
