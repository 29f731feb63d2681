package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.checkpoint.CheckpointFolder;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Initializers;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;
import org.batchmill.train.task.TaskDescription;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Detectors over the layers of a classifier. */
@Tag("long") // images of 224 x 224 through deep networks
class BackboneTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"resnet18, layer1/*, layer1/block1/conv1/weights", "mobilenet-v2, block1/*, block1/deep/weights"})
    void shouldLearnToDetectOverTheWeightsOfAClassifier(String classifier, String frozen, String kept)
            throws IOException {
        Network network = Models.byName(classifier, ModelOptions.classes(5));
        Map<String, float[]> parameters = new LinkedHashMap<>();
        for (Parameter parameter : network.parameters()) {
            parameters.put(parameter.name(), Initializers.values(parameter, 99));
        }
        Path weights = folder.resolve("classifier.ckpt");
        TaskDescription task = new TaskDescription("classification", List.of("a", "b", "c", "d", "e"), Map.of());
        Checkpoint.Progress none = new Checkpoint.Progress(0, 0, 0, "", Map.of(), Map.of());
        CheckpointFile.write(weights, new Checkpoint(network, parameters, "", Map.of(), Map.of(), none, task));
        Path shapes = folder.resolve("shapes");
        MadeInputs.done("sample", "shapes", shapes, "--count", 4);
        Path run = folder.resolve("run");
        Command training = Command.run(
                "train",
                "yolo",
                "--data",
                shapes,
                "--model",
                "yolo-v1-" + classifier,
                "--init",
                weights,
                "--freeze",
                frozen,
                "--steps",
                2,
                "--batch",
                2,
                "--run",
                run);
        assertThat(training.exitCode()).as(training.err()).isZero();
        int all = network.parameters().size();
        // But for the dense layer's two, and its own head's two.
        assertThat(training.err()).contains("took " + (all - 2) + " of " + all + " parameters from " + weights);
        Checkpoint learnt = CheckpointFile.read(
                new CheckpointFolder(run.resolve("checkpoints"), 1).list().get(0));
        assertThat(learnt.parameters().get(kept)).isEqualTo(parameters.get(kept));
        assertThat(learnt.parameters().get("conv1/weights")).isNotEqualTo(parameters.get("conv1/weights"));
    }
}
