package org.batchmill.records.annotations;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.batchmill.records.BoxRules;
import org.batchmill.records.DataException;
import org.batchmill.testing.Fuzz;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Label files of any content, in a data set that is otherwise whole: samples, or data errors that name the file. */
class LabelFilesFuzzTest {

    private static final String[] JSON_WORDS = {
        "[",
        "{",
        "{\"a\":",
        "\"images\":",
        "\"id\":1,",
        "1e999999999",
        "-0",
        "NaN",
        "9".repeat(1200),
        "\"counts\":\"",
        "\"size\":[9,9],",
        "null,",
        "\\u0000",
        "\\n",
        "./",
        "../",
        "/",
        "\"bbox\":[1,2,3,4],",
        "{\"id\":1,\"file_name\":\"a.jpg\"},",
        "{\"id\":3,\"image_id\":1,\"category_id\":1,\"bbox\":[1,2,3,4]},",
        "\"iscrowd\":1,"
    };
    private static final String[] YAML_WORDS = {
        "[",
        "{",
        "- ",
        ": ",
        "\n",
        "&a ",
        "*a",
        "<<: ",
        "!!binary ",
        "!!float ",
        "? ",
        "---\n",
        "...\n",
        "|\n",
        ">\n",
        "'",
        "\"",
        "%YAML 9.9\n",
        "names:",
        "nc: 1e9",
        "1:30:00",
        "0x7fffffffffffffff",
        "\\n",
        "../",
        "./",
        "{a: "
    };
    private static final String[] TEXT_WORDS = {
        "\n",
        "\r",
        " ",
        "\t",
        ",",
        ";",
        "./",
        "../",
        "/",
        "0 ",
        ".5 ",
        "1e309 ",
        "NaN ",
        "0x1p3 ",
        "-",
        "\"",
        ".jpg ",
        "\u00ff",
        "\u0000",
        "a.jpg",
        "99999999999999999999 ",
        "\u00ef\u00bb\u00bf",
        "C:",
        "\\",
        "=",
        "#"
    };
    private static final String LINE = "0 .5 .5 .25 .25\n1 .1 .2 .3 .4\n";

    /** A file of a format: where it lies, what it holds when it is good, and what means something to its parser. */
    @SuppressWarnings("ImmutableEnumChecker") // nobody changes them
    enum Target {
        COCO("annotations/instances_train.json", AnnotationFormat.COCO, JSON_WORDS, Coco.GOOD, Coco.MASKS),
        YOLO_TEXT(
                "labels/train/a.txt",
                AnnotationFormat.YOLO,
                TEXT_WORDS,
                LINE,
                "0.0 .1 .1 .5 .1 .5 .5 .1 .5\n",
                "2 .5 .5 .1 .1\r\n"),
        YOLO_YAML(
                "data.yaml",
                AnnotationFormat.YOLO,
                YAML_WORDS,
                "path: .\ntrain: images/train\nval: images/train\nnc: 2\nnames: [cat, dog]\nkpt_shape: [3, 2]\n",
                "train: ['./images/train', other]\nnames:\n  0: cat\n  1: &a dog\n  2: *a\n",
                "names: obj.names\ntrain: train.txt\n"),
        YOLO_OTHER_YAML("set.yaml", AnnotationFormat.YOLO, YAML_WORDS, "nc: 1\nnames: [cat]\ntrain: images/train\n"),
        YOLO_DATA("obj.data", AnnotationFormat.YOLO, TEXT_WORDS, "classes = 2\ntrain = train.txt\nnames = obj.names\n"),
        YOLO_NAMES("classes.txt", AnnotationFormat.YOLO, TEXT_WORDS, "cat\ndog\n", "cat\r\ndog\r\nhorse"),
        YOLO_LIST(
                "list.txt",
                AnnotationFormat.YOLO,
                TEXT_WORDS,
                "images/train/a.jpg\n./images/train/a.jpg\n",
                "C:\\data\\images\\train\\a.jpg\n/home/x/images/train/a.jpg\n"),
        CLASS_LIST(
                "classes.csv",
                AnnotationFormat.CLASSES,
                TEXT_WORDS,
                "images/train/a.jpg,cat\n",
                "file;label;split\n./images/train/a.jpg;dog;train\n",
                "images/train/a.jpg great dane\n"),
        VOC_LIST("ImageSets/Main/train.txt", AnnotationFormat.VOC, TEXT_WORDS, "a\n", "a 1\nb -1\n", "a.jpg\n"),
        VOC_ANNOTATION("Annotations/a.xml", AnnotationFormat.VOC, new String[] {"<object>", "</", "&#9;"}, Voc.GOOD),
        DRIVING_LOG(
                "driving_log.csv",
                AnnotationFormat.UDACITY,
                TEXT_WORDS,
                "images/train/a.jpg,,,0.1,0,0,3\nimages/train/a.jpg,,,0.1,0,0,3\n",
                "center,left,right,steering\nimages/train/a.jpg,b.jpg,,-0.1\n",
                "center;steering\nimages/train/a.jpg;0,5\n"),
        DRIVING_TEXT(
                "data.txt",
                AnnotationFormat.UDACITY,
                TEXT_WORDS,
                "a.jpg 0.5,2018-07-01 17:09:44\na.jpg 1.5\n",
                "a.png 3");

        final String file;
        final AnnotationFormat format;
        final String[] words;
        final List<byte[]> corpus = new ArrayList<>();

        Target(String file, AnnotationFormat format, String[] words, String... good) {
            this.file = file;
            this.format = format;
            this.words = words;
            for (String one : good) {
                corpus.add(one.getBytes(UTF_8));
            }
            corpus.add(good[0].getBytes(UTF_16));
        }

        Fuzz fuzz() {
            return Fuzz.of(DataException.class, name().toLowerCase(Locale.ROOT).replace('_', '-'), corpus)
                    .words(words)
                    // A megabyte of text is as many as half a million lines, and one scalar of YAML is copied kilobyte
                    // by kilobyte.
                    .bounds(5, words == YAML_WORDS ? 3L << 30 : 512 << 20);
        }
    }

    /** What COCO files hold. */
    private static final class Coco {
        static final String GOOD =
                "{\"info\":{},\"images\":[{\"id\":1,\"file_name\":\"a.jpg\",\"width\":32,\"height\":24},"
                        + "{\"id\":\"2\",\"file_name\":\"images/train/b.jpg\"}],\"annotations\":[{\"id\":1,\"image_id\":1,"
                        + "\"category_id\":1,\"bbox\":[2,2,10,10.5],\"iscrowd\":0,\"area\":100,\"segmentation\":[[1,2,3,4,5,6]]}],"
                        + "\"categories\":[{\"id\":1,\"name\":\"cat\",\"supercategory\":\"animal\"},{\"id\":2,\"name\":\"dog\"}]}";
        static final String MASKS = "{\"images\":[{\"id\":1,\"file_name\":\"a.jpg\"}],\"annotations\":["
                + "{\"id\":1,\"image_id\":1,\"category_id\":1,\"segmentation\":{\"size\":[24,32],\"counts\":\"PPYo10O1N2\"}},"
                + "{\"id\":2,\"image_id\":1,\"category_id\":1,\"iscrowd\":1,"
                + "\"segmentation\":{\"counts\":[100,20,4,20],\"size\":[24,32]}}],"
                + "\"categories\":[{\"id\":1,\"name\":\"cat\"}]}";
    }

    /** What VOC's annotations hold. */
    private static final class Voc {
        static final String GOOD = "<annotation><filename>a.jpg</filename><size><width>32</width><height>24</height>"
                + "<depth>3</depth></size><object><name>cat</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>9</xmax>"
                + "<ymax>9</ymax></bndbox></object></annotation>";
    }

    @TempDir
    private Path root;

    private void drawDataSet(Target target) throws IOException {
        DrawnFolder folder = new DrawnFolder(root);
        switch (target.format) {
            case VOC -> {
                folder.image("JPEGImages/a.jpg", 32, 24).text("Annotations/a.xml", Voc.GOOD);
                folder.text("ImageSets/Main/train.txt", "a");
            }
            case UDACITY -> folder.image("IMG/a.jpg", 32, 24).image("images/train/a.jpg", 32, 24);
            default ->
                folder.image("images/train/a.jpg", 32, 24)
                        .text("labels/train/a.txt", "0 .5 .5 .25 .25")
                        .text("obj.names", "cat", "dog")
                        .text("train.txt", "images/train/a.jpg");
        }
        if (target == Target.YOLO_LIST) {
            folder.text("data.yaml", "train: list.txt", "names: [cat, dog]");
        } else if (target == Target.COCO) {
            folder.image("images/train/b.jpg", 32, 24);
            Files.delete(root.resolve("labels/train/a.txt"));
        } else if (target == Target.YOLO_NAMES) {
            Files.delete(root.resolve("obj.names"));
        }
        Files.createDirectories(root.resolve(target.file).getParent());
    }

    private void parse(Target target, byte[] input) throws IOException {
        Files.write(root.resolve(target.file), input);
        FolderOptions options = new FolderOptions(List.of(), OptionalDouble.empty(), new BoxRules(List.of()));
        AnnotationFormat.of(root);
        DataException first = null;
        Optional<DataSetFile> named = target == Target.CLASS_LIST
                ? DataSetFile.of(root.resolve(target.file))
                : Optional.empty();
        try (AnnotatedFolder folder = named.isPresent()
                ? AnnotatedFolder.open(named.get(), options)
                : AnnotatedFolder.open(root, target.format, options)) {
            folder.classes();
            folder.notices();
            for (long i = 0; i < Math.min(folder.size(), 50); i++) {
                try {
                    folder.read(i);
                } catch (DataException e) {
                    first = first == null ? e : first;
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadOrRefuseDamagedFiles(Target target) throws IOException {
        drawDataSet(target);
        target.fuzz().inputs(100, this, input -> parse(target, input));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedFiles(Target target) throws IOException {
        drawDataSet(target);
        target.fuzz().seconds(Fuzz.seconds(), this, input -> parse(target, input));
    }
}
