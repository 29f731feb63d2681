package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.batchmill.train.arrays.NpzFile;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lessons on rows of numbers, by command. */
class TablesTest {

    @TempDir
    Path folder;

    @Test
    void shouldFitTheLineOfTheFirstLesson() throws Exception {
        Path run = folder.resolve("line");
        Command train = Command.run(
                "train", "line", "--data", "sample:line", "--run", run, "--evaluate-steps", 17_000, "--json");
        assertThat(train.exitCode()).as(train.err()).isZero();
        JsonNode result = new ObjectMapper().readTree(train.out());
        assertThat(result.get("steps").asInt()).isEqualTo(17_000);
        assertThat(result.get("loss").asDouble()).isCloseTo(.0769288, Offset.offset(1e-6));
        Checkpoint line = CheckpointFile.read(Path.of(result.get("checkpoint").asText()));
        assertThat(line.parameters().get("dense1/weights")[0]).isCloseTo(.25163f, Offset.offset(1e-4f));
        assertThat(line.parameters().get("dense1/biases")[0]).isCloseTo(.79880f, Offset.offset(1e-4f));
    }

    /** The best of a few points held out is chance: of a line the last parameters are what was fitted. */
    @Test
    void shouldExportTheLastParametersOfALine() throws Exception {
        Path run = folder.resolve("line");
        Path steep = Files.writeString(folder.resolve("steep.csv"), "x,y\n1,2\n2,4\n3,6\n");
        Path flat = Files.writeString(folder.resolve("flat.csv"), "x,y\n1,0.01\n2,0.02\n");
        Command train = Command.run(
                "train",
                "line",
                "--data",
                steep,
                "--val",
                flat,
                "--run",
                run,
                "--steps",
                90,
                "--evaluate-steps",
                7,
                "--checkpoint-steps",
                90);
        assertThat(train.exitCode()).as(train.err()).isZero();
        Path best = run.resolve("checkpoints/best.ckpt");
        Path last = run.resolve("checkpoints/step-000000090.ckpt");
        float[] fitted = CheckpointFile.read(last).parameters().get("dense1/weights");
        assertThat(CheckpointFile.read(best).progress().step())
                .as("the test needs another best")
                .isNotEqualTo(90);
        assertThat(CheckpointFile.read(best).parameters().get("dense1/weights")).isNotEqualTo(fitted);

        Command export = Command.run("export", run, "--to", "npz", "--out", folder.resolve("line.npz"));

        assertThat(export.exitCode()).as(export.err()).isZero();
        assertThat(export.err()).contains(last + ", step 90, the last of its run");
        assertThat(NpzFile.read(folder.resolve("line.npz"))
                        .get("dense1/weights")
                        .values())
                .containsExactly(fitted);
    }

    @Test
    void shouldKeepWhatItLearntWhereNothingThatIsValidatedOnCanBeRead() throws Exception {
        Path file = Files.writeString(folder.resolve("good.csv"), "a,b\n1,0\n2,1\n");
        Path bad = Files.writeString(folder.resolve("bad.csv"), "a,b\nx,0\ny,1\n");
        Path run = folder.resolve("run");
        Command train = Command.run(
                "train",
                "table",
                "--data",
                file,
                "--val",
                bad,
                "--steps",
                2,
                "--evaluate-steps",
                0,
                "--on-error",
                "skip",
                "--run",
                run);
        assertThat(train.exitCode()).isEqualTo(1);
        assertThat(train.errors()).singleElement().asString().contains("holds no samples that can be read");
        assertThat(train.err()).contains("validation: left out", "bad.csv: line 2", "bad.csv: line 3");
        assertThat(run.resolve("checkpoints/step-000000002.ckpt")).isNotEmptyFile();
    }

    @Test
    void shouldLearnTheLastColumnOfATableWithAHeaderOfItsOwn() throws Exception {
        SplittableRandom random = new SplittableRandom(5);
        StringBuilder table = new StringBuilder("heat,\"size, mm\",ripe\n");
        for (int i = 0; i < 400; i++) {
            double heat = random.nextDouble(10, 40);
            double size = random.nextDouble(1, 9);
            table.append(heat)
                    .append(',')
                    .append(size)
                    .append(',')
                    .append(heat / 4 + size > 11 ? 1 : 0)
                    .append('\n');
        }
        Path file = Files.writeString(folder.resolve("fruit.csv"), table);
        Path run = folder.resolve("run");
        Command train = Command.run(
                "train",
                "table",
                "--data",
                file,
                "--val-share",
                .25,
                "--model",
                "table-bn",
                "--lr",
                .01,
                "--epochs",
                20,
                "--run",
                run,
                "--json");
        assertThat(train.exitCode()).as(train.err()).isZero();
        assertThat(new ObjectMapper().readTree(train.out()).get("metric").asDouble())
                .isGreaterThan(.9);
        Command eval = Command.run("eval", run, "--data", file, "--json");
        assertThat(eval.exitCode()).as(eval.err()).isZero();
        JsonNode scores = new ObjectMapper().readTree(eval.out());
        assertThat(scores.get("rows").asInt()).isEqualTo(400);
        assertThat(scores.get("accuracy").asDouble()).isGreaterThan(.9);
    }

    @Test
    void shouldNameTheLineThatIsNoNumberAndLeaveItOutWhenAsked() throws Exception {
        Path file = Files.writeString(folder.resolve("bad.csv"), "a,b\n1,0\nx,1\n2,1\n");
        Command failing =
                Command.run("train", "table", "--data", file, "--epochs", 1, "--run", folder.resolve("failing"));
        assertThat(failing.exitCode()).isEqualTo(1);
        assertThat(failing.errors()).singleElement().asString().contains("bad.csv: line 3, column a", "\"x\"");
        Path run = folder.resolve("skipping");
        Command skipping =
                Command.run("train", "table", "--data", file, "--steps", 1, "--on-error", "skip", "--run", run);
        assertThat(skipping.exitCode()).as(skipping.err()).isZero();
        assertThat(Files.readString(run.resolve("skipped.jsonl"))).contains("line 3");
    }
}
