package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.batchmill.testing.FaultyDisk;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that has no room for a file: whole commands end with one line that names it. Beside the file system of the JVM there is
 * a limit on the size of files for videos, which FFmpeg writes by itself.
 */
@EnabledOnOs(OS.LINUX)
@Tag("concurrent")
class FullDiskTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private static Path shapes;
    private static Path broken;
    private static Path road;
    private static Path table;
    private static Path detector;
    private static Path driver;
    private static Path records;

    @BeforeAll
    static void make() throws IOException {
        MadeInputs made = MadeInputs.make(folder, 5);
        shapes = made.shapes();
        records = made.records();
        road = made.road();
        detector = made.detector();
        driver = made.driver();
        broken = folder.resolve("broken");
        MadeInputs.done("sample", "shapes", broken, "--count", 5);
        Files.write(broken.resolve("JPEGImages/shapes_00001.jpg"), new byte[] {1, 2, 3});
        table = Files.writeString(folder.resolve("table.csv"), "1,2,1\n2,?,0\n3,4,1\n4,5,0\n");
    }

    @Test
    void shouldNameTheFilesOfATraining() throws Exception {
        Map<String, List<String>> named = new TreeMap<>();
        run(
                List.of(
                        command(
                                "train",
                                "line",
                                "--data",
                                "sample:line",
                                "--steps",
                                4,
                                "--checkpoint-steps",
                                2,
                                "--run",
                                "OUT/run",
                                "--trace",
                                "OUT/trace.json"),
                        command(
                                "train",
                                "table",
                                "--data",
                                table,
                                "--steps",
                                2,
                                "--on-error",
                                "skip",
                                "--run",
                                "OUT/run"),
                        command(
                                "tune",
                                "line",
                                "--data",
                                "sample:line",
                                "--search",
                                "batch=5,10",
                                "--cpus",
                                1,
                                "--steps",
                                2,
                                "--run",
                                "OUT/run")),
                named);
        assertThat(named)
                .containsKeys(
                        "run/config.yaml",
                        "run/metrics.csv",
                        "run/events.out.tfevents",
                        "run/checkpoints/step-#.ckpt",
                        "run/checkpoints/best.ckpt",
                        "run/report.html",
                        "run/summary.json",
                        "run/skipped.jsonl",
                        "run/results.jsonl",
                        "run/results.csv",
                        "trace.json");
    }

    @Tag("long")
    @Test
    void shouldNameTheFilesOfAPackedDataSet() throws Exception {
        Map<String, List<String>> named = new TreeMap<>();
        run(
                List.of(
                        command(
                                "pack",
                                "images",
                                broken,
                                "--on-error",
                                "quarantine",
                                "--workers",
                                1,
                                "--shards",
                                1,
                                "--out",
                                "OUT/a"),
                        command(
                                "pack",
                                "images",
                                shapes,
                                "--to",
                                "arrow",
                                "--workers",
                                1,
                                "--shards",
                                1,
                                "--out",
                                "OUT/b"),
                        command("pack", "video", road, "--size", "66x200", "--workers", 1, "--out", "OUT/c"),
                        command("pack", "video", road, "--to", "frames", "--workers", 1, "--out", "OUT/d"),
                        command("verify", records, "--repair", "OUT/intact.tfrecord"),
                        command("sample", "shapes", "OUT/shapes", "--count", 1)),
                named);
        assertThat(named)
                .containsKeys(
                        "a-#-of-#.tfrecord",
                        "a-#-of-#.tfrecord.idx",
                        "a-dataset.json",
                        "a-quarantine.jsonl",
                        "b-#-of-#.arrow",
                        "c-#-of-#.tfrecord",
                        "c-dataset.json",
                        "d/driving_log.csv",
                        "d/IMG/epoch#_front_#.png",
                        "intact.tfrecord",
                        "intact.tfrecord.idx",
                        "shapes/JPEGImages/shapes_#.jpg",
                        "shapes/Annotations/shapes_#.xml");
    }

    @Test
    void shouldNameDrawingsAndModels() throws Exception {
        Map<String, List<String>> named = new TreeMap<>();
        List<ObjectNode> commands = new ArrayList<>(List.of(
                command("detect", detector, shapes.resolve("JPEGImages/shapes_00001.jpg"), "--out", "OUT/found"),
                command("check", shapes, "--sheet", "OUT/sheet.png"),
                command("augment-preview", shapes, "--out", "OUT/preview.png"),
                command("eval", driver, "--data", road, "--plot", "OUT/plot.png", "--predictions", "OUT/angles.csv"),
                command("eval", detector, "--data", shapes, "--report", "OUT/report"),
                command("compress", detector, "--prune", ".5", "--out", "OUT/small.ckpt")));
        for (String format : List.of("npz", "safetensors", "darknet", "onnx", "pb")) {
            commands.add(command("export", detector, "--to", format, "--out", "OUT/model." + format));
        }
        run(commands, named);
        assertThat(named)
                .containsKeys(
                        "found/shapes_#.png",
                        "sheet.png",
                        "preview.png",
                        "plot.png",
                        "angles.csv",
                        "small.ckpt",
                        "model.npz",
                        "model.safetensors",
                        "model.darknet",
                        "model.onnx",
                        "model.pb");
        assertThat(named.keySet()).anyMatch(file -> file.startsWith("report/"));
    }

    @Tag("long")
    @Test
    void shouldNameVideos() throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(place -> Files.isExecutable(Path.of(place, "prlimit"))),
                "the size of files is limited by prlimit");
        Path video = road.resolve("epoch01_front.mp4");
        Map<String, List<String>> named = new TreeMap<>();
        run(
                List.of(
                        limited("detect", detector, video, "--out", "OUT/found.mp4"),
                        limited("drive", driver, video, "--out", "OUT/drive.mp4"),
                        limited("drive", driver, video, "--out", "OUT/drive.webm"),
                        limited("pack", "video", road, "--to", "lossless", "--workers", 1, "--out", "OUT/d"),
                        limited("sample", "road", "OUT/road", "--count", 12)),
                named);
        assertThat(named)
                .containsKeys("found.mp4", "drive.mp4", "drive.webm", "d/epoch#_front.mkv", "road/epoch#_front.mp4");
    }

    /** Whether the disk is also tried full for good, from any other change to a file on. */
    boolean every() {
        return false;
    }

    private static ObjectNode command(Object... words) {
        ObjectNode command = JSON.createObjectNode();
        ArrayNode list = command.putArray("words");
        for (Object word : words) {
            list.add(word.toString());
        }
        return command;
    }

    /** Two kilobytes, in the middle of a video. */
    private static ObjectNode limited(Object... words) {
        return command(words).put("limit", 2048);
    }

    /** @param named takes the files that errors named, below the folder of a run, with the faults that they told of */
    private void run(List<ObjectNode> commands, Map<String, List<String>> named) throws Exception {
        Path out = Files.createTempDirectory(folder, "runs");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-opens=java.base/java.nio=ALL-UNNAMED",
                        "--add-opens=java.base/java.util=ALL-UNNAMED",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "-XX:-UsePerfData",
                        "-Djava.nio.file.spi.DefaultFileSystemProvider=" + FaultyDisk.class.getName(),
                        "-Djava.io.tmpdir=" + Files.createTempDirectory(folder, "tmp"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        FullDiskCommands.class.getName(),
                        out.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (Writer to = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8)) {
            for (ObjectNode command : commands) {
                to.write(command.put("every", every()) + "\n");
            }
        }
        List<String> wrong = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                check(JSON.readTree(line), out, named, wrong);
            }
        }
        assertThat(process.waitFor()).isZero();
        assertThat(new TreeSet<>(wrong)).isEmpty();
    }

    private static void check(JsonNode run, Path out, Map<String, List<String>> named, List<String> wrong) {
        String fault = run.get("fault").asText();
        String err = run.get("err").asText();
        if (fault.equals("with room")) {
            if (run.get("code").asInt() != 0) {
                wrong.add(run.toString());
            }
            return;
        }
        // A trial that fails is ranked last, and its failure is told.
        boolean trial = fault.contains("/trials/") && run.get("code").asInt() == 0;
        List<String> errors = err.lines()
                .filter(line -> line.startsWith(trial ? "warning: batch=" : "batchmill: "))
                .map(line -> line.replaceFirst(trial ? ".* failed: " : "batchmill: ", ""))
                .toList();
        String file = errors.size() == 1 ? file(errors.get(0), out) : "";
        if (run.get("code").asInt() != (trial ? 0 : 1) || file.isEmpty() || file.contains(".tmp")) {
            wrong.add(run.toString());
        } else {
            named.computeIfAbsent(file, none -> new ArrayList<>()).add(fault);
        }
    }

    /** The file that an error names first, below the folder of its run, without numbers; empty if it names none. */
    private static String file(String error, Path out) {
        String start = out + "/";
        if (!error.startsWith(start)) {
            return "";
        }
        String path = error.substring(start.length(), error.indexOf(": ", start.length()));
        String below = path.replaceFirst("^command-\\d+/[a-z]+(-\\d+|-room)?/", "");
        return below.contains("events.out.tfevents")
                ? "run/events.out.tfevents"
                : below.replaceAll("[0-9]+(?=.*\\.)", "#");
    }
}
