package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
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
                "--holdout",
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
