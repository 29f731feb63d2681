package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.batchmill.testing.SharedData;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lessons on digits, by command. */
class DigitsTest {

    @TempDir
    static Path folder;

    private static Path digits;

    @BeforeAll
    static void drawDigits() throws IOException {
        digits = folder.resolve("digits");
        DrawnDigits.write(digits, "train", 200, 1);
        DrawnDigits.write(digits, "val", 40, 2);
    }

    private static JsonNode only(Command command) throws IOException {
        assertThat(command.exitCode()).as(command.err()).isZero();
        assertThat(command.out().lines()).hasSize(1);
        return new ObjectMapper().readTree(command.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"digits-softmax", "digits-fc", "digits-cnn", "digits-cnn-bn", "digits-cnn-lrn"})
    void shouldTrainEachNetworkOfTheLessonOnIdxFiles(String model) throws Exception {
        Path run = folder.resolve("run-" + model);
        Command train = Command.run(
                "train", "digits", "--data", digits, "--model", model, "--batch", 20, "--steps", 2, "--run", run,
                "--json");
        assertThat(only(train).get("metric_name").asText()).isEqualTo("accuracy");
        assertThat(train.err()).contains("200 samples to train on, 40 samples to validate on");
    }

    @Test
    void shouldPredictTheSameInBothDataFormats() throws Exception {
        Path run = folder.resolve("formats");
        String[] formats = {"nchw", "nhwc"};
        only(Command.run(
                "train",
                "digits",
                "--data",
                digits,
                "--batch",
                20,
                "--steps",
                3,
                "--run",
                run,
                "--data-format",
                "nchw",
                "--json"));
        JsonNode[] scores = new JsonNode[2];
        for (int i = 0; i < 2; i++) {
            Command eval =
                    Command.run("eval", run, "--data", digits, "--split", "val", "--data-format", formats[i], "--json");
            scores[i] = only(eval);
            assertThat(scores[i].get("images").asInt()).isEqualTo(40);
        }
        assertThat(scores[0].get("accuracy")).isEqualTo(scores[1].get("accuracy"));
        assertThat(scores[0].get("loss").asDouble())
                .isCloseTo(scores[1].get("loss").asDouble(), Offset.offset(1e-4));
    }

    @Test
    void shouldTransferFrozenConvolutionsFromTheLowDigitsToTheHighOnes() throws Exception {
        Path low = folder.resolve("low");
        Path high = folder.resolve("high");
        only(Command.run(
                "train",
                "digits",
                "--data",
                digits,
                "--classes",
                "0,1,2,3,4",
                "--batch",
                20,
                "--steps",
                3,
                "--run",
                low,
                "--json"));
        Path from = low.resolve("checkpoints/best.ckpt");
        Command transfer = Command.run(
                "train",
                "digits",
                "--data",
                digits,
                "--classes",
                "5,6,7,8,9",
                "--batch",
                20,
                "--steps",
                3,
                "--run",
                high,
                "--init",
                from,
                "--freeze",
                "conv*",
                "--json");
        Path trained = Path.of(only(transfer).get("checkpoint").asText());
        assertThat(transfer.err()).contains("100 samples to train on", "took 8 of 8 parameters");
        Map<String, float[]> before = CheckpointFile.read(from).parameters();
        Map<String, float[]> after = CheckpointFile.read(trained).parameters();
        for (String frozen : new String[] {"conv1/weights", "conv1/biases", "conv2/weights", "conv2/biases"}) {
            assertThat(after.get(frozen)).as(frozen).isEqualTo(before.get(frozen));
        }
        assertThat(after.get("dense1/weights")).isNotEqualTo(before.get("dense1/weights"));
        assertThat(CheckpointFile.read(trained).task().classes()).containsExactly("5", "6", "7", "8", "9");

        Command misspelt = Command.run(
                "train", "digits", "--data", digits, "--freeze", "kernel*", "--steps", 1, "--run", folder.resolve("x"));
        assertThat(misspelt.exitCode()).isEqualTo(2);
        assertThat(misspelt.errors()).singleElement().asString().contains("kernel*", "conv1");
    }

    @Test
    void shouldAverageSeveralCheckpointsAndCompressOne() throws Exception {
        Path[] runs = {folder.resolve("a"), folder.resolve("b")};
        for (int i = 0; i < 2; i++) {
            only(Command.run(
                    "train",
                    "digits",
                    "--data",
                    digits,
                    "--model",
                    "digits-fc",
                    "--seed",
                    i,
                    "--batch",
                    20,
                    "--steps",
                    20,
                    "--lr",
                    .01,
                    "--run",
                    runs[i],
                    "--json"));
        }
        assertThat(Command.run("eval", runs[0], runs[1], "--data", digits).exitCode())
                .isEqualTo(2);
        JsonNode both =
                only(Command.run("eval", runs[0], runs[1], "--ensemble", "--data", digits, "--split", "val", "--json"));
        assertThat(both.get("images").asInt()).isEqualTo(40);
        Path out = folder.resolve("small.ckpt");
        JsonNode pruned = only(Command.run(
                "compress", runs[0], "--prune", .5, "--data", digits, "--split", "val", "--out", out, "--json"));
        assertThat(pruned.get("zeros").asDouble() / pruned.get("weights").asDouble())
                .isBetween(.49, .51);
        assertThat(pruned.get("bytes_after").asLong())
                .isLessThan(pruned.get("bytes_before").asLong());
        assertThat(pruned.get("after").get("accuracy").asDouble()).isBetween(0.0, 1.0);
        JsonNode again = only(Command.run("eval", out, "--data", digits, "--split", "val", "--json"));
        assertThat(again.get("accuracy")).isEqualTo(pruned.get("after").get("accuracy"));
    }

    @Tag("long")
    @ParameterizedTest
    @CsvSource({"digits-softmax, .88", "digits-fc, .93", "digits-cnn, .975", "digits-cnn-bn, .97", "digits-cnn-lrn, .97"
    })
    void shouldReachTheAccuracyOfTheLesson(String model, double accuracy) throws Exception {
        Path run = folder.resolve("lesson-" + model);
        JsonNode result = only(Command.run(
                "train", "digits", "--data", SharedData.data("mnist"), "--model", model, "--run", run, "--json"));
        assertThat(result.get("metric").asDouble()).isGreaterThanOrEqualTo(accuracy);
    }
}
