package org.batchmill.records.annotations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists and tables of images with a class each. */
class ClassListTest {

    @TempDir
    private Path root;

    private DrawnFolder folder;

    @BeforeEach
    void make() throws IOException {
        folder = new DrawnFolder(root)
                .image("set/one/a.png", 4, 4)
                .image("set/two/b c.jpg", 4, 4)
                .image("set/d.png", 4, 4);
    }

    private AnnotatedFolder open(String file) throws IOException {
        return AnnotatedFolder.open(DataSetFile.of(root.resolve(file)).orElseThrow(), FolderOptions.defaults());
    }

    private static List<String> labels(AnnotatedFolder read) throws IOException {
        List<String> labels = new ArrayList<>();
        for (long i = 0; i < read.size(); i++) {
            labels.add(read.entry(i).id().value() + " "
                    + ((Labels.ClassLabel) read.read(i).labels()).className());
        }
        return labels;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "list.txt | one/a.png cat;two/b c.jpg great dane;;d.png cat",
                "list.txt | one/a.png\tcat;two/b c.jpg\tgreat dane;d.png\tcat",
                "list.txt | one/a.png,cat;two/b c.jpg,great dane;d.png,cat",
                "list.csv | one/a.png,cat;two/b c.jpg,great dane;d.png,cat",
                "list.csv | cat,one/a.png;\"great dane\",two/b c.jpg;cat,d.png",
                "list.csv | image,label;one/a.png,cat;two/b c.jpg,great dane;d.png,cat",
                "list.csv | breed,file;cat,one/a.png;great dane,two/b c.jpg;cat,d.png",
                "list.tsv | id\tClass_Name\tpath;1\tcat\tone\\a.png;2\tgreat dane\t/home/me/set/two/b c.jpg;3\tcat\td.png"
            })
    void shouldLabelEachImageWithTheClassBesideIt(String name, String lines) throws IOException {
        folder.text("set/" + name, lines.split(";", -1)).text("set/other.csv", "1,2");
        AnnotatedFolder read = open("set/" + name);
        assertThat(read.classes()).containsExactly("cat", "great dane");
        assertThat(labels(read)).containsExactly("one/a.png cat", "two/b c.jpg great dane", "d.png cat");
    }

    @Test
    void shouldOrderNumbersAsNumbers() throws IOException {
        folder.text("set/list.txt", "one/a.png 10", "d.png 9", "two/b c.jpg 0");
        assertThat(open("set/list.txt").classes()).containsExactly("0", "9", "10");
    }

    @Test
    void shouldTakeTheListsThatATableDividesItselfInto() throws IOException {
        folder.text("set/all.csv", "file,label,split", "one/a.png,x,train", "d.png,y,val", "two/b c.jpg,y,train");
        AnnotatedFolder read = open("set/all.csv");
        assertThat(read.lists()).containsExactly("train", "val");
        assertThat(labels(read.only("train"))).containsExactly("one/a.png x", "two/b c.jpg y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../one/a.png x", "one/a.png x"})
    void shouldFindImagesBesideTheFolderOfTheList(String line) throws IOException {
        folder.text("set/lists/train.txt", line);
        assertThat(labels(open("set/lists/train.txt"))).containsExactly("one/a.png x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none.png x | set/none.png",
                "d.png | set/list.txt: line 2: bad-annotation: it is no image with its class",
                "d.png 10,20,30,40 | set/list.txt: line 2: bad-annotation: 10,20,30,40 is no class",
                "one/a.png y | set/list.txt: line 2: bad-annotation: the image is of the class x in another line, and here of y",
                "../../out.png x | set/list.txt: line 2: bad-annotation: the name ../../out.png leads out of the folder"
            })
    void shouldBlameTheLine(String line, String message) throws IOException {
        folder.image("out.png", 4, 4).text("set/list.txt", "one/a.png x", line);
        AnnotatedFolder read = open("set/list.txt");
        long place = read.size() - 1;
        folder.assertRefused(
                        message.contains("none.png") ? Kind.MISSING : Kind.BAD_ANNOTATION,
                        message.split(": ", -1)[0],
                        () -> read.read(place))
                .withMessageContaining(message);
    }

    @Test
    void shouldTakeAnImageThatIsNamedTwiceOnceAndSaySo() throws IOException {
        folder.text("set/list.txt", "d.png x", "./d.png x");
        AnnotatedFolder read = open("set/list.txt");
        assertThat(labels(read)).containsExactly("d.png x");
        assertThat(read.notices()).singleElement().asString().contains("1 lines name an image again");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "boxes.csv | filename,class,xmin,ymin,xmax,ymax;d.png,x,1,1,2,2",
                "angles.csv | image,steering;d.png,0.5",
                "angles.csv | d.png,0.5",
                "three.csv | d.png,x,y",
                "unnamed.csv | a,b,c;d.png,x,y",
                "numbers.csv | x,y;1,2"
            })
    void shouldLeaveOtherTablesToOthers(String name, String lines) throws IOException {
        folder.text("set/" + name, lines.split(";", -1));
        assertThat(DataSetFile.of(root.resolve("set/" + name))).isEmpty();
    }

    @Test
    void shouldReadNumbersAsClassesOrAnglesAsIsAsked() throws IOException {
        DataSetFile angles = DataSetFile.of(
                        folder.text("set/data.txt", "d.png 3").root().resolve("set/data.txt"))
                .orElseThrow();
        assertThat(angles.format()).isEqualTo(AnnotationFormat.UDACITY);
        DataSetFile classes = angles.as(AnnotationFormat.CLASSES).orElseThrow();
        assertThat(labels(AnnotatedFolder.open(classes, FolderOptions.defaults())))
                .containsExactly("d.png 3");
        assertThat(classes.as(AnnotationFormat.UDACITY)).contains(angles);
        assertThat(angles.as(AnnotationFormat.VOC)).isEmpty();
    }
}
