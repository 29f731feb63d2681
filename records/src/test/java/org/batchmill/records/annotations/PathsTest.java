package org.batchmill.records.annotations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.batchmill.records.DataException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A list or annotation names nothing outside of its data set, however the data set's own folder is spelt. */
class PathsTest {

    @TempDir
    private Path folder;

    private Path data;

    @BeforeEach
    void fill() throws IOException {
        data = Files.createDirectories(folder.resolve("data"));
        Files.createDirectories(data.resolve("images"));
        Files.writeString(data.resolve("images/a.jpg"), "a");
        Files.writeString(folder.resolve("secret.jpg"), "secret");
    }

    @Test
    void shouldFindWhatLiesInTheFolderHoweverItIsSpelt() throws IOException {
        for (Path root : new Path[] {data, data.resolve("."), data.resolve("images/.."), data.resolve("../data")}) {
            assertThat(FolderFiles.inside(root, root, "images/../images/a.jpg", "list"))
                    .hasContent("a");
            assertThat(YoloLists.locate(root, root, "./images/a.jpg")).hasContent("a");
            assertThat(YoloLists.locate(root, root, "images/a.jpg")).hasContent("a");
        }
    }

    /** The working folder of a test is that of its module. */
    @Test
    void shouldReadInTheWorkingFolderAndNotAboveTheOneOverIt() throws IOException {
        assertThat(FolderFiles.inside(Path.of("."), Path.of("."), "pom.xml", "list"))
                .exists()
                .isEqualTo(Path.of("./pom.xml"));
        assertThat(YoloLists.locate(Path.of("."), Path.of("."), "pom.xml")).exists();
        refuse(Path.of(".."), "../pom.xml");
        refuse(Path.of("."), "../pom.xml");
        assertThat(YoloLists.locate(Path.of(".."), Path.of(".."), "src/../../../" + folder))
                .isNull();
    }

    @Test
    void shouldRefuseNamesThatLeadOut() {
        refuse(data, "../secret.jpg");
        refuse(data, "images/../../secret.jpg");
        refuse(data, folder.resolve("secret.jpg").toString());
        refuse(data, "/etc/passwd");
        refuse(data, "a\0b.jpg");
    }

    @Test
    void shouldFindNothingOutsideByTheNamesOfOtherSystems() throws IOException {
        for (String name : new String[] {
            "C:\\secret.jpg", "\\\\host\\share\\secret.jpg", "//host/share/secret.jpg", "file:///etc/passwd"
        }) {
            assertThat(YoloLists.locate(data, data, name)).as(name).isNull();
        }
        assertThat(FolderFiles.inside(data, data, "file:secret.jpg", "list")).doesNotExist();
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void shouldRefuseALinkThatLeadsOutAndFollowThatOfTheFolderItself() throws IOException {
        Files.createSymbolicLink(data.resolve("images/link.jpg"), folder.resolve("secret.jpg"));
        refuse(data, "images/link.jpg");
        assertThat(YoloLists.locate(data, data, "images/link.jpg")).isNull();
        Path linked = Files.createSymbolicLink(folder.resolve("linked"), data);
        assertThat(FolderFiles.inside(linked, linked, "images/a.jpg", "list")).hasContent("a");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void shouldFollowALinkOfTheLayout() throws IOException {
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("b.jpg"), "b");
        Path images = Files.createSymbolicLink(data.resolve("JPEGImages"), elsewhere);
        assertThat(FolderFiles.inside(data, images, "b.jpg", "list")).hasContent("b");
    }

    private static void refuse(Path root, String name) {
        assertThatThrownBy(() -> FolderFiles.inside(root, root, name, "list"))
                .as(name)
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("list: ");
    }
}
