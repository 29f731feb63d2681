package org.batchmill.records.annotations;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import org.batchmill.records.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptFilesTest {

    private static final int LARGEST = 1000;

    @TempDir
    Path folder;

    @Test
    void shouldReadAFileOnce() throws IOException {
        KeptFiles files = new KeptFiles(100);
        Path file = write("a.jpg", "first");

        assertThat(read(files, file)).isEqualTo("first");
        assertThat(files.bytes(file, LARGEST)).isSameAs(files.bytes(file, LARGEST));
    }

    @Test
    void shouldReadAFileAnewThatHasChanged() throws IOException {
        KeptFiles files = new KeptFiles(100);
        Path file = write("a.jpg", "first");
        FileTime then = Files.getLastModifiedTime(file);
        read(files, file);

        Files.writeString(file, "longer");
        Files.setLastModifiedTime(file, then);
        assertThat(read(files, file)).as("another size").isEqualTo("longer");
        Files.writeString(file, "LONGER");
        Files.setLastModifiedTime(file, FileTime.fromMillis(then.toMillis() + 1000));
        assertThat(read(files, file)).as("another time").isEqualTo("LONGER");
        Path other = write("b.jpg", "moved!");
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(read(files, file)).as("another file").isEqualTo("moved!");
    }

    @Test
    void shouldTellThatAKeptFileIsGone() throws IOException {
        KeptFiles files = new KeptFiles(100);
        Path file = write("a.jpg", "first");
        read(files, file);
        Files.delete(file);

        assertThatThrownBy(() -> read(files, file))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("a.jpg");
    }

    @Test
    void shouldKeepWhatCameFirst() throws IOException {
        KeptFiles files = new KeptFiles(10);
        Path first = write("a.jpg", "123456");
        Path second = write("b.jpg", "12345");
        Path third = write("c.jpg", "1234");

        for (Path file : new Path[] {first, second, third}) {
            read(files, file);
        }
        assertThat(files.bytes(first, LARGEST)).isSameAs(files.bytes(first, LARGEST));
        assertThat(files.bytes(second, LARGEST)).isNotSameAs(files.bytes(second, LARGEST));
        assertThat(files.bytes(third, LARGEST)).isSameAs(files.bytes(third, LARGEST));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static String read(KeptFiles files, Path file) throws IOException {
        return new String(files.bytes(file, LARGEST), UTF_8);
    }
}
