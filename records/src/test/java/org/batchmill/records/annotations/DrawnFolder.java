package org.batchmill.records.annotations;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.batchmill.records.Box;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;

/** A small data set of real images, written by a test file by file. */
record DrawnFolder(Path root) {

    /** Writes an image of one colour. */
    DrawnFolder image(String name, int width, int height) throws IOException {
        Path file = place(name);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        assertThat(ImageIO.write(image, name.endsWith("png") ? "png" : "jpg", file.toFile()))
                .isTrue();
        return this;
    }

    /** Writes a text file. */
    DrawnFolder text(String name, String... lines) throws IOException {
        Files.write(place(name), List.of(lines));
        return this;
    }

    private Path place(String name) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return file;
    }

    AnnotatedFolder open(AnnotationFormat format) throws IOException {
        return open(format, FolderOptions.defaults());
    }

    /** Opens the folder, which must be recognized as one of that format. */
    AnnotatedFolder open(AnnotationFormat format, FolderOptions options) throws IOException {
        assertThat(AnnotationFormat.of(root)).contains(format);
        return AnnotatedFolder.open(root, options);
    }

    static List<Box> boxes(AnnotatedFolder folder, long index) throws IOException {
        return ((Labels.Boxes) folder.read(index).labels()).boxes();
    }

    static List<String> ids(AnnotatedFolder folder) {
        List<String> ids = new ArrayList<>();
        for (long i = 0; i < folder.size(); i++) {
            ids.add(folder.entry(i).id().value());
        }
        return ids;
    }

    /** An error of that kind whose message is one line, and begins with the file and the place in it. */
    ThrowableAssertAlternative<DataException> assertRefused(Kind kind, String place, ThrowingCallable read) {
        return Assertions.assertThatExceptionOfType(DataException.class)
                .isThrownBy(read)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(kind))
                .satisfies(e -> assertThat(e.getMessage())
                        .doesNotContain("\n")
                        .startsWith(root.resolve(place).toString()));
    }
}
