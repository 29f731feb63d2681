package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.batchmill.train.checkpoint.CheckpointFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks out of YAML files, by command: looked at, drawn, learnt with. */
class DescribedNetworkTest {

    private static final String YAML =
            """
            input: 3x32x32
            layers:
              - scale: {multiply: 0.0078, add: -1}
              - conv: stem
                filters: 8
                kernel: 3
                stride: 4
              - relu: stem-relu
              - conv: body
                filters: 8
                kernel: 3
              - add: sum
                from: [body, stem-relu]
              - global-average-pool: mean
              - dense: out
                units: classes
            """;

    @TempDir
    Path folder;

    private Path write(String yaml) throws IOException {
        return Files.writeString(folder.resolve("mine.yaml"), yaml);
    }

    @Test
    void shouldLearnWithANetworkOutOfAFile() throws IOException {
        Path model = write(YAML);
        Path images = folder.resolve("images");
        DrawnClasses.write(images, 5, 4);
        Path run = folder.resolve("run");
        Command training = Command.run(
                "train", "classify", "--data", images, "--model", model, "--steps", 3, "--batch", 8, "--run", run);
        assertThat(training.exitCode()).as(training.err()).isZero();
        assertThat(training.err()).contains("model mine, input 3x32x32, 862 parameters");
        Command sized = Command.run(
                "train",
                "classify",
                "--data",
                images,
                "--model",
                model,
                "--input-size",
                "48x40",
                "--steps",
                1,
                "--batch",
                8,
                "--run",
                folder.resolve("sized"));
        assertThat(sized.exitCode()).as(sized.err()).isZero();
        assertThat(sized.err()).contains("input 3x48x40");
        Path checkpoint =
                new CheckpointFolder(run.resolve("checkpoints"), 1).list().get(0);
        Command inspected = Command.run("inspect", checkpoint, "--json");
        assertThat(new ObjectMapper().readTree(inspected.out()).get("layers")).hasSize(7);
    }

    @Test
    void shouldTellTheLayersOfAModelAndDrawThem() throws IOException {
        Path image = folder.resolve("mine.svg");
        Command inspected = Command.run("inspect", write(YAML), "--out", image, "--json");
        assertThat(inspected.exitCode()).as(inspected.err()).isZero();
        JsonNode keys = new ObjectMapper().readTree(inspected.out());
        assertThat(keys.get("model").asText()).isEqualTo("mine");
        assertThat(keys.get("outputs").asInt()).isEqualTo(1000);
        JsonNode sum = keys.get("layers").get(4);
        assertThat(sum.get("name").asText()).isEqualTo("sum");
        assertThat(sum.get("inputs").get(1).asText()).isEqualTo("stem-relu");
        assertThat(sum.get("shape").asText()).isEqualTo("8x8x8");
        assertThat(Files.readString(image)).startsWith("<svg ").contains(">stem-relu</text>");
        Command people = Command.run("inspect", "resnet18");
        assertThat(people.out())
                .startsWith("resnet18: 11,689,512 parameters, input 3x224x224, 1,000 outputs\n")
                .contains("layer1/block1/sum")
                .contains("reads layer1/block1/conv2-norm, pool1\n");
    }

    @Test
    void shouldNameFileLineAndLayerOfAMistake() throws IOException {
        Path model = write(YAML.replace("body, stem-relu", "body, stem-rel"));
        Command refused = Command.run("inspect", model);
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.errors())
                .containsExactly(
                        "batchmill: " + model + ": line 12: corrupt: sum: reads stem-rel, but there is no such layer");
    }

    @Test
    void shouldRefuseToDrawWhatIsNoNetwork() throws IOException {
        Path image = folder.resolve("a.png");
        DrawnClasses.write(folder.resolve("images"), 1, 4);
        Files.copy(folder.resolve("images/disc/0.png"), image);
        Command refused = Command.run("inspect", image, "--out", folder.resolve("a.svg"));
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.errors())
                .containsExactly(
                        "batchmill: --out draws the network of a model or a checkpoint, and " + image + " is none");
    }
}
