package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.batchmill.train.onnx.OnnxModelBuilder.integer;
import static org.batchmill.train.onnx.OnnxModelBuilder.ints;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.batchmill.testing.Seed;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.checkpoint.CheckpointFolder;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.onnx.OnnxModelBuilder;
import org.batchmill.train.onnx.OnnxNetwork;
import org.batchmill.train.protobuf.Message;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network that another program wrote, by command: imported, and learnt on from. */
class OnnxCommandsTest {

    private static final int SIDE = 32;
    private static final int OUTPUTS = 4;

    @TempDir
    Path folder;

    private Path file;
    private final RandomGenerator random = Seed.random(Seed.of(this));

    @BeforeEach
    void write() throws IOException {
        OnnxModelBuilder model = new OnnxModelBuilder(17, random);
        model.input("x", 0, 3, SIDE, SIDE);
        String stem = conv(model, "conv1", "x", 8, 3, 4);
        String body = conv(model, "layer1.0.conv1", stem, 8, 8, 1);
        String sum = model.node("Relu", "r", model.node("Add", "s", body, stem));
        String pool = model.node("MaxPool", "p", window(3, 2), sum);
        String flat = model.node("Flatten", "f", integer(new Message(), "axis", 1), pool);
        model.node(
                "Gemm",
                "y",
                integer(new Message(), "transB", 1),
                flat,
                model.weights("fc.weight", -.1, .1, OUTPUTS, 8 * 16),
                model.weights("fc.bias", -.1, .1, OUTPUTS));
        file = model.output("y").write(folder.resolve("elsewhere.onnx"));
    }

    private static Message window(int kernel, int stride) {
        Message window = ints(new Message(), "kernel_shape", kernel, kernel);
        return ints(ints(window, "strides", stride, stride), "pads", 1, 1, 1, 1);
    }

    private static String conv(OnnxModelBuilder model, String name, String in, int filters, int channels, int stride) {
        String conv = model.node(
                "Conv",
                name + "_c",
                window(3, stride),
                in,
                model.weights(name + ".weight", -.3, .3, filters, channels, 3, 3));
        return model.node("Relu", name + "_r", conv);
    }

    @Test
    void shouldMakeACheckpointThatPredictsWhatOnnxRuntimePredicts() throws IOException, OrtException {
        Path out = folder.resolve("unit.ckpt");
        Command imported = Command.run("import", file, "--from", "onnx", "--pixels", "imagenet", "--out", out);
        assertThat(imported.exitCode()).as(imported.err()).isZero();
        assertThat(imported.out()).isEqualTo(out + ": elsewhere, 6 of 6 parameters from " + file + "\n");
        Checkpoint checkpoint = CheckpointFile.read(out);
        assertThat(checkpoint.task().classes()).containsExactly("0", "1", "2", "3");
        float[] bytes = new float[3 * SIDE * SIDE];
        float[] normalized = new float[bytes.length];
        float[] mean = {.485f, .456f, .406f};
        float[] deviation = {.229f, .224f, .225f};
        for (int i = 0; i < bytes.length; i++) {
            int channel = i / (SIDE * SIDE);
            bytes[i] = random.nextInt(256);
            normalized[i] = (bytes[i] / 255 - mean[channel]) / deviation[channel];
        }
        float[] ours = ExportedNetwork.predictions(checkpoint.network(), checkpoint.parameters(), bytes);
        assertThat(ExportedNetwork.difference(OnnxRuntime.run(file, normalized, 1, 3, SIDE, SIDE), ours))
                .isLessThan(1e-4);
    }

    @Test
    void shouldLearnOnWithAHeadForTheClassesAndFrozenLayers() throws IOException {
        DrawnClasses.write(folder.resolve("images"), 6, 3);
        Path run = folder.resolve("run");
        Command training = Command.run(
                "train",
                "classify",
                "--data",
                folder.resolve("images"),
                "--init",
                file,
                "--freeze",
                "layer1*",
                "--steps",
                3,
                "--batch",
                8,
                "--run",
                run);
        assertThat(training.exitCode()).as(training.err()).isZero();
        assertThat(training.err())
                .contains("model elsewhere, input 3x32x32")
                .contains("took 2 of 4 parameters from " + file);
        Checkpoint learnt = last(run);
        Network network = learnt.network();
        assertThat(network.output().size()).isEqualTo(DrawnClasses.CLASSES.size());
        assertThat(network.layers()).extracting(Layer::name).contains("conv1", "layer1.0.conv1", "fc");
        OnnxNetwork before = OnnxNetwork.read(file);
        assertThat(learnt.parameters().get("layer1.0.conv1/weights"))
                .isEqualTo(before.parameters().get("layer1.0.conv1/weights"));
        assertThat(learnt.parameters().get("conv1/weights"))
                .isNotEqualTo(before.parameters().get("conv1/weights"));
        // The checkpoint has the network, so that a run goes on without the file.
        Files.delete(file);
        Command resumed = Command.run(
                "train",
                "classify",
                "--data",
                folder.resolve("images"),
                "--init",
                file,
                "--freeze",
                "layer1*",
                "--steps",
                5,
                "--batch",
                8,
                "--run",
                run,
                "--resume");
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(last(run).progress().step()).isEqualTo(5);
    }

    private static Checkpoint last(Path run) throws IOException {
        return CheckpointFile.read(
                new CheckpointFolder(run.resolve("checkpoints"), 1).list().get(0));
    }

    @Test
    void shouldNameTheNodeThatNoLayerStandsForInOneLine() throws IOException {
        OnnxModelBuilder model = new OnnxModelBuilder(17, random);
        model.node("HardSwish", "y", model.input("x", 0, 3, 8, 8));
        Path other = model.output("y").write(folder.resolve("other.onnx"));
        Command refused = Command.run("import", other, "--from", "onnx", "--out", folder.resolve("other.ckpt"));
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.errors())
                .containsExactly("batchmill: " + other
                        + ": unsupported: node /0/HardSwish (HardSwish): no layer here stands for this operator");
    }

    @Test
    void shouldRefuseAModelBesideTheFileThatHoldsOne() {
        Command refused = Command.run(
                "import", file, "--from", "onnx", "--model", "resnet18", "--out", folder.resolve("out.ckpt"));
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.errors())
                .containsExactly("batchmill: onnx holds the network: --model, --init, --names and --batch-norm are for"
                        + " weights");
    }
}
