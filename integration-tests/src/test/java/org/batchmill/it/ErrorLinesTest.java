package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input gets one clear line and the exit code of docs/cli.md. */
class ErrorLinesTest {

    @TempDir
    Path folder;

    @Test
    void shouldNameAMissingFolder() {
        Command train =
                Command.run("train", "yolo", "--data", folder.resolve("absent"), "--run", folder.resolve("run"));
        assertThat(train.exitCode()).isEqualTo(1);
        assertThat(train.errors()).singleElement().asString().contains("absent");
    }

    @Test
    void shouldNameAFolderWithoutLabels() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Command pack = Command.run("pack", "images", empty, "--format", "voc", "--out", folder.resolve("out/x"));
        assertThat(pack.exitCode()).isEqualTo(1);
        assertThat(pack.errors()).singleElement().asString().contains("empty");
    }

    @Test
    void shouldNameABrokenAnnotationAndWriteNothing() throws IOException {
        Path data = shapes();
        Files.writeString(data.resolve("Annotations/shapes_00001.xml"), "<annotation><object>");
        Command pack = Command.run("pack", "images", data, "--format", "voc", "--out", folder.resolve("out/x"));
        assertThat(pack.exitCode()).isEqualTo(1);
        assertThat(pack.errors()).singleElement().asString().contains("shapes_00001.xml");
        assertThat(folder.resolve("out")).isDirectoryNotContaining("glob:**.tfrecord");
    }

    @Test
    void shouldNameAImageThatCannotBeRead() throws IOException {
        Path data = shapes();
        Path image = data.resolve("JPEGImages/shapes_00001.jpg");
        byte[] whole = Files.readAllBytes(image);
        Files.write(image, Arrays.copyOf(whole, whole.length / 2));
        Command pack = Command.run("pack", "images", data, "--format", "voc", "--out", folder.resolve("out/x"));
        assertThat(pack.exitCode()).isEqualTo(1);
        assertThat(pack.errors()).singleElement().asString().contains("shapes_00001.jpg", "truncated");
    }

    @Test
    void shouldRefuseAnUnknownOptionAndAnUnknownModel() {
        assertThat(Command.run("train", "yolo", "--data", "x", "--colour", "red")
                        .exitCode())
                .isEqualTo(2);
        Path run = folder.resolve("run");
        Command train = Command.run("train", "yolo", "--data", "sample:shapes", "--model", "resnet", "--run", run);
        assertThat(train.exitCode()).isEqualTo(2);
        assertThat(train.errors()).singleElement().asString().contains("resnet", "yolo-v1-mini");
    }

    @Test
    void shouldSayWhichModelAndWhichDataWereProbablyMeant() {
        assertThat(Command.run("train", "yolo", "--data", "sample:shapes", "--model", "yolo-v1-min")
                        .errors())
                .singleElement()
                .asString()
                .contains("no model is called yolo-v1-min; did you mean yolo-v1-mini? There are ");
        assertThat(Command.run("train", "yolo", "--data", "sample:shaeps").errors())
                .singleElement()
                .asString()
                .contains("no drawn data set is called shaeps; did you mean shapes? There are ");
    }

    /** At the first evaluation it would cost an epoch. */
    @Test
    void shouldRefuseValidationSamplesOfOtherClassesOrAnotherTaskBeforeTheFirstStep() throws IOException {
        Path shapes = shapes();
        Path stars = shapes.resolve("Annotations/shapes_00001.xml");
        Files.writeString(stars, Files.readString(stars).replaceAll("circle|square|triangle", "star"));
        Path run = folder.resolve("run");
        Command yolo = Command.run("train", "yolo", "--data", "sample:shapes", "--val", shapes, "--run", run);
        assertThat(yolo.exitCode()).isEqualTo(1);
        assertThat(yolo.errors())
                .singleElement()
                .asString()
                .contains("shapes_00001.jpg", "the class star is none of circle, square, triangle");
        Command digits = Command.run(
                "train", "digits", "--data", "sample:digits", "--val", shapes, "--on-error", "skip", "--run", run);
        assertThat(digits.exitCode()).isEqualTo(1);
        assertThat(digits.errors()).singleElement().asString().contains("has no class");
        assertThat(run).doesNotExist();
    }

    @Test
    void shouldSayThatAnEngineIsNotInstalled() {
        Path run = folder.resolve("run");
        Command train = Command.run("train", "yolo", "--data", "sample:shapes", "--engine", "torch", "--run", run);
        assertThat(train.exitCode()).isEqualTo(3);
        assertThat(train.errors()).singleElement().asString().contains("torch");
    }

    @Test
    void shouldRefuseAMisspeltKeyInAConfigFile() throws IOException {
        Path config = Files.writeString(folder.resolve("c.yaml"), "learning-rat: 1\n");
        Command train = Command.run("train", "yolo", "--config", config);
        assertThat(train.exitCode()).isEqualTo(2);
        assertThat(train.errors()).singleElement().asString().contains("learning-rat");
    }

    /** The second would win without a word. */
    @Test
    void shouldRefuseAConfigFileThatSaysAnOptionTwice() throws IOException {
        Path config = Files.writeString(folder.resolve("c.yaml"), "lr: .1\nseed: 4\nlr: .2\n");
        Command train = Command.run("train", "yolo", "--config", config);
        assertThat(train.exitCode()).isEqualTo(1);
        assertThat(train.errors())
                .singleElement()
                .isEqualTo("batchmill: " + config + ": line 3: corrupt: Duplicate field 'lr'");
    }

    @Test
    void shouldNameTheConfigFileOfAValueThatIsNone() throws IOException {
        Path config = Files.writeString(folder.resolve("c.yaml"), "lr: [1, 2]\n");
        Command train = Command.run("train", "yolo", "--config", config);
        assertThat(train.exitCode()).isEqualTo(2);
        assertThat(train.errors())
                .singleElement()
                .asString()
                .startsWith("batchmill: " + config + ": ")
                .contains("--lr");
        Command given = Command.run("train", "yolo", "--config", config, "--lr", "x");
        assertThat(given.exitCode()).isEqualTo(2);
        assertThat(given.errors())
                .singleElement()
                .asString()
                .doesNotContain(config.toString())
                .contains("--lr");
    }

    @Test
    void shouldNameThePolicyFileThatIsNoPolicy() throws IOException {
        Path policy = Files.writeString(folder.resolve("p.yaml"), "steps: flip\n");
        Command preview =
                Command.run("augment-preview", shapes(), "--policy", policy, "--out", folder.resolve("preview.png"));
        assertThat(preview.exitCode()).isEqualTo(2);
        assertThat(preview.errors())
                .singleElement()
                .asString()
                .startsWith("batchmill: " + policy + ": steps are a list");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "check",
                "drive",
                "pack",
                "train",
                "tune",
                "compress",
                "eval",
                "detect",
                "inspect",
                "verify",
                "augment-preview",
                "bench",
                "sample",
                "doctor",
                "produce"
            })
    void shouldShowHelpWithAnExampleForEveryCommand(String command) {
        Command help = Command.run(command, "--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).contains("Example", "batchmill " + command);
    }

    private Path shapes() {
        Path data = folder.resolve("shapes");
        assertThat(Command.run("sample", "shapes", data, "--count", 3).exitCode())
                .isZero();
        return data;
    }
}
