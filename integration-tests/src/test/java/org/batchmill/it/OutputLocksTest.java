package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.batchmill.it.kafka.TrainerProcess;
import org.batchmill.jobs.OutputLock;
import org.batchmill.testing.Await;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Two runs of detect, predict or drive do not write to one place at a time; one that has died keeps nobody out. */
@Tag("concurrent")
@Timeout(600)
class OutputLocksTest {

    /** Of each image. */
    private static final int COPIES = 50;

    @TempDir
    static Path shared;

    private static Path images;
    private static Path road;
    private static Path classifier;
    private static Path steering;

    @TempDir
    Path folder;

    @BeforeAll
    static void train() throws Exception {
        Path shapes = shared.resolve("shapes");
        Command.done("sample", "shapes", shapes, "--count", 6);
        images = shapes.resolve("JPEGImages");
        road = shared.resolve("road");
        Command.done("sample", "road", road, "--count", 12);
        steering = shared.resolve("steering");
        Command.done("train", "steering", "--data", road, "--steps", 1, "--batch", 4, "--run", steering);
        Path classes = shared.resolve("classes");
        try (Stream<Path> files = Files.list(images)) {
            int number = 0;
            for (Path image : files.sorted().toList()) {
                Path of = Files.createDirectories(classes.resolve(number++ % 2 == 0 ? "even" : "odd"));
                Files.copy(image, of.resolve(image.getFileName().toString()));
            }
        }
        classifier = shared.resolve("classifier");
        Command.done(
                "train",
                "classify",
                "--data",
                classes,
                "--model",
                "lenet5",
                "--steps",
                1,
                "--batch",
                2,
                "--run",
                classifier);
    }

    private static void expectRefused(Path place, Object... words) {
        Command refused = Command.run(words);
        assertThat(refused.exitCode()).as(refused.err()).isEqualTo(2);
        assertThat(refused.errors())
                .singleElement()
                .asString()
                .isEqualTo("batchmill: " + place + ": another job writes here (process "
                        + ProcessHandle.current().pid() + ")");
    }

    private static List<String> names(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private Object[] detect(Path out) {
        return new Object[] {"detect", "--model", "shapes", images, "--out", out};
    }

    @Test
    void shouldDetectIntoAFolderOneAtATime() throws Exception {
        Path out = folder.resolve("new").resolve("found");
        try (OutputLock held = OutputLock.ofFolder(out)) {
            expectRefused(out, detect(out));
            Path other = Path.of(out + "/.");
            expectRefused(other, detect(other));
            Command.done("detect", "--model", "shapes", images, "--out", out, "--dry-run");
            Command.done(detect(folder.resolve("elsewhere")));
            assertThat(held).isNotNull();
        }
        assertThat(folder.resolve("new")).as("nothing came to be in it").doesNotExist();
        Command.done(detect(out));
        assertThat(names(out)).hasSize(6).allMatch(name -> name.endsWith(".png"));
    }

    @Test
    void shouldPredictIntoAFileOneAtATimeAlsoWhereTheOtherNamesItsFolder() throws Exception {
        Path table = folder.resolve("predictions.csv");
        try (OutputLock held = OutputLock.ofFiles(List.of(table))) {
            expectRefused(table, "predict", classifier, images, "--out", table);
            expectRefused(table, "predict", classifier, images, "--out", folder);
            Command.done("predict", classifier, images, "--out", folder.resolve("other.csv"));
            assertThat(held).isNotNull();
        }
        Command.done("predict", classifier, images, "--out", folder);
        assertThat(names(folder)).containsExactly("other.csv", "predictions.csv", "predictions.jsonl");
    }

    @Test
    void shouldDriveIntoAFileOneAtATime() throws Exception {
        Path video;
        try (Stream<Path> files = Files.list(road)) {
            video = files.filter(file -> file.toString().endsWith(".mp4"))
                    .findFirst()
                    .orElseThrow();
        }
        Path out = folder.resolve("drive.mp4");
        try (OutputLock held = OutputLock.ofFiles(List.of(out))) {
            expectRefused(out, "drive", steering, video, "--out", out);
            Command.done("drive", steering, video, "--out", folder.resolve("beside.mp4"));
            assertThat(held).isNotNull();
        }
        Command.done("drive", steering, video, "--out", out);
        assertThat(names(folder)).containsExactly("beside.mp4", "drive.mp4");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void shouldNotBeKeptOutByARunThatWasKilled() throws Exception {
        Path out = folder.resolve("found");
        Path lock = out.resolve(".batchmill.lock");
        Path many = Files.createDirectory(folder.resolve("many"));
        for (String name : names(images)) {
            for (int copy = 0; copy < COPIES; copy++) {
                Files.copy(images.resolve(name), many.resolve(copy + "-" + name));
            }
        }
        // Of as many images as keep it busy until it is stopped, however late this thread comes to that.
        try (TrainerProcess first =
                TrainerProcess.start(folder.resolve("first.log"), "detect", "--model", "shapes", many, "--out", out)) {
            Await.until(
                    "its number stands there", () -> first.hasCome(() -> Files.exists(lock) && Files.size(lock) > 0));
            first.signal("-STOP");
            Command refused = Command.run(detect(out));
            assertThat(refused.exitCode()).as(refused.err()).isEqualTo(2);
            assertThat(refused.errors())
                    .singleElement()
                    .asString()
                    .contains(out + ": another job writes here (process ");
        }
        assertThat(lock).exists();
        Command.done(detect(out));
        assertThat(lock).doesNotExist();
        assertThat(names(out)).containsAll(drawn(images)).allMatch(name -> name.endsWith(".png"));
    }

    /** What is drawn for the images of a folder. */
    private static List<String> drawn(Path images) throws Exception {
        return names(images).stream()
                .map(name -> name.replaceFirst("\\.[a-z]+$", ".png"))
                .toList();
    }
}
