package org.batchmill.records.annotations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.records.Box;
import org.batchmill.records.DataException.Kind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** YOLO's text files and the many ways to write data.yaml. */
class YoloFormatTest {

    @TempDir
    private Path root;

    private DrawnFolder folder;

    @BeforeEach
    void drawImages() throws IOException {
        folder = new DrawnFolder(root);
        folder.image("images/train/a.png", 100, 50)
                .image("images/val/b.jpg", 20, 20)
                .text("labels/train/a.txt", "1 0.5 0.5 0.5 0.25", "", " 0\t0.25 0.5  0.5 1 ");
    }

    @Test
    void shouldReadCentreAndSizeInFractions() throws IOException {
        folder.text("data.yaml", "train: images/train", "val: images/val", "nc: 2", "names: [cat, dog]");
        AnnotatedFolder read = folder.open(AnnotationFormat.YOLO);
        assertThat(read.classes()).containsExactly("cat", "dog");
        assertThat(read.lists()).containsExactly("train", "val");
        assertThat(DrawnFolder.boxes(read.only("train"), 0))
                .containsExactly(new Box("dog", 0.25f, 0.375f, 0.75f, 0.625f), new Box("cat", 0, 0, 0.5f, 1));
    }

    @Test
    void shouldTakeAImageWithoutATextFileForOneWithoutObjects() throws IOException {
        AnnotatedFolder read = folder.open(AnnotationFormat.YOLO);
        assertThat(DrawnFolder.ids(read)).containsExactly("images/train/a.png", "images/val/b.jpg");
        assertThat(DrawnFolder.boxes(read, 1)).isEmpty();
    }

    @Test
    void shouldCallClassesByNumberWhereNobodyNamesThem() throws IOException {
        folder.text("labels/val/b.txt", "10 0.5 0.5 1 1", "2 0.5 0.5 1 1");
        AnnotatedFolder read = folder.open(AnnotationFormat.YOLO);
        assertThat(read.classes()).containsExactly("0", "1", "2", "10");
        assertThat(DrawnFolder.boxes(read.only("val"), 0))
                .extracting(Box::className)
                .containsExactly("10", "2");
    }

    @Test
    void shouldReadTheNamesFromClassesTxt() throws IOException {
        folder.text("classes.txt", "kitten", "dog", "");
        assertThat(folder.open(AnnotationFormat.YOLO).classes()).containsExactly("kitten", "dog");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "names: ['cat', \"big dog\"]",
                "names:\n- cat\n- big dog",
                "names:\n  - cat  # the first\n  - big dog",
                "names: {0: cat, 1: big dog}",
                "names:\n  1: big dog\n  0: cat",
                "# data of 2017\npath: ../datasets/x\nnc: 2\nnames: [ cat,\n  big dog ]\nroboflow:\n  version: 1"
            })
    void shouldReadNamesInAllTheirForms(String names) throws IOException {
        folder.text("data.yaml", names, "train: images/train", "val: images/val");
        assertThat(folder.open(AnnotationFormat.YOLO).classes()).containsExactly("cat", "big dog");
    }

    /** To the rules of YAML 1.1 they are truth values. */
    @Test
    void shouldCallClassesNoAndOffAsTheyStand() throws IOException {
        folder.text("data.yaml", "names: [yes, no, Off, y]", "train: images/train", "val: images/val");
        assertThat(folder.open(AnnotationFormat.YOLO).classes()).containsExactly("yes", "no", "Off", "y");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "images/train",
                "./images/train/",
                "../images/train",
                "../../images/train",
                "/home/somebody/data/x/images/train",
                "C:\\data\\images\\train",
                "[images/train]",
                "train.txt",
                "lists/train.txt"
            })
    void shouldFindAListWhereverItsPathWasTrue(String path) throws IOException {
        folder.text("train.txt", "./images/train/a.png", "", "images/val/b.jpg")
                .text("lists/train.txt", "images/train/a.png")
                .text("data.yaml", "train: " + path, "names: [cat, dog]", "test: nowhere/test");
        AnnotatedFolder read = folder.open(AnnotationFormat.YOLO);
        assertThat(DrawnFolder.ids(read.only("train"))).startsWith("images/train/a.png");
        assertThat(DrawnFolder.boxes(read.only("train"), 0)).hasSize(2);
    }

    @Test
    void shouldSayThatAListIsNotThere() throws IOException {
        folder.text("data.yaml", "train: images/train", "val: images/validation", "names: [cat, dog]");
        folder.assertRefused(Kind.MISSING, "data.yaml: val", () -> folder.open(AnnotationFormat.YOLO))
                .withMessageContaining("images/validation");
    }

    @Test
    void shouldNameAImageThatOnlyTheListKnows() throws IOException {
        folder.text("val.txt", "images/val/b.jpg", "images/val/gone.jpg")
                .text("labels/val/gone.txt", "0 0.5 0.5 0.5 0.5")
                .text("data.yaml", "val: val.txt", "names: [cat]");
        AnnotatedFolder read = folder.open(AnnotationFormat.YOLO);
        assertThat(DrawnFolder.boxes(read, 0)).isEmpty();
        folder.assertRefused(Kind.MISSING, "images/val/gone.jpg", () -> read.read(1));
    }

    @Test
    void shouldRefuseAListThatLeadsOutOfTheFolder() throws IOException {
        folder.text("val.txt", "../../etc/x.jpg").text("data.yaml", "val: val.txt", "names: [cat]");
        folder.assertRefused(Kind.BAD_ANNOTATION, "val.txt", () -> folder.open(AnnotationFormat.YOLO));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    0 0.5 0.5 0.5         | 4 values
                    0 0.5 0.5 0.5 0.5 0.9 | 6 values
                    0 0.5 x 0.5 0.5       | "x" is not a number
                    0 0.5 NaN 0.5 0.5     | not a finite number
                    0 0.5 0.5 -0.5 0.5    | inverted
                    0 0.9 0.5 0.5 0.5     | outside
                    cat 0.5 0.5 0.5 0.5   | "cat" is not a whole number
                    -1 0.5 0.5 0.5 0.5    | not a whole number
                    2 0.5 0.5 0.5 0.5     | the class 2 is not in 0 to 1
                    0 1e300 0.5 0.2 0.2   | lies outside the image
                    4294967296 0.5 0.5 0.5 0.5 | the class 4294967296 is not in 0 to 1
                    99999999999999999 0.5 0.5 0.5 0.5 | the class 99999999999999999 is not in 0 to 1
                    1e17 0.5 0.5 0.5 0.5  | "1e17" is not a whole number from 0
                    """)
    void shouldNameTheLineOfABadBox(String line, String reason) throws IOException {
        folder.text("classes.txt", "cat", "dog").text("labels/train/a.txt", "0 0.5 0.5 0.5 0.5", line);
        AnnotatedFolder read = folder.open(AnnotationFormat.YOLO);
        folder.assertRefused(Kind.BAD_ANNOTATION, "labels/train/a.txt: line 2", () -> read.read(0))
                .withMessageContaining(reason);
        assertThat(DrawnFolder.boxes(read, 1)).as("the other image").isEmpty();
    }

    @Test
    void shouldDropBoxesWithoutAreaAndForgiveRoundedEdges() throws IOException {
        folder.text("labels/train/a.txt", "0 0.5 0.5 0 0.5", "0 0.25 0.5 0.505 1");
        AnnotatedFolder read = folder.open(AnnotationFormat.YOLO);
        assertThat(DrawnFolder.boxes(read, 0)).singleElement().satisfies(box -> assertThat(box.xmin())
                .isZero());
        assertThat(read.rules().dropped()).isEqualTo(1);
        assertThat(read.rules().clipped()).isEqualTo(1);
    }

    @Test
    void shouldRefuseAClassThatWasNotAskedFor() throws IOException {
        folder.text("classes.txt", "cat", "dog");
        AnnotatedFolder read = folder.open(AnnotationFormat.YOLO, FolderOptions.ofClasses(List.of("cat")));
        folder.assertRefused(Kind.BAD_ANNOTATION, "labels/train/a.txt: line 1", () -> read.read(0))
                .withMessageContaining("the class dog is none of cat");
    }

    @Test
    void shouldRefuseLabelsThatAreNoText() throws IOException {
        Files.write(root.resolve("labels/train/a.txt"), new byte[] {'0', ' ', (byte) 0xff, (byte) 0xfe});
        AnnotatedFolder read = folder.open(AnnotationFormat.YOLO);
        folder.assertRefused(Kind.CORRUPT, "labels/train/a.txt", () -> read.read(0))
                .withMessageContaining("UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"names: [cat, dog", "names: {0: cat", "train: \"images", "\tnames: [cat]", "a: b: c"})
    void shouldReportADamagedYamlInOneLine(String text) throws IOException {
        folder.text("data.yaml", "nc: 2", text);
        folder.assertRefused(Kind.CORRUPT, "data.yaml: line ", () -> folder.open(AnnotationFormat.YOLO));
    }

    @Test
    void shouldRefuseClassNumbersWithAGapOrThatAreNone() throws IOException {
        folder.text("data.yaml", "names: {0: cat, 2: dog}");
        folder.assertRefused(Kind.BAD_ANNOTATION, "data.yaml: names", () -> folder.open(AnnotationFormat.YOLO));
        folder.text("data.yaml", "names: {zero: cat}");
        folder.assertRefused(Kind.BAD_ANNOTATION, "data.yaml: names", () -> folder.open(AnnotationFormat.YOLO));
    }

    /** A file that was cut off, whose classes would be called 0 and 1. */
    @ParameterizedTest
    @ValueSource(strings = {"", "# names: [cat, dog]", "[]", "{}", "cat", "null", "name: [cat, dog]"})
    void shouldRefuseAYamlThatSaysNothing(String text) throws IOException {
        folder.text("data.yaml", text);
        folder.assertRefused(Kind.BAD_ANNOTATION, "data.yaml", () -> folder.open(AnnotationFormat.YOLO))
                .withMessageContaining("it describes nothing: it has none of names, nc, path, train");
    }

    @Test
    void shouldRefuseObjDataThatSaysNothing() throws IOException {
        folder.text("obj.data", "");
        folder.assertRefused(Kind.BAD_ANNOTATION, "obj.data", () -> folder.open(AnnotationFormat.YOLO))
                .withMessageContaining("it describes nothing: it has none of names, labels, classes");
    }
}
