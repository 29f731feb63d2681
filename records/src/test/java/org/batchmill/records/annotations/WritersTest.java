package org.batchmill.records.annotations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.batchmill.records.Box;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.UsageException;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written reads back equal, to the bit. */
class WritersTest {

    private static final List<String> CLASSES = List.of("no", "big dog", "Käfer: \"rot\"");
    private static final int WIDTH = 333;
    private static final int HEIGHT = 77;

    @TempDir
    private Path root;

    private DrawnFolder folder;

    @BeforeEach
    void start() {
        folder = new DrawnFolder(root);
    }

    @Test
    void shouldReadBackTheCocoFileThatItWrote() throws IOException {
        RandomGenerator random = Seed.random(Seed.of(this));
        folder.image("train/a.png", WIDTH, HEIGHT).image("train/b.png", WIDTH, HEIGHT);
        List<Box> boxes = new ArrayList<>(boxes(random, true));
        boxes.add(new Box("no", 0, 0, .5f, .5f, false, false, true));
        CocoWriter writer = new CocoWriter(CLASSES);
        writer.add("a.png", WIDTH, HEIGHT, boxes);
        writer.add("b.png", WIDTH, HEIGHT, List.of());
        Files.createDirectories(root.resolve("annotations"));
        writer.write(root.resolve("annotations/instances_train.json"));
        AnnotatedFolder read = folder.open(AnnotationFormat.COCO);
        assertThat(read.classes()).isEqualTo(CLASSES);
        assertThat(DrawnFolder.ids(read.only("train"))).containsExactly("train/a.png", "train/b.png");
        assertThat(DrawnFolder.boxes(read, 0)).isEqualTo(boxes);
        assertThat(DrawnFolder.boxes(read, 1)).isEmpty();
    }

    @Test
    void shouldReadBackTheYoloFilesThatItWrote() throws IOException {
        RandomGenerator random = Seed.random(Seed.of(this));
        folder.image("images/train/a.png", WIDTH, HEIGHT).image("images/val/b.png", WIDTH, HEIGHT);
        List<Box> boxes = boxes(random, false);
        List<Box> withACrowd = new ArrayList<>(boxes);
        withACrowd.add(new Box("no", 0, 0, .5f, .5f, false, false, true));
        Files.createDirectories(root.resolve("labels/train"));
        YoloWriter.writeText(root.resolve("labels/train/a.txt"), withACrowd, CLASSES);
        YoloWriter.writeDataYaml(
                root.resolve("data.yaml"), CLASSES, Map.of("train", "images/train", "val", "images/val"));
        AnnotatedFolder read = folder.open(AnnotationFormat.YOLO);
        assertThat(read.classes()).isEqualTo(CLASSES);
        assertThat(DrawnFolder.boxes(read.only("train"), 0)).isEqualTo(boxes);
        assertThat(DrawnFolder.ids(read.only("val"))).containsExactly("images/val/b.png");
    }

    @Test
    void shouldRefuseABoxOfAnUnknownClass() {
        List<Box> boxes = List.of(new Box("cat", 0, 0, 1, 1));
        assertThatThrownBy(() -> new CocoWriter(CLASSES).add("a.png", 1, 1, boxes))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("the class cat is none of");
        assertThatThrownBy(() -> YoloWriter.writeText(root.resolve("a.txt"), boxes, CLASSES))
                .isInstanceOf(UsageException.class);
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void shouldReadBackTheClassFoldersThatItWrote() throws IOException {
        folder.image("from/dog/1.png", 4, 4).image("from/cat/deep/2.jpg", 5, 5);
        AnnotatedFolder from = AnnotatedFolder.open(root.resolve("from"), FolderOptions.defaults());
        Path to = root.resolve("to");
        for (int i = 0; i < from.size(); i++) {
            ClassFolderWriter.write(to, from.read(i));
        }
        AnnotatedFolder read = AnnotatedFolder.open(to, AnnotationFormat.CLASSES, FolderOptions.defaults());
        assertThat(read.classes()).containsExactly("cat", "dog");
        for (int i = 0; i < from.size(); i++) {
            assertThat(read.read(i)).isEqualTo(from.read(i));
        }
    }

    @Test
    void shouldNameAImageWithoutASuffixByItsFormat() throws IOException {
        folder.image("x/1.png", 4, 4);
        Content image =
                AnnotatedFolder.open(root, FolderOptions.defaults()).read(0).content();
        Sample frame = new Sample(SampleId.ofFrame("drive.mp4", 7), image, new Labels.ClassLabel("straight"));
        assertThat(ClassFolderWriter.write(root, frame)).isEqualTo(root.resolve("straight/drive.mp4#7.png"));
        assertThatThrownBy(() -> ClassFolderWriter.write(
                        root, new Sample(new SampleId("../../y.png"), image, new Labels.ClassLabel("x"))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("leads out of the folder");
        for (String name : List.of("../x", "x\n/../../y", "x\u0085/../../y", "\u2028\\..\\y")) {
            assertThatThrownBy(() -> ClassFolderWriter.write(
                            root, new Sample(new SampleId("y.png"), image, new Labels.ClassLabel(name))))
                    .isInstanceOf(UsageException.class);
        }
    }

    @Test
    void shouldReadBackTheDrivingLogThatItWrote() throws IOException {
        folder.image("IMG/c1.jpg", 4, 4).image("IMG/c2.jpg", 4, 4);
        new UdacityLog(List.of(
                        new UdacityLog.Row("IMG/c1.jpg", "", "", 0.1f, 1, 0, 30),
                        new UdacityLog.Row("IMG/c2.jpg", "IMG/l2.jpg", "IMG/r2.jpg", -1e-7f, 0, 0.5f, 12.5f)))
                .write(root.resolve("driving_log.csv"));
        AnnotatedFolder read = folder.open(AnnotationFormat.UDACITY);
        assertThat(DrawnFolder.ids(read)).containsExactly("IMG/c1.jpg", "IMG/c2.jpg");
        assertThat(read.read(0).labels()).isEqualTo(new Labels.Steering(0.1f));
        assertThat(read.read(1).labels()).isEqualTo(new Labels.Steering(-1e-7f));
        UdacityLog comma = new UdacityLog(List.of(new UdacityLog.Row("a,b.jpg", "", "", 0, 0, 0, 0)));
        assertThatThrownBy(() -> comma.write(root.resolve("driving_log.csv"))).isInstanceOf(UsageException.class);
    }

    @Test
    void shouldReadBackTheSteeringLogsThatItWrote() throws IOException {
        Path file = root.resolve("epoch01_steering.csv");
        for (OptionalLong time : List.of(OptionalLong.of(1531761170352000L), OptionalLong.empty())) {
            SteeringLog log = new SteeringLog(
                    List.of(new SteeringLog.Row(time, 0, 0.1f), new SteeringLog.Row(time, 3, -123.456f)));
            log.write(file);
            assertThat(SteeringLog.read(file)).isEqualTo(log);
        }
    }

    @Test
    void shouldLeaveOutAndCountTheBadRowsOfASteeringLog() throws IOException {
        Path file = root.resolve("epoch01_steering.csv");
        Files.writeString(
                file, "\ufeffframe,speed,wheel\r\n0,9,.5\r\n\r\n1,9,NaN\r\n1,9,.25\r\n1,9,.3\r\n2,.4\r\n3,9,1e99\r\n");
        SteeringLog log = SteeringLog.read(file);
        assertThat(log.rows())
                .containsExactly(
                        new SteeringLog.Row(OptionalLong.empty(), 0, .5f),
                        new SteeringLog.Row(OptionalLong.empty(), 1, .25f));
        assertThat(log.flaws()).isEqualTo(new SteeringLog.Flaws(4, "line 4: \"NaN\" is not a finite number", 1, true));
    }

    private static List<Box> boxes(RandomGenerator random, boolean difficult) {
        List<Box> boxes = new ArrayList<>();
        boxes.add(new Box("no", 0, 0, 1, 1));
        while (boxes.size() < 1000) {
            float xmin = random.nextFloat();
            float ymin = random.nextFloat() / 1000;
            float xmax = random.nextFloat(xmin, 1);
            float ymax = random.nextFloat(ymin, 1);
            if (xmin < xmax && ymin < ymax) {
                String name = CLASSES.get(random.nextInt(CLASSES.size()));
                boxes.add(new Box(name, xmin, ymin, xmax, ymax, difficult && random.nextBoolean(), false));
            }
        }
        return boxes;
    }
}
