package org.batchmill.records.annotations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

/** How tools lay out YOLO's text files: CVAT, labelImg, Label Studio, Roboflow, darknet, ultralytics. */
class YoloLayoutsTest {

    private static final String LINE = "0 0.5 0.5 0.5 0.5";
    private static final Box BOX = new Box("car", 0.25f, 0.25f, 0.75f, 0.75f);

    @TempDir
    private Path root;

    private DrawnFolder folder;

    @BeforeEach
    void make() {
        folder = new DrawnFolder(root);
    }

    /** An image with one object of each class. */
    private void labelled(String image, String text, String... lines) throws IOException {
        folder.image(image, 40, 40).text(text, lines);
    }

    private AnnotatedFolder open() throws IOException {
        return folder.open(AnnotationFormat.YOLO);
    }

    private void darknet(String... description) throws IOException {
        labelled("obj_train_data/f0.png", "obj_train_data/f0.txt", LINE);
        labelled("obj_train_data/sub/f1.png", "obj_train_data/sub/f1.txt", "1 0.5 0.5 0.5 0.5");
        folder.text("obj.names", "car", "bus", "").text("obj.data", description);
    }

    @Test
    void shouldReadDarknetsDescriptionAsCvatWritesIt() throws IOException {
        darknet("classes = 2", "train = data/train.txt", "names = data/obj.names", "backup = backup/");
        folder.text("train.txt", "data/obj_train_data/f0.png", "data/obj_train_data/sub/f1.png");
        AnnotatedFolder read = open();
        assertThat(read.classes()).containsExactly("car", "bus");
        assertThat(read.lists()).containsExactly("train");
        assertThat(DrawnFolder.boxes(read, 0)).containsExactly(BOX);
        assertThat(DrawnFolder.boxes(read, 1)).extracting(Box::className).containsExactly("bus");
    }

    @Test
    void shouldReadDarknetsDescriptionWithCommentsSpacesAndPathsOfAnotherMachine() throws IOException {
        darknet(
                "# my cars",
                "classes=2",
                "  train  =C:\\darknet\\data\\train.txt",
                "valid = /home/somebody/darknet/data/valid.txt # the rest",
                ";names = other.names",
                "names = ",
                "names=build/darknet/x64/data/obj.names");
        folder.text("train.txt", "C:\\darknet\\data\\obj_train_data\\f0.png")
                .text("valid.txt", "/home/somebody/darknet/data/obj_train_data/sub/f1.png");
        AnnotatedFolder read = open();
        assertThat(read.lists()).containsExactly("train", "val");
        assertThat(DrawnFolder.ids(read.only("val"))).containsExactly("obj_train_data/sub/f1.png");
        assertThat(read.classes()).containsExactly("car", "bus");
    }

    @Test
    void shouldRefuseADarknetDescriptionWithoutItsNamesOrWithOtherManyClasses() throws IOException {
        darknet("classes = 3", "train = train.txt", "names = obj.names");
        folder.text("train.txt", "obj_train_data/f0.png");
        folder.assertRefused(Kind.BAD_ANNOTATION, "obj.data: classes", this::open)
                .withMessageContaining("3 classes, but 2 have names");
        folder.text("obj.data", "train = train.txt", "names = cars.names");
        folder.assertRefused(Kind.MISSING, "obj.data: names", this::open).withMessageContaining("cars.names");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "classes.txt",
                "labels/classes.txt",
                "obj.names",
                "labels/voc.names",
                "labels/train/classes.txt",
                "CLASSES.TXT"
            })
    void shouldFindTheClassesWhereToolsPutThem(String list) throws IOException {
        labelled("images/train/a.jpg", "labels/train/a.txt", LINE);
        folder.text(list, "car", "bus");
        assertThat(open().classes()).containsExactly("car", "bus");
    }

    @Test
    void shouldTakeAnImageOnceThatAListNamesAgain() throws IOException {
        labelled("images/a.jpg", "labels/a.txt", LINE);
        labelled("images/b.jpg", "labels/b.txt", LINE);
        folder.text("data.yaml", "train: train.txt", "names: [car]")
                .text("train.txt", "images/a.jpg", "images/b.jpg", "images/a.jpg");
        AnnotatedFolder read = open();
        assertThat(DrawnFolder.ids(read.only("train"))).containsExactly("images/a.jpg", "images/b.jpg");
        assertThat(read.notices()).anyMatch(notice -> notice.contains("1 lines name an image again"));
    }

    @Test
    void shouldReadADescriptionWithAnchors() throws IOException {
        labelled("images/train/a.jpg", "labels/train/a.txt", "1 0.5 0.5 0.5 0.5");
        folder.text("data.yaml", "usual: &n [car, bus]", "splits: &s {train: images/train}", "<<: *s", "names: *n");
        AnnotatedFolder read = open();
        assertThat(read.lists()).containsExactly("train");
        assertThat(read.classes()).containsExactly("car", "bus");
        assertThat(DrawnFolder.boxes(read, 0)).extracting(Box::className).containsExactly("bus");
    }

    /** A name of another system's path may be a whole name here. */
    @Test
    void shouldFindTheTextOfAnImageWithABackslashInItsName() throws IOException {
        labelled("images/a\\b.jpg", "labels/a\\b.txt", LINE);
        labelled("images/c.jpg", "labels/c.txt", LINE);
        folder.text("classes.txt", "car");
        AnnotatedFolder read = open();
        assertThat(DrawnFolder.boxes(read, 0)).containsExactly(BOX);
        assertThat(DrawnFolder.boxes(read, 1)).containsExactly(BOX);
    }

    @Test
    void shouldReadTextsBesideImagesAsLabelImgWritesThem() throws IOException {
        labelled("a.jpg", "a.txt", LINE);
        folder.text("classes.txt", "car", "bus");
        assertThat(DrawnFolder.boxes(open(), 0)).containsExactly(BOX);
    }

    @Test
    void shouldReadTextsBesideImagesWhereNobodyNamesTheClasses() throws IOException {
        labelled("photos/a.jpg", "photos/a.txt", LINE);
        AnnotatedFolder read = open();
        assertThat(read.classes()).containsExactly("0");
    }

    @Test
    void shouldReadRoboflowsDarknetExport() throws IOException {
        labelled("train/a.jpg", "train/a.txt", LINE);
        labelled("valid/b.jpg", "valid/b.txt", LINE);
        folder.text("train/_darknet.labels", "car", "bus").text("valid/_darknet.labels", "car", "bus");
        AnnotatedFolder read = open();
        assertThat(read.lists()).containsExactly("train", "valid");
        assertThat(read.classes()).containsExactly("car", "bus");
    }

    @Test
    void shouldRefuseClassListsThatDiffer() throws IOException {
        labelled("train/a.jpg", "train/a.txt", LINE);
        labelled("valid/b.jpg", "valid/b.txt", LINE);
        folder.text("train/classes.txt", "car", "bus").text("valid/classes.txt", "bus", "car");
        folder.assertRefused(Kind.BAD_ANNOTATION, "valid/classes.txt", this::open)
                .withMessageContaining("train/classes.txt names them car, bus");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    car||bus     | line 2: bad-annotation: the line is empty
                    car|bus|car  | the classes 0 and 2 are both named car
                    """,
            ignoreLeadingAndTrailingWhitespace = true,
            maxCharsPerColumn = 200)
    void shouldNotGuessNumbersOfClasses(String a, String b, String c, String d) throws IOException {
        labelled("images/a.jpg", "labels/a.txt", LINE);
        folder.text("classes.txt", a, b == null ? "" : b, c);
        folder.assertRefused(Kind.BAD_ANNOTATION, "classes.txt", this::open).withMessageContaining(d);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
    void shouldReadFilesWithAByteOrderMark(String charset) throws IOException {
        folder.image("images/a.jpg", 40, 40);
        marked("labels/a.txt", LINE + "\r\n", charset);
        marked("data.yaml", "train: images\r\nval: images.txt\r\nnames:\r\n  0: car\r\n", charset);
        marked("images.txt", "./images/a.jpg\r\n", charset);
        AnnotatedFolder read = open();
        assertThat(read.classes()).containsExactly("car");
        assertThat(DrawnFolder.boxes(read.only("val"), 0)).containsExactly(BOX);
        Files.delete(root.resolve("data.yaml"));
        marked("classes.txt", "car\r\n", charset);
        assertThat(open().classes()).containsExactly("car");
    }

    private void marked(String name, String text, String charset) throws IOException {
        folder.text(name);
        Files.write(root.resolve(name), ("\ufeff" + text).getBytes(charset));
    }

    @Test
    void shouldReadNamesInAnyScript() throws IOException {
        labelled("images/фото 1.jpg", "labels/фото 1.txt", LINE);
        Files.writeString(root.resolve("classes.txt"), "Fußgänger\n", StandardCharsets.UTF_8);
        assertThat(DrawnFolder.boxes(open(), 0)).extracting(Box::className).containsExactly("Fußgänger");
    }

    @ParameterizedTest
    @ValueSource(strings = {"valid", "val", "validation", "val2017"})
    void shouldTakeFoldersForLists(String name) throws IOException {
        for (String list : List.of("train", name, "test")) {
            labelled("images/" + list + "/a.jpg", "labels/" + list + "/a.txt", LINE);
        }
        AnnotatedFolder read = open();
        assertThat(read.lists()).containsExactlyInAnyOrder("train", name, "test");
        assertThat(DrawnFolder.ids(read.only(name))).containsExactly("images/" + name + "/a.jpg");
    }

    @Test
    void shouldTakeFoldersWithImagesAndLabelsForLists() throws IOException {
        for (String list : List.of("train", "valid")) {
            labelled(list + "/images/a.jpg", list + "/labels/a.txt", LINE);
        }
        AnnotatedFolder read = open();
        assertThat(read.lists()).containsExactly("train", "valid");
        assertThat(DrawnFolder.boxes(read.only("valid"), 0)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"coco.yaml,val", "custom_data.yml,valid", "data.yml,validation"})
    void shouldReadADescriptionOfAnyName(String name, String key) throws IOException {
        labelled("images/a/a.jpg", "labels/a/a.txt", LINE);
        labelled("images/b/b.jpg", "labels/b/b.txt", LINE);
        folder.text(name, "path: D:\\data\\cars", "train: images/a", key + ": images/b", "names: [car]");
        folder.text("hyp.yaml", "lr0: 0.01");
        AnnotatedFolder read = open();
        assertThat(read.lists()).containsExactly("train", "val");
        assertThat(read.classes()).containsExactly("car");
    }

    @Test
    void shouldAskWhichOfTwoDescriptionsIsMeant() throws IOException {
        labelled("images/a.jpg", "labels/a.txt", LINE);
        folder.text("one.yaml", "train: images", "names: [car]").text("two.yaml", "train: images", "names: [bus]");
        folder.assertRefused(Kind.BAD_ANNOTATION, "", this::open).withMessageContaining("both one.yaml and two.yaml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", "./data", "/home/x/datasets/data", "..\\data"})
    void shouldLookForListsBelowThePathOfTheDescription(String path) throws IOException {
        labelled("data/images/a.jpg", "data/labels/a.txt", LINE);
        labelled("images/b.jpg", "labels/b.txt", LINE);
        folder.text("data.yaml", "path: " + path, "train: images", "names: [car]");
        assertThat(DrawnFolder.ids(open())).containsExactly("data/images/a.jpg");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    nc: 3                  | nc: bad-annotation: 3 classes, but 2 have names
                    nc: two                | is not a whole number
                    names: [car, car]      | the classes 0 and 1 are both named car
                    names: [car, '']       | the class 1 has no name
                    names: [car, null]     | is no name of a class
                    names: {0: car, 0: bus}| Duplicate
                    names: 7               | neither a list nor a map
                    """)
    void shouldRefuseADescriptionThatContradictsItself(String line, String reason) throws IOException {
        labelled("images/a.jpg", "labels/a.txt", LINE);
        folder.text("data.yaml", "train: images", line, line.startsWith("names") ? "" : "names: [car, bus]");
        org.assertj.core.api.Assertions.assertThatExceptionOfType(org.batchmill.records.DataException.class)
                .isThrownBy(this::open)
                .withMessageContaining(reason);
    }

    @Test
    void shouldCountClassesThatHaveNoNames() throws IOException {
        labelled("images/a.jpg", "labels/a.txt", "2 0.5 0.5 0.5 0.5");
        folder.text("data.yaml", "train: images", "nc: 2");
        AnnotatedFolder read = open();
        assertThat(read.classes()).containsExactly("0", "1");
        folder.assertRefused(Kind.BAD_ANNOTATION, "labels/a.txt: line 1", () -> read.read(0));
    }

    @Test
    void shouldReadNamesFromTheFileThatTheDescriptionNames() throws IOException {
        labelled("images/a.jpg", "labels/a.txt", LINE);
        folder.text("data.yaml", "train: images", "names: data/coco.names").text("coco.names", "car");
        assertThat(open().classes()).containsExactly("car");
    }

    @Test
    void shouldFindTheImagesOfAListFromTheFolderThatItLiesIn() throws IOException {
        labelled("x/images/a.jpg", "x/labels/a.txt", LINE);
        labelled("images/a.jpg", "labels/a.txt", "0 0.5 0.5 1 1");
        folder.text("x/train.txt", "./images/a.jpg").text("data.yaml", "train: x/train.txt", "names: [car]");
        assertThat(DrawnFolder.ids(open())).containsExactly("x/images/a.jpg");
    }

    @Test
    void shouldRefuseTwoNamesInAListForOneImage() throws IOException {
        labelled("images/a.jpg", "labels/a.txt", LINE);
        folder.text("train.txt", "/mnt/one/images/a.jpg", "/mnt/two/images/a.jpg")
                .text("data.yaml", "train: train.txt", "names: [car]");
        folder.assertRefused(Kind.BAD_ANNOTATION, "train.txt: line 2", this::open)
                .withMessageContaining("/mnt/two/images/a.jpg and /mnt/one/images/a.jpg");
    }

    @Test
    void shouldSayWhatItPassesOver() throws IOException {
        labelled("images/train/a.jpg", "labels/train/a.txt", LINE);
        folder.image("images/val/b.jpg", 40, 40)
                .text("labels/train/gone.txt", LINE)
                .text("labels/classes.txt", "car");
        assertThat(open().notices())
                .satisfiesExactly(
                        val -> assertThat(val).contains("not one of the 1 images of the list val has a text file"),
                        gone -> assertThat(gone)
                                .contains("1 text files have no image")
                                .contains("gone.txt"));
        folder.text("train.txt", "images/train/a.jpg", "images/train/a.jpg")
                .text("data.yaml", "train: train.txt", "names: [car]");
        assertThat(open().notices()).singleElement().satisfies(notice -> assertThat(notice)
                .contains("1 lines name an image again"));
    }

    @Test
    void shouldRefuseADataSetWhoseLabelsLieSomewhereElse() throws IOException {
        folder.image("images/a.jpg", 40, 40)
                .text("label/a.txt", LINE)
                .text("data.yaml", "train: images", "names: [car]");
        folder.assertRefused(Kind.MISSING, "", this::open).withMessageContaining("not one of 1 images has a text file");
    }

    @Test
    void shouldFindTextsAndFoldersInUpperCase() throws IOException {
        labelled("Images/a.JPG", "Labels/a.TXT", LINE);
        folder.text("classes.txt", "car");
        assertThat(DrawnFolder.boxes(open(), 0)).containsExactly(BOX);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0 0.25 0.25 0.75 0.25 0.75 0.75 0.25 0.75",
                "0 0.25 0.5 0.5 0.25 0.75 0.5 0.5 0.75 0.5 0.5",
                "0 .25 .25 .75 .25 .5 .75",
                "0.0 0.5 0.5 0.5 0.5",
                "0.000000000000000000e+00 5e-1 5.000000000000000000e-01 5.0e-01 5E-1",
                "0\t0.5\t0.5\t0.5\t0.5\t"
            })
    void shouldReadLinesAsUltralyticsDoes(String line) throws IOException {
        labelled("images/a.jpg", "labels/a.txt", line);
        folder.text("classes.txt", "car");
        assertThat(DrawnFolder.boxes(open(), 0)).containsExactly(BOX);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    0 0.5 0.5 0.5 0.5 0.91           | a detection with its confidence
                    0 0.5 0.5 0.5 0.5 0.1 0.1 0.2    | nor points of a polygon
                    0,0.5,0.5,0.5,0.5                | parted by spaces, not by commas
                    0, 0.5, 0.5, 0.5, 0.5            | parted by spaces, not by commas
                    0 0.5 0,5 0.5 0.5                | "0,5" is not a number
                    0.5 0.5 0.5 0.5 0.5              | "0.5" is not a whole number
                    -0.0 0.5 0.5 0.5 0.5             | "-0.0" is not a whole number
                    0 0.5 0.5 0.5f 0.5               | "0.5f" is not a number
                    0 0.5 0.5 0x1 0.5                | "0x1" is not a number
                    0 0.5 0.5 ٠ 0.5                  | is not a number
                    ٠ 0.5 0.5 0.5 0.5                | is not a whole number
                    0 20 20 20 20                    | outside
                    0 0.1 0.1 0.2 0.1 nan 0.2        | is not a finite number
                    # 0.5 0.5 0.5 0.5                | is not a whole number
                    """)
    void shouldRefuseLinesThatCouldMeanSomethingElse(String line, String reason) throws IOException {
        labelled("images/a.jpg", "labels/a.txt", LINE, line.replace("nan", "NaN"));
        folder.text("classes.txt", "car");
        AnnotatedFolder read = open();
        folder.assertRefused(Kind.BAD_ANNOTATION, "labels/a.txt: line 2", () -> read.read(0))
                .withMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "train: {a: b}, train, map",
        "'train: [images, [images]]', train, list of lists",
        "train: true, train, true",
        "val: 1.5, val, 1.5",
        "path: {a: b}, path, map",
        "path: [images], path, list"
    })
    void shouldRefusePlacesThatAreNone(String line, String key, String kind) throws IOException {
        labelled("images/a.jpg", "labels/a.txt", LINE);
        folder.text("data.yaml", "names: [car]", line);
        folder.assertRefused(Kind.BAD_ANNOTATION, "data.yaml: " + key, this::open)
                .withMessageContaining(kind);
    }

    @Test
    void shouldFindAFolderThatIsCalledByANumber() throws IOException {
        labelled("2024/images/a.jpg", "2024/labels/a.txt", LINE);
        folder.text("data.yaml", "names: [car]", "train: 2024");
        assertThat(open().size()).isOne();
        folder.text("data.yaml", "names: [car]", "path: 2024", "train: images", "val:");
        assertThat(open().size()).isOne();
    }

    @Test
    void shouldTakeTheBoxBeforeKeyPoints() throws IOException {
        labelled(
                "images/a.jpg", "labels/a.txt", "0 0.5 0.5 0.5 0.5 0.1 0.1 0.9 0.9", LINE, "0 0.5 0.5 0.5 0.5 0.1 0.1");
        folder.text("data.yaml", "train: images", "names: [car]", "kpt_shape: [2, 2]");
        AnnotatedFolder read = open();
        folder.assertRefused(Kind.BAD_ANNOTATION, "labels/a.txt: line 3", () -> read.read(0))
                .withMessageContaining("7 values instead of 5, or of 9");
        folder.text("labels/a.txt", "0 0.5 0.5 0.5 0.5 0.1 0.1 0.9 0.9", LINE);
        assertThat(DrawnFolder.boxes(read, 0)).containsExactly(BOX, BOX);
        folder.text("data.yaml", "train: images", "names: [car]", "kpt_shape: 17");
        folder.assertRefused(Kind.BAD_ANNOTATION, "data.yaml: kpt_shape", this::open);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0 0.5 0.5 0.4 0.4 0.4 0.4 2 0.6 0.6 1",
                "0 0.5 0.5 0.4 0.4 0 0 0 0.6 0.6 1 0.5 0.5 2 0.45 0.55 0",
                "0 0.5 0.5 0.4 0.4 0.4 0.4 1.000000 0.6 0.6 0.000000"
            })
    void shouldNotTakeKeyPointsWithVisibilitiesForPolygons(String line) throws IOException {
        labelled("images/a.png", "labels/a.txt", line);
        AnnotatedFolder read = open();
        folder.assertRefused(Kind.BAD_ANNOTATION, "labels/a.txt: line 1", () -> read.read(0))
                .withMessageContaining("kpt_shape: [" + (line.split(" ").length - 5) / 3 + ", 3]");
    }

    @Test
    void shouldSayThatPolygonsCouldBeKeyPointsWhereAllCould() throws IOException {
        String pose = "0 0.5 0.5 0.4 0.4 0.4 0.4 0.6 0.6";
        labelled("images/a.png", "labels/a.txt", pose, pose);
        labelled("images/b.png", "labels/b.txt", LINE, "0 0.3 0.3 0.2 0.2 0.25 0.35 0 0");
        assertThat(open().notices()).singleElement().asString().contains("kpt_shape: [2, 2]");
        folder.text("data.yaml", "names: [car]", "train: images", "kpt_shape: [2, 2]");
        assertThat(open().notices()).isEmpty();
        assertThat(DrawnFolder.boxes(open(), 1)).hasSize(2);
    }

    @Test
    void shouldNotDoubtPolygons() throws IOException {
        labelled("images/a.png", "labels/a.txt", "0 0.5 0.5 0.4 0.4 0.4 0.4 0.6 0.6");
        labelled("images/b.png", "labels/b.txt", "0 0.1 0.1 0.2 0.1 0.2 0.4 0.1 0.4");
        labelled("images/c.png", "labels/c.txt", "0 0.3 0.3 0.2 0.8 0 0.9 0 1 0.2 1 0.1 0.7 0.3 0.4 0.1 0.1");
        assertThat(open().notices()).isEmpty();
        assertThat(DrawnFolder.boxes(open(), 2)).hasSize(1);
    }

    @Test
    void shouldReadJpegsAsBrowsersSaveThemAndSayWhichImagesAreNotRead() throws IOException {
        labelled("images/train/a.png", "labels/train/a.txt", LINE);
        Files.move(root.resolve("images/train/a.png"), root.resolve("images/train/a.jfif"));
        labelled("images/train/b.png", "labels/train/b.txt", LINE);
        folder.text("images/train/c.tif", "").text("labels/train/c.txt", LINE);
        for (String description : List.of("", "train: images/train")) {
            if (!description.isEmpty()) {
                folder.text("data.yaml", description, "names: [car]");
            }
            AnnotatedFolder read = open();
            assertThat(read.size()).isEqualTo(2);
            assertThat(read.notices()).anyMatch(notice -> notice.contains("c.tif") && notice.contains("not read"));
        }
    }

    @Test
    void shouldReadTheFolderThatADescriptionLeadsToWhereItIsNamedItself() throws IOException {
        labelled("datasets/set/images/train/a.png", "datasets/set/labels/train/a.txt", LINE);
        folder.text("project/set.yaml", "path: ../datasets/set", "train: images/train", "names: [car]");
        AnnotatedFolder read = AnnotatedFolder.open(
                DataSetFile.of(root.resolve("project/set.yaml")).orElseThrow(), FolderOptions.defaults());
        assertThat(DrawnFolder.ids(read)).containsExactly("images/train/a.png");
        assertThat(DrawnFolder.boxes(read, 0)).containsExactly(BOX);
        folder.assertRefused(
                Kind.MISSING,
                "project/set.yaml: train",
                () -> AnnotatedFolder.open(root.resolve("project"), AnnotationFormat.YOLO, FolderOptions.defaults()));
    }

    @Test
    void shouldStayInTheFolderOfADescriptionThatHasItsImages() throws IOException {
        labelled("elsewhere/images/train/b.png", "elsewhere/labels/train/b.txt", LINE);
        labelled("set/images/train/a.png", "set/labels/train/a.txt", LINE);
        folder.text("set/data.yaml", "path: ../elsewhere", "train: images/train", "names: [car]");
        DataSetFile file = DataSetFile.of(root.resolve("set/data.yaml")).orElseThrow();
        assertThat(file.root()).isEqualTo(root.resolve("set").toAbsolutePath());
        assertThat(DrawnFolder.ids(AnnotatedFolder.open(file, FolderOptions.defaults())))
                .containsExactly("images/train/a.png");
    }
}
