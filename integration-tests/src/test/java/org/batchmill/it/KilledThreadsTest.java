package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.batchmill.testing.SharedData;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind of thread dies of an Error, a class that is missing; the command must end with one line and exit code 3, and not hang. */
@Tag("concurrent")
@Timeout(900)
class KilledThreadsTest {

    private static final int MISSING_PART = 3;
    private static final long LATEST_MILLIS = 300_000;

    @TempDir
    static Path shared;

    private static Path shapes;
    private static Path road;

    @TempDir
    Path folder;

    @BeforeAll
    static void drawData() {
        shapes = shared.resolve("shapes");
        road = shared.resolve("road");
        assertThat(Command.run("sample", "shapes", shapes, "--count", 24).exitCode())
                .isZero();
        assertThat(Command.run("sample", "road", road, "--count", 24).exitCode())
                .isZero();
    }

    private List<Object> command(String name) throws Exception {
        Path run = folder.resolve("run");
        Map<String, List<Object>> commands = new LinkedHashMap<>();
        commands.put("train", List.of("train", "steering", "--data", road, "--batch", 4, "--epochs", 3, "--run", run));
        commands.put(
                "tune",
                List.of(
                        "tune",
                        "steering",
                        "--data",
                        road,
                        "--val",
                        road,
                        "--search",
                        "batch=4,8",
                        "--epochs",
                        1,
                        "--run",
                        run));
        commands.put("pack", List.of("pack", "images", shapes, "--format", "voc", "--out", folder.resolve("packed")));
        commands.put("bench", List.of("bench", "input", "--data", shapes, "--batch", 8));
        commands.put("bench-policy", List.of("bench", "input", "--data", shapes, "--batch", 8, "--policy", "classes"));
        if (name.equals("videos")) {
            commands.put(
                    "videos",
                    List.of(
                            "train",
                            "steering",
                            "--data",
                            SharedData.data("steering") + "/epoch0[1-2]_front.mp4",
                            "--steps",
                            3,
                            "--run",
                            run));
        }
        return commands.get(name);
    }

    static Stream<Arguments> threads() {
        return Stream.of(
                arguments("train", "org.batchmill.queues.pipeline.Worker", "take", ""),
                arguments("train", "org.batchmill.augment.SampleAssembler", "decode", ""),
                arguments("train", "org.batchmill.augment.SampleAssembler", "open", ""),
                arguments("train", "org.batchmill.augment.SampleAssembler", "write", ""),
                arguments("train", "org.batchmill.augment.SampleAssembler", "seal", ""),
                arguments("train", "org.batchmill.train.host.Workers", "drain", "nd4j-host"),
                arguments("train", "org.batchmill.train.checkpoint.CheckpointFile", "write", "main"),
                arguments("train", "org.batchmill.train.monitor.MetricsCsv", "onStepped", "main"),
                arguments("train", "org.batchmill.cli.ProgressDisplay", "progress", ""),
                arguments("tune", "org.batchmill.jobs.tune.TuneJob", "score", "trial"),
                arguments("bench", "org.batchmill.jobs.bench.PlainLoop$Plain", "work", "bare"),
                arguments("bench-policy", "org.batchmill.jobs.bench.BareLoop", "one", "bare"),
                arguments("pack", "org.batchmill.ingest.packing.PipelineRun", "runAndWait", "pack-pipeline"),
                arguments("pack", "org.batchmill.ingest.packing.CheckSamples", "check", ""),
                arguments("pack", "org.batchmill.ingest.packing.WriteShard", "write", ""),
                arguments("videos", "org.batchmill.video.Demuxer", "open", "video-open"),
                arguments("videos", "org.batchmill.video.Demuxer", "read", "video-demux"),
                arguments("videos", "org.batchmill.video.FrameDecoder", "send", "video-decode"),
                arguments("videos", "org.batchmill.video.FrameConverter", "convert", "video-convert"));
    }

    /** Names follow what they name. */
    @ParameterizedTest
    @MethodSource("threads")
    void shouldNameMethodsThatAreThere(String name, String type, String method) throws Exception {
        assertThat(Class.forName(type, false, getClass().getClassLoader()).getDeclaredMethods())
                .as("methods of %s, which runs in %s", type, name)
                .extracting(Method::getName)
                .contains(method);
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("threads")
    void shouldEndWithOneLineWhenAThreadDies(String name, String type, String method, String thread) throws Exception {
        Path log = folder.resolve("log");
        try (Debugged command = Debugged.start(log, command(name))) {
            String killed = command.kill(type, method, thread);
            assertThat(killed)
                    .as("%s.%s was never run: %s", type, method, Files.readString(log))
                    .isNotNull();
            assertThat(command.process().endsWithin(LATEST_MILLIS))
                    .as("%s goes on without %s", name, killed)
                    .isTrue();
            System.out.printf(
                    Locale.ROOT,
                    "%s: thread %s killed in %s.%s; exit code %d, %s%n",
                    name,
                    killed,
                    type,
                    method,
                    command.process().await(),
                    command.process().log().lines().reduce((a, b) -> b).orElse(""));
            assertThat(command.process().await()).as(command.process().log()).isEqualTo(MISSING_PART);
            assertThat(command.process().log().lines().filter(line -> line.startsWith("batchmill: ")))
                    .hasSize(1);
        }
    }
}
