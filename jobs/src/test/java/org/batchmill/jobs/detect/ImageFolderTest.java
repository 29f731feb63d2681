package org.batchmill.jobs.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.records.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Which files of a folder detect and predict look at, and what they say of the others. */
class ImageFolderTest {

    @TempDir
    private Path folder;

    private void write(String... names) throws IOException {
        for (String name : names) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.createFile(file);
        }
    }

    private List<String> images() throws IOException {
        return ImageFolder.open(folder).files().stream()
                .map(file -> folder.relativize(file).toString())
                .toList();
    }

    @Test
    void shouldTakeTheFilesThatTrainingTakes() throws IOException {
        write("b.JPG", "a/c.jfif", "a/d.GIF", "notes.txt", "._b.JPG", "a/.d.png", "__MACOSX/b.JPG");
        write("@eaDir/b.JPG/thumbnail.jpg", "lost+found/e.png", "a/Thumbs.db");
        assertThat(images()).containsExactly("a/c.jfif", "a/d.GIF", "b.JPG");
        assertThat(ImageFolder.open(folder).notice()).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldSayThatADeviceIsNoFile() {
        assertThatThrownBy(() -> ImageFolder.open(Path.of("/dev/null")))
                .isInstanceOf(DataException.class)
                .hasMessage("/dev/null: unsupported: is a pipe or a device, not a file or folder");
    }

    @Test
    void shouldFollowLinks() throws IOException {
        write("real/a.jpg", "data/b.jpg");
        Files.createSymbolicLink(folder.resolve("data/more"), folder.resolve("real"));
        assertThat(ImageFolder.open(folder.resolve("data")).size()).isEqualTo(2);
    }

    @Test
    void shouldSayWhichImagesArePassedOver() throws IOException {
        write("a.jpg", "b.tif", "c/d.HEIC", ".e.tiff");
        assertThat(ImageFolder.open(folder).notice())
                .hasValue("2 images are of formats that are not read, and are left out: " + folder.resolve("b.tif")
                        + " and others");
    }

    @Test
    void shouldNameAnImageThatIsNotReadWhereThereIsNoOther() throws IOException {
        write("b.avif");
        assertThatThrownBy(() -> ImageFolder.open(folder))
                .isInstanceOf(DataException.class)
                .hasMessageEndingWith("holds no images of a format that is read; there is " + folder.resolve("b.avif"));
    }
}
