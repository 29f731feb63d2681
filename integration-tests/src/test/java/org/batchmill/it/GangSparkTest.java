package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.batchmill.it.kafka.TrainerProcess;
import org.batchmill.testing.Await;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.checkpoint.CheckpointFolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Ranks that Spark starts: its own cluster of two executors, which are processes of this machine. */
@EnabledOnOs(OS.LINUX) // where /proc tells which process is which rank
@Timeout(1800)
@Tag("concurrent")
class GangSparkTest {

    private static final int STOPPED = 4;
    private static final int STEPS = 1000;
    private static final String CLUSTER = "local-cluster[2,1,1024]";

    /** Where the build of jobs/spark puts Spark's jars. */
    private static final Path JARS = Path.of("").toAbsolutePath().getParent().resolve("jobs/spark/target/spark");

    @TempDir
    Path folder;

    @BeforeEach
    void home() throws IOException {
        assumeTrue(Files.isDirectory(JARS), JARS + " is not there: mvn package -pl jobs/spark -am makes it");
        Files.createSymbolicLink(Files.createDirectory(folder.resolve("spark")).resolve("jars"), JARS);
    }

    /** JUnit would warn of a link that leads out of its folder. */
    @AfterEach
    void unlink() throws IOException {
        Files.deleteIfExists(folder.resolve("spark/jars"));
    }

    private TrainerProcess launch(Path run, Object... more) throws IOException {
        List<Object> words = new ArrayList<>(List.of("train", "line", "--data", "sample:line", "--run", run));
        words.addAll(List.of("--threads", 1, "--evaluate-steps", 100_000, "--checkpoint-steps", 100));
        words.addAll(Arrays.asList(more));
        if (!words.contains("--ranks")) {
            words.addAll(List.of("--ranks", "spark", "--spark-master", CLUSTER));
        }
        return TrainerProcess.start(
                folder.resolve(run.getFileName() + ".log"),
                List.of("-Dbatchmill.spark=" + JARS + "/*"),
                Map.of(
                        "SPARK_HOME",
                        folder.resolve("spark").toString(),
                        "SPARK_LOCAL_IP",
                        "127.0.0.1",
                        "SPARK_SCALA_VERSION",
                        "2.13"),
                words.toArray());
    }

    private static Optional<ProcessHandle> rank(TrainerProcess launcher, int rank) {
        return RankProcesses.find(launcher.descendants(), rank);
    }

    /** Waits for a checkpoint, and a rank that lives; false if the gang has ended. */
    private static boolean learns(TrainerProcess launcher, Path run, int rank) throws Exception {
        Await.until(
                "a checkpoint",
                () -> !launcher.isAlive()
                        || (!new CheckpointFolder(run.resolve("checkpoints"), 3)
                                        .list()
                                        .isEmpty()
                                && rank(launcher, rank).isPresent()));
        return launcher.isAlive();
    }

    private static Checkpoint end(Path run) throws IOException {
        return CheckpointFile.read(run.resolve(String.format(Locale.ROOT, "checkpoints/step-%09d.ckpt", STEPS)));
    }

    private void assertLearntAsOnOneMachine(Path run) throws Exception {
        Path whole = folder.resolve("whole");
        try (TrainerProcess launcher = launch(whole, "--steps", STEPS, "--ranks", 2)) {
            assertThat(launcher.await()).as(launcher.log()).isZero();
        }
        Checkpoint expected = end(whole);
        Checkpoint actual = end(run);
        expected.parameters()
                .forEach((name, values) ->
                        assertThat(actual.parameters().get(name)).as(name).containsExactly(values));
        assertThat(actual.progress()).isEqualTo(expected.progress());
    }

    @Tag("long")
    @Test
    void shouldLearnTheSameWhenARankIsKilled() throws Exception {
        Path run = folder.resolve("killed");
        try (TrainerProcess launcher = launch(run, "--steps", STEPS)) {
            assertThat(learns(launcher, run, 1)).as(launcher.log()).isTrue();
            rank(launcher, 1).ifPresent(ProcessHandle::destroyForcibly);
            assertThat(launcher.await()).as(launcher.log()).isZero();
            assertThat(launcher.log())
                    .contains("Spark starts all ranks again, 1 of 3 times")
                    .contains("going on from ");
        }
        assertThat(run.resolve("rank-1.log")).exists();
        assertLearntAsOnOneMachine(run);
    }

    /** The executor is what a machine that is lost takes with it. */
    @Tag("long")
    @Test
    void shouldLearnTheSameWhenAnExecutorIsKilled() throws Exception {
        Path run = folder.resolve("killed");
        try (TrainerProcess launcher = launch(run, "--steps", STEPS)) {
            assertThat(learns(launcher, run, 0)).as(launcher.log()).isTrue();
            rank(launcher, 0).flatMap(ProcessHandle::parent).ifPresent(ProcessHandle::destroyForcibly);
            assertThat(launcher.await()).as(launcher.log()).isZero();
            assertThat(launcher.log()).contains("Spark starts all ranks again, 1 of 3 times");
        }
        assertLearntAsOnOneMachine(run);
    }

    @Tag("long")
    @Test
    void shouldGiveUpAfterSoManyRestarts() throws Exception {
        Path run = folder.resolve("lost");
        try (TrainerProcess launcher = launch(run, "--steps", 1_000_000, "--max-restarts", 0)) {
            assertThat(learns(launcher, run, 1)).as(launcher.log()).isTrue();
            rank(launcher, 1).ifPresent(ProcessHandle::destroyForcibly);
            assertThat(launcher.await()).as(launcher.log()).isEqualTo(1);
            assertThat(launcher.log())
                    .containsPattern("batchmill: .*, and a gang starts again at most 0 times \\(--max-restarts\\)");
        }
    }

    @Tag("long")
    @Test
    void shouldEndBehindACheckpointByOneSignal() throws Exception {
        Path run = folder.resolve("stopped");
        try (TrainerProcess launcher = launch(run, "--steps", 1_000_000)) {
            assertThat(learns(launcher, run, 1)).as(launcher.log()).isTrue();
            List<ProcessHandle> all = launcher.descendants().toList();
            launcher.signal("-INT");
            assertThat(launcher.await()).as(launcher.log()).isEqualTo(STOPPED);
            assertThat(launcher.log()).contains("stopped: a stop was requested, ");
            Await.until("the end of all processes", () -> all.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    /** What rank 0 refuses is said once, and nothing else is started. */
    @Tag("long")
    @Test
    void shouldSayOnceWhatIsWrong() throws Exception {
        Path run = folder.resolve("wrong");
        try (TrainerProcess launcher = launch(run, "--steps", 10, "--batch", 1)) {
            assertThat(launcher.await()).as(launcher.log()).isEqualTo(2);
            assertThat(launcher.log()).containsOnlyOnce("a batch of 1 cannot be shared among 2");
        }
    }

    @Test
    void shouldSayThatTheMasterMakesNoSense() throws Exception {
        try (TrainerProcess launcher = launch(
                folder.resolve("nowhere"), "--steps", 1, "--ranks", "spark", "--spark-master", "nonsense://here")) {
            assertThat(launcher.await()).as(launcher.log()).isEqualTo(2);
            assertThat(launcher.log().lines().toList())
                    .hasSize(1)
                    .first()
                    .asString()
                    .startsWith("batchmill: --spark-master: Spark does not start with master nonsense://here: ");
        }
    }

    @Test
    void shouldRefuseWhatMakesNoSense() {
        Command none = Command.run("train", "line", "--data", "sample:line", "--ranks", "spark");
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.errors())
                .containsExactly("batchmill: --ranks spark needs --spark-master, as in spark://host:7077");
        Command local =
                Command.run("train", "line", "--data", "sample:line", "--ranks", "spark", "--spark-master", "local[2]");
        assertThat(local.errors())
                .containsExactly("batchmill: --spark-master local[2] runs everything in one process of this machine:"
                        + " --ranks 2 does that without Spark");
    }
}
