package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.batchmill.testing.SharedData;
import org.batchmill.train.darknet.DetectorText;
import org.batchmill.video.VideoReader;
import org.batchmill.video.VideoWriter;
import org.batchmill.video.WriterOptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A detector of a user's own configuration through the command line: trained, evaluated, taken out and in again, looked at. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DetectorCommandsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String CONFIGURATION = DetectorText.small(8, 2, 4, true, false);

    @TempDir
    static Path folder;

    private static Path data;
    private static Path configuration;
    private static Path run;
    private static Path weights;
    private static Path video;

    /** A small detector of three classes, as a file. */
    static Path configuration(Path folder) throws IOException {
        return Files.writeString(folder.resolve("small.cfg"), CONFIGURATION);
    }

    @BeforeAll
    static void makeDataConfigurationAndVideo() throws IOException {
        data = folder.resolve("shapes");
        configuration = configuration(folder);
        run = folder.resolve("run");
        weights = folder.resolve("small.weights");
        video = folder.resolve("video.mp4");
        assertThat(Command.run("sample", "shapes", data, "--count", 24).exitCode())
                .isZero();
        try (VideoWriter writer = VideoWriter.create(video, 96, 128, WriterOptions.at(10))) {
            for (int frame = 0; frame < 5; frame++) {
                ByteBuffer pixels = ByteBuffer.allocate(96 * 128 * 3);
                for (int i = 0; i < pixels.capacity(); i++) {
                    pixels.put(i, (byte) (i / 384 * 2 + 20 * frame));
                }
                writer.write(pixels);
            }
            writer.finish();
        }
    }

    @Test
    @Order(1)
    void shouldTrainAConfigurationByItsOwnRecipeAndPrintTheReferencesLine() throws Exception {
        Command training =
                Command.run("train", "yolo", "--data", data, "--model", configuration, "--run", run, "--json");
        assertThat(training.exitCode()).as(training.err()).isZero();
        assertThat(only(training).get("steps").asInt()).as("max_batches").isEqualTo(4);
        assertThat(training.err().lines().filter(line -> line.matches("\\d: .* avg, .* rate, .* images")))
                .hasSize(4)
                .first()
                .asString()
                .as("(1/2)^4 of the rate in the burn-in")
                .contains("0.000063 rate")
                .endsWith(" 8 images");
    }

    @Test
    @Order(2)
    void shouldEvaluateWithCurvesAndConfusions() throws Exception {
        Path report = folder.resolve("report");
        Command eval = Command.run("eval", run, "--data", data, "--report", report, "--json");
        assertThat(eval.exitCode()).as(eval.err()).isZero();
        JsonNode scores = only(eval);
        JsonNode written = JSON.readTree(report.resolve("detection.json").toFile());
        for (String key : List.of("map50", "map50_voc07", "map50_95", "map75", "ar1", "ar10", "ar100")) {
            assertThat(scores.get(key).asDouble())
                    .as(key)
                    .isBetween(0.0, 1.0)
                    .isEqualTo(written.get(key).asDouble());
        }
        assertThat(written.get("confusion")).hasSize(4);
        assertThat(ImageIO.read(report.resolve("precision-recall.png").toFile()).getWidth())
                .isPositive();
        assertThat(ImageIO.read(report.resolve("confusion.png").toFile()).getWidth())
                .isPositive();
    }

    @Test
    @Order(3)
    void shouldBeTheSameDetectorAfterARoundTripThroughAWeightsFile() throws Exception {
        Path last = run.resolve("checkpoints/step-000000004.ckpt");
        assertThat(Command.run("export", last, "--to", "darknet", "--out", weights)
                        .exitCode())
                .isZero();
        Path checkpoint = folder.resolve("back.ckpt");
        Command in = Command.run(
                "import",
                weights,
                "--from",
                "darknet",
                "--model",
                configuration,
                "--classes",
                String.join(",", classes()),
                "--out",
                checkpoint,
                "--json");
        assertThat(in.exitCode()).as(in.err()).isZero();
        assertThat(only(in).get("seen").asInt()).isEqualTo(32);
        double before = only(Command.run("eval", last, "--data", data, "--json"))
                .get("map50")
                .asDouble();
        double after = only(Command.run("eval", checkpoint, "--data", data, "--json"))
                .get("map50")
                .asDouble();
        assertThat(after).isCloseTo(before, within(1e-9));
    }

    @Test
    @Order(4)
    void shouldRefuseWeightsThatAreCutOrOfAnotherNetwork() throws Exception {
        Path cut = folder.resolve("cut.weights");
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(cut, Arrays.copyOf(bytes, bytes.length - 4));
        Path out = folder.resolve("never.ckpt");
        Command truncated = Command.run(
                "import", cut, "--from", "darknet", "--model", configuration, "--classes", "a,b,c", "--out", out);
        assertThat(truncated.exitCode()).isEqualTo(1);
        assertThat(truncated.errors()).singleElement().asString().contains("cut.weights", "truncated");
        Command other = Command.run("import", weights, "--from", "darknet", "--model", "yolo-v1-mini", "--out", out);
        assertThat(other.exitCode()).isEqualTo(1);
        assertThat(other.errors()).singleElement().asString().contains("yolo-v1-mini", "another network");
        Path names = Files.writeString(folder.resolve("names.yaml"), "conv1: a\n");
        Command named = Command.run(
                "import",
                weights,
                "--from",
                "darknet",
                "--model",
                configuration,
                "--classes",
                String.join(",", classes()),
                "--names",
                names,
                "--out",
                out);
        assertThat(named.exitCode()).isEqualTo(2);
        assertThat(named.errors())
                .containsExactly("batchmill: " + weights + ": darknet's weights have no names, and " + names
                        + " is a list of such");
        Command classes = Command.run("import", weights, "--from", "darknet", "--model", configuration, "--out", out);
        assertThat(classes.exitCode()).as("20 classes of PASCAL VOC").isEqualTo(2);
        assertThat(out).doesNotExist();
    }

    @Test
    @Order(5)
    void shouldTakePartsOutAndPutThemIntoAnotherCheckpoint() throws Exception {
        Path part = folder.resolve("conv.npz");
        Path mixed = folder.resolve("mixed.ckpt");
        JsonNode written =
                only(Command.run("export", run, "--to", "npz", "--layers", "conv*", "--out", part, "--json"));
        assertThat(written.get("parameters").asInt()).isEqualTo(8 * 27 + 4 * 8);
        JsonNode taken = only(Command.run("import", part, "--from", "npz", "--init", run, "--out", mixed, "--json"));
        assertThat(taken.get("taken").asInt()).isEqualTo(5);
        assertThat(taken.get("parameters").asInt()).isEqualTo(7);
        Command alone = Command.run(
                "import", part, "--from", "npz", "--model", configuration, "--classes", "a,b,c", "--out", mixed);
        assertThat(alone.exitCode()).isEqualTo(1);
        assertThat(alone.errors()).singleElement().asString().contains("dense1/weights", "--init");
    }

    @Test
    @Order(6)
    void shouldDrawAVideoAndTellOfEachFrame() throws Exception {
        Path out = folder.resolve("found.mp4");
        Command detect = Command.run("detect", run, video, "--out", out, "--threshold", 0.0001, "--json");
        assertThat(detect.exitCode()).as(detect.err()).isZero();
        List<String> lines = detect.out().lines().toList();
        assertThat(lines).hasSize(6);
        JsonNode figures = JSON.readTree(lines.get(5)).get("summary");
        assertThat(figures.get("frames").asInt()).isEqualTo(5);
        assertThat(figures.get("objects")).isNotEmpty();
        JsonNode fourth = JSON.readTree(lines.get(3));
        assertThat(fourth.get("frame").asInt()).isEqualTo(3);
        assertThat(fourth.get("seconds").asDouble()).isCloseTo(.3, within(1e-3));
        assertThat(fourth.get("width").asInt()).isEqualTo(128);
        assertThat(detect.err()).containsPattern("5 frames, [0-9.]+ frames/s");
        try (VideoReader reader = VideoReader.open(out)) {
            assertThat(reader.countFrames()).isEqualTo(5);
        }
    }

    @Test
    @Order(7)
    void shouldNameAVideoThatIsNone() throws Exception {
        Path bad = Files.writeString(folder.resolve("bad.mp4"), "no video");
        Command detect = Command.run("detect", run, bad, "--json");
        assertThat(detect.exitCode()).isEqualTo(1);
        assertThat(detect.err()).contains("bad.mp4");
        assertThat(detect.out()).isEmpty();
        assertThat(detect.err()).contains("{\"summary\":{\"images\":0,\"bad\":1,");

        Path other = Files.copy(video, folder.resolve("video.ts"));
        Command drawn = Command.run("detect", run, other, "--out", folder.resolve("drawn.mp4"));
        assertThat(drawn.errors())
                .singleElement()
                .asString()
                .contains("video.ts: unsupported: a video in a container that is not read, only mp4, ");

        Path unknown = Files.copy(video, folder.resolve("video.clip"));
        Command named = Command.run("detect", run, unknown, "--out", folder.resolve("drawn.mp4"));
        assertThat(named.errors()).singleElement().asString().contains("video.clip: no video by its name (mp4, ");
    }

    @Test
    @Order(8)
    void shouldLookForOneClassInsideACropByTheVehicleRecipe() throws Exception {
        Path image = data.resolve("JPEGImages/shapes_00000.jpg");
        String wanted = classes().get(1);
        Command detect = Command.run(
                "detect",
                run,
                image,
                "--decode",
                "vehicle",
                "--classes",
                wanted,
                "--crop",
                "100:260,40:200",
                "--threshold",
                1e-6,
                "--json");
        assertThat(detect.exitCode()).as(detect.err()).isZero();
        assertThat(only(detect).get("boxes"))
                .allSatisfy(box -> assertThat(box.get("class").asText()).isEqualTo(wanted));
        Command several = Command.run("detect", run, image, "--decode", "vehicle");
        assertThat(several.exitCode()).isEqualTo(2);
        assertThat(several.errors()).singleElement().asString().contains("--classes");
    }

    @Test
    @Order(9)
    void shouldGoBackAsOftenAsAllowedBeforeItFailsOverANumberThatIsNotFinite() {
        Object[] diverging = {
            "train",
            "yolo",
            "--data",
            data,
            "--model",
            configuration,
            "--optimizer",
            "sgd",
            "--lr",
            1e30,
            "--steps",
            30,
            "--run"
        };
        Command training = Command.run(with(diverging, folder.resolve("diverging"), "--rollback", 2));
        assertThat(training.exitCode()).isEqualTo(1);
        assertThat(training.err().lines().filter(line -> line.contains("half the learning rate")))
                .hasSize(2);
        assertThat(training.errors()).last().asString().contains("step", "shapes_");
    }

    @Test
    @Tag("long")
    @Order(10)
    void shouldKnowEightRaccoonPhotosByHeartThroughTheWholeChain() throws Exception {
        Path photos = SharedData.data("raccoon");
        Path eight = folder.resolve("eight");
        Files.createDirectories(eight.resolve("images"));
        Files.createDirectories(eight.resolve("annotations"));
        try (Stream<Path> all = Files.list(photos.resolve("images"))) {
            for (Path photo : all.sorted().limit(8).toList()) {
                String name = photo.getFileName().toString();
                String labels = name.replace(".jpg", ".xml");
                Files.copy(photo, eight.resolve("images").resolve(name));
                Files.copy(
                        photos.resolve("annotations").resolve(labels),
                        eight.resolve("annotations").resolve(labels));
            }
        }
        Path learnt = folder.resolve("learnt");
        Command training = Command.run(
                "train",
                "yolo",
                "--data",
                eight,
                "--policy",
                "none",
                "--batch",
                8,
                "--steps",
                150,
                "--ema",
                0,
                "--run",
                learnt,
                "--json");
        assertThat(training.exitCode()).as(training.err()).isZero();
        JsonNode scores = only(Command.run("eval", learnt, "--data", eight, "--json"));
        assertThat(scores.get("images").asInt()).isEqualTo(8);
        assertThat(scores.get("map50").asDouble()).isGreaterThan(.95);
    }

    private static Object[] with(Object[] arguments, Object... more) {
        Object[] all = Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return all;
    }

    private static List<String> classes() throws IOException {
        JsonNode names = only(Command.run("inspect", run.resolve("checkpoints/best.ckpt"), "--json"))
                .get("classes");
        return List.of(
                names.get(0).asText(), names.get(1).asText(), names.get(2).asText());
    }

    /** The one JSON line on standard output. */
    private static JsonNode only(Command command) throws IOException {
        assertThat(command.out().lines()).as(command.err()).hasSize(1);
        return JSON.readTree(command.out());
    }
}
