package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Classes of any folder, by command: learnt, evaluated, predicted. */
class ClassifyTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private static Path images;
    private static Path run;
    private static Command training;

    @BeforeAll
    static void train() throws IOException {
        images = folder.resolve("images");
        run = folder.resolve("run");
        DrawnClasses.write(images.resolve("train"), 40, 1);
        DrawnClasses.write(images.resolve("val"), 12, 2);
        training = Command.run(
                "train",
                "classify",
                "--data",
                images,
                "--model",
                "lenet5",
                "--policy",
                "none",
                "--epochs",
                20,
                "--run",
                run,
                "--json");
    }

    private static JsonNode only(Command command) throws IOException {
        assertThat(command.exitCode()).as(command.err()).isZero();
        assertThat(command.out().lines()).hasSize(1);
        return JSON.readTree(command.out());
    }

    @Test
    void shouldLearnTheClassesOfAFolder() throws Exception {
        assertThat(only(training).get("metric").asDouble()).isGreaterThan(.9);
        assertThat(only(training).get("metric_name").asText()).isEqualTo("accuracy");
        assertThat(training.err())
                .contains("240 samples to train on, 72 samples to validate on, 6 classes")
                .contains("samples a class: bar 40, cross 40, disc 40, ring 40, slope 40, square 40");
    }

    @Test
    void shouldTellClassesApartInAnEvaluation() throws Exception {
        Path report = folder.resolve("report");
        JsonNode scores =
                only(Command.run("eval", run, "--data", images, "--split", "val", "--report", report, "--json"));
        assertThat(scores.get("images").asInt()).isEqualTo(72);
        assertThat(scores.get("top5").asDouble())
                .isBetween(scores.get("accuracy").asDouble(), 1.0);
        long right = 0;
        for (int i = 0; i < 6; i++) {
            JsonNode ofClass = scores.get("classes").get(i);
            JsonNode row = scores.get("confusion").get(i);
            long sum = 0;
            long column = 0;
            for (int j = 0; j < 6; j++) {
                sum += row.get(j).asLong();
                column += scores.get("confusion").get(j).get(i).asLong();
            }
            assertThat(ofClass.get("name").asText()).isEqualTo(DrawnClasses.CLASSES.get(i));
            assertThat(sum).isEqualTo(12).isEqualTo(ofClass.get("images").asLong());
            assertThat(ofClass.get("recall").asDouble()).isEqualTo(row.get(i).asDouble() / 12);
            assertThat(ofClass.get("precision").asDouble()).isCloseTo(row.get(i).asDouble() / column, within(1e-12));
            right += row.get(i).asLong();
        }
        assertThat(scores.get("accuracy").asDouble()).isEqualTo(right / 72.0);
        assertThat(scores.get("worst")).hasSize(20);
        JsonNode worst = scores.get("worst").get(0);
        assertThat(worst.get("sample").asText())
                .startsWith("val/" + worst.get("class").asText() + "/");
        assertThat(JSON.readTree(report.resolve("classification.json").toFile()).get("confusion"))
                .isEqualTo(scores.get("confusion"));
        assertThat(ImageIO.read(report.resolve("confusion.png").toFile()).getWidth())
                .isPositive();
        Command people = Command.run("eval", run, "--data", images, "--split", "val");
        assertThat(people.out()).contains("class bar ", "12 images, precision ");
    }

    @Test
    void shouldJudgeTheImagesOfAListAsThoseOfFolders() throws Exception {
        StringBuilder list = new StringBuilder();
        StringBuilder table = new StringBuilder("class,file\n");
        for (String name : DrawnClasses.CLASSES) {
            for (int i = 0; i < 12; i++) {
                list.append(name + "/" + i + ".png " + name + "\n");
                table.append(name + ",val/" + name + "/" + i + ".png\n");
            }
        }
        Path lines = Files.writeString(images.resolve("val/list.txt"), list);
        Path rows = Files.writeString(images.resolve("table.csv"), table);
        JsonNode folders = only(Command.run("eval", run, "--data", images, "--split", "val", "--json"));
        for (Path file : List.of(lines, rows)) {
            JsonNode scores = only(Command.run("eval", run, "--data", file, "--json"));
            assertThat(scores.get("confusion")).as("%s", file).isEqualTo(folders.get("confusion"));
        }
        Command train = Command.run(
                "train",
                "classify",
                "--data",
                rows,
                "--val",
                lines,
                "--model",
                "lenet5",
                "--steps",
                2,
                "--run",
                folder.resolve("listed"));
        assertThat(train.exitCode()).as(train.err()).isZero();
        assertThat(train.err()).contains("72 samples to train on, 72 samples to validate on, 6 classes");
    }

    @Test
    void shouldPredictWhatAnEvaluationSees() throws Exception {
        Path out = folder.resolve("predicted");
        Command predict = Command.run("predict", run, images.resolve("val"), "--out", out, "--json");
        assertThat(predict.exitCode()).as(predict.err()).isZero();
        List<String> told = predict.out().lines().toList();
        assertThat(told).hasSize(73);
        assertThat(Files.readAllLines(out.resolve("predictions.jsonl"))).isEqualTo(told.subList(0, 72));
        JsonNode figures = JSON.readTree(told.get(72)).get("summary");
        assertThat(figures.get("images").asInt()).isEqualTo(72);
        assertThat(figures.get("bad").asInt()).isZero();
        assertThat(figures.get("images_per_second").asDouble()).isPositive();
        JsonNode scores = only(Command.run("eval", run, "--data", images, "--split", "val", "--json"));
        long[][] confusion = new long[6][6];
        for (String line : told.subList(0, 72)) {
            JsonNode one = JSON.readTree(line);
            Path path = Path.of(one.get("path").asText());
            int is = DrawnClasses.CLASSES.indexOf(path.getParent().getFileName().toString());
            confusion[is][DrawnClasses.CLASSES.indexOf(one.get("class").asText())]++;
            assertThat(one.get("top")).hasSize(5);
            assertThat(one.get("top").get(0).get("probability")).isEqualTo(one.get("probability"));
            for (JsonNode doubt : scores.get("worst")) {
                if (path.endsWith(doubt.get("sample").asText())
                        && doubt.get("class").equals(doubt.get("predicted"))) {
                    assertThat(one.get("probability").asDouble())
                            .isCloseTo(doubt.get("probability").asDouble(), within(1e-5));
                }
            }
        }
        assertThat(JSON.valueToTree(confusion).toString())
                .isEqualTo(scores.get("confusion").toString());
        List<String> table = Files.readAllLines(out.resolve("predictions.csv"));
        assertThat(table).hasSize(73);
        assertThat(table.get(0))
                .isEqualTo("path,class,probability,class2,probability2,class3,probability3,class4,probability4,class5,"
                        + "probability5,error");
    }

    @Test
    void shouldGoOnBehindImagesThatCannotBeRead() throws Exception {
        Path some = Files.createDirectories(folder.resolve("some, and others"));
        Files.copy(images.resolve("val/disc/0.png"), some.resolve("b.png"));
        for (String name : List.of("a.jpg", "c.jpg", "d.jpg")) {
            Files.writeString(some.resolve(name), "no image");
        }
        Path out = folder.resolve("some.csv");
        Command dry = Command.run("predict", run, some, "--out", out, "--dry-run", "--json");
        assertThat(dry.exitCode()).as(dry.err()).isZero();
        assertThat(JSON.readTree(dry.out()).get("images").asInt()).isEqualTo(4);
        assertThat(JSON.readTree(dry.out()).get("files").get(0).asText()).isEqualTo(out.toString());
        assertThat(out).doesNotExist();
        Command predict = Command.run("predict", run, some, "--out", out, "--top", 1, "--json");
        assertThat(predict.exitCode()).isEqualTo(1);
        List<JsonNode> lines = new ArrayList<>();
        for (String line : predict.out().lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        JsonNode figures = lines.remove(4).get("summary");
        assertThat(figures.get("images").asInt()).isOne();
        assertThat(figures.get("bad").asInt()).isEqualTo(3);
        assertThat(lines.stream()
                        .map(line ->
                                Path.of(line.get("path").asText()).getFileName().toString()))
                .containsExactly("a.jpg", "b.png", "c.jpg", "d.jpg");
        assertThat(lines.get(1).has("error")).isFalse();
        for (int i : new int[] {0, 2, 3}) {
            assertThat(lines.get(i).get("error").asText()).contains(i == 0 ? "a.jpg" : i == 2 ? "c.jpg" : "d.jpg");
            assertThat(lines.get(i).has("class")).isFalse();
        }
        List<String> table = Files.readAllLines(out);
        assertThat(table).hasSize(5).first().isEqualTo("path,class,probability,error");
        assertThat(table.get(1)).startsWith("\"").contains("some, and others/a.jpg\",,,");
    }

    @Test
    void shouldWriteOverNoInput() throws Exception {
        Path image = images.resolve("val/bar/0.png");
        byte[] before = Files.readAllBytes(image);
        Path link = folder.resolve("link.csv");
        Files.createSymbolicLink(link, image);
        Command over = Command.run("predict", run, images.resolve("val"), "--out", link);
        assertThat(over.exitCode()).isEqualTo(2);
        assertThat(over.errors()).singleElement().asString().contains("would be written over the input");
        assertThat(Files.readAllBytes(image)).isEqualTo(before);
        Command strange = Command.run("predict", run, image, "--out", folder.resolve("x.png"));
        assertThat(strange.exitCode()).isEqualTo(2);
        assertThat(strange.errors()).singleElement().asString().contains("NAME.csv");
    }

    @Test
    void shouldSeeTheSameInRecordFiles() throws Exception {
        Path packed = folder.resolve("packed/x");
        assertThat(Command.run("pack", "images", images, "--format", "classes", "--split", "lists", "--out", packed)
                        .exitCode())
                .isZero();
        JsonNode read = only(Command.run("eval", run, "--data", packed + "-val-*.tfrecord", "--json"));
        JsonNode direct = only(Command.run("eval", run, "--data", images, "--split", "val", "--json"));
        assertThat(read.get("confusion")).isEqualTo(direct.get("confusion"));
        assertThat(read.get("loss").asDouble()).isCloseTo(direct.get("loss").asDouble(), within(1e-6));
        JsonNode learnt = only(Command.run(
                "train",
                "classify",
                "--data",
                packed + "-train-*.tfrecord",
                "--val",
                packed + "-val-*.tfrecord",
                "--model",
                "lenet5",
                "--recipe",
                "plain",
                "--balance",
                "classes",
                "--batch",
                8,
                "--steps",
                2,
                "--run",
                folder.resolve("records"),
                "--json"));
        assertThat(learnt.get("steps").asInt()).isEqualTo(2);
    }

    @Test
    void shouldTakeGreyImagesCmykAndAlphaAmongOthersAndGoOn() throws Exception {
        Path mixed = folder.resolve("mixed");
        Path mixedRun = folder.resolve("mixed-run");
        DrawnClasses.write(mixed, 3, 4);
        ImageIO.write(
                new BufferedImage(30, 50, BufferedImage.TYPE_BYTE_GRAY),
                "png",
                mixed.resolve("bar/grey.png").toFile());
        ImageIO.write(
                new BufferedImage(30, 50, BufferedImage.TYPE_INT_ARGB),
                "png",
                mixed.resolve("bar/alpha.png").toFile());
        writeCmyk(mixed.resolve("bar/cmyk.jpg"));
        Command train = Command.run(
                "train",
                "classify",
                "--data",
                mixed,
                "--batch",
                7,
                "--steps",
                3,
                "--model",
                "lenet5",
                "--run",
                mixedRun,
                "--json");
        assertThat(only(train).get("steps").asInt()).isEqualTo(3);
        assertThat(train.err()).contains("model lenet5, input 1x28x28", "bar 6, cross 3");
        Command further = Command.run("train", "classify", "--run", mixedRun, "--resume", "--steps", 5, "--json");
        assertThat(only(further).get("steps").asInt()).isEqualTo(5);
        assertThat(Command.run("predict", mixedRun, mixed.resolve("bar")).out().lines())
                .hasSize(6)
                .anyMatch(line -> line.contains("cmyk.jpg: "));
    }

    /** Four channels without more said of them, which is CMYK. */
    private static void writeCmyk(Path file) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(out);
            writer.write(
                    new IIOImage(Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 40, 30, 4, null), null, null));
        } finally {
            writer.dispose();
        }
    }

    @Test
    void shouldRefuseInOneLineWhatCannotBeLearnt() throws Exception {
        Path one = folder.resolve("one");
        Files.createDirectories(one.resolve("bar"));
        Files.copy(images.resolve("val/bar/0.png"), one.resolve("bar/0.png"));
        Path empty = Files.createDirectories(folder.resolve("empty"));
        Path more = folder.resolve("more");
        DrawnClasses.write(more, 1, 5);
        Files.createDirectories(more.resolve("zebra"));
        Files.copy(images.resolve("val/bar/0.png"), more.resolve("zebra/0.png"));
        refused(1, "one class only, bar", "--data", one, "--format", "classes");
        refused(1, "empty", "--data", empty, "--format", "classes");
        refused(1, "zebra/0.png: bad-annotation: the class zebra is none of bar", "--data", images, "--val", more);
        refused(2, "lenet5, which takes 28 x 28", "--data", images, "--model", "lenet5", "--input-size", "32x32");
        refused(2, "no classifier", "--data", images, "--model", "yolo-v1-mini");
        refused(2, "--label-smoothing", "--data", images, "--label-smoothing", 1.5);
        refused(2, "for steering", "--data", images, "--frames", 2);
        refused(2, "recipe of classify", "--data", images, "--recipe", "darknet");
        Command detect = Command.run("detect", run, images.resolve("val/bar/0.png"));
        assertThat(detect.errors()).singleElement().asString().contains("is not of a detector");
    }

    private static void refused(int code, String reason, Object... options) {
        Object[] words = Stream.concat(
                        Stream.of("train", "classify", "--steps", 1, "--run", folder.resolve("refused")),
                        Stream.of(options))
                .toArray();
        Command command = Command.run(words);
        assertThat(command.exitCode()).as(command.err()).isEqualTo(code);
        assertThat(command.errors()).singleElement().asString().contains(reason);
    }
}
