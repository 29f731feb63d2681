package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.video.VideoReader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Drives in, a steering network out, its decisions drawn onto a video: by command, on roads of our own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SteeringJobTest {

    /** No multiple of what is predicted at a time. */
    private static final int FRAMES = 43;

    @TempDir
    static Path folder;

    private Path drives;

    @BeforeAll
    void drawARoad() {
        drives = folder.resolve("drives");
        done(Command.run("sample", "road", drives, "--count", FRAMES));
    }

    private static Command done(Command command) {
        assertThat(command.exitCode()).as(command.err()).isZero();
        return command;
    }

    private Command train(Object data, String run, Object... more) {
        Object[] arguments = new Object[more.length + 12];
        Object[] fixed = {
            "train",
            "steering",
            "--data",
            data,
            "--run",
            folder.resolve(run),
            "--steps",
            "3",
            "--batch",
            "8",
            "--seed",
            "7"
        };
        System.arraycopy(fixed, 0, arguments, 0, fixed.length);
        System.arraycopy(more, 0, arguments, fixed.length, more.length);
        return done(Command.run(arguments));
    }

    private Map<String, float[]> weights(String run) throws Exception {
        return CheckpointFile.read(folder.resolve(run).resolve("checkpoints/step-000000003.ckpt"))
                .parameters();
    }

    @Test
    void shouldLearnTheSameFromVideosAndFromPackedRecords() throws Exception {
        done(Command.run(
                "pack", "video", drives, "--out", folder.resolve("road"), "--crop", ":,.375:.85", "--size", "66x200"));
        train(drives, "direct");
        train(folder.resolve("road-*.tfrecord"), "packed");
        Map<String, float[]> direct = weights("direct");
        Map<String, float[]> packed = weights("packed");
        assertThat(packed.keySet()).isEqualTo(direct.keySet()).isNotEmpty();
        direct.forEach((name, values) -> assertThat(packed.get(name)).as(name).containsExactly(values));
        assertThat(folder.resolve("direct/angles-histogram.png")).exists();
        assertThat(folder.resolve("direct/angles-over-frames.png")).exists();
    }

    @Test
    void shouldEvaluateADriveAndDrawIt() throws Exception {
        train(drives, "evaluated", "--frames", "2", "--colour", "hsv", "--val", drives.toString());
        Path plot = folder.resolve("plot.png");
        Path table = folder.resolve("predictions.csv");
        Command eval = done(Command.run(
                "eval",
                folder.resolve("evaluated"),
                "--data",
                drives,
                "--plot",
                plot,
                "--predictions",
                table,
                "--json"));
        JsonNode scores = new ObjectMapper().readTree(eval.out());
        assertThat(scores.path("frames").asInt()).isEqualTo(FRAMES);
        assertThat(scores.path("rmse").asDouble()).isPositive();
        assertThat(scores.path("f1").has("straight")).isTrue();
        assertThat(scores.path("bins")).hasSize(7);
        assertThat(plot).isNotEmptyFile();
        assertThat(Files.readAllLines(table))
                .hasSize(FRAMES + 1)
                .element(1)
                .asString()
                .startsWith("epoch01_front.mp4#0,");

        JsonNode angles = new ObjectMapper()
                .readTree(Files.readAllLines(folder.resolve("evaluated/evaluations.jsonl"))
                        .get(0))
                .path("angles");
        assertThat(angles.path("truth").size())
                .isPositive()
                .isEqualTo(angles.path("predicted").size());

        Path video = folder.resolve("video.mp4");
        Path driven = folder.resolve("evaluated/angles-driven.csv");
        driveFirst("evaluated", video, driven);
        assertThat(Files.readAllLines(driven))
                .as("driving and evaluating see the same frames")
                .hasSize(FRAMES + 1)
                .element(1)
                .asString()
                .startsWith(Files.readAllLines(table).get(1).replaceFirst(",[^,]*$", ","));
        assertThat(predictions(driven))
                .as("driving predicts fewer at a time")
                .containsExactly(predictions(table), within(1e-5f));
        try (VideoReader reader = VideoReader.open(video)) {
            assertThat(reader.info().codec()).isEqualTo("h264");
            assertThat(reader.countFrames()).isEqualTo(FRAMES);
        }
        Path again = folder.resolve("again.csv");
        driveFirst("evaluated", video, again);
        assertThat(again).hasSameTextualContentAs(driven);
    }

    /** Draws the first drive as the network of a run drives it. */
    private void driveFirst(String run, Path video, Path predictions) {
        done(Command.run(
                "drive",
                folder.resolve(run),
                drives.resolve("epoch01_front.mp4"),
                "--truth",
                drives.resolve("epoch01_steering.csv"),
                "--out",
                video,
                "--predictions",
                predictions));
    }

    @Test
    void shouldLeaveNothingOfADriveThatWasCutShort() throws Exception {
        train(drives, "short");
        Path cut = folder.resolve("cut.mp4");
        byte[] whole = Files.readAllBytes(drives.resolve("epoch01_front.mp4"));
        Files.write(cut, Arrays.copyOf(whole, whole.length * 3 / 4));
        Path none = Files.createDirectories(folder.resolve("none"));
        Command truncated = Command.run(
                "drive",
                folder.resolve("short"),
                cut,
                "--out",
                none.resolve("a.mp4"),
                "--predictions",
                none.resolve("a.csv"));
        assertThat(truncated.exitCode()).isEqualTo(1);
        assertThat(truncated.errors()).singleElement().asString().contains("cut.mp4: frame ", "truncated");
        assertThat(none).isEmptyDirectory();
    }

    private static float[] predictions(Path table) throws Exception {
        List<String> lines = Files.readAllLines(table);
        float[] predicted = new float[lines.size() - 1];
        for (int i = 0; i < predicted.length; i++) {
            String line = lines.get(i + 1);
            predicted[i] = Float.parseFloat(line.substring(line.lastIndexOf(',') + 1));
        }
        return predicted;
    }

    @Test
    void shouldLearnFromSequences() throws Exception {
        train(drives, "sequence", "--model", "pilotnet-lstm", "--frames", "3", "--frame-gap", "2");
        assertThat(weights("sequence")).containsKey("lstm1/recurrent");
    }

    @Test
    void shouldAskToPackWhatDoesNotFitTheFrameCache() {
        Command command = refused("cache", "--steps", "1", "--frame-cache", "1");
        assertThat(command.errors()).singleElement().asString().contains("pack them first", "--frame-cache");
    }

    @Test
    void shouldRefuseWhatTheNetworkCannotTake() {
        Command small = refused("small", "--model", "pilotnet-seed", "--input-size", "66x200");
        assertThat(small.errors()).hasSize(1);
        Command policy = refused("policy", "--model", "pilotnet-lstm", "--policy", "steering");
        assertThat(policy.errors()).singleElement().asString().contains("flips alone");
    }

    /** A training that is wrongly used. */
    private Command refused(String run, Object... more) {
        List<Object> arguments =
                new ArrayList<>(List.of("train", "steering", "--data", drives, "--run", folder.resolve(run)));
        arguments.addAll(List.of(more));
        Command command = Command.run(arguments.toArray());
        assertThat(command.exitCode()).isEqualTo(2);
        return command;
    }
}
