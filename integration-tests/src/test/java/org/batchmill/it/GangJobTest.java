package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.options.PolicyName;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.jobs.train.TrainJob;
import org.batchmill.jobs.train.TrainSummary;
import org.batchmill.queues.pipeline.Shuffle;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.collective.Collective;
import org.batchmill.train.collective.RankFailedException;
import org.batchmill.train.collective.ThreadGang;
import org.batchmill.train.darknet.DetectorText;
import org.batchmill.train.loop.Synchronization;
import org.batchmill.train.monitor.MetricsCsv;
import org.batchmill.train.monitor.MetricsRow;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole trainings on ranks that are threads: they learn what one learns alone, from the same samples, augmented alike. */
@Timeout(600)
@Tag("concurrent")
class GangJobTest {

    /** No batch norm, which ranks take over their own rows; YOLO's loss and boxes, at a size at which 50 steps are quick. */
    private static final String YOLO = DetectorText.small(12, 10, 50, false, true);

    private static final String MOSAIC =
            """
            fit: letterbox
            mixing: {kind: mosaic, probability: 0.6}
            steps:
              - darknet-jitter: {jitter: 0.2}
              - flip: {p: 0.5}
              - darknet-colour: {hue: 0, saturation: 1.5, exposure: 1.5}
            """;

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path shapes;
    private static Path digits;

    @BeforeAll
    static void draw() throws IOException {
        shapes = shared.resolve("shapes");
        assertThat(Command.run("sample", "shapes", shapes, "--count", 40).exitCode())
                .isZero();
        Files.writeString(shared.resolve("small.cfg"), YOLO);
        Files.writeString(shared.resolve("mosaic.yaml"), MOSAIC);
        digits = shared.resolve("digits");
        DrawnDigits.write(digits, "train", 62, 1);
        DrawnDigits.write(digits, "val", 10, 2);
    }

    private static TrainOptions yolo(Path run) {
        TrainOptions options = TrainOptions.of(TaskKind.YOLO);
        options.data().data = shapes.toString();
        options.optimization().model = shared.resolve("small.cfg").toString();
        options.input().policy = new PolicyName(shared.resolve("mosaic.yaml").toString());
        return onRun(options, run);
    }

    private static TrainOptions digits(Path run) {
        TrainOptions options = TrainOptions.of(TaskKind.DIGITS);
        options.data().data = digits.toString();
        options.input().batch = 12;
        options.optimization().steps = 50L;
        options.optimization().model = "digits-cnn";
        return onRun(options, run);
    }

    private static TrainOptions onRun(TrainOptions options, Path run) {
        options.input().workers = 1;
        options.input().seed = 3;
        options.engine().threads = 1;
        options.run().run = run;
        options.run().checkpointSteps = 20L;
        options.run().evaluateSteps = 25L;
        options.gang().rankTimeout = 300;
        return options;
    }

    private interface Options {
        TrainOptions in(Path run);
    }

    private Path alone(Options options, String name) throws Exception {
        Path run = folder.resolve(name);
        new TrainJob(options.in(run), JobListener.SILENT).run();
        return run;
    }

    private static List<Callable<TrainSummary>> gang(int ranks, Options options, Path run) throws InterruptedException {
        return ThreadGang.run(ranks, collective -> new TrainJob(options.in(run), JobListener.SILENT)
                .rank(collective)
                .run());
    }

    private Path learnt(int ranks, Options options, String name) throws Exception {
        Path run = folder.resolve(name);
        for (Callable<TrainSummary> rank : gang(ranks, options, run)) {
            rank.call();
        }
        return run;
    }

    private static List<Double> losses(Path run) throws IOException {
        return MetricsCsv.read(run.resolve("metrics.csv")).stream()
                .map(MetricsRow::loss)
                .filter(loss -> !loss.isNaN())
                .toList();
    }

    private static Checkpoint end(Path run) throws IOException {
        return CheckpointFile.read(run.resolve("checkpoints/step-000000050.ckpt"));
    }

    /** @param share of the largest weight of a parameter by which others may differ */
    private static void assertNear(Path run, Path expected, double share) throws IOException {
        List<Double> losses = losses(run);
        List<Double> wanted = losses(expected);
        assertThat(losses).hasSize(50);
        for (int step = 0; step < losses.size(); step++) {
            assertThat(losses.get(step))
                    .as("loss of step %d", step + 1)
                    .isCloseTo(wanted.get(step), within(1e-3 * wanted.get(step)));
        }
        Checkpoint end = end(run);
        end(expected).parameters().forEach((name, values) -> {
            double largest = 0;
            double difference = 0;
            for (int i = 0; i < values.length; i++) {
                largest = Math.max(largest, Math.abs(values[i]));
                difference = Math.max(
                        difference, Math.abs(values[i] - end.parameters().get(name)[i]));
            }
            assertThat(difference).as(name).isLessThan(share * largest);
        });
        assertThat(end.progress().data()).isEqualTo(end(expected).progress().data());
    }

    private static void assertSame(Path run, Path expected) throws IOException {
        assertThat(losses(run)).isEqualTo(losses(expected));
        Checkpoint end = end(run);
        end(expected).parameters().forEach((name, values) -> assertThat(
                        Arrays.equals(end.parameters().get(name), values))
                .as(name)
                .isTrue());
    }

    @Test
    void shouldLearnToDetectWhatOneLearnsAlone() throws Exception {
        Path alone = alone(GangJobTest::yolo, "alone");
        assertThat(losses(alone).get(49)).isLessThan(.7 * losses(alone).get(0));
        Path two = learnt(2, GangJobTest::yolo, "two");
        assertNear(two, alone, 1e-3);
        assertThat(Files.readAllLines(two.resolve("metrics.csv")).get(0)).endsWith(",others_share,slowest_rank");
        // Rank 0 alone writes, and writes what any run has.
        try (Stream<Path> files = Files.list(two)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> !name.startsWith("events.")))
                    .contains("config.yaml", "metrics.csv", "report.html", "checkpoints");
        }
    }

    @Tag("long")
    @Test
    void shouldLearnToDetectOnAnyNumberOfRanksAndTheSameOnTheSameNumber() throws Exception {
        Path alone = alone(GangJobTest::yolo, "alone");
        Path four = learnt(4, GangJobTest::yolo, "four");
        assertNear(four, alone, 1e-3);
        assertSame(learnt(4, GangJobTest::yolo, "again"), four);
    }

    @Tag("long")
    @Test
    void shouldLearnDigitsAndGoOnWithAnyNumberOfRanks() throws Exception {
        Path alone = alone(GangJobTest::digits, "alone");
        Path three = learnt(3, GangJobTest::digits, "three");
        // Adam divides by the size of gradients, so that those near 0 make more of the rounding.
        assertNear(three, alone, 1e-2);
        for (int ranks : new int[] {0, 2, 3}) {
            Path rest = folder.resolve("rest-" + ranks);
            Files.createDirectories(rest.resolve("checkpoints"));
            for (String name : List.of("checkpoints/step-000000040.ckpt", "metrics.csv")) {
                Files.copy(three.resolve(name), rest.resolve(name));
            }
            Options resumed = run -> {
                TrainOptions options = digits(run);
                options.run().resume = true;
                return options;
            };
            if (ranks == 0) {
                new TrainJob(resumed.in(rest), JobListener.SILENT).run();
            } else {
                learnt(ranks, resumed, "rest-" + ranks);
            }
            assertNear(rest, alone, 1e-2);
            if (ranks == 3) {
                assertSame(rest, three);
            }
        }
    }

    @Tag("long")
    @Test
    void shouldLearnTheSameWhereSumsGoOnBesideThePass() throws Exception {
        Options following = run -> {
            TrainOptions options = yolo(run);
            options.engine().engine = "torch";
            return options;
        };
        Options overlapped = run -> {
            TrainOptions options = following.in(run);
            options.gang().overlapSums = true;
            return options;
        };
        Path three = learnt(3, overlapped, "three");
        assertNear(three, alone(following, "alone"), 1e-3);
        assertSame(learnt(3, overlapped, "again"), three);
    }

    /** A damaged image among forty. */
    private Path damaged() throws IOException {
        Path copy = folder.resolve("damaged");
        try (Stream<Path> files = Files.walk(shapes)) {
            for (Path file : files.toList()) {
                Path target = copy.resolve(shapes.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
        List<Path> images;
        try (Stream<Path> files = Files.walk(copy)) {
            images = new ArrayList<>(files.filter(file -> file.toString().matches(".*\\.(jpg|png)"))
                    .sorted()
                    .toList());
        }
        assertThat(images).isNotEmpty();
        byte[] bytes = Files.readAllBytes(images.get(images.size() / 2));
        Files.write(images.get(images.size() / 2), Arrays.copyOf(bytes, bytes.length / 3));
        return copy;
    }

    @Tag("long")
    @Test
    void shouldLeaveOutWhatOneLeavesOutAlone() throws Exception {
        Path data = damaged();
        Options skipping = run -> {
            TrainOptions options = yolo(run);
            options.data().data = data.toString();
            options.input().onError = ErrorMode.SKIP;
            return options;
        };
        Path alone = alone(skipping, "alone");
        Path three = learnt(3, skipping, "three");
        assertNear(three, alone, 1e-3);
        assertThat(Files.readString(three.resolve("skipped.jsonl")))
                .isEqualTo(Files.readString(alone.resolve("skipped.jsonl")));
    }

    @Test
    void shouldEndWithOneLineWhereABadSampleMayNotBe() throws Exception {
        Path data = damaged();
        Options failing = run -> {
            TrainOptions options = yolo(run);
            options.data().data = data.toString();
            return options;
        };
        int own = 0;
        for (Callable<TrainSummary> rank : gang(3, failing, folder.resolve("failing"))) {
            try {
                rank.call();
                assertThat(rank).as("a rank that went on").isNull();
            } catch (RankFailedException e) {
                assertThat(e).hasMessageMatching("rank \\d: .*");
            } catch (IOException e) {
                own++;
            }
        }
        // A mosaic's images are decoded by each rank that draws them.
        assertThat(own).isPositive();
    }

    @Test
    void shouldRefuseWhatMakesNoSense() throws Exception {
        refused(
                run -> {
                    TrainOptions options = digits(run);
                    options.input().batch = 2;
                    return options;
                },
                "a batch of 2 cannot be shared among 3");
        refused(
                run -> {
                    TrainOptions options = digits(run);
                    options.optimization().hardExamples = .5;
                    return options;
                },
                "not with ranks");
        refused(
                run -> {
                    TrainOptions options = yolo(run);
                    options.gang().syncBatchNorm = true;
                    return options;
                },
                "subdivisions 2 cuts them");
        refused(
                run -> {
                    TrainOptions options = digits(run);
                    options.gang().syncBatchNorm = true;
                    return options;
                },
                "engine nd4j takes batch norm over the rows of one rank");
        refused(
                run -> {
                    TrainOptions options = digits(run);
                    options.data().data = "kafka:digits";
                    options.gang().sync = Synchronization.parse("every:4");
                    return options;
                },
                "ranks learn from a topic together, step by step: not sync every:4");
        refused(
                run -> {
                    TrainOptions options = digits(run);
                    options.input().shuffle = Shuffle.parse("queue:20,10");
                    return options;
                },
                "depends on timing");
        List<Callable<TrainSummary>> other = ThreadGang.run(3, collective -> {
            TrainOptions options = digits(folder.resolve("other"));
            options.input().seed = collective.rank() == 2 ? 4 : 3;
            return new TrainJob(options, JobListener.SILENT).rank(collective).run();
        });
        for (Callable<TrainSummary> rank : other) {
            assertThatThrownBy(rank::call)
                    .isInstanceOf(UsageException.class)
                    .hasMessage("rank 2 was started with other options than rank 0: seed 4, not seed 3");
        }
        TrainOptions three = digits(folder.resolve("three"));
        three.gang().ranks = "3";
        assertThatThrownBy(() -> new TrainJob(three, JobListener.SILENT).run())
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("joins a gang of its own");
    }

    /** A rank that says of itself what another build of this program would. */
    private static Collective ofVersion(Collective rank, String version) {
        return (Collective) Proxy.newProxyInstance(
                GangJobTest.class.getClassLoader(), new Class<?>[] {Collective.class}, (proxy, method, arguments) -> {
                    Object[] told = arguments == null ? null : arguments.clone();
                    if (method.getName().equals("gather")) {
                        told[0] = ((String) told[0]).replaceFirst("\nversion \\S+", "\nversion " + version);
                    }
                    return method.invoke(rank, told);
                });
    }

    @Test
    void shouldEndAllWhereOneIsOfAnotherVersion() throws Exception {
        List<Callable<TrainSummary>> ranks =
                ThreadGang.run(3, collective -> new TrainJob(digits(folder.resolve("versions")), JobListener.SILENT)
                        .rank(collective.rank() == 1 ? ofVersion(collective, "9.9-made-up") : collective)
                        .run());
        for (Callable<TrainSummary> rank : ranks) {
            assertThatThrownBy(rank::call)
                    .isInstanceOf(UsageException.class)
                    .hasMessageStartingWith(
                            "rank 1 was started with other options than rank 0: version 9.9-made-up, not version ");
        }
    }

    private void refused(Options options, String message) throws Exception {
        for (Callable<TrainSummary> rank : gang(3, options, folder.resolve("refused"))) {
            assertThatThrownBy(rank::call).isInstanceOf(UsageException.class).hasMessageContaining(message);
        }
    }
}
