package org.batchmill.records.annotations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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

/** COCO files that contradict themselves, or say something in a way that is not the usual one. */
class CocoContradictionsTest {

    private static final String JSON = "annotations/instances_default.json";
    private static final String CATS = "[{'id':1,'name':'cat'}]";
    private static final String BOX = "'bbox':[20,10,40,30]";
    private static final Box CAT = new Box("cat", 20 / 96f, 10 / 64f, 60 / 96f, 40 / 64f);

    @TempDir
    private Path root;

    private DrawnFolder folder;

    @BeforeEach
    void drawImages() throws IOException {
        folder = new DrawnFolder(root);
        folder.image("images/a.jpg", 96, 64).image("images/b.jpg", 96, 64);
    }

    private AnnotatedFolder opened(String images, String annotations, String categories) throws IOException {
        folder.text(JSON, json(images, annotations, categories));
        return folder.open(AnnotationFormat.COCO);
    }

    private static String json(String images, String annotations, String categories) {
        return ("{'images':[" + images + "],'annotations':[" + annotations + "],'categories':" + categories + "}")
                .replace('\'', '"');
    }

    private static String object(int id, Object image, Object category) {
        return "{'id':" + id + ",'image_id':" + image + ",'category_id':" + category + "," + BOX + "}";
    }

    @Test
    void shouldLeaveOutTheRootThatRoboflowWritesUnderTheNameOfAClass() throws IOException {
        AnnotatedFolder read = opened(
                "{'id':0,'file_name':'a.jpg'}",
                object(1, 0, 1) + "," + object(2, 0, 2),
                """
                [{'id':0,'name':'cells','supercategory':'none'},{'id':1,'name':'cells','supercategory':'cells'},
                 {'id':2,'name':'plate','supercategory':'cells'}]""");
        assertThat(read.classes()).containsExactly("cells", "plate");
        assertThat(DrawnFolder.boxes(read, 0)).extracting(Box::className).containsExactly("cells", "plate");
        assertThat(read.notices()).singleElement().asString().contains("same name", "cells");
    }

    @Test
    void shouldLeaveOutTheRootThatRoboflowWritesUnderANameOfItsOwn() throws IOException {
        AnnotatedFolder read = opened(
                "{'id':0,'file_name':'a.jpg'}",
                object(1, 0, 2),
                """
                [{'id':0,'name':'things','supercategory':'none'},{'id':1,'name':'cup','supercategory':'things'},
                 {'id':2,'name':'plate','supercategory':'things'}]""");
        assertThat(read.classes()).as("a cup may be in another list").containsExactly("cup", "plate");
        assertThat(read.notices()).singleElement().asString().contains("no classes: things");
    }

    @Test
    void shouldKeepACategoryThatIsItsOwnParentAsInCoco() throws IOException {
        AnnotatedFolder read = opened(
                "{'id':0,'file_name':'a.jpg'}",
                object(1, 0, 2),
                "[{'id':1,'name':'person','supercategory':'person'},{'id':2,'name':'cat','supercategory':'animal'}]");
        assertThat(read.classes()).containsExactly("person", "cat");
        assertThat(read.notices()).isEmpty();
    }

    @Test
    void shouldRefuseTwoCategoriesOfOneNameThatBothHaveObjects() {
        folder.assertRefused(
                        Kind.BAD_ANNOTATION,
                        JSON,
                        () -> opened(
                                "{'id':0,'file_name':'a.jpg'}",
                                object(1, 0, 1) + "," + object(2, 0, 2),
                                "[{'id':1,'name':'cat'},{'id':2,'name':' cat'}]"))
                .withMessageContaining("categories 1 and 2 are both named cat");
    }

    @Test
    void shouldPutTheObjectsOfAllEntriesOfAImageTogether() throws IOException {
        AnnotatedFolder read = opened(
                "{'id':1,'file_name':'a.jpg'},{'id':2,'file_name':'b.jpg'},{'id':3,'file_name':'./a.jpg'}",
                object(1, 1, 1) + "," + object(2, 2, 1) + "," + object(3, 3, 2),
                "[{'id':1,'name':'cat'},{'id':2,'name':'dog'}]");
        assertThat(DrawnFolder.ids(read)).containsExactly("images/a.jpg", "images/b.jpg");
        assertThat(DrawnFolder.ids(read.only("default"))).containsExactly("images/a.jpg", "images/b.jpg");
        assertThat(DrawnFolder.boxes(read, 0)).extracting(Box::className).containsExactly("cat", "dog");
        assertThat(read.notices()).singleElement().asString().contains("1 images have several entries");
    }

    @Test
    void shouldRefuseTwoImagesOfOneNumber() throws IOException {
        AnnotatedFolder read = opened(
                "{'id':1,'file_name':'a.jpg'},{'id':1,'file_name':'b.jpg'}",
                object(1, 1, 1) + "," + object(2, 1, 1),
                CATS);
        for (int i = 0; i < 2; i++) {
            int index = i;
            folder.assertRefused(Kind.BAD_ANNOTATION, JSON + ": image 1", () -> read.read(index))
                    .withMessageContaining("two images, a.jpg and b.jpg");
        }
    }

    @Test
    void shouldTakeAnEntryThatIsThereTwiceOnce() throws IOException {
        AnnotatedFolder read =
                opened("{'id':1,'file_name':'a.jpg'},{'id':1,'file_name':'a.jpg'}", object(1, 1, 1), CATS);
        assertThat(read.size()).isEqualTo(1);
        assertThat(DrawnFolder.boxes(read, 0)).containsExactly(CAT);
    }

    @Test
    void shouldRefuseAImageWithoutANumberOrAName() throws IOException {
        AnnotatedFolder read =
                opened("{'file_name':'a.jpg'},{'id':2},{'id':3,'file_name':'b.jpg'}", object(1, 3, 1), CATS);
        folder.assertRefused(Kind.BAD_ANNOTATION, JSON + ": image a.jpg", () -> read.read(0))
                .withMessageContaining("no number");
        folder.assertRefused(Kind.BAD_ANNOTATION, JSON + ": image 2", () -> read.read(1))
                .withMessageContaining("no file_name");
        assertThat(DrawnFolder.boxes(read, 2)).containsExactly(CAT);
    }

    @ParameterizedTest
    @CsvSource({
        "1, '1'",
        "'1', 1",
        "'img1', 'img1'",
        "1.0, 1",
        "9007199254740993, 9007199254740993",
        "123456789012345678901234567890, '123456789012345678901234567890'",
        "0, 0",
        "-5, -5"
    })
    void shouldTakeANumberHoweverItIsWritten(String inImages, String inAnnotations) throws IOException {
        AnnotatedFolder read = opened(
                "{'id':" + quoted(inImages) + ",'file_name':'a.jpg'}", object(1, quoted(inAnnotations), 1), CATS);
        assertThat(DrawnFolder.boxes(read, 0)).containsExactly(CAT);
    }

    /** JUnit takes the quotes away: what is no number is a text. */
    private static String quoted(String id) {
        return id.matches("-?[0-9.]+") ? id : "'" + id + "'";
    }

    @Test
    void shouldNotTakeTwoNumbersForOneThatDifferBeyondTheDigitsOfADouble() throws IOException {
        AnnotatedFolder read = opened(
                "{'id':9007199254740993,'file_name':'a.jpg'},{'id':9007199254740992,'file_name':'b.jpg'}",
                object(1, "9007199254740993", 1),
                CATS);
        assertThat(DrawnFolder.boxes(read, 0)).containsExactly(CAT);
        assertThat(DrawnFolder.boxes(read, 1)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    0, 64      | 0 x 64
                    0, 0       | 0 x 0
                    64, 96     | 64 x 96
                    -96, 64    | -96 x 64
                    96.5, 64   | 96.5 x 64
                    'wide', 64 | 0 x 64
                    """)
    void shouldRefuseADeclaredSizeThatIsNotTheImages(String size, String said) throws IOException {
        String[] sides = size.split(",", -1);
        AnnotatedFolder read =
                opened("{'id':1,'file_name':'a.jpg','width':" + sides[0] + ",'height':" + sides[1] + "}", "", CATS);
        folder.assertRefused(Kind.BAD_ANNOTATION, JSON + ": image 1", () -> read.read(0))
                .withMessageContaining("it says " + said + ", the image is 96 x 64");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'width':96.0,'height':64.0", "'width':'96','height':'64'", "'width':null", "'height':64"})
    void shouldTakeASizeThatIsRightOrNotSaid(String size) throws IOException {
        assertThat(DrawnFolder.boxes(opened("{'id':1,'file_name':'a.jpg'," + size + "}", object(1, 1, 1), CATS), 0))
                .containsExactly(CAT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    'iscrowd':0       | false
                    'iscrowd':1       | true
                    'iscrowd':true    | true
                    'iscrowd':false   | false
                    'iscrowd':'1'     | true
                    'iscrowd':1.0     | true
                    'iscrowd':null    | false
                    'area':5          | false
                    """)
    void shouldReadACrowdHoweverItIsWritten(String flag, boolean crowd) throws IOException {
        AnnotatedFolder read = opened(
                "{'id':1,'file_name':'a.jpg'}", "{'id':1,'image_id':1,'category_id':1," + BOX + "," + flag + "}", CATS);
        assertThat(DrawnFolder.boxes(read, 0)).extracting(Box::crowd).containsExactly(crowd);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "-1", "'yes'", "[]", "0.5"})
    void shouldRefuseOtherCrowds(String flag) throws IOException {
        AnnotatedFolder read = opened(
                "{'id':1,'file_name':'a.jpg'}",
                "{'id':1,'image_id':1,'category_id':1," + BOX + ",'iscrowd':" + flag + "}",
                CATS);
        folder.assertRefused(Kind.BAD_ANNOTATION, JSON + ": annotation 1", () -> read.read(0))
                .withMessageContaining("iscrowd is");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'bbox':['20','10','40','30']",
                "'bbox':[20.0,10,4e1,30]",
                "'segmentation':[[20,10,60,10,60,40,20,40]]",
                "'segmentation':[20,10,60,10,60,40,20,40]",
                "'bbox':null,'segmentation':[[20,10,40,10,30,30],[50,20,60,40]]",
                "'bbox':[],'segmentation':[[20,10,60,10,60,40,20,40]]",
                // 20 columns of 64, then 40 columns with 10 rows above, 30 inside and 24 below
                "'segmentation':{'size':[64,96],'counts':[1290,30,2466,30]}",
                "'segmentation':{'counts':'ZX1n0R]20fK','size':[64,96]}"
            })
    void shouldTakeTheBoxAroundAnObjectThatHasNone(String said) throws IOException {
        AnnotatedFolder read =
                opened("{'id':1,'file_name':'a.jpg'}", "{'id':1,'image_id':1,'category_id':1," + said + "}", CATS);
        assertThat(DrawnFolder.boxes(read, 0)).containsExactly(CAT);
    }

    /** Half of it would give a smaller box. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[[20,10,60,10,60,40,20]] | a polygon of an odd number of values",
                "[[20,10,\"60\",10,60,40]] | a polygon with 60 for a number",
                "[[20,10,null,10,60,40]]  | a polygon with null for a number",
                "7                        | neither polygons nor run lengths",
                "{\"counts\":[1290,30]}     | run lengths without size: [height, width]",
                "{\"size\":[64],\"counts\":[1290,30]} | run lengths without size: [height, width]",
                "{\"size\":[64,96],\"counts\":[1290,30,2466]} | runs of 3786 pixels where its size has 6144",
                "{\"size\":[64,96],\"counts\":[1290,9000]} | runs of more pixels than its size has",
                "{\"size\":[64,96],\"counts\":[1290,-30,2466,30]} | a run of -30 pixels",
                "{\"size\":[64,96],\"counts\":\"ZX1n0R]20f\\u001fK\"} | counts with characters that stand for no number"
            })
    void shouldSayHowASegmentationIsDamaged(String segmentation, String how) throws IOException {
        AnnotatedFolder read = opened(
                "{'id':1,'file_name':'a.jpg'}",
                "{'id':1,'image_id':1,'category_id':1,'segmentation':" + segmentation + "}",
                CATS);
        folder.assertRefused(Kind.BAD_ANNOTATION, JSON + ": annotation 1", () -> read.read(0))
                .withMessageContaining("it has no bbox, and its segmentation is damaged: " + how);
    }

    @Test
    void shouldPutFilesOverTheSameImagesTogetherAndTakeAlikeObjectsOnce() throws IOException {
        folder.text("annotations/instances_cats.json", json("{'id':1,'file_name':'a.jpg'}", object(1, 1, 1), CATS))
                .text(
                        "annotations/instances_all.json",
                        json(
                                "{'id':7,'file_name':'a.jpg'},{'id':8,'file_name':'b.jpg'}",
                                object(1, 7, 2) + "," + object(2, 7, 1),
                                "[{'id':1,'name':'dog'},{'id':2,'name':'cat'}]"));
        AnnotatedFolder read = folder.open(AnnotationFormat.COCO);
        assertThat(read.classes()).containsExactlyInAnyOrder("cat", "dog");
        assertThat(DrawnFolder.boxes(read, 0)).extracting(Box::className).containsExactly("cat", "dog");
        assertThat(read.lists()).containsExactly("all", "cats");
        assertThat(read.notices()).anySatisfy(notice -> assertThat(notice).contains("in several files"));
        assertThat(read.notices()).anySatisfy(notice -> assertThat(notice).contains("names count"));
    }

    @Test
    void shouldPassOverAFileWithoutAnnotationsBesideOthers() throws IOException {
        folder.text("annotations/image_info_test2017.json", "{\"images\":[{\"id\":1,\"file_name\":\"b.jpg\"}]}");
        AnnotatedFolder read = opened("{'id':1,'file_name':'a.jpg'}", object(1, 1, 1), CATS);
        assertThat(DrawnFolder.ids(read))
                .as("an unlabelled image is no negative")
                .containsExactly("images/a.jpg");
        assertThat(read.notices()).singleElement().asString().contains("image_info_test2017.json has no annotations");
    }

    @Test
    void shouldRefuseOnlyObjectsWhereThereAreNoCategories() throws IOException {
        AnnotatedFolder read =
                opened("{'id':1,'file_name':'a.jpg'},{'id':2,'file_name':'b.jpg'}", object(1, 1, 1), "[]");
        folder.assertRefused(Kind.BAD_ANNOTATION, JSON + ": annotation 1", () -> read.read(0))
                .withMessageContaining("no category 1");
        assertThat(DrawnFolder.boxes(read, 1)).isEmpty();
    }

    @Test
    void shouldPassOverWhatTheFinderLeaves() throws IOException {
        folder.text("annotations/._instances_default.json", "\u0000\u0005\u0016\u0007")
                .text("__MACOSX/annotations/._instances_default.json", "\u0000")
                .image("images/.ipynb_checkpoints/a-checkpoint.jpg", 9, 9);
        assertThat(DrawnFolder.ids(opened("{'id':1,'file_name':'a.jpg'}", object(1, 1, 1), CATS)))
                .isEqualTo(List.of("images/a.jpg"));
    }

    /** CVAT writes the box as it was before its turn. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'attributes':{'occluded':false,'rotation':45.0}",
                "'rotation':-30",
                "'attributes':{'rotation':90}"
            })
    void shouldRefuseABoxThatIsTurned(String how) throws IOException {
        AnnotatedFolder read = opened(
                "{'id':1,'file_name':'a.jpg'},{'id':2,'file_name':'b.jpg'}",
                "{'id':1,'image_id':1,'category_id':1," + BOX + "," + how
                        + "},{'id':2,'image_id':2,'category_id':1," + BOX
                        + ",'attributes':{'track':{'rotation':7},'rotation':180.0,'note':'rotation'}}",
                CATS);
        folder.assertRefused(Kind.BAD_ANNOTATION, JSON + ": annotation 1", () -> read.read(0));
        assertThat(DrawnFolder.boxes(read, 1)).containsExactly(CAT);
    }
}
