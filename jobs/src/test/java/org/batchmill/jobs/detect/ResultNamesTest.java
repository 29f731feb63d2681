package org.batchmill.jobs.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No drawing is written over another, or over what it is drawn from. */
class ResultNamesTest {

    @TempDir
    private Path folder;

    @Test
    void shouldKeepTheFoldersAndTellInputsOfOneStemApart() throws IOException {
        List<Path> inputs = files("a.jpg", "a.jpeg", "a.png", "A.JPG", "b.jpg", "sub/a.jpg", "sub/a.b.jpg");
        ResultNames names = new ResultNames(folder.resolve("in"), inputs, folder.resolve("out"), ".png");
        assertThat(below(names, inputs))
                .containsExactly(
                        "a.jpg.png", "a.jpeg.png", "a.png.png", "A.JPG-2.png", "b.png", "sub/a.png", "sub/a.b.png");
    }

    @Test
    void shouldNotTakeTheNameOfOneInputForAnother() throws IOException {
        List<Path> inputs = files("a.jpg", "a.png", "a.jpg.png");
        ResultNames names = new ResultNames(folder.resolve("in"), inputs, folder.resolve("out"), ".png");
        assertThat(below(names, inputs)).doesNotHaveDuplicates().contains("a.jpg.png");
    }

    @Test
    void shouldRefuseAFolderWhoseInputsWouldBeReplaced() throws IOException {
        List<Path> inputs = files("a.png", "b.jpg");
        assertThatThrownBy(() -> new ResultNames(folder.resolve("in"), inputs, folder.resolve("in/../in"), ".png"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("a.png: would be written over the input");
    }

    private List<Path> files(String... names) throws IOException {
        List<Path> files = new ArrayList<>();
        for (String name : names) {
            Path file = folder.resolve("in").resolve(name);
            Files.createDirectories(file.getParent());
            files.add(Files.exists(file) ? file : Files.createFile(file));
        }
        return files;
    }

    private List<String> below(ResultNames names, List<Path> inputs) throws IOException {
        List<String> below = new ArrayList<>();
        for (Path input : inputs) {
            below.add(
                    folder.resolve("out").relativize(names.of(input)).toString().replace('\\', '/'));
        }
        return below;
    }
}
