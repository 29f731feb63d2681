package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    /** What is not understood would be passed over without a word, and so would the first of two values. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "learning-rat: 1 | 2 | train has no option --learning-rat",
                "lr: .1;seed: 4;lr: .2 | 1 | line 3: corrupt: Duplicate field 'lr'",
                "'' | 1 | missing: is empty, and options are wanted, as lr: .01",
                "# lr: .01 | 1 | missing: is empty, and options are wanted, as lr: .01",
                "- lr | 1 | unsupported: not a map from option names to values",
                "lr: {a: 1} | 2 | --lr is a text, a number, a truth or a list of them, not {\"a\":1}",
                "freeze: [[a], b] | 2 | --freeze is a text, a number, a truth or a list of them, not [[\"a\"],\"b\"]"
            })
    void shouldRefuseAConfigFileThatIsNotUnderstood(String lines, int exitCode, String why) throws IOException {
        Path config = Files.writeString(folder.resolve("c.yaml"), lines.replace(';', '\n') + "\n");
        Command train = Command.run("train", "yolo", "--config", config);
        assertThat(train.exitCode()).isEqualTo(exitCode);
        assertThat(train.errors()).singleElement().isEqualTo("batchmill: " + config + ": " + why);
        assertThat(Command.run("--stacktrace", "train", "yolo", "--config", config)
                        .errors())
                .as("an option before the command")
                .isEqualTo(train.errors());
    }

    /** picocli would put something else in the place of what looks like a variable, or like a file of arguments. */
    @Test
    void shouldTakeNamesAsTheyAre() throws IOException {
        Path data = Files.writeString(folder.resolve("${user.home}$$.csv"), "x,y\n1,2\n2,3\n3,4\n");
        Path config = Files.writeString(folder.resolve("c.yaml"), "data: '" + data + "'\nval-share: .4\nsteps: 1\n");
        Command train = Command.run("train", "line", "--config", config, "--run", folder.resolve("run"));
        assertThat(train.exitCode()).as(train.err()).isZero();
        assertThat(folder.resolve("run/config.yaml")).content().contains(data.toString());
        Files.writeString(folder.resolve("arguments"), "--help");
        Path named = folder.resolve("arguments");
        assertThat(Command.run("inspect", "@" + named).errors())
                .singleElement()
                .asString()
                .startsWith("batchmill: @" + named + ": missing: ");
    }

    /** Found out when all is done, it would cost all that was done. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "eval nowhere --data sample:road --plot NO/a.png",
                "eval nowhere --data sample:road --predictions FOLDER",
                "check nowhere --sheet NO/a.png",
                "drive nowhere a.mp4 --out FOLDER"
            })
    void shouldRefuseAResultThatHasNoPlaceBeforeTheWork(String words) {
        Command command = Command.run((Object[]) words.replace("NO", folder + "/no")
                .replace("FOLDER", folder.toString())
                .split(" "));
        assertThat(command.exitCode()).isEqualTo(1);
        assertThat(command.errors())
                .singleElement()
                .asString()
                .containsAnyOf("there is no folder " + folder + "/no", folder + ": cannot be written: it is a folder");
    }

    @Test
    void shouldBearARootAsThePlaceOfResults() throws IOException {
        Path images = shapes().resolve("JPEGImages");
        for (String job : List.of("detect", "predict")) {
            Command preview = Command.run(job, "nowhere", images, "--out", "/", "--dry-run");
            assertThat(preview.exitCode()).as(preview.err()).isZero();
        }
    }

    @Test
    void shouldSayWhatIsThereInPlaceOfAFile() throws IOException {
        assertThat(Command.run("inspect", folder).errors())
                .containsExactly("batchmill: " + folder + ": unsupported: is a folder, where a file is wanted");
        Path file = Files.createFile(folder.resolve("file"));
        assertThat(Command.run("sample", "shapes", file).errors())
                .containsExactly("batchmill: " + file + ": exists already, and is no folder");
        Command cached = Command.run((Object[])
                ("train digits --data sample:digits --model digits-softmax --steps 1 --decoded-cache 1m --run "
                                + folder.resolve("run") + " --decoded-cache-file " + file)
                        .split(" "));
        assertThat(cached.errors())
                .containsExactly("batchmill: --decoded-cache-file " + file + " is there already: name a new file");
    }

    @Test
    void shouldRefuseABatchThatNoMemoryHolds() {
        Command bench = Command.run("bench", "train", "--model", "pilotnet", "--batch", 2_000_000_000);
        assertThat(bench.exitCode()).isEqualTo(2);
        assertThat(bench.errors()).containsExactly("batchmill: --batch 2000000000 of pilotnet takes more than 2 GiB");
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
