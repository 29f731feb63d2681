package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.train.arrays.NamedArray;
import org.batchmill.train.arrays.NpzFile;
import org.batchmill.train.arrays.TorchBytes;
import org.batchmill.train.darknet.DarknetConfig;
import org.batchmill.train.darknet.DarknetHeader;
import org.batchmill.train.darknet.DarknetWeights;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights of other programs as the start of a training: of the reference program's detectors, whole and in part, and of torch. */
class PretrainedTest {

    private static final int HEADER_0_2 = 20;

    /** Of the small detector's one convolution: biases, three statistics, weights of 8 filters of 3 x 3 x 3. */
    private static final int CONVOLUTION = 8 * 4 + 8 * 27;

    @TempDir
    static Path folder;

    private static Path configuration;
    private static Path data;

    @BeforeAll
    static void drawSomething() throws IOException {
        configuration = DetectorCommandsTest.configuration(folder);
        data = folder.resolve("shapes");
        succeed("sample", "shapes", data, "--count", 12);
    }

    /** A file of the reference program whose every parameter counts up from 0, in 1024ths. */
    private static Path weights(String name, Network network) throws IOException {
        Path file = folder.resolve(name);
        Map<String, float[]> parameters = new HashMap<>();
        for (Parameter parameter : network.parameters()) {
            parameters.put(parameter.name(), counted(parameter.size()));
        }
        DarknetWeights.write(file, network, parameters::get, DarknetHeader.VERSION_0_2, 64);
        return file;
    }

    private static float[] counted(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = i / 1024f;
        }
        return values;
    }

    private static Object[] train(Path run, Object... more) {
        Object[] words = {
            "train", "yolo", "--data", data, "--model", configuration, "--steps", 1, "--batch", 4, "--run", run
        };
        Object[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return all;
    }

    private static Map<String, NamedArray> arrays(Path checkpoint) throws IOException {
        Path npz = folder.resolve(checkpoint.getFileName() + ".npz");
        succeed("export", checkpoint, "--to", "npz", "--out", npz);
        return NpzFile.read(npz);
    }

    private static Command succeed(Object... words) {
        Command command = Command.run(words);
        assertThat(command.exitCode()).as(command.err()).isZero();
        return command;
    }

    @Test
    void shouldTakeTheLayersOfABackboneAndSayWhich() throws IOException {
        Path whole = weights("small.weights", DarknetConfig.read(configuration).network());
        Path backbone = folder.resolve("small.conv.weights");
        Files.write(backbone, Arrays.copyOf(Files.readAllBytes(whole), HEADER_0_2 + CONVOLUTION * Float.BYTES));
        Path run = folder.resolve("from-backbone");

        Command train = succeed(train(run, "--init", backbone, "--freeze", "conv*"));

        assertThat(train.err()).contains(backbone + ": conv1\n").contains("took 5 of 7 parameters from " + backbone);
        Map<String, NamedArray> started = arrays(run);
        assertThat(started.get("conv1/weights").values()).containsExactly(counted(8 * 27));
        assertThat(started.get("dense1/biases").values()).doesNotContain(636 / 1024f);
    }

    @Test
    void shouldStartAHeadForOtherClassesAnew() throws IOException {
        String two = Files.readString(configuration)
                .replace("classes=3", "classes=2")
                .replace("output=637", "output=588");
        Path other = Files.writeString(folder.resolve("two.cfg"), two);
        Path weights = weights("two.weights", DarknetConfig.read(other).network());

        Command train = succeed(train(folder.resolve("other-classes"), "--init", weights));

        assertThat(train.err())
                .contains(weights + ": conv1; the last layer has 588 outputs there, for other classes, and starts anew")
                .contains("took 5 of 7 parameters");
    }

    @Test
    void shouldRefuseNamesWithoutAFileThatTheyAreOf() throws IOException {
        Path names = Files.writeString(folder.resolve("none.yaml"), "conv1: backbone.0\n");
        Command train = Command.run(train(folder.resolve("none"), "--init-names", names));
        assertThat(train.exitCode()).isEqualTo(2);
        assertThat(train.errors()).singleElement().asString().contains("--init-names", "--init names none");
        assertThat(folder.resolve("none")).doesNotExist();
    }

    @Test
    void shouldSayWhichModelAFileFits() throws IOException {
        Path mini = weights("mini.weights", Models.byName("yolo-v1-mini", ModelOptions.classes(20)));

        Command train = Command.run(train(folder.resolve("misfit"), "--init", mini));

        assertThat(train.exitCode()).isEqualTo(1);
        assertThat(train.errors())
                .singleElement()
                .asString()
                .contains("mini.weights: corrupt: its ", "it fits the model yolo-v1-mini")
                .doesNotContain("yolo-v1-tiny");
        assertThat(folder.resolve("misfit")).doesNotExist();
    }

    @Test
    void shouldImportAndStartFromATorchFile() throws IOException {
        Path torch = new TorchBytes()
                .tensor("linear.weight", 7840, 0, new int[] {10, 784}, new int[] {784, 1})
                .tensor("linear.bias", 10, 0, new int[] {10}, new int[] {1})
                .write(folder.resolve("softmax.pt"));
        Path out = folder.resolve("softmax.ckpt");

        Command imported = succeed("import", torch, "--from", "pt", "--model", "digits-softmax", "--out", out);

        assertThat(imported.out()).contains("digits-softmax, 2 of 2 parameters from " + torch);
        assertThat(imported.err()).contains("by order and shape, 1 of 1 layers: dense1 is linear, dense1 is linear");
        assertThat(arrays(out).get("dense1/weights").values()[7839]).isEqualTo(7839);
        Path names = Files.writeString(folder.resolve("names.yaml"), "dense1/weights: linear.weight\n");
        Command train = succeed(
                "train",
                "digits",
                "--data",
                "sample:digits",
                "--model",
                "digits-softmax",
                "--steps",
                1,
                "--run",
                folder.resolve("digits"),
                "--init",
                torch,
                "--init-names",
                names);
        assertThat(train.err()).contains("by the list of names").contains("took 1 of 2 parameters from " + torch);
        Command misspelt = Command.run(
                "import",
                torch,
                "--from",
                "pt",
                "--model",
                "digits-softmax",
                "--out",
                out,
                "--names",
                Files.writeString(folder.resolve("bad.yaml"), "dense1: lineal\n"));
        assertThat(misspelt.exitCode()).isEqualTo(2);
        assertThat(misspelt.errors()).singleElement().asString().contains("holds no \"lineal.weight\"");
    }

    @Test
    void shouldDetectWithTheModelThatComesAlong() throws IOException {
        Path images = data.resolve("JPEGImages");
        Path out = folder.resolve("found");

        Command dry = succeed("detect", "--model", "shapes", images, "--out", out, "--dry-run");
        assertThat(dry.out())
                .startsWith(
                        "would read 12 images and 0 videos and write 12 files, 0 of them over files that are there\n");
        assertThat(out).doesNotExist();
        Command detect = succeed("detect", "--model", "shapes", images, "--out", out, "--json");

        List<JsonNode> found = new ArrayList<>();
        for (String line : detect.out().lines().toList()) {
            found.add(new ObjectMapper().readTree(line));
        }
        JsonNode figures = found.remove(12).get("summary");
        assertThat(figures.get("images").asInt()).isEqualTo(12);
        assertThat(figures.get("objects").get("circle").asInt()).isPositive();
        assertThat(found).hasSize(12).allSatisfy(image -> {
            String name = Path.of(image.get("path").asText()).getFileName().toString();
            String truth = Files.readString(data.resolve("Annotations").resolve(name.replace(".jpg", ".xml")));
            assertThat(image.get("boxes")).as(name).isNotEmpty().allSatisfy(box -> assertThat(truth)
                    .contains("<name>" + box.get("class").asText() + "</name>"));
        });
        assertThat(out).isDirectoryContaining("glob:**.png");
        Command quiet = succeed("detect", "--model", "shapes", images, "--out", out);
        assertThat(quiet.out())
                .matches("found (\\d+ (circle|square|triangle),? )+in 12 images, drawn in \\Q" + out + "\\E\n");
        Command lines = succeed("detect", "--model", "shapes", images.resolve("shapes_00001.jpg"));
        assertThat(lines.out().lines()).singleElement().asString().contains("shapes_00001.jpg: ");
        Command other = Command.run("detect", "--model", "shaeps", images);
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.errors()).singleElement().asString().contains("did you mean shapes?");
        Command both = Command.run("detect", "--model", "shapes", data, images);
        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.errors()).singleElement().asString().contains("--model takes the checkpoint's place");
    }
}
