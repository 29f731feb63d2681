package org.batchmill.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.function.Consumer;
import org.batchmill.batches.Batch;
import org.batchmill.queues.pipeline.RowShare;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.collective.Collective;
import org.batchmill.train.collective.Gang;
import org.batchmill.train.collective.LostRankException;
import org.batchmill.train.collective.RankFailedException;
import org.batchmill.train.collective.ThreadGang;
import org.batchmill.train.engine.Program;
import org.batchmill.train.optimize.Schedule;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks that bring together what they learn seldom, or as it comes: what is kept of a training's promises, and that none waits for ever. */
@Timeout(300)
@Tag("concurrent")
class SynchronizationTest {

    private static final int BATCH = 12;
    private static final int STEPS = 60;
    private static final Synchronization ASYNC = Synchronization.parse("async");

    /** What a rank did and came to. */
    private record Learnt(
            TrainingResult result,
            List<Double> losses,
            List<Long> evaluated,
            List<GangReport.Staleness> staleness,
            Checkpoint end) {}

    private static final class Training implements Hook {
        final Collective collective;
        final Program program;
        final List<Double> losses = new ArrayList<>();
        final List<Long> evaluated = new ArrayList<>();
        final List<GangReport.Staleness> staleness = new ArrayList<>();
        BatchStream batches;
        TrainingLoopBuilder builder;
        TrainingLoop loop;

        Training(Collective collective, Synchronization synchronization, Checkpoint from) {
            this.collective = collective;
            int ranks = collective == null ? 1 : collective.size();
            boolean async = synchronization != null && synchronization.isAsync();
            int whole = async ? BATCH * Math.max(1, ranks - 1) : BATCH;
            program = Lesson.program(async || ranks == 1 ? BATCH : (BATCH + ranks - 1) / ranks);
            ArrayBatches all = new ArrayBatches(Lesson.SHAPE, Lesson.samples(72, 1), whole, 0, 3L);
            if (from != null) {
                all.seek(from.progress().data());
            }
            if (collective == null) {
                batches = all;
            } else if (async) {
                batches = new RankBatches(
                        all, RowShare.of(Math.max(0, collective.rank() - 1), Math.max(1, ranks - 1), whole));
            } else {
                batches = new RankBatches(all, RowShare.of(collective.rank(), ranks, BATCH));
            }
        }

        Learnt run(Synchronization synchronization, int maxStaleness, Checkpoint from, Consumer<Training> more)
                throws Exception {
            try (Program its = program) {
                builder = TrainingLoop.of(its, Lesson.TASK, new WatchedBatches(() -> batches, number -> {}))
                        .schedule(new Schedule.Constant(.01))
                        .evaluate(Lesson::validation, 7)
                        .steps(STEPS)
                        .hook(this);
                if (collective != null) {
                    builder.gang(new Gang(collective, ThreadGang.PATIENCE), BATCH)
                            .synchronization(synchronization, maxStaleness);
                }
                if (from != null) {
                    builder.resume(from);
                }
                more.accept(this);
                loop = builder.build();
                return new Learnt(loop.run(), losses, evaluated, staleness, loop.snapshot());
            }
        }

        @Override
        public void onStepped(LoopControl control, StepReport report, Batch batch) {
            losses.add(report.loss());
            if (report.gang() != null && report.gang().staleness() != null) {
                staleness.add(report.gang().staleness());
            }
        }

        @Override
        public void onEvaluated(LoopControl control, Evaluation evaluation) {
            evaluated.add(control.step());
        }

        /** Does something before a batch of this rank. */
        void before(int number, Breaking breaking) {
            BatchStream whole = batches;
            batches = new WatchedBatches(() -> whole, given -> {
                if (given == number) {
                    breaking.at(this);
                }
            });
        }

        /**
         * Gives each worker rows of each batch, for so many batches: none begins with one before all have the weights that follow the update that
         * they made of the one before. However the machine lets them run, none is left behind.
         */
        void goRoundByRound(CyclicBarrier workers, int rounds) {
            int whole = BATCH * workers.getParties();
            BatchStream rows = new RankBatches(
                    new ArrayBatches(Lesson.SHAPE, Lesson.samples(2 * whole, 1), whole, 0, 3L),
                    RowShare.of(collective.rank() - 1, workers.getParties(), whole));
            batches = new WatchedBatches(() -> rows, given -> {
                if (given <= rounds) {
                    meet(workers);
                }
            });
        }
    }

    private interface Breaking {
        void at(Training training) throws IOException;
    }

    private static void meet(CyclicBarrier others) throws IOException {
        try {
            others.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IOException(e);
        }
    }

    private static Learnt alone() throws Exception {
        return new Training(null, null, null).run(null, 0, null, training -> {});
    }

    private static List<Callable<Learnt>> start(
            int ranks, Synchronization synchronization, int maxStaleness, Checkpoint from, Consumer<Training> more)
            throws InterruptedException {
        return ThreadGang.run(ranks, collective -> new Training(collective, synchronization, from)
                .run(synchronization, maxStaleness, from, more));
    }

    private static List<Learnt> learn(
            int ranks, Synchronization synchronization, int maxStaleness, Checkpoint from, Consumer<Training> more)
            throws Exception {
        List<Learnt> learnt = new ArrayList<>();
        for (Callable<Learnt> rank : start(ranks, synchronization, maxStaleness, from, more)) {
            learnt.add(rank.call());
        }
        return learnt;
    }

    private static Synchronization every(int steps) {
        return Synchronization.parse("every:" + steps);
    }

    private static void assertSame(Checkpoint actual, Checkpoint expected) {
        expected.parameters().forEach((name, values) -> assertThat(
                        Arrays.equals(actual.parameters().get(name), values))
                .as(name)
                .isTrue());
        expected.slots()
                .forEach((name, slots) -> slots.forEach((slot, values) -> assertThat(
                                Arrays.equals(actual.slots().get(name).get(slot), values))
                        .as(name + " " + slot)
                        .isTrue()));
    }

    private static double end(Learnt learnt) {
        return learnt.losses.subList(STEPS - 12, STEPS).stream()
                .mapToDouble(loss -> loss)
                .average()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"2, 5", "3, 4", "4, 60"})
    void shouldLearnApartAndAverage(int ranks, int steps) throws Exception {
        List<Learnt> gang = learn(ranks, every(steps), -1, null, training -> {});
        assertThat(gang.get(0).losses).hasSize(STEPS);
        assertThat(end(gang.get(0))).isLessThan(.6 * gang.get(0).losses.get(0));
        for (Learnt rank : gang) {
            assertSame(rank.end, gang.get(0).end);
            assertThat(rank.end.progress().data())
                    .isEqualTo(gang.get(0).end.progress().data());
        }
        // And again, bit for bit.
        assertSame(learn(ranks, every(steps), -1, null, training -> {}).get(0).end, gang.get(0).end);
    }

    /** What is due in between waits for an average. */
    @Test
    void shouldEvaluateAveragesOnly() throws Exception {
        List<Learnt> gang = learn(2, every(5), -1, null, training -> training.builder.steps(33));
        assertThat(gang.get(0).evaluated).containsExactly(10L, 15L, 25L, 30L, 33L);
        assertThat(gang.get(1).result.evaluation()).isEqualTo(gang.get(0).result.evaluation());
    }

    @Test
    void shouldGoOnFromAnAverageBitForBit() throws Exception {
        Checkpoint whole = learn(3, every(5), -1, null, training -> {}).get(0).end;
        Checkpoint at = learn(3, every(5), -1, null, training -> training.builder.steps(25))
                .get(0)
                .end;
        assertSame(learn(3, every(5), -1, at, training -> {}).get(0).end, whole);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void shouldStopBehindAnAverage(int asked) throws Exception {
        List<Learnt> gang = learn(3, every(5), -1, null, training -> {
            if (training.collective.rank() == asked) {
                training.before(12, its -> its.loop.requestStop());
            }
        });
        for (Learnt rank : gang) {
            assertThat(rank.result.reason()).isEqualTo(TrainingResult.Reason.REQUESTED);
            assertThat(rank.result.step()).isEqualTo(15);
            assertSame(rank.end, gang.get(0).end);
        }
    }

    @ParameterizedTest
    @CsvSource({"every:5, 3", "async, 3", "async, 2"})
    void shouldEndWithTheLineOfTheRankThatMetBadData(String synchronization, int ranks) throws Exception {
        List<Callable<Learnt>> results = start(ranks, Synchronization.parse(synchronization), -1, null, training -> {
            if (training.collective.rank() == 1) {
                training.before(7, its -> {
                    throw new DataException(DataException.Kind.CORRUPT, "a.jpg", "is no image");
                });
            }
        });
        assertThatThrownBy(results.get(1)::call).isInstanceOf(DataException.class);
        for (int rank = 0; rank < ranks; rank++) {
            if (rank != 1) {
                assertThatThrownBy(results.get(rank)::call)
                        .isInstanceOf(RankFailedException.class)
                        .hasMessageStartingWith("rank 1: ")
                        .hasMessageContaining("is no image");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"every:5", "async"})
    void shouldEndWithTheLineOfAHookOfRankZero(String synchronization) throws Exception {
        List<Callable<Learnt>> results = start(
                3,
                Synchronization.parse(synchronization),
                -1,
                null,
                training -> training.builder.hook(new Hook() {
                    @Override
                    public void onStepped(LoopControl control, StepReport report, Batch batch) throws IOException {
                        if (report.step() == 7) {
                            throw new IOException("no space left on device");
                        }
                    }
                }));
        assertThatThrownBy(results.get(0)::call).isInstanceOf(IOException.class).hasMessage("no space left on device");
        for (int rank : new int[] {1, 2}) {
            assertThatThrownBy(results.get(rank)::call)
                    .isInstanceOf(RankFailedException.class)
                    .hasMessage("rank 0: no space left on device");
        }
    }

    /** One worker that waits for each update: what one process learns, rolling values and dropout included. */
    @Test
    void shouldLearnWithOneWorkerWhatOneLearnsAlone() throws Exception {
        Learnt alone = alone();
        List<Learnt> gang = learn(2, ASYNC, 0, null, training -> {});
        assertThat(gang.get(0).staleness).allMatch(staleness -> staleness.most() == 0);
        for (int step = 0; step < STEPS; step++) {
            assertThat(gang.get(0).losses.get(step)).isCloseTo(alone.losses.get(step), within(1e-4));
        }
        alone.end.parameters().forEach((name, values) -> {
            for (int i = 0; i < values.length; i++) {
                assertThat(gang.get(0).end.parameters().get(name)[i])
                        .as("%s %d", name, i)
                        .isCloseTo(values[i], within(1e-4f));
            }
        });
        assertThat(gang.get(0).end.progress().data())
                .isEqualTo(alone.end.progress().data());
        assertThat(gang.get(0).end.progress().samples())
                .isEqualTo(alone.end.progress().samples());
        assertThat(gang.get(0).evaluated).isEqualTo(alone.evaluated);
    }

    @ParameterizedTest
    @CsvSource({"3, -1", "5, -1", "5, 2", "4, 0"})
    void shouldLearnFromWhatWorkersPush(int ranks, int maxStaleness) throws Exception {
        CyclicBarrier round = new CyclicBarrier(ranks - 1);
        List<Learnt> gang = learn(ranks, ASYNC, maxStaleness, null, training -> {
            training.builder.steps(2 * STEPS);
            if (training.collective.rank() > 0 && maxStaleness < 0) {
                training.goRoundByRound(round, 2 * STEPS / (ranks - 1));
            }
        });
        Learnt server = gang.get(0);
        assertThat(server.result.reason()).isEqualTo(TrainingResult.Reason.STEPS_DONE);
        assertThat(server.losses).hasSize(2 * STEPS);
        double last = server.losses.subList(2 * STEPS - 12, 2 * STEPS).stream()
                .mapToDouble(loss -> loss)
                .average()
                .orElseThrow();
        assertThat(last).isLessThan(.6 * server.losses.get(0));
        assertThat(server.staleness).hasSize(2 * STEPS);
        GangReport.Staleness staleness = server.staleness.get(2 * STEPS - 1);
        System.out.println(ranks - 1 + " workers, at most " + maxStaleness + ": " + staleness);
        if (maxStaleness >= 0) {
            assertThat(staleness.most()).isLessThanOrEqualTo(maxStaleness);
        } else {
            // Each other worker's update comes in between, once and on the average, for they go round by round.
            assertThat(staleness.mean()).isBetween(.5 * (ranks - 2), ranks - 2d);
        }
        assertThat(server.evaluated).contains(7L, 14L, 119L, 120L);
    }

    @Test
    void shouldGoOnWithAnotherNumberOfWorkers() throws Exception {
        Checkpoint at = learn(3, ASYNC, -1, null, training -> training.builder.steps(40))
                .get(0)
                .end;
        List<Learnt> rest = learn(4, ASYNC, -1, at, training -> {});
        assertThat(rest.get(0).losses).hasSize(STEPS - 40);
        assertThat(rest.get(0).end.progress().step()).isEqualTo(STEPS);
        // All is done already.
        assertThat(learn(3, ASYNC, -1, rest.get(0).end, training -> {})
                        .get(0)
                        .result
                        .reason())
                .isEqualTo(TrainingResult.Reason.STEPS_DONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void shouldStopWhicheverRankIsAsked(int asked) throws Exception {
        List<Learnt> gang = learn(3, ASYNC, -1, null, training -> {
            training.builder.steps(0);
            if (asked == 0) {
                training.builder.hook(new Hook() {
                    @Override
                    public void onStepped(LoopControl control, StepReport report, Batch batch) {
                        if (report.step() == 9) {
                            training.loop.requestStop();
                        }
                    }
                });
            } else if (training.collective.rank() == asked) {
                training.before(5, its -> its.loop.requestStop());
            }
        });
        assertThat(gang.get(0).result.reason()).isEqualTo(TrainingResult.Reason.REQUESTED);
    }

    @Test
    void shouldEndWhenTheDataOfAllWorkersEnds() throws Exception {
        List<Learnt> gang = learn(4, ASYNC, -1, null, training -> {
            // Three workers: the second period of 36 has six rows, all of the first worker's.
            training.batches = new RankBatches(
                    new ArrayBatches(Lesson.SHAPE, Lesson.samples(42, 1), 3 * BATCH, 1, 3L),
                    RowShare.of(Math.max(0, training.collective.rank() - 1), 3, 3 * BATCH));
        });
        assertThat(gang.get(0).result.reason()).isEqualTo(TrainingResult.Reason.DATA_ENDED);
        assertThat(gang.get(0).result.step()).isEqualTo(4);
        assertThat(gang.get(0).end.progress().samples()).isEqualTo(42);
    }

    @Test
    void shouldLoseARankThatLeavesWithoutAWord() throws Exception {
        List<Callable<Learnt>> results = ThreadGang.run(3, collective -> {
            if (collective.rank() == 2) {
                return null;
            }
            return new Training(collective, ASYNC, null).run(ASYNC, -1, null, training -> {});
        });
        for (int rank : new int[] {0, 1}) {
            assertThatThrownBy(results.get(rank)::call)
                    .isInstanceOf(LostRankException.class)
                    .hasMessageContaining("has left the gang");
        }
    }

    /** A worker ends in the midst of its work; the other one, which learns or waits, hears of it. */
    @ParameterizedTest
    @ValueSource(ints = {-1, 0})
    void shouldLoseAWorkerThatLeavesInTheMidst(int maxStaleness) throws Exception {
        List<Callable<Learnt>> results = start(3, ASYNC, maxStaleness, null, training -> {
            if (training.collective.rank() == 2) {
                training.before(6, its -> its.collective.close());
            }
        });
        for (int rank : new int[] {0, 1}) {
            assertThatThrownBy(results.get(rank)::call)
                    .isInstanceOf(LostRankException.class)
                    .hasMessageContaining("rank 2 has left the gang");
        }
    }

    @Test
    void shouldRefuseWhatNeedsAgreementInEachStep() throws Exception {
        for (Callable<Learnt> rank : start(1, ASYNC, -1, null, training -> {})) {
            assertThatThrownBy(rank::call).isInstanceOf(UsageException.class).hasMessageContaining("needs two");
        }
        assertThatThrownBy(() -> Synchronization.parse("every:0"))
                .isInstanceOf(UsageException.class)
                .hasMessage("step, every:K or async, not every:0");
    }
}
