package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.batchmill.records.Sample;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The main job through the command line, on a data set small enough for every build: each step works on what came before. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MainJobTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private static Path data;
    private static String train;
    private static String val;
    private static Path run;

    @BeforeAll
    static void drawShapes() {
        data = folder.resolve("shapes");
        train = folder.resolve("out/shapes-train-*.tfrecord").toString();
        val = folder.resolve("out/shapes-val-*.tfrecord").toString();
        run = folder.resolve("run");
        assertThat(Command.run("sample", "shapes", data, "--count", 40).exitCode())
                .isZero();
    }

    @Test
    @Order(1)
    void shouldPackAFolderIntoShardsOfItsLists() throws Exception {
        Path out = folder.resolve("out/shapes");
        Command pack = Command.run(
                "pack", "images", data, "--format", "voc", "--split", "lists", "--shards", 2, "--out", out, "--json");
        assertThat(pack.exitCode()).as(pack.err()).isZero();
        JsonNode splits = only(pack).get("splits");
        assertThat(splits.get("train").asInt()).isEqualTo(32);
        assertThat(splits.get("val").asInt()).isEqualTo(8);
    }

    @Test
    @Order(2)
    void shouldReadTheSameSamplesFromTheFolderAndFromTheShards() throws Exception {
        List<Sample> packed = new ArrayList<>(Samples.read(train));
        packed.addAll(Samples.read(val));
        List<Sample> direct = Samples.read(data.toString());
        assertThat(ids(packed)).isEqualTo(ids(direct)).hasSize(40);
        for (Sample sample : packed) {
            Sample same = direct.stream()
                    .filter(other -> other.id().equals(sample.id()))
                    .findFirst()
                    .orElseThrow();
            assertThat(sample.content()).isEqualTo(same.content());
            assertThat(sample.labels()).isEqualTo(same.labels());
        }
    }

    @Test
    @Order(3)
    void shouldVerifyAndInspectTheShards() throws Exception {
        Command verify = Command.run("verify", train, "--json");
        assertThat(verify.exitCode()).as(verify.err()).isZero();
        assertThat(only(verify).get("files")).hasSize(2).allSatisfy(file -> {
            assertThat(file.get("damaged")).isEmpty();
            assertThat(file.get("compression").asText()).isEqualTo("none");
        });
        Path shard = folder.resolve("out/shapes-train-00000-of-00002.tfrecord");
        JsonNode file =
                only(Command.run("inspect", shard, "--json")).get("files").get(0);
        assertThat(file.get("bytes").asLong()).isEqualTo(Files.size(shard));
    }

    @Test
    @Order(4)
    void shouldTrainAndKeepARunFolder() throws Exception {
        Command training = Command.run(
                "train", "yolo", "--data", train, "--val", val, "--run", run, "--batch", 8, "--steps", 6, "--json");
        assertThat(training.exitCode()).as(training.err()).isZero();
        JsonNode result = only(training);
        assertThat(result.get("steps").asInt()).isEqualTo(6);
        assertThat(result.get("loss").isNumber()).isTrue();
        assertThat(result.get("images_per_second").asDouble()).isPositive();
        assertThat(result.get("waited_share").asDouble()).isBetween(0.0, 1.0);
        assertThat(Path.of(result.get("checkpoint").asText())).exists();
        assertThat(run.resolve("config.yaml")).exists();
        assertThat(run.resolve("checkpoints/best.ckpt")).exists();
        assertThat(training.err()).contains("training: 6/6");
    }

    @Test
    @Order(5)
    void shouldRefuseToTrainOverAnEarlierRun() {
        Command training = Command.run("train", "yolo", "--data", train, "--run", run, "--steps", 8);
        assertThat(training.exitCode()).isEqualTo(2);
        assertThat(training.errors()).singleElement().asString().contains("earlier run", "--resume");
    }

    @Test
    @Order(6)
    void shouldGoOnFromTheLastCheckpointWithTheRunsOwnOptions() throws Exception {
        Command training = Command.run("train", "yolo", "--run", run, "--resume", "--steps", 8, "--json");
        assertThat(training.exitCode()).as(training.err()).isZero();
        assertThat(training.err()).contains("step 6");
        assertThat(only(training).get("steps").asInt()).isEqualTo(8);
        Command byEpochs = Command.run("train", "yolo", "--run", run, "--resume", "--epochs", 3, "--json");
        assertThat(byEpochs.exitCode()).as(byEpochs.err()).isZero();
        assertThat(only(byEpochs).get("steps").asInt())
                .as("an end in epochs replaces the run's own in steps: 32 samples in batches of 8")
                .isEqualTo(12);
    }

    @Test
    @Order(7)
    void shouldEvaluateTheRunsBestCheckpoint() throws Exception {
        Command eval = Command.run("eval", run, "--data", val, "--json");
        assertThat(eval.exitCode()).as(eval.err()).isZero();
        JsonNode result = only(eval);
        assertThat(result.get("images").asInt()).isEqualTo(8);
        assertThat(result.get("map50").asDouble()).isBetween(0.0, 1.0);
        assertThat(result.get("classes")).isNotEmpty();
    }

    @Test
    @Order(8)
    void shouldDrawWhatItDetectsAndNameTheImageItCannotRead() throws Exception {
        Path images = Files.createDirectory(folder.resolve("pictures"));
        Files.copy(data.resolve("JPEGImages/shapes_00000.jpg"), images.resolve("a.jpg"));
        Files.writeString(images.resolve("b.jpg"), "no image");
        Path out = folder.resolve("found");
        Command detect = Command.run("detect", run, images, "--out", out, "--threshold", 0.0001, "--json");
        assertThat(detect.exitCode()).isEqualTo(1);
        assertThat(detect.err()).contains("b.jpg");
        List<String> lines = detect.out().lines().toList();
        assertThat(lines).as(detect.err()).hasSize(2);
        JsonNode figures = JSON.readTree(lines.get(1)).get("summary");
        assertThat(figures.get("images").asInt()).isEqualTo(1);
        assertThat(figures.get("bad").asInt()).isEqualTo(1);
        JsonNode result = JSON.readTree(lines.get(0));
        assertThat(result.get("path").asText()).endsWith("a.jpg");
        assertThat(result.get("width").asInt()).isEqualTo(320);
        assertThat(out.resolve("a.png")).exists();
    }

    @Test
    @Order(9)
    void shouldShowTheParametersOfACheckpoint() throws Exception {
        JsonNode result = only(Command.run("inspect", run.resolve("checkpoints/best.ckpt"), "--json"));
        assertThat(result.get("model").asText()).isEqualTo("yolo-v1-mini");
        assertThat(result.get("classes")).hasSize(3);
        assertThat(result.get("tensors")).isNotEmpty();
    }

    private static Set<String> ids(List<Sample> samples) {
        Set<String> ids = new TreeSet<>();
        samples.forEach(sample -> ids.add(sample.id().value()));
        return ids;
    }

    /** The one JSON line on standard output. */
    private static JsonNode only(Command command) throws IOException {
        assertThat(command.out().lines()).as(command.err()).hasSize(1);
        return JSON.readTree(command.out());
    }
}
