package org.batchmill.records.annotations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.records.Content;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A folder a class. */
class ClassFoldersTest {

    @TempDir
    private Path root;

    @Test
    void shouldLabelEachImageWithItsFolder() throws IOException {
        AnnotatedFolder read = new DrawnFolder(root)
                .image("dog/1.png", 4, 4)
                .image("cat/deep/2.jpg", 4, 4)
                .text("cat/notes.txt", "no image")
                .image(".hidden/3.png", 4, 4)
                .open(AnnotationFormat.CLASSES);
        assertThat(read.classes()).containsExactly("cat", "dog");
        assertThat(DrawnFolder.ids(read)).containsExactly("cat/deep/2.jpg", "dog/1.png");
        Sample dog = read.read(1);
        assertThat(dog.labels()).isEqualTo(new Labels.ClassLabel("dog"));
        assertThat(((Content.EncodedImage) dog.content()).bytes().remaining())
                .isEqualTo((int) Files.size(root.resolve("dog/1.png")));
    }

    @Test
    void shouldTakeFoldersOfThatNameForLists() throws IOException {
        AnnotatedFolder read = new DrawnFolder(root)
                .image("train/dog/1.png", 4, 4)
                .image("train/cat/2.png", 4, 4)
                .image("val/dog/3.png", 4, 4)
                .open(AnnotationFormat.CLASSES);
        assertThat(read.classes()).containsExactly("cat", "dog");
        assertThat(read.lists()).containsExactly("train", "val");
        assertThat(DrawnFolder.ids(read.only("val"))).containsExactly("val/dog/3.png");
        assertThat(read.only("val").read(0).labels()).isEqualTo(new Labels.ClassLabel("dog"));
    }

    @Test
    void shouldNotTakeAFolderWithoutImagesOrOfASystemForAClass() throws IOException {
        DrawnFolder folder = new DrawnFolder(root)
                .image("dog/1.png", 4, 4)
                .image("cat/1.png", 4, 4)
                .text("wolf/none.txt", "")
                .image("dog/.ipynb_checkpoints/1-checkpoint.png", 4, 4)
                .image("dog/@eaDir/1.png/SYNOPHOTO_THUMB_M.jpg", 4, 4)
                .image("__MACOSX/dog/1.png", 4, 4)
                .text("dog/._1.png", "\u0000\u0005\u0016\u0007")
                .text("dog/Thumbs.db", "")
                .text("dog/desktop.ini", "");
        AnnotatedFolder read = folder.open(AnnotationFormat.CLASSES);
        assertThat(read.classes()).containsExactly("cat", "dog");
        assertThat(DrawnFolder.ids(read)).containsExactly("cat/1.png", "dog/1.png");
        assertThat(read.notices()).containsExactly("folders without images are no classes: wolf");
    }

    @Test
    void shouldTakeListsByAnyOfTheirNames() throws IOException {
        AnnotatedFolder read = new DrawnFolder(root)
                .image("Training/dog/1.png", 4, 4)
                .image("Training/cat/2.png", 4, 4)
                .image("validation/dog/3.png", 4, 4)
                .image("test_set/dog/4.png", 4, 4)
                .image("extra/dog/5.png", 4, 4)
                .open(AnnotationFormat.CLASSES);
        assertThat(read.classes()).containsExactly("cat", "dog");
        assertThat(read.lists()).containsExactly("test_set", "training", "validation");
        assertThat(read.notices()).singleElement().asString().contains("passed over: extra");
    }

    @Test
    void shouldPassOverAnUndividedTestFolderBesideClasses() throws IOException {
        AnnotatedFolder read = new DrawnFolder(root)
                .image("train/dog/1.png", 4, 4)
                .image("test/9.png", 4, 4)
                .open(AnnotationFormat.CLASSES);
        assertThat(read.classes()).containsExactly("dog");
        assertThat(read.lists()).containsExactly("train");
        assertThat(read.notices()).singleElement().asString().contains("passed over: test");
    }

    @Test
    void shouldTakeAClassForOneThoughItIsCalledTrain() throws IOException {
        AnnotatedFolder read = new DrawnFolder(root)
                .image("bus/1.png", 4, 4)
                .image("train/2.png", 4, 4)
                .open(AnnotationFormat.CLASSES);
        assertThat(read.classes()).containsExactly("bus", "train");
        assertThat(read.lists()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "images/1.png images2/2.png marks/1.xml",
                "pictures/1.png texts/1.txt",
                "pictures/1.png jsons/1.json",
                "train/1.png test/2.png",
                "images/1.png",
                "1.png"
            })
    void shouldNotTakeOtherFoldersForClasses(String files) throws IOException {
        DrawnFolder folder = new DrawnFolder(root);
        for (String file : files.split(" ", -1)) {
            if (file.endsWith("png")) {
                folder.image(file, 4, 4);
            } else {
                folder.text(file, "<annotation/>");
            }
        }
        assertThat(AnnotationFormat.CLASSES.fits(root)).isFalse();
    }

    @Test
    void shouldRefuseAClassThatWasNotAskedFor() throws IOException {
        DrawnFolder folder = new DrawnFolder(root).image("dog/1.png", 4, 4).image("cat/2.png", 4, 4);
        AnnotatedFolder read = folder.open(AnnotationFormat.CLASSES, FolderOptions.ofClasses(List.of("cat")));
        assertThat(read.read(0).labels()).isEqualTo(new Labels.ClassLabel("cat"));
        folder.assertRefused(Kind.BAD_ANNOTATION, "dog/1.png", () -> read.read(1))
                .withMessageContaining("the class dog is none of cat");
    }

    @Test
    void shouldNameAImageThatWentAway() throws IOException {
        DrawnFolder folder = new DrawnFolder(root).image("dog/1.png", 4, 4).image("dog/2.png", 4, 4);
        AnnotatedFolder read = folder.open(AnnotationFormat.CLASSES);
        Files.delete(root.resolve("dog/1.png"));
        folder.assertRefused(Kind.MISSING, "dog/1.png", () -> read.read(0));
        assertThat(read.read(1).labels()).isEqualTo(new Labels.ClassLabel("dog"));
    }

    @Test
    void shouldSayThatAFolderHasNoImagesOrNoLabels() throws IOException {
        DrawnFolder folder = new DrawnFolder(root).text("dog/notes.txt", "no image");
        folder.assertRefused(
                Kind.MISSING, "", () -> AnnotatedFolder.open(root, AnnotationFormat.CLASSES, FolderOptions.defaults()));
        folder.assertRefused(Kind.UNSUPPORTED, "", () -> AnnotatedFolder.open(root, FolderOptions.defaults()));
        folder.assertRefused(
                Kind.MISSING, "gone", () -> AnnotatedFolder.open(root.resolve("gone"), FolderOptions.defaults()));
    }
}
