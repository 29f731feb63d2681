package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.batchmill.it.kafka.TrainerProcess;
import org.batchmill.testing.Seed;
import org.batchmill.testing.SharedData;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A signal at any moment ends a command: with exit code 4, and with what was written in order. The promise of docs/threads.md is 5 s,
 * 10 s with a checkpoint; how long it took is printed, and what has not ended after five minutes hangs.
 */
@EnabledOnOs({OS.LINUX, OS.MAC})
@Tag("concurrent")
class SignalsTest {

    private static final int STOPPED = 4;
    private static final long LATEST_MILLIS = 300_000;
    private static final int LONG_ROUNDS = 20;

    /** Commands that a signal may find at their end. */
    private static final Set<String> END_SOON = Set.of("pack images", "verify");

    /** What a JVM says that has not come to our code yet. */
    private static final Map<String, Integer> BEFORE_MAIN = Map.of("-TERM", 143, "-INT", 130, "-HUP", 129);

    @TempDir
    static Path shared;

    private static Path shapes;
    private static Path road;
    private static Path otherRoad;
    private static Path packed;

    @TempDir
    Path folder;

    @BeforeAll
    static void drawData() {
        shapes = shared.resolve("shapes");
        road = shared.resolve("road");
        otherRoad = shared.resolve("other-road");
        assertThat(Command.run("sample", "shapes", shapes, "--count", 40).exitCode())
                .isZero();
        packed = shared.resolve("packed");
        assertThat(Command.run("sample", "road", road, "--count", 40).exitCode())
                .isZero();
        assertThat(Command.run("sample", "road", otherRoad, "--count", 10, "--seed", 2)
                        .exitCode())
                .isZero();
    }

    /** Commands that run for longer than a signal waits, but for those that say so. */
    private Map<String, List<Object>> commands(Path out) {
        Map<String, List<Object>> commands = new LinkedHashMap<>();
        commands.put(
                "train yolo",
                List.of("train", "yolo", "--data", shapes, "--run", out.resolve("run"), "--batch", 8, "--epochs", 50));
        commands.put(
                "train steering",
                List.of("train", "steering", "--data", road, "--run", out.resolve("run"), "--epochs", 500));
        commands.put(
                "tune",
                List.of(
                        "tune",
                        "steering",
                        "--data",
                        road,
                        "--val",
                        otherRoad,
                        "--search",
                        "batch=4,8",
                        "--epochs",
                        200,
                        "--run",
                        out.resolve("run")));
        commands.put(
                "pack images", List.of("pack", "images", shapes, "--format", "voc", "--out", out.resolve("packed")));
        commands.put("bench input", List.of("bench", "input", "--data", shapes, "--batch", 8));
        commands.put("sample", List.of("sample", "shapes", out.resolve("more"), "--count", 100_000));
        commands.put("verify", List.of("verify", packed));
        commands.put(
                "serve",
                List.of("serve", "--data", shapes, "--batch", 8, "--bind", "127.0.0.1:0", "--ring-folder", out));
        commands.put("demo", List.of("demo", "--out", out.resolve("demo")));
        return commands;
    }

    @Test
    void shouldEndByASignalAtARandomMoment() throws Exception {
        long seed = Seed.of(this);
        RandomGenerator random = Seed.random(seed);
        end("train yolo", "-TERM", 500 + random.nextInt(3500));
        end("tune", heard("-INT"), 500 + random.nextInt(3500));
        end("sample", heard("-HUP"), 500 + random.nextInt(1500));
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "train yolo",
                "train steering",
                "tune",
                "pack images",
                "bench input",
                "sample",
                "verify",
                "serve",
                "demo"
            })
    void shouldEndByTwentySignalsAtRandomMoments(String name) throws Exception {
        if (name.equals("verify")) {
            Command.done("pack", "images", shapes, "--out", packed.resolve("shapes"));
        }
        long seed = Seed.of(this);
        RandomGenerator random = Seed.random(seed);
        List<String> signals = List.of("-TERM", heard("-INT"), heard("-HUP"));
        for (int i = 0; i < LONG_ROUNDS; i++) {
            end(name, signals.get(i % signals.size()), random.nextInt(8000));
        }
    }

    /** The videos of the shared data: opening them and loading FFmpeg take seconds. */
    @Tag("long")
    @Test
    void shouldEndByTwentySignalsWithAnEmptyNativeCacheAndVideos() throws Exception {
        Path videos = SharedData.data("steering");
        RandomGenerator random = Seed.random(Seed.of(this));
        for (int i = 0; i < LONG_ROUNDS; i++) {
            Path out = Files.createTempDirectory(folder, "round");
            send(
                    "train videos",
                    "-TERM",
                    random.nextInt(8000),
                    out,
                    List.of(
                            "train",
                            "steering",
                            "--data",
                            videos + "/epoch0[1-4]_front.mp4",
                            "--run",
                            out.resolve("run")),
                    "-Dorg.bytedeco.javacpp.cachedir=" + out.resolve("cache"));
        }
    }

    /**
     * The signal, or SIGTERM where this process ignores it and so does all that it starts: SIGHUP below nohup, SIGINT in the background
     * of a script.
     */
    private static String heard(String signal) throws IOException {
        int bit = signal.equals("-HUP") ? 1 : 2; // signals 1 and 2
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return signal; // no Linux: nothing tells
        }
        try (Stream<String> lines = Files.lines(status)) {
            boolean ignored = lines.filter(line -> line.startsWith("SigIgn:"))
                    .anyMatch(line -> (Character.digit(line.charAt(line.length() - 1), 16) & bit) != 0);
            return ignored ? "-TERM" : signal;
        }
    }

    private void end(String name, String signal, long afterMillis) throws Exception {
        Path out = Files.createTempDirectory(folder, "round");
        send(name, signal, afterMillis, out, commands(out).get(name));
    }

    private static void send(
            String name, String signal, long afterMillis, Path out, List<Object> arguments, String... javaOptions)
            throws Exception {
        Path log = out.resolve("log");
        try (TrainerProcess process = TrainerProcess.start(log, List.of(javaOptions), arguments.toArray())) {
            if (process.endsWithin(afterMillis)) {
                System.out.printf(Locale.ROOT, "%s: ended by itself within %d ms%n", name, afterMillis);
                assertThat(process.await()).as(process.log()).isZero();
                return;
            }
            process.signal(signal);
            long sent = System.nanoTime();
            assertThat(process.endsWithin(LATEST_MILLIS))
                    .as("%s, signal %s after %d ms: %s", name, signal, afterMillis, process.log())
                    .isTrue();
            long took = (System.nanoTime() - sent) / 1_000_000;
            int code = process.await();
            System.out.printf(
                    Locale.ROOT,
                    "%s: %s after %d ms ended it in %d ms, exit code %d%n",
                    name,
                    signal,
                    afterMillis,
                    took,
                    code);
            // Some may have ended their work just before: of packing a data set is there, and whole.
            boolean done = code == 0
                    && END_SOON.contains(name)
                    && (!name.equals("pack images") || Files.exists(out.resolve("packed-dataset.json")));
            if (!done && (code != BEFORE_MAIN.get(signal) || !process.log().isEmpty())) {
                assertThat(code)
                        .as("%s, signal %s after %d ms: %s", name, signal, afterMillis, process.log())
                        .isEqualTo(STOPPED);
            }
        }
        expectWholeCheckpoints(out);
    }

    private static void expectWholeCheckpoints(Path out) throws Exception {
        try (Stream<Path> files = Files.walk(out)) {
            for (Path file : files.filter(f -> f.getParent().endsWith("checkpoints"))
                    .filter(f -> !f.getFileName().toString().startsWith("."))
                    .filter(Files::isRegularFile)
                    .toList()) {
                CheckpointFile.read(file);
            }
        }
    }
}
