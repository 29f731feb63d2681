package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No command writes a result over what it reads, whatever the file is called: by another spelling, a link, a second name. */
class OwnInputTest {

    private static final int USAGE = 2;

    @TempDir
    static Path folder;

    private static Path shapes;
    private static Path records;
    private static Path road;
    private static Path detector;
    private static Path driver;

    /** A command that would write {@code input}, given some name for it. */
    private record Case(String name, Path input, Function<Path, List<Object>> command) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void make() throws IOException {
        MadeInputs made = MadeInputs.make(folder, 6);
        shapes = made.shapes();
        records = made.records();
        road = made.road();
        detector = made.detector();
        driver = made.driver();
        MadeInputs.done("export", detector, "--to", "npz", "--out", folder.resolve("model.npz"));
        Files.writeString(folder.resolve("policy.yaml"), "transforms: []\n");
    }

    static Stream<Case> cases() {
        Path image = shapes.resolve("JPEGImages/shapes_00001.jpg");
        Path video = road.resolve("epoch01_front.mp4");
        Path angles = road.resolve("epoch01_steering.csv");
        Path checkpoint = detector.resolve("checkpoints/best.ckpt");
        Path npz = folder.resolve("model.npz");
        Path policy = folder.resolve("policy.yaml");
        return Stream.of(
                new Case("detect video", video, out -> List.of("detect", detector, video, "--out", out)),
                new Case("drive", video, out -> List.of("drive", driver, video, "--out", out)),
                new Case(
                        "drive over the truth",
                        angles,
                        out -> List.of("drive", driver, video, "--truth", angles, "--out", out)),
                new Case("export", checkpoint, out -> List.of("export", detector, "--to", "npz", "--out", out)),
                new Case(
                        "import",
                        npz,
                        out -> List.of("import", npz, "--from", "npz", "--init", detector, "--out", out)),
                new Case(
                        "import over --init",
                        checkpoint,
                        out -> List.of("import", npz, "--from", "npz", "--init", detector, "--out", out)),
                new Case("compress", checkpoint, out -> List.of("compress", detector, "--prune", ".5", "--out", out)),
                new Case(
                        "compress over --data",
                        records,
                        out -> List.of("compress", detector, "--prune", ".5", "--data", records, "--out", out)),
                new Case("check --sheet", image, out -> List.of("check", shapes, "--sheet", out)),
                new Case("augment-preview", image, out -> List.of("augment-preview", shapes, "--out", out)),
                new Case(
                        "augment-preview over --policy",
                        policy,
                        out -> List.of("augment-preview", shapes, "--policy", policy, "--out", out)),
                new Case("verify --repair", records, out -> List.of("verify", records, "--repair", out)),
                new Case(
                        "eval --predictions",
                        angles,
                        out -> List.of("eval", driver, "--data", road, "--predictions", out)),
                new Case("eval --plot", video, out -> List.of("eval", driver, "--data", road, "--plot", out)),
                new Case(
                        "train --trace",
                        records,
                        out -> List.of(
                                "train",
                                "yolo",
                                "--data",
                                records,
                                "--steps",
                                1,
                                "--run",
                                folder.resolve("new"),
                                "--trace",
                                out)),
                new Case(
                        "train --trace over --init",
                        checkpoint,
                        out -> List.of(
                                "train",
                                "yolo",
                                "--data",
                                "sample:shapes",
                                "--init",
                                checkpoint,
                                "--steps",
                                1,
                                "--run",
                                folder.resolve("new"),
                                "--trace",
                                out)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldRefuseEveryNameOfAnInput(Case its) throws IOException {
        Path input = its.input();
        Path names = Files.createDirectories(folder.resolve("names"));
        Files.createDirectories(input.resolveSibling("x"));
        String file = input.getFileName().toString();
        Path link = names.resolve("link-" + file);
        Path second = names.resolve("second-" + file);
        Path linkedFolder = names.resolve("folder");
        Files.createSymbolicLink(link, input);
        Files.createSymbolicLink(linkedFolder, input.getParent());
        Files.createLink(second, input);
        byte[] before = Files.readAllBytes(input);
        try {
            for (Path out :
                    List.of(input, input.resolveSibling("x/../" + file), link, second, linkedFolder.resolve(file))) {
                Command command = Command.run(its.command().apply(out).toArray());
                assertThat(command.exitCode()).as("%s: %s", out, command.err()).isEqualTo(USAGE);
                assertThat(command.errors()).singleElement().asString().contains("written over", out.toString());
                assertThat(input).hasBinaryContent(before);
            }
            assertThat(link).isSymbolicLink();
        } finally {
            Files.delete(link);
            Files.delete(second);
            Files.delete(linkedFolder);
            Files.delete(input.resolveSibling("x"));
        }
        assertThat(folder.resolve("new")).doesNotExist();
    }

    @Test
    void shouldDrawNoResultOverAImageThatIsLookedAt() throws IOException {
        Path images = Files.createDirectories(folder.resolve("pictures"));
        MadeInputs.done("augment-preview", shapes, "--out", images.resolve("a.png"));
        Path link = Files.createSymbolicLink(folder.resolve("linked-pictures"), images);
        Path second = Files.createDirectories(folder.resolve("second"));
        Files.createLink(second.resolve("a.png"), images.resolve("a.png"));
        byte[] before = Files.readAllBytes(images.resolve("a.png"));
        for (Path out : List.of(images, link, second, folder.resolve("second/../pictures"))) {
            for (Path from : List.of(images, images.resolve("a.png"))) {
                Command command = Command.run("detect", detector, from, "--out", out);
                assertThat(command.exitCode()).as("%s: %s", out, command.err()).isEqualTo(USAGE);
                assertThat(command.errors()).singleElement().asString().contains("written over");
                assertThat(images.resolve("a.png")).hasBinaryContent(before);
            }
        }
    }

    @Test
    void shouldPackNoDataSetIntoItsOwnPlace() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("linked-packed"), folder.resolve("packed"));
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Path standIn = Files.createSymbolicLink(elsewhere.resolve(records.getFileName()), records);
        byte[] before = Files.readAllBytes(records);
        for (List<Path> fromTo : List.of(
                List.of(records, folder.resolve("packed/x")),
                List.of(records, folder.resolve("shapes/../packed/x")),
                List.of(records, link.resolve("x")),
                List.of(link.resolve(records.getFileName()), folder.resolve("packed/x")),
                List.of(folder.resolve("packed"), folder.resolve("packed/x")),
                List.of(standIn, elsewhere.resolve("x")))) {
            Command command = Command.run("pack", "images", fromTo.get(0), "--out", fromTo.get(1));
            assertThat(command.exitCode()).as("%s: %s", fromTo, command.err()).isEqualTo(USAGE);
            assertThat(command.errors()).singleElement().asString().contains("would replace the input");
            assertThat(records).hasBinaryContent(before);
            assertThat(standIn).isSymbolicLink();
        }
    }

    @Test
    void shouldDescribeNoDataSetOverItsOwnLabels() throws IOException {
        Path coco = Files.createDirectories(folder.resolve("coco"));
        Files.copy(shapes.resolve("JPEGImages/shapes_00001.jpg"), coco.resolve("a.jpg"));
        Path labels = Files.writeString(
                coco.resolve("dataset.json"),
                """
                {"images": [{"id": 1, "file_name": "a.jpg", "width": 320, "height": 240}],
                 "annotations": [{"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}],
                 "categories": [{"id": 1, "name": "cat"}]}
                """);
        String before = Files.readString(labels);
        Command command = Command.run("pack", "images", coco, "--out", coco + "/");
        assertThat(command.exitCode()).as(command.err()).isEqualTo(USAGE);
        assertThat(command.errors()).singleElement().asString().contains("would replace the input");
        assertThat(labels).hasContent(before);
    }

    @Test
    void shouldDrawNoSamplesIntoAFolderThatHoldsSomething() {
        for (Path place : List.of(shapes, folder.resolve("road/../shapes"))) {
            Command command = Command.run("sample", "shapes", place);
            assertThat(command.exitCode()).isEqualTo(USAGE);
            assertThat(command.errors()).singleElement().asString().contains("is not empty");
        }
    }
}
