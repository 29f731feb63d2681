package org.batchmill.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.batchmill.batches.Batch;
import org.batchmill.queues.pipeline.RowShare;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.checkpoint.CheckpointFolder;
import org.batchmill.train.collective.Collective;
import org.batchmill.train.collective.Gang;
import org.batchmill.train.collective.LostRankException;
import org.batchmill.train.collective.RankFailedException;
import org.batchmill.train.collective.ThreadGang;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loss.SoftmaxCrossEntropy;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.Schedule;
import org.batchmill.train.reference.JavaEngine;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks learn together what one learns alone, and whatever happens to one of them, none waits for ever. */
@Timeout(300)
@Tag("concurrent")
class GangTrainingTest {

    private static final int BATCH = 10;

    /** Two pieces a batch. */
    private static final int AT_A_TIME = 5;

    private static final int STEPS = 50;

    /** Dropout and noise, whose numbers belong to rows. */
    private static final Network NETWORK = new Network(
            "quarters",
            Lesson.SHAPE,
            List.of(
                    new Layer.GaussianNoise("noise", .1f),
                    Layer.Conv2d.square("conv1", 4, 3, 1, Padding.same(), true),
                    new Layer.Activation("relu1", ActivationFunction.RELU, 0),
                    new Layer.Dropout("dropout1", .25f),
                    new Layer.Dense("out", 4, true, Initializer.GLOROT_UNIFORM, Initializer.ZEROS)));

    @TempDir
    Path folder;

    /** Whether sums go on beside the pass. */
    boolean overlapsSums() {
        return false;
    }

    /** What a rank did and came to. */
    private record Learnt(TrainingResult result, List<Double> losses, Checkpoint end) {}

    /** A training on one rank; {@code null} for whoever is alone. */
    private final class Training {
        final Gang gang;
        final int rank;
        final List<Double> losses = new ArrayList<>();
        BatchStream batches;
        TrainingLoopBuilder builder;
        final Program program;
        TrainingLoop loop;

        Training(Collective collective, Checkpoint from) {
            gang = collective == null ? null : new Gang(collective, ThreadGang.PATIENCE);
            rank = gang == null ? 0 : gang.rank();
            int rows = gang == null ? AT_A_TIME : Math.min(AT_A_TIME, (BATCH + gang.size() - 1) / gang.size());
            program = new JavaEngine()
                    .compile(ProgramSpec.training(
                                    NETWORK,
                                    ProgramSpec.InputFormat.FLOAT32_NCHW,
                                    rows,
                                    new SoftmaxCrossEntropy(),
                                    new Optimizer.Momentum(.9f),
                                    11)
                            .toBuilder()
                            .clipNorm(.5f)
                            .l2(1e-3f)
                            .build());
            // 42 samples: the last batch of an epoch has two rows, which do not go round.
            ArrayBatches whole = new ArrayBatches(Lesson.SHAPE, Lesson.samples(42, 1), BATCH, 0, 3L);
            if (from != null) {
                whole.seek(from.progress().data());
            }
            batches = gang == null ? whole : new RankBatches(whole, RowShare.of(rank, gang.size(), BATCH));
        }

        Learnt run(Checkpoint from, Consumer<Training> more) throws Exception {
            try (Program its = program) {
                builder = TrainingLoop.of(its, Lesson.TASK, new WatchedBatches(() -> batches, number -> {}))
                        .schedule(new Schedule.Plateau(new Schedule.Cosine(.1, .01, STEPS), .5, 1, .001, 0))
                        .weightAverage(.9)
                        .evaluate(Lesson::validation, 7)
                        .steps(STEPS)
                        .hook(new Hook() {
                            @Override
                            public void onStepped(LoopControl control, StepReport report, Batch batch) {
                                losses.add(report.loss());
                            }
                        });
                if (gang != null) {
                    builder.gang(gang, AT_A_TIME).overlapSums(overlapsSums());
                }
                if (from != null) {
                    builder.resume(from);
                }
                more.accept(this);
                loop = builder.build();
                return new Learnt(loop.run(), losses, loop.snapshot());
            }
        }
    }

    private Learnt alone(Checkpoint from) throws Exception {
        return new Training(null, from).run(from, training -> {});
    }

    private List<Learnt> gang(int ranks, Checkpoint from, Consumer<Training> more) throws Exception {
        return ThreadGang.runAll(ranks, collective -> new Training(collective, from).run(from, more));
    }

    private static void assertNear(Checkpoint actual, Checkpoint expected) {
        assertNear(actual.parameters(), expected.parameters());
        assertNear(actual.average(), expected.average());
    }

    private static void assertNear(Map<String, float[]> actual, Map<String, float[]> expected) {
        expected.forEach((name, values) -> {
            for (int i = 0; i < values.length; i++) {
                assertThat(actual.get(name)[i]).as("%s %d", name, i).isCloseTo(values[i], within(1e-4f));
            }
        });
    }

    private static Map<String, List<Float>> weights(Checkpoint checkpoint) {
        Map<String, List<Float>> weights = new HashMap<>();
        checkpoint.parameters().forEach((name, values) -> {
            List<Float> list = new ArrayList<>();
            for (float value : values) {
                list.add(value);
            }
            weights.put(name, list);
        });
        return weights;
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void shouldLearnOnAnyNumberOfRanksWhatOneLearnsAlone(int ranks) throws Exception {
        learnAsAlone(ranks);
    }

    @Test
    void shouldLearnWhatOneLearnsAlone() throws Exception {
        learnAsAlone(3);
    }

    private void learnAsAlone(int ranks) throws Exception {
        Learnt alone = alone(null);
        List<Learnt> gang = gang(ranks, null, training -> {});
        assertThat(alone.losses).hasSize(STEPS);
        assertThat(alone.losses.get(STEPS - 1)).isLessThan(.5 * alone.losses.get(0));
        for (int step = 0; step < STEPS; step++) {
            assertThat(gang.get(0).losses.get(step)).isCloseTo(alone.losses.get(step), within(1e-4));
        }
        for (Learnt rank : gang) {
            assertNear(rank.end, alone.end);
            // All ranks have the same, to the last bit.
            assertThat(weights(rank.end)).isEqualTo(weights(gang.get(0).end));
            assertThat(rank.result.evaluation()).isEqualTo(gang.get(0).result.evaluation());
            assertThat(rank.end.progress().data())
                    .isEqualTo(alone.end.progress().data());
        }
        assertThat(gang.get(0).end.progress().samples())
                .isEqualTo(alone.end.progress().samples());
        // And again, bit for bit.
        assertThat(weights(gang(ranks, null, training -> {}).get(0).end)).isEqualTo(weights(gang.get(0).end));
    }

    @Test
    void shouldGoOnWithAnotherNumberOfRanks() throws Exception {
        Learnt alone = alone(null);
        Path file = folder.resolve("checkpoint");
        Checkpoint at = gang(3, null, training -> training.builder.steps(14)).get(0).end;
        CheckpointFile.write(file, at);
        Checkpoint read = CheckpointFile.read(file);
        for (int ranks : new int[] {2, 4}) {
            List<Learnt> rest = gang(ranks, read, training -> {});
            assertThat(rest.get(0).losses).hasSize(STEPS - 14);
            rest.forEach(rank -> assertNear(rank.end, alone.end));
        }
        assertNear(alone(read).end, alone.end);
        // With as many as before it is the same bit for bit.
        assertThat(weights(gang(3, read, training -> {}).get(0).end))
                .isEqualTo(weights(gang(3, null, training -> {}).get(0).end));
    }

    @Test
    void shouldEndTogetherWhenTheDataEnds() throws Exception {
        List<Learnt> gang = gang(4, null, training -> {
            training.batches = new RankBatches(
                    new ArrayBatches(Lesson.SHAPE, Lesson.samples(42, 1), BATCH, 1, 3L),
                    RowShare.of(training.rank, 4, BATCH));
        });
        for (Learnt rank : gang) {
            assertThat(rank.result.reason()).isEqualTo(TrainingResult.Reason.DATA_ENDED);
            assertThat(rank.result.step()).isEqualTo(5);
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "2"})
    void shouldStopBehindTheSameStep(int asked) throws Exception {
        List<Learnt> gang = gang(3, null, training -> {
            BatchStream batches = training.batches;
            training.batches = new WatchedBatches(() -> batches, given -> {
                if (given == 9 && training.rank == asked) {
                    training.loop.requestStop();
                }
            });
        });
        for (Learnt rank : gang) {
            assertThat(rank.result.reason()).isEqualTo(TrainingResult.Reason.REQUESTED);
            assertThat(rank.result.step()).isEqualTo(9);
            assertThat(rank.end.progress().data())
                    .isEqualTo(gang.get(0).end.progress().data());
        }
    }

    @Test
    void shouldStopInAnEvaluationThatAnotherRankIsToldToStopIn() throws Exception {
        AtomicReference<TrainingLoop> second = new AtomicReference<>();
        List<Learnt> gang = gang(2, null, training -> training.builder
                .evaluate(
                        () -> {
                            second.get().requestStop();
                            return Lesson.validation();
                        },
                        4)
                .hook(new Hook() {})
                .steps(training.rank == 1 ? remember(second, training) : STEPS));
        for (Learnt rank : gang) {
            assertThat(rank.result.reason()).isEqualTo(TrainingResult.Reason.REQUESTED);
            assertThat(rank.result.step()).isEqualTo(4);
            assertThat(rank.result.evaluation()).isNull();
        }
    }

    /** Hands out the loop of a rank as soon as its batches are asked for. */
    private static long remember(AtomicReference<TrainingLoop> loop, Training training) {
        BatchStream batches = training.batches;
        training.batches = new WatchedBatches(() -> batches, given -> loop.set(training.loop));
        return STEPS;
    }

    @Test
    void shouldStopWhereAHookOfRankZeroSays() throws Exception {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 3);
        List<Learnt> gang = gang(3, null, training -> training.builder
                .checkpoints(checkpoints, new CheckpointPolicy(0, null))
                .hook(new Hook() {
                    @Override
                    public void onStepped(LoopControl control, StepReport report, Batch batch) {
                        assertThat(report.gang().size()).isEqualTo(3);
                        if (report.step() == 6) {
                            control.stop("enough");
                        }
                    }
                }));
        for (Learnt rank : gang) {
            assertThat(rank.result.reason()).isEqualTo(TrainingResult.Reason.HOOK);
            assertThat(rank.result.message()).isEqualTo("enough");
            assertThat(rank.result.step()).isEqualTo(6);
        }
        assertThat(checkpoints.list()).hasSize(1);
        Checkpoint saved = checkpoints.loadLatest(false).checkpoint();
        assertThat(saved.progress().data()).isEqualTo("1:10");
        assertNear(alone(saved).end, alone(null).end);
    }

    private interface Breaking {
        void at(int given) throws IOException;
    }

    private List<Callable<Learnt>> broken(int ranks, int broken, Breaking breaking) throws InterruptedException {
        return ThreadGang.run(ranks, collective -> new Training(collective, null).run(null, training -> {
            BatchStream batches = training.batches;
            training.batches = new WatchedBatches(() -> batches, given -> {
                if (training.rank == broken) {
                    breaking.at(given);
                }
            });
        }));
    }

    @Test
    void shouldEndWithTheLineOfTheRankThatMetBadData() throws Exception {
        List<Callable<Learnt>> results = broken(3, 1, given -> {
            if (given == 5) {
                throw new DataException(DataException.Kind.CORRUPT, "a.jpg", "is no image");
            }
        });
        assertThatThrownBy(results.get(1)::call).isInstanceOf(DataException.class);
        for (int rank : new int[] {0, 2}) {
            assertThatThrownBy(results.get(rank)::call)
                    .isInstanceOf(RankFailedException.class)
                    .hasMessageStartingWith("rank 1: ")
                    .hasMessageContaining("a.jpg")
                    .hasMessageContaining("is no image");
        }
    }

    @Test
    void shouldEndWithTheLineOfAHookOfRankZero() throws Exception {
        List<Callable<Learnt>> results = ThreadGang.run(2, collective -> new Training(collective, null)
                .run(
                        null,
                        training -> training.builder.hook(new Hook() {
                            @Override
                            public void onStepped(LoopControl control, StepReport report, Batch batch)
                                    throws IOException {
                                if (report.step() == 7) {
                                    throw new IOException("no space left on device");
                                }
                            }
                        })));
        assertThatThrownBy(results.get(0)::call).isInstanceOf(IOException.class).hasMessage("no space left on device");
        assertThatThrownBy(results.get(1)::call)
                .isInstanceOf(RankFailedException.class)
                .hasMessage("rank 0: no space left on device");
    }

    /** Behind the word that all have a batch, where others are in the pass. */
    @Test
    void shouldEndWithTheLineOfTheRankThatFailedInThePass() throws Exception {
        List<Callable<Learnt>> results =
                ThreadGang.run(3, collective -> new Training(collective, null).run(null, training -> {
                    if (training.rank == 2) {
                        List<Sample> samples = new ArrayList<>(Lesson.samples(42, 1));
                        samples.set(
                                17,
                                new Sample(
                                        samples.get(17).id(),
                                        samples.get(17).content(),
                                        new Labels.ClassLabel("elsewhere")));
                        training.batches = new RankBatches(
                                new ArrayBatches(Lesson.SHAPE, samples, BATCH, 0, null), RowShare.of(2, 3, BATCH));
                    }
                }));
        for (int rank = 0; rank < 3; rank++) {
            assertThatThrownBy(results.get(rank)::call)
                    .hasMessageContaining("image17")
                    .hasMessageStartingWith(rank == 2 ? "" : "rank 2: ");
        }
    }

    /** Of 42 samples one has a number that is none; it is in one rank's rows. */
    @Test
    void shouldEndWithTheLineOfTheRankWhoseLossIsNoNumber() throws Exception {
        List<Callable<Learnt>> results =
                ThreadGang.run(3, collective -> new Training(collective, null).run(null, training -> {
                    List<Sample> samples = new ArrayList<>(Lesson.samples(42, 1));
                    samples.set(
                            17,
                            new Sample(
                                    samples.get(17).id(), nan(), samples.get(17).labels()));
                    training.batches = new RankBatches(
                            new ArrayBatches(Lesson.SHAPE, samples, BATCH, 0, null),
                            RowShare.of(training.rank, 3, BATCH));
                }));
        for (Callable<Learnt> result : results) {
            // Row 7 of the second batch is the third rank's.
            assertThatThrownBy(result::call)
                    .isInstanceOf(DivergenceException.class)
                    .hasMessageStartingWith("rank 2: step 2: the loss is NaN")
                    .hasMessageContaining("image17");
        }
    }

    private static Content nan() {
        float[] pixels = new float[36];
        pixels[3] = Float.NaN;
        return new Content.Features(pixels);
    }

    @Test
    void shouldGoBackTogether() throws Exception {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 3);
        List<Learnt> gang = gang(3, null, training -> {
            List<Sample> samples = new ArrayList<>(Lesson.samples(42, 1));
            samples.set(
                    17, new Sample(samples.get(17).id(), nan(), samples.get(17).labels()));
            training.batches = new RankBatches(
                    new ArrayBatches(Lesson.SHAPE, samples, BATCH, 0, null), RowShare.of(training.rank, 3, BATCH));
            training.builder
                    .checkpoints(checkpoints, new CheckpointPolicy(2, null))
                    .rollback(new Rollback(3, .5))
                    .steps(9);
        });
        for (Learnt rank : gang) {
            assertThat(rank.result.step()).isEqualTo(9);
            assertThat(weights(rank.end)).isEqualTo(weights(gang.get(0).end));
        }
    }

    @Test
    void shouldNoticeThatRanksHaveOtherSamples() throws Exception {
        for (Callable<Learnt> result :
                ThreadGang.run(3, collective -> new Training(collective, null).run(null, training -> {
                    if (training.rank == 2) {
                        training.batches = new RankBatches(
                                new ArrayBatches(Lesson.SHAPE, Lesson.samples(45, 1), BATCH, 0, 3L),
                                RowShare.of(2, 3, BATCH));
                    }
                }))) {
            assertThatThrownBy(result::call)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("step 5: rank 2 has other samples than rank 0");
        }
    }

    @Test
    void shouldNoticeOtherWeightsAtTheStart() throws Exception {
        for (Callable<Learnt> result :
                ThreadGang.run(2, collective -> new Training(collective, null).run(null, training -> {
                    if (training.rank == 1) {
                        training.program.setParameter("out/biases", new float[] {0, 0, 1, 0});
                    }
                }))) {
            assertThatThrownBy(result::call)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the weights at step 0 of rank 1 differ from those of rank 0");
        }
    }

    @Test
    void shouldLoseARankThatLeavesWithoutAWord() throws Exception {
        List<Callable<Learnt>> results = ThreadGang.run(3, collective -> {
            if (collective.rank() == 2) {
                return null;
            }
            return new Training(collective, null).run(null, training -> {});
        });
        for (int rank : new int[] {0, 1}) {
            assertThatThrownBy(results.get(rank)::call)
                    .isInstanceOf(LostRankException.class)
                    .hasMessageContaining("has left the gang");
        }
    }

    @Test
    void shouldRefuseHardExamples() throws Exception {
        for (Callable<Learnt> result : ThreadGang.run(2, collective -> new Training(collective, null)
                .run(null, training -> training.builder.hardExamples(.5)))) {
            assertThatThrownBy(result::call).isInstanceOf(UsageException.class).hasMessageContaining("hard examples");
        }
    }
}
