package org.batchmill.records.annotations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.batchmill.records.Box;
import org.batchmill.records.DataException.Kind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** COCO files as others write them, whole and broken. */
class CocoFormatTest {

    private static final String JSON = "annotations/instances_train2017.json";

    @TempDir
    private Path root;

    private DrawnFolder folder;

    @BeforeEach
    void drawImages() throws IOException {
        folder = new DrawnFolder(root);
        folder.image("train2017/a.png", 100, 50).image("train2017/b.png", 20, 20);
    }

    @Test
    void shouldReadBoxesAsCornerAndSizeInPixels() throws IOException {
        AnnotatedFolder read = annotated("[{'id':1,'image_id':7,'category_id':3,'bbox':[10,5,20,40.5]}]");
        assertThat(read.classes()).containsExactly("cat", "dog");
        assertThat(read.lists()).containsExactly("train");
        assertThat(DrawnFolder.ids(read)).containsExactly("train2017/a.png", "train2017/b.png");
        assertThat(DrawnFolder.boxes(read, 0)).containsExactly(new Box("dog", 0.1f, 0.1f, 0.3f, 0.91f));
        assertThat(DrawnFolder.boxes(read, 1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[10,5,20,40.5]", "[+10,5.,20.00,4.05e1]", "[\"10\",\"5.\",\"+20\",\"40.5\"]"})
    void shouldReadNumbersHoweverProgramsWriteThem(String box) throws IOException {
        AnnotatedFolder read =
                annotated("[{'id':1,'image_id':7,'category_id':3,'bbox':" + box + ",'score':.5,'area':-.5}]");
        assertThat(DrawnFolder.boxes(read, 0)).containsExactly(new Box("dog", 0.1f, 0.1f, 0.3f, 0.91f));
    }

    @Test
    void shouldRecognizeAFileWithSuchNumbersBeforeItsImages() throws IOException {
        folder.text(
                "labels.json",
                "{\"info\": {\"version\": .5, \"noise\": NaN, \"step\": +1., \"more\": [1.]}, \"images\": [], "
                        + "\"annotations\": [], \"categories\": []}");
        assertThat(AnnotationFormat.of(root)).contains(AnnotationFormat.COCO);
    }

    @Test
    void shouldReadCrowdsAndPassOverWhatItDoesNotUse() throws IOException {
        AnnotatedFolder read = annotated(
                """
                [{'id':1,'image_id':7,'category_id':2,'bbox':[0,0,50,25],'iscrowd':1,'ignore':0,'area':1250.0,
                  'segmentation':{'counts':[1,2,3],'size':[50,100]}},
                 {'id':2,'image_id':7,'category_id':2,'bbox':[0,0,50,50],'iscrowd':0,'segmentation':[[1,2,3,4]]}]""");
        assertThat(DrawnFolder.boxes(read, 0))
                .containsExactly(
                        new Box("cat", 0, 0, 0.5f, 0.5f, false, false, true),
                        new Box("cat", 0, 0, 0.5f, 1, false, false));
    }

    @Test
    void shouldDropBoxesWithoutAreaAndClipThoseUpToAPixelOver() throws IOException {
        AnnotatedFolder read = annotated(
                """
                [{'id':1,'image_id':7,'category_id':2,'bbox':[10,10,0,5]},
                 {'id':2,'image_id':7,'category_id':2,'bbox':[-1,0,51,25]}]""");
        assertThat(DrawnFolder.boxes(read, 0)).containsExactly(new Box("cat", 0, 0, 0.5f, 0.5f));
        assertThat(read.rules().dropped()).isEqualTo(1);
        assertThat(read.rules().clipped()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    2 | [90,0,20,10]      | outside
                    2 | [10,10,-5,5]      | inverted
                    2 | [1,2,3]           | four numbers
                    2 | [1,2,3,'four']    | four numbers
                    2 | [1,2,3,'0x4']     | four numbers
                    2 | {'x':1}           | four numbers
                    2 | null              | no bbox, and no segmentation
                    2 | []                | no bbox, and no segmentation
                    2 | [NaN,0,9,9]       | not made of numbers
                    2 | [0.1,0.2,0.5,0.5] | fractions
                    null | [0,0,9,9]      | no category_id
                    2 | [0,0,1e999,1]     | not made of numbers
                    9 | [0,0,1,1]         | no category 9
                    """)
    void shouldNameTheAnnotationOfABadBox(String category, String box, String reason) throws IOException {
        AnnotatedFolder read = annotated("[{'id':41,'image_id':7,'category_id':" + category + ",'bbox':" + box + "}]");
        folder.assertRefused(Kind.BAD_ANNOTATION, JSON + ": annotation 41", () -> read.read(0))
                .withMessageContaining(reason);
        assertThat(DrawnFolder.boxes(read, 1)).as("the other image").isEmpty();
    }

    @Test
    void shouldRefuseAClassThatWasNotAskedFor() throws IOException {
        folder.text(JSON, file("[{'id':5,'image_id':7,'category_id':3,'bbox':[0,0,9,9]}]"));
        AnnotatedFolder read = folder.open(AnnotationFormat.COCO, FolderOptions.ofClasses(List.of("cat")));
        folder.assertRefused(Kind.BAD_ANNOTATION, JSON + ": annotation 5", () -> read.read(0))
                .withMessageContaining("the class dog");
    }

    @Test
    void shouldTakeTheObjectsOfNoImageForOneBadAnnotation() throws IOException {
        AnnotatedFolder read = annotated(
                """
                [{'id':1,'image_id':7,'category_id':3,'bbox':[0,0,50,50]},
                 {'id':5,'image_id':8,'category_id':3,'bbox':[0,0,5,5]},
                 {'id':6,'category_id':3,'bbox':[0,0,5,5]}]""");
        assertThat(DrawnFolder.ids(read)).containsExactly(JSON + "#annotations", "train2017/a.png", "train2017/b.png");
        folder.assertRefused(Kind.BAD_ANNOTATION, JSON + ": annotation 5", () -> read.read(0))
                .withMessageContaining("no image with the number 8; 1 more");
        assertThat(DrawnFolder.boxes(read, 1)).containsExactly(new Box("dog", 0, 0, 0.5f, 1));
        assertThat(read.only("train").size()).isEqualTo(3);
    }

    @Test
    void shouldNameAImageThatIsNotThere() throws IOException {
        AnnotatedFolder read = annotated("[]");
        Files.delete(root.resolve("train2017/a.png"));
        folder.assertRefused(Kind.MISSING, "train2017/a.png", () -> read.read(0));
        assertThat(DrawnFolder.boxes(read, 1)).isEmpty();
    }

    @Test
    void shouldRefuseAImageOfAnotherSizeThanItSays() throws IOException {
        AnnotatedFolder read = annotated("[]");
        folder.image("train2017/a.png", 50, 100);
        folder.assertRefused(Kind.BAD_ANNOTATION, JSON + ": image 7", () -> read.read(0))
                .withMessageContaining("100 x 50")
                .withMessageContaining("50 x 100");
    }

    @Test
    void shouldRefuseAFileNameThatLeadsOutOfTheFolder() throws IOException {
        AnnotatedFolder read =
                opened("{'images':[{'id':1,'file_name':'../../x.png'}],'annotations':[],'categories':[]}");
        folder.assertRefused(Kind.BAD_ANNOTATION, JSON + ": image 1", () -> read.read(0))
                .withMessageContaining("leads out of the folder");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'images':[{'id':1,'file_name':'a.png'}],\n'categories':[{'id':2,'name':'cat'}",
                "{'images':[],\n",
                "{'images':[{'id':1,"
            })
    void shouldCallAJsonThatEndsTooEarlyTruncatedAndNameTheLine(String cut) {
        int line = 2 + (int) cut.chars().filter(c -> c == '\n').count(); // the text file ends with a line break
        folder.assertRefused(Kind.TRUNCATED, JSON + ": line " + line, () -> opened(cut));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "no json",
                "{'images':{},'categories':[]}",
                "{'images':[null],'categories':[]}",
                "{'images':[],'annotations':[null],'categories':[]}",
                "{'images':[],'categories':[null]}",
                "{'images':[],'categories':[]} and more"
            })
    void shouldCallOtherJsonCorrupt(String text) {
        folder.assertRefused(Kind.CORRUPT, JSON, () -> opened(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "{'images':[]}", "{'categories':[]}", "{'images':[],'categories':[]}"})
    void shouldSayThatAJsonIsOfAnotherKind(String text) {
        folder.assertRefused(Kind.UNSUPPORTED, JSON, () -> opened(text));
    }

    @Test
    void shouldRefuseCategoriesWithoutANameOrWithTwo() {
        folder.assertRefused(
                Kind.BAD_ANNOTATION,
                JSON + ": category 2",
                () -> opened("{'images':[],'annotations':[],'categories':[{'id':2}]}"));
        folder.assertRefused(
                Kind.BAD_ANNOTATION,
                JSON + ": category 2",
                () -> opened(
                        "{'images':[],'annotations':[],'categories':[{'id':2,'name':'cat'},{'id':2,'name':'dog'}]}"));
    }

    @Test
    void shouldReadFilesBesideTheirImagesEachAsAList() throws IOException {
        DrawnFolder other = new DrawnFolder(root.resolve("other"));
        for (String list : List.of("train", "valid")) {
            other.image(list + "/p.jpg", 10, 10)
                    .text(list + "/_annotations.coco.json", file(list, "p.jpg", "'bbox':[0,0,5,5]"));
        }
        AnnotatedFolder read = other.open(AnnotationFormat.COCO);
        assertThat(read.lists()).containsExactly("train", "valid");
        assertThat(DrawnFolder.ids(read.only("valid"))).containsExactly("valid/p.jpg");
        assertThat(DrawnFolder.boxes(read.only("valid"), 0)).containsExactly(new Box("cat", 0, 0, 0.5f, 0.5f));
    }

    private AnnotatedFolder annotated(String annotations) throws IOException {
        return opened(file(annotations));
    }

    private AnnotatedFolder opened(String json) throws IOException {
        folder.text(JSON, json.replace('\'', '"'));
        return folder.open(AnnotationFormat.COCO);
    }

    private static String file(String annotations) {
        return String.format(
                        Locale.ROOT,
                        """
                {'info':{'year':2017},'licenses':[{'id':1}],
                 'images':[{'id':7,'file_name':'a.png','width':100,'height':50,'coco_url':'x'},
                           {'id':9,'file_name':'b.png','width':20,'height':20}],
                 'categories':[{'id':3,'name':'dog','supercategory':'animal'},{'id':2,'name':'cat'}],
                 'annotations':%s}""",
                        annotations)
                .replace('\'', '"');
    }

    private static String file(String list, String image, String box) {
        return String.format(
                        Locale.ROOT,
                        """
                {'info':'%s','images':[{'id':0,'file_name':'%s'}],'categories':[{'id':0,'name':'cat'}],
                 'annotations':[{'id':0,'image_id':0,'category_id':0,%s}]}""",
                        list,
                        image,
                        box)
                .replace('\'', '"');
    }
}
