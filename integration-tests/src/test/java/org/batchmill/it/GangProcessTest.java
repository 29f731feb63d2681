package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.batchmill.it.kafka.TrainerProcess;
import org.batchmill.testing.Await;
import org.batchmill.testing.Seed;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.checkpoint.CheckpointFolder;
import org.batchmill.train.monitor.MetricsCsv;
import org.batchmill.train.monitor.MetricsRow;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gangs of real processes: what becomes of them when ranks are killed, hang, or are asked to stop. */
@EnabledOnOs(OS.LINUX) // where /proc tells which process is which rank
@Timeout(1800)
@Tag("concurrent")
class GangProcessTest {

    private static final int STOPPED = 4;
    private static final int LONG_KILLS = 50;

    /** The kills end by then, however slow the machine is. */
    private static final long KILLING_NANOS = Duration.ofMinutes(30).toNanos();

    private static final int MOST_STEPS = 10_000_000;

    @TempDir
    Path folder;

    private TrainerProcess launch(Path run, Object... more) throws IOException {
        return launch("line", run, more);
    }

    private TrainerProcess launch(String task, Path run, Object... more) throws IOException {
        List<Object> words = new ArrayList<>(List.of(
                "train", task, "--data", "sample:" + task, "--run", run, "--threads", 1, "--evaluate-steps", 100_000));
        words.addAll(Arrays.asList(more));
        if (!words.contains("--checkpoint-steps")) {
            words.addAll(List.of("--checkpoint-steps", 100));
        }
        if (!words.contains("--ranks")) {
            words.addAll(List.of("--ranks", 2));
        }
        return TrainerProcess.start(folder.resolve(run.getFileName() + ".log"), words.toArray());
    }

    /** The process that is a rank of a launcher, if there is one now. */
    private static Optional<ProcessHandle> rank(TrainerProcess launcher, int rank) {
        return RankProcesses.find(launcher.children(), rank);
    }

    private static long newest(Path run) throws IOException {
        List<Path> checkpoints = new CheckpointFolder(run.resolve("checkpoints"), 3).list();
        return checkpoints.isEmpty()
                ? 0
                : Long.parseLong(checkpoints.get(0).getFileName().toString().replaceAll("\\D", ""));
    }

    /** Waits for a checkpoint behind a step, and a rank that lives; false if the gang has ended. */
    private static boolean beyond(TrainerProcess launcher, Path run, long step, int rank) throws Exception {
        try {
            Await.until(
                    "a checkpoint behind step " + step,
                    () -> !launcher.isAlive()
                            || (newest(run) > step && rank(launcher, rank).isPresent()));
        } catch (AssertionError e) {
            throw new AssertionError(launcher.log(), e);
        }
        return launcher.isAlive();
    }

    private static Checkpoint end(Path run, long step) throws IOException {
        return CheckpointFile.read(run.resolve(String.format(Locale.ROOT, "checkpoints/step-%09d.ckpt", step)));
    }

    private static void assertSame(Checkpoint actual, Checkpoint expected) {
        assertSameLearnt(actual, expected);
        assertThat(actual.progress()).isEqualTo(expected.progress());
    }

    private static void assertSameLearnt(Checkpoint actual, Checkpoint expected) {
        expected.parameters()
                .forEach((name, values) ->
                        assertThat(actual.parameters().get(name)).as(name).isEqualTo(values));
        expected.slots()
                .forEach((name, slots) -> slots.forEach((slot, values) ->
                        assertThat(actual.slots().get(name).get(slot)).as(name).isEqualTo(values)));
        assertThat(actual.progress().data()).isEqualTo(expected.progress().data());
        assertThat(actual.progress().samples()).isEqualTo(expected.progress().samples());
    }

    private Checkpoint undisturbed(long steps) throws Exception {
        Path run = folder.resolve("undisturbed");
        try (TrainerProcess launcher = launch(run, "--steps", steps)) {
            assertThat(launcher.await()).as(launcher.log()).isZero();
        }
        return end(run, steps);
    }

    @Tag("long")
    @Test
    void shouldGoOnWhenARankIsKilled() throws Exception {
        Path run = folder.resolve("killed");
        Path whole = folder.resolve("whole");
        try (TrainerProcess launcher = launch(run, "--steps", 1000);
                TrainerProcess other = launch(whole, "--steps", 1000)) {
            assertThat(beyond(launcher, run, 0, 1)).as(launcher.log()).isTrue();
            rank(launcher, 1).ifPresent(ProcessHandle::destroyForcibly);
            assertThat(launcher.await()).as(launcher.log()).isZero();
            assertThat(launcher.log())
                    .contains("starting all ranks again from step-")
                    .contains("1 of 3 times");
            assertThat(other.await()).as(other.log()).isZero();
        }
        assertSame(end(run, 1000), end(whole, 1000));
    }

    /**
     * Ranks are killed or stopped at any moment: while they start, learn, or write a checkpoint. When enough were, the training is asked to
     * stop; what it has learnt is what one learns that is left alone for as many steps.
     */
    @Tag("long")
    @Test
    void shouldLearnTheSameWhateverIsKilledAndWhen() throws Exception {
        RandomGenerator random = Seed.random(Seed.of(this));
        Path run = folder.resolve("killed");
        int kills = 0;
        int inCheckpoints = 0;
        int stopped = 0;
        long begun = System.nanoTime();
        // Time enough to start on a machine that is busy, or all generations would end before they learnt anything.
        try (TrainerProcess launcher = launch(
                run, "--steps", MOST_STEPS, "--max-restarts", 1000, "--rank-timeout", 15, "--checkpoint-steps", 10)) {
            while (kills < LONG_KILLS && System.nanoTime() - begun < KILLING_NANOS) {
                int rank = random.nextInt(2);
                boolean inCheckpoint = kills % 5 == 4;
                if (kills % 2 == 1 && !beyond(launcher, run, newest(run), rank)) {
                    break;
                }
                if (inCheckpoint) {
                    // A file that is being written has another name, as one has that was not written to its end.
                    Set<Path> left = unfinished(run);
                    Await.until(
                            "a checkpoint that is being written",
                            () -> !launcher.isAlive() || !left.containsAll(unfinished(run)));
                } else if (launcher.endsWithin(500 + random.nextInt(5000))) {
                    break;
                }
                Optional<ProcessHandle> victim = rank(launcher, inCheckpoint ? 0 : rank);
                if (victim.isEmpty()) {
                    continue;
                }
                kills++;
                if (inCheckpoint) {
                    inCheckpoints++;
                    victim.get().destroyForcibly();
                } else if (kills % 8 == 3) {
                    stopped++;
                    signal(victim.get(), "-STOP");
                } else {
                    victim.get().destroyForcibly();
                }
            }
            System.out.println(kills + " ranks killed, of which " + stopped + " by SIGSTOP and " + inCheckpoints
                    + " in a checkpoint, in " + (System.nanoTime() - begun) / 1_000_000_000 + " s");
            long last = newest(run);
            assertThat(beyond(launcher, run, last, 1)).as(launcher.log()).isTrue();
            launcher.signal("-TERM");
            assertThat(launcher.await()).as(launcher.log()).isEqualTo(STOPPED);
        }
        assertThat(kills).as("ranks killed").isGreaterThan(10);
        long steps = newest(run);
        System.out.println(steps + " steps");
        // One that is stopped is not evaluated at its end.
        assertSameLearnt(end(run, steps), undisturbed(steps));
    }

    private static Set<Path> unfinished(Path run) throws IOException {
        Path checkpoints = run.resolve("checkpoints");
        if (!Files.isDirectory(checkpoints)) {
            return Set.of();
        }
        try (Stream<Path> files = Files.list(checkpoints)) {
            return files.filter(file -> !file.getFileName().toString().endsWith(".ckpt"))
                    .collect(Collectors.toSet());
        }
    }

    private static void signal(ProcessHandle process, String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", name, Long.toString(process.pid())).start().waitFor();
    }

    /** Rank 0 serves the store at which the others would ask whose fault it is. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldGoOnWhenARankHangs(int hanging) throws Exception {
        Path run = folder.resolve("hanging");
        try (TrainerProcess launcher = launch(run, "--steps", 3000, "--rank-timeout", 3)) {
            assertThat(beyond(launcher, run, 0, hanging)).as(launcher.log()).isTrue();
            signal(rank(launcher, hanging).orElseThrow(), "-STOP");
            assertThat(launcher.await()).as(launcher.log()).isZero();
            String other = hanging == 1 ? launcher.log() : Files.readString(run.resolve("rank-1.log"));
            assertThat(other)
                    .containsPattern("batchmill: rank " + hanging + "( at .*)? has ended or (hangs|does not answer)");
            assertThat(launcher.log())
                    .contains("rank " + hanging + " did not answer: starting all ranks again from step-");
        }
        assertSame(end(run, 3000), undisturbed(3000));
    }

    @Tag("long")
    @Test
    void shouldEndBehindTheSameStepByOneSignal() throws Exception {
        Path run = folder.resolve("stopped");
        try (TrainerProcess launcher = launch(run, "--steps", 1_000_000)) {
            assertThat(beyond(launcher, run, 0, 1)).as(launcher.log()).isTrue();
            launcher.signal("-TERM");
            assertThat(launcher.await()).as(launcher.log()).isEqualTo(STOPPED);
            long step = newest(run);
            assertThat(launcher.log()).contains("stopped: a stop was requested, " + step + " steps");
            assertThat(Files.readString(run.resolve("rank-1.log")))
                    .contains("stopped: a stop was requested, " + step + " steps");
            Await.until(
                    "the end of all ranks", () -> launcher.children().findAny().isEmpty());
        }
    }

    @Tag("long")
    @Test
    void shouldLeaveNobodyBehindWhenTheLauncherIsKilled() throws Exception {
        Path run = folder.resolve("orphans");
        List<ProcessHandle> ranks;
        try (TrainerProcess launcher = launch(run, "--steps", 1_000_000)) {
            assertThat(beyond(launcher, run, 0, 1)).as(launcher.log()).isTrue();
            ranks = launcher.children().toList();
            assertThat(ranks).hasSize(2);
            launcher.signal("-KILL");
        }
        Await.until("the end of all ranks", () -> ranks.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void shouldSayWhatIsWrongBeforeAnythingStarts() {
        Command noPlace = Command.run("train", "line", "--data", "sample:line", "--ranks", "env");
        assertThat(noPlace.exitCode()).isEqualTo(2);
        assertThat(noPlace.errors())
                .containsExactly("batchmill: --ranks env needs RANK in the environment, which is not there");
        Command noNumber = Command.run("train", "line", "--data", "sample:line", "--ranks", "two");
        assertThat(noNumber.exitCode()).isEqualTo(2);
        assertThat(noNumber.errors())
                .containsExactly(
                        "batchmill: --ranks is a number of processes, a range like 2..4, env or spark, not two");
        Command noRange = Command.run("train", "line", "--data", "sample:line", "--ranks", "4..2");
        assertThat(noRange.errors())
                .containsExactly("batchmill: --ranks 4..2 has no number in it: the smaller one comes first");
        Command noStaleness =
                Command.run("train", "line", "--data", "sample:line", "--ranks", "env", "--max-staleness", "1");
        assertThat(noStaleness.errors())
                .containsExactly("batchmill: --max-staleness is at least 0, and makes sense with --sync async");
    }

    @Tag("long")
    @Test
    void shouldGoOnWithFewerRanks() throws Exception {
        Path run = folder.resolve("fewer");
        try (TrainerProcess launcher = launch(run, "--steps", 1500, "--ranks", "2..3")) {
            assertThat(beyond(launcher, run, 0, 2)).as(launcher.log()).isTrue();
            rank(launcher, 2).orElseThrow().destroyForcibly();
            assertThat(launcher.await()).as(launcher.log()).isZero();
            assertThat(launcher.log()).contains("starting 2 ranks again from step-");
        }
        // Within rounding, since another number of ranks sums in another order.
        Checkpoint fewer = end(run, 1500);
        undisturbed(1500).parameters().forEach((name, values) -> {
            for (int i = 0; i < values.length; i++) {
                assertThat(fewer.parameters().get(name)[i]).as(name).isCloseTo(values[i], within(1e-3f));
            }
        });
    }

    /** Weights averaged every few steps, killed and gone on with: bit for bit as well. */
    @Tag("long")
    @Test
    void shouldGoOnFromAnAverageWhenARankIsKilled() throws Exception {
        Path run = folder.resolve("killed");
        Path whole = folder.resolve("whole");
        Object[] more = {"--steps", 2000, "--sync", "every:10"};
        try (TrainerProcess launcher = launch(run, more);
                TrainerProcess other = launch(whole, more)) {
            assertThat(beyond(launcher, run, 0, 1)).as(launcher.log()).isTrue();
            rank(launcher, 1).ifPresent(ProcessHandle::destroyForcibly);
            assertThat(launcher.await()).as(launcher.log()).isZero();
            assertThat(other.await()).as(other.log()).isZero();
        }
        assertSame(end(run, 2000), end(whole, 2000));
    }

    /** In several buckets a step; no natives write to gradients that are gone when a rank ends in the midst of them. */
    @Tag("long")
    @Test
    void shouldGoOnWhereSumsGoOnBesideThePass() throws Exception {
        Path run = folder.resolve("killed");
        Path whole = folder.resolve("whole");
        Object[] more = {
            "--steps", 120, "--checkpoint-steps", 20, "--engine", "torch", "--model", "digits-cnn", "--overlap-sums"
        };
        try (TrainerProcess launcher = launch("digits", run, more)) {
            assertThat(beyond(launcher, run, 0, 1)).as(launcher.log()).isTrue();
            rank(launcher, 1).ifPresent(ProcessHandle::destroyForcibly);
            assertThat(launcher.await()).as(launcher.log()).isZero();
            assertThat(launcher.log()).contains("rank 1 was ended by signal 9");
            assertThat(launcher.log()).contains("rank 1 has ended or hangs");
        }
        try (TrainerProcess launcher = launch("digits", whole, more)) {
            assertThat(launcher.await()).as(launcher.log()).isZero();
        }
        assertSame(end(run, 120), end(whole, 120));
    }

    /** Three processes, one of which holds the parameters: staleness is counted, bounded where it is to be, and the line is learnt. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(ints = {1, 1000})
    void shouldLearnAsynchronously(int most) throws Exception {
        Path run = folder.resolve("async" + most);
        Object[] more = {"--steps", 2000, "--sync", "async", "--ranks", 3, "--max-staleness", most};
        try (TrainerProcess launcher = launch(run, more)) {
            assertThat(launcher.await()).as(launcher.log()).isZero();
        }
        List<String> lines = Files.readAllLines(run.resolve("staleness.csv"));
        System.out.println("at most " + most + ": " + lines);
        assertThat(lines.get(0)).isEqualTo("staleness,updates");
        long updates = 0;
        for (String line : lines.subList(1, lines.size())) {
            updates += Long.parseLong(line.split(",", -1)[1]);
            assertThat(Integer.parseInt(line.split(",", -1)[0])).isLessThanOrEqualTo(most);
        }
        assertThat(updates).isEqualTo(2000);
        assertThat(Files.readAllLines(run.resolve("metrics.csv")).get(0)).endsWith(",staleness");
        List<MetricsRow> rows = MetricsCsv.read(run.resolve("metrics.csv")).stream()
                .filter(row -> !Double.isNaN(row.loss()))
                .toList();
        assertThat(rows.get(rows.size() - 1).loss()).isLessThan(.2 * rows.get(0).loss());
    }

    /** Whoever dies, the launcher starts all again from a checkpoint. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void shouldGoOnWhenAnAsynchronousRankIsKilled(int rank) throws Exception {
        Path run = folder.resolve("async-killed");
        Object[] more = {"--steps", 6000, "--sync", "async", "--ranks", 3, "--rank-timeout", 5};
        try (TrainerProcess launcher = launch(run, more)) {
            assertThat(beyond(launcher, run, 0, rank)).as(launcher.log()).isTrue();
            rank(launcher, rank).orElseThrow().destroyForcibly();
            assertThat(launcher.await()).as(launcher.log()).isZero();
            assertThat(launcher.log()).contains("starting all ranks again from step-");
        }
        assertThat(end(run, 6000).progress().step()).isEqualTo(6000);
    }

    /** What all ranks would say is said once, and not tried again. */
    @Tag("long")
    @Test
    void shouldNotStartAgainWhereSomethingIsWrong() throws Exception {
        Path run = folder.resolve("wrong");
        try (TrainerProcess launcher = launch(run, "--steps", 10, "--batch", 1)) {
            assertThat(launcher.await()).isEqualTo(2);
            assertThat(launcher.log())
                    .contains("batchmill: a batch of 1 cannot be shared among 2 --ranks: take a larger --batch")
                    .doesNotContain("starting all ranks again");
        }
        assertThat(Files.readString(run.resolve("rank-1.log"))).contains("a batch of 1 cannot be shared among 2");
    }
}
