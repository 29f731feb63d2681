package org.batchmill.records.annotations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.batchmill.records.Box;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** VOC as people have it: folders, lists and XML. */
class VocFormatTest {

    private static final String EDGES = "<xmin>20</xmin><ymin>10</ymin><xmax>60</xmax><ymax>40</ymax>";
    private static final String CAT = "<object><name>cat</name><bndbox>" + EDGES + "</bndbox></object>";
    private static final Box BOX = new Box("cat", 20 / 96f, 10 / 64f, 60 / 96f, 40 / 64f);

    @TempDir
    private Path root;

    private DrawnFolder folder;

    @BeforeEach
    void start() {
        folder = new DrawnFolder(root);
    }

    private static String xml(String objects) {
        return "<annotation><folder>f</folder><filename>p.jpg</filename><path>C:\\me\\p.jpg</path>"
                + "<size><width>96</width><height>64</height><depth>3</depth></size>" + objects + "</annotation>";
    }

    /** An image with its annotation, without their suffixes. */
    private void add(String image, String annotation) throws IOException {
        folder.image(image + ".jpg", 96, 64).text(annotation + ".xml", xml(CAT));
    }

    private AnnotatedFolder withXml(String xml) throws IOException {
        folder.image("JPEGImages/p.jpg", 96, 64).text("Annotations/p.xml", xml);
        return folder.open(AnnotationFormat.VOC);
    }

    private AnnotatedFolder withList(String list, String... lines) throws IOException {
        folder.text("ImageSets/Main/" + list, lines);
        return folder.open(AnnotationFormat.VOC);
    }

    @ParameterizedTest
    @CsvSource({
        "JPEGImages/p, Annotations/p",
        "images/p, annotations/p",
        "images/p, annots/p",
        "images/p, labels/p",
        "Images/p, Annotation/p",
        "images/p, annotations/xmls/p",
        "images/sub/p, Annotations/sub/p",
        "images/sub/p, Annotations/p",
        "frames/p, marks/p",
        "p, p",
        "train/p, train/p",
        "train/images/p, train/annotations/p",
        "set1/p, set1/p",
        "JPEGImages/caf\u00e9, Annotations/cafe\u0301",
        "JPEGImages/a#1 b%20+c?, Annotations/a#1 b%20+c?",
        "JPEGImages/a.b, Annotations/a.b"
    })
    void shouldFindAnnotationsWhereverProgramsPutThem(String image, String annotation) throws IOException {
        add(image, annotation);
        AnnotatedFolder read = folder.open(AnnotationFormat.VOC);
        assertThat(DrawnFolder.ids(read)).containsExactly(image + ".jpg");
        assertThat(DrawnFolder.boxes(read, 0)).containsExactly(BOX);
    }

    @Test
    void shouldReadAnAnnotationAnewThatChangedAfterItWasRead() throws IOException {
        AnnotatedFolder read = withXml(xml(CAT));
        assertThat(DrawnFolder.boxes(read, 0)).containsExactly(BOX);
        assertThat(DrawnFolder.boxes(read, 0)).as("as it was kept").containsExactly(BOX);
        Path file = root.resolve("Annotations/p.xml");
        FileTime before = Files.getLastModifiedTime(file);
        Files.writeString(file, xml(CAT.replace("cat", "dog")));
        Files.setLastModifiedTime(file, FileTime.fromMillis(before.toMillis() + 2000));
        assertThat(DrawnFolder.boxes(read, 0))
                .as("of the same size")
                .extracting(Box::className)
                .containsExactly("dog");
        Files.writeString(file, xml(CAT + CAT));
        assertThat(DrawnFolder.boxes(read, 0)).containsExactly(BOX, BOX);
        folder.image("JPEGImages/p.jpg", 64, 64);
        assertThatThrownBy(() -> read.read(0)).hasMessageContaining("it says 96 x 64, the image is 64 x 64");
        Files.delete(file);
        assertThatThrownBy(() -> read.read(0)).isInstanceOf(DataException.class).hasMessageContaining("p.xml");
    }

    @ParameterizedTest
    @CsvSource({"p.JPG, p.xml", "p.jpg, p.XML", "p.JPEG, p.Xml", "p.PNG, p.xml", "P.jpg, p.xml"})
    void shouldReadNamesInAnyCase(String image, String annotation) throws IOException {
        folder.image("x.jpg", 96, 64).text("Annotations/" + annotation, xml(CAT));
        Files.createDirectories(root.resolve("JPEGImages"));
        Files.move(root.resolve("x.jpg"), root.resolve("JPEGImages").resolve(image));
        assertThat(DrawnFolder.boxes(folder.open(AnnotationFormat.VOC), 0)).containsExactly(BOX);
    }

    @Test
    void shouldReadXmlBesideImagesEachFolderAsAList() throws IOException {
        for (String name : List.of("train/p0", "train/p1", "valid/p0", "Test/p9")) {
            add(name, name);
        }
        folder.text("train/._p0.xml", "\u0000").text("__MACOSX/train/._p0.xml", "\u0000");
        AnnotatedFolder read = folder.open(AnnotationFormat.VOC);
        assertThat(read.lists()).containsExactly("test", "train", "valid");
        assertThat(DrawnFolder.ids(read.only("train"))).containsExactly("train/p0.jpg", "train/p1.jpg");
        assertThat(DrawnFolder.boxes(read.only("valid"), 0)).containsExactly(BOX);
    }

    @Test
    void shouldNotGiveAImageTheAnnotationOfItsNamesake() throws IOException {
        add("train/p", "train/p");
        folder.image("valid/p.jpg", 96, 64).image("valid/q.jpg", 96, 64).text("valid/q.xml", xml(""));
        AnnotatedFolder read = folder.open(AnnotationFormat.VOC).only("valid");
        folder.assertRefused(Kind.MISSING, "valid/p.xml", () -> read.read(0));
        assertThat(DrawnFolder.boxes(read, 1)).isEmpty();
    }

    @Test
    void shouldTellImagesAndAnnotationsApartThatDifferInCase() throws IOException {
        add("JPEGImages/a", "Annotations/a");
        folder.image("JPEGImages/A.jpg", 96, 64);
        AnnotatedFolder read = folder.open(AnnotationFormat.VOC);
        folder.assertRefused(Kind.MISSING, "Annotations/A.xml", () -> read.read(0));
        assertThat(DrawnFolder.boxes(read, 1)).containsExactly(BOX);
    }

    @Test
    void shouldTakeTheWholeLineOfAListForAName() throws IOException {
        for (String name : List.of("cell 0", "cell 1", "cell 2", "1 0", "frame 1", "x")) {
            add("JPEGImages/" + name, "Annotations/" + name);
        }
        assertThat(DrawnFolder.ids(withList("train.txt", "cell 0", "cell 1", "", "cell 2 ", "\t")))
                .containsExactly("JPEGImages/cell 0.jpg", "JPEGImages/cell 1.jpg", "JPEGImages/cell 2.jpg");
        AnnotatedFolder read = withList("train.txt", "1 0\r", "frame 1\r", "x\r");
        assertThat(DrawnFolder.ids(read))
                .containsExactly("JPEGImages/1 0.jpg", "JPEGImages/frame 1.jpg", "JPEGImages/x.jpg");
        assertThat(read.notices()).singleElement().asString().contains("3 images are in no list");
        assertThat(withList("cell_train.txt", "cell 0", "cell 1").lists()).containsExactly("cell_train", "train");
    }

    @Test
    void shouldPassOverTheListsOfOneClass() throws IOException {
        add("JPEGImages/S1-00", "Annotations/S1-00");
        add("JPEGImages/S1-01", "Annotations/S1-01");
        AnnotatedFolder read = withList("cat_train.txt", "S1-00.jpg 1", "S1-01.jpg -1");
        assertThat(read.lists()).isEmpty();
        assertThat(read.size()).isEqualTo(2);
        assertThat(withList("cat.txt", "S1-00  1", "S1-01 -1").lists()).isEmpty();
        AnnotatedFolder listed = withList("train.txt", "S1-00");
        assertThat(DrawnFolder.ids(listed)).containsExactly("JPEGImages/S1-00.jpg");
        assertThat(listed.lists()).containsExactly("train");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "p0.jpg",
                "p0",
                "JPEGImages/p0.jpg",
                "./p0",
                "/home/me/voc/JPEGImages/p0.jpg",
                "C:\\voc\\JPEGImages\\p0.jpg",
                "P0.JPG"
            })
    void shouldFindTheImageThatAListNamesInAnyWay(String line) throws IOException {
        add("JPEGImages/p0", "Annotations/p0");
        assertThat(DrawnFolder.boxes(withList("default.txt", line), 0)).containsExactly(BOX);
    }

    @Test
    void shouldReadListsThatAreNotInMain() throws IOException {
        add("JPEGImages/a", "Annotations/a");
        add("JPEGImages/b", "Annotations/b");
        folder.text("ImageSets/val.txt", "b").text("ImageSets/._val.txt", "\u0000");
        assertThat(DrawnFolder.ids(folder.open(AnnotationFormat.VOC).only("val")))
                .containsExactly("JPEGImages/b.jpg");
    }

    @Test
    void shouldNameAImageOfAListThatIsNotThere() throws IOException {
        add("JPEGImages/a", "Annotations/a");
        AnnotatedFolder read = withList("train.txt", "a", "gone.jpg");
        folder.assertRefused(Kind.MISSING, "JPEGImages/gone.jpg", () -> read.read(1));
    }

    @Test
    void shouldTakeTheImageThatTheAnnotationNamesOfTwoThatDifferInTheSuffix() throws IOException {
        folder.image("JPEGImages/p.jpg", 9, 9).image("JPEGImages/p.png", 96, 64);
        folder.text("Annotations/p.xml", xml(CAT).replace("p.jpg", "p.png"));
        AnnotatedFolder read = folder.open(AnnotationFormat.VOC);
        assertThat(DrawnFolder.ids(read)).containsExactly("JPEGImages/p.png");
        assertThat(read.notices()).singleElement().asString().contains("left out: JPEGImages/p.jpg");
    }

    @ParameterizedTest
    @CsvSource({
        "JPEGImages/p.jpg, Annotations/0001.xml, p.jpg",
        "JPEGImages/p.jpg, Annotations/0001.xml, p",
        "JPEGImages/p.JPG, Annotations/0001.xml, p.jpg",
        "JPEGImages/p.png, Annotations/0001.xml, p.jpg",
        "JPEGImages/p.jpg, Annotations/p.jpg.xml, p.jpg",
        "JPEGImages/sub/p.jpg, Annotations/0001.xml, sub\\p.jpg",
        "p.jpg, 0001.xml, C:\\me\\p.jpg",
        "train/p.jpg, train/0001.xml, p.jpg"
    })
    void shouldTakeTheImageThatAnAnnotationOfAnotherNameNames(String image, String annotation, String name)
            throws IOException {
        folder.image("x.jpg", 96, 64).text(annotation, xml(CAT).replace(">p.jpg<", ">" + name + "<"));
        Files.createDirectories(root.resolve(image).getParent());
        Files.move(root.resolve("x.jpg"), root.resolve(image));
        AnnotatedFolder read = folder.open(AnnotationFormat.VOC);
        assertThat(DrawnFolder.ids(read)).containsExactly(image);
        assertThat(DrawnFolder.boxes(read, 0)).containsExactly(BOX);
        assertThat(read.notices()).singleElement().asString().contains("1 annotations", "named in them");
    }

    @Test
    void shouldNotGiveAnImageTheAnnotationsThatTwoOthersSayAreIts() throws IOException {
        folder.image("JPEGImages/p.jpg", 96, 64).text("Annotations/1.xml", xml(CAT));
        folder.text("Annotations/2.xml", xml(CAT));
        AnnotatedFolder read = folder.open(AnnotationFormat.VOC);
        assertThat(DrawnFolder.ids(read)).containsExactly("JPEGImages/1.jpg", "JPEGImages/2.jpg", "JPEGImages/p.jpg");
        for (int i = 0; i < 3; i++) {
            int index = i;
            folder.assertRefused(Kind.MISSING, "", () -> read.read(index));
        }
    }

    @Test
    void shouldNotTakeAnImageAwayFromTheAnnotationOfItsName() throws IOException {
        folder.image("JPEGImages/p.jpg", 96, 64).text("Annotations/p.xml", xml(CAT));
        folder.text("Annotations/q.xml", xml("")).text("ImageSets/Main/train.txt", "p", "q");
        AnnotatedFolder read = folder.open(AnnotationFormat.VOC);
        assertThat(DrawnFolder.boxes(read, 0)).containsExactly(BOX);
        folder.assertRefused(Kind.MISSING, "JPEGImages/q.jpg", () -> read.read(1));
    }

    @Test
    void shouldFindInAListTheImageThatAnAnnotationOfAnotherNameNames() throws IOException {
        folder.image("JPEGImages/p.jpg", 96, 64).text("Annotations/0001.xml", xml(CAT));
        add("JPEGImages/q", "Annotations/q");
        AnnotatedFolder read = withList("train.txt", "0001", "q");
        assertThat(DrawnFolder.ids(read.only("train"))).containsExactly("JPEGImages/p.jpg", "JPEGImages/q.jpg");
        assertThat(DrawnFolder.boxes(read, 0)).containsExactly(BOX);
    }

    @Test
    void shouldReadTheListsOfEachYearOfADevkit() throws IOException {
        for (String year : List.of("VOC2007", "VOC2012")) {
            for (String name : List.of("a", "b")) {
                add(year + "/JPEGImages/" + year + name, year + "/Annotations/" + year + name);
            }
            folder.text(year + "/ImageSets/Main/train.txt", year + "a")
                    .text(year + "/ImageSets/Main/val.txt", year + "b")
                    .text(year + "/ImageSets/Main/cat_train.txt", year + "a  1");
        }
        AnnotatedFolder read = folder.open(AnnotationFormat.VOC);
        assertThat(read.lists()).containsExactly("train", "val");
        assertThat(DrawnFolder.ids(read.only("val")))
                .containsExactly("VOC2007/JPEGImages/VOC2007b.jpg", "VOC2012/JPEGImages/VOC2012b.jpg");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\ufeff", "<?xml version='1.0' encoding='utf-8'?>", "<?xml version='1.0'?><!-- <annotation> -->"
            })
    void shouldReadXmlWithWhatProgramsPutBeforeIt(String before) throws IOException {
        assertThat(DrawnFolder.boxes(withXml(before + xml(CAT)), 0)).containsExactly(BOX);
    }

    /** They were passed over, and the image was background. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<objects>CAT</objects>         | <object> stands in <objects>",
                "<object><name>a</name>CAT</object> | <object> stands in <object>",
                "<Object><name>cat</name></Object> | <Object> stands in <annotation>"
            })
    void shouldRefuseObjectsThatAreNotWhereObjectsAre(String around, String told) throws IOException {
        AnnotatedFolder read = withXml(xml("\n" + around.replace("CAT", CAT)));
        folder.assertRefused(Kind.BAD_ANNOTATION, "Annotations/p.xml: line 2", () -> read.read(0))
                .withMessageContaining(told);
    }

    @Test
    void shouldReadXmlInUtf16() throws IOException {
        withXml(xml(CAT));
        Files.write(
                root.resolve("Annotations/p.xml"),
                ("\ufeff<?xml version='1.0' encoding='UTF-16'?>" + xml(CAT)).getBytes(StandardCharsets.UTF_16LE));
        assertThat(DrawnFolder.boxes(folder.open(AnnotationFormat.VOC), 0)).containsExactly(BOX);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    <name> cat </name>                    | cat
                    <name>\\ncat\\n  </name>              | cat
                    <name>traffic light</name>            | traffic light
                    <name>traffic\\n   light</name>      | traffic light
                    <name>Cat</name>                      | Cat
                    <name>a &amp; b &lt;c&gt;</name>      | a & b <c>
                    <name><![CDATA[cat]]></name>          | cat
                    <name>cat</name><part><name>head</name><bndbox><xmin>1</xmin></bndbox></part> | cat
                    """)
    void shouldReadNames(String name, String read) throws IOException {
        String object = "<object>" + name.replace("\\n", "\n") + "<bndbox>" + EDGES + "</bndbox></object>";
        assertThat(DrawnFolder.boxes(withXml(xml(object)), 0))
                .containsExactly(new Box(read, BOX.xmin(), BOX.ymin(), BOX.xmax(), BOX.ymax()));
    }

    @ParameterizedTest
    @CsvSource({
        "<difficult>1</difficult>, true, false, false",
        "<truncated>true</truncated>, false, true, false",
        "<truncated>0.35</truncated>, false, true, false",
        "<difficult/>, false, false, false",
        "<truncated>Unspecified</truncated>, false, false, false",
        "<difficult>1</difficult><crowd>1</crowd>, false, false, true"
    })
    void shouldReadFlags(String flags, boolean difficult, boolean truncated, boolean crowd) throws IOException {
        String object = CAT.replace("<bndbox>", flags + "<bndbox>");
        assertThat(DrawnFolder.boxes(withXml(xml(object)), 0))
                .containsExactly(
                        new Box("cat", BOX.xmin(), BOX.ymin(), BOX.xmax(), BOX.ymax(), difficult, truncated, crowd));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    <xmin>20    | <xmin>20,5                          | not a number
                    <xmin>20    | <xmin>61                            | inverted
                    <xmin>20    | <xmin>-3                            | outside
                    <xmin>20    | <xmin>NaN                           | not a finite number
                    <xmin>20    | <xmin>21</xmin><xmin>20             | stands twice
                    <name>cat   | <name>dog</name><name>cat           | object/name stands twice
                    bndbox>     | robndbox>                           | turned one
                    <width>96   | <width>0                            | says 0 x 64
                    <width>96   | <width>64                           | says 64 x 64
                    <width>96   | <width>96.5                         | says 96.5 x 64
                    <width>96   | <width>wide                         | not a number
                    <name>cat   | <name>                              | no name
                    """)
    void shouldRefuseWhatContradictsItself(String text, String instead, String reason) throws IOException {
        AnnotatedFolder read = withXml(xml(CAT).replace(text, instead));
        folder.assertRefused(Kind.BAD_ANNOTATION, "Annotations/p.xml", () -> read.read(0))
                .withMessageContaining(reason);
    }

    @Test
    void shouldRefuseBoxesInFractions() throws IOException {
        String edges = "<xmin>0.2</xmin><ymin>0.1</ymin><xmax>0.6</xmax><ymax>0.9</ymax>";
        AnnotatedFolder read = withXml(xml(CAT.replace(EDGES, edges)));
        folder.assertRefused(Kind.BAD_ANNOTATION, "Annotations/p.xml: object 0", () -> read.read(0))
                .withMessageContaining("fractions");
    }

    @Test
    void shouldTakeASizeInDecimalsOrNone() throws IOException {
        String size = "<size><width>96</width><height>64</height><depth>3</depth></size>";
        assertThat(DrawnFolder.boxes(withXml(xml(CAT).replace(">96<", ">96.0<")), 0))
                .containsExactly(BOX);
        assertThat(DrawnFolder.boxes(withXml(xml(CAT).replace(size, "")), 0)).containsExactly(BOX);
        assertThat(DrawnFolder.boxes(withXml(xml(CAT).replace(size, "<size/>")), 0))
                .containsExactly(BOX);
        assertThat(DrawnFolder.boxes(withXml(xml(CAT).replace("20</xmin>", "20.000</xmin>")), 0))
                .containsExactly(BOX);
    }

    @Test
    void shouldReadBackWhatItWrote() throws IOException {
        List<Box> boxes = List.of(
                new Box("big dog", .25f, .5f, .5f, 1, true, true),
                new Box("Käfer & <Co>", 0, 0, 1, 1, false, false),
                new Box("cat", 0, 0, .5f, .5f, false, true, true));
        folder.image("JPEGImages/p.png", 64, 32);
        Files.createDirectories(root.resolve("Annotations"));
        VocWriter.write(root.resolve("Annotations/p.xml"), "p.png", 64, 32, 3, boxes);
        List<Box> read = DrawnFolder.boxes(folder.open(AnnotationFormat.VOC), 0);
        for (int i = 0; i < boxes.size(); i++) {
            Box box = boxes.get(i);
            // Pixels are counted from 1, which moves the left and upper edge by one.
            assertThat(read.get(i))
                    .isEqualTo(new Box(
                            box.className(),
                            box.xmin() + 1 / 64f,
                            box.ymin() + 1 / 32f,
                            box.xmax(),
                            box.ymax(),
                            box.difficult(),
                            box.truncated(),
                            box.crowd()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"images", "train/images", "x"})
    void shouldNotTakeOtherXmlForAnnotations(String place) throws IOException {
        folder.image(place + "/p.jpg", 9, 9).text(place + "/p.xml", "<metadata/>");
        assertThat(AnnotationFormat.VOC.fits(root)).isFalse();
    }

    /** CVAT writes the box as it was before its turn. */
    @ParameterizedTest
    @CsvSource({"45.0, false", "90, false", "0.0, true", "180, true", "left, true"})
    void shouldRefuseABoxThatIsTurned(String degrees, boolean read) throws IOException {
        AnnotatedFolder opened = withXml(xml(CAT.replace(
                "</object>",
                "<attributes><attribute><name>rotation</name><value>" + degrees
                        + "</value></attribute></attributes></object>")));
        if (read) {
            assertThat(DrawnFolder.boxes(opened, 0)).containsExactly(BOX);
        } else {
            folder.assertRefused(Kind.BAD_ANNOTATION, "Annotations/p.xml: object 0", () -> opened.read(0));
        }
    }

    @Test
    void shouldSayThatListsOfSingleClassesAreNone() throws IOException {
        folder.image("JPEGImages/p.jpg", 96, 64).text("Annotations/p.xml", xml(CAT));
        AnnotatedFolder read = withList("cat_train.txt", "p 1");
        assertThat(read.lists()).isEmpty();
        assertThat(read.notices()).singleElement().asString().contains("single classes");
    }
}
