package org.batchmill.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.batchmill.batches.Batch;
import org.batchmill.queues.pipeline.RowShare;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.collective.Collective;
import org.batchmill.train.collective.Gang;
import org.batchmill.train.collective.LostRankException;
import org.batchmill.train.collective.ThreadGang;
import org.batchmill.train.engine.Engine;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Batch norm over the rows of all ranks: ranks learn what the reference engine learns alone from whole batches, rolling values included.
 * Engines that can do it subclass this.
 */
@Timeout(300)
@Tag("concurrent")
public abstract class SyncBatchNormTest {

    private static final int BATCH = 10;
    private static final int STEPS = 40;

    /** Both rules, of pictures and of vectors, one behind a relu that could be fused, one whose input is learnt by nothing. */
    private static final Network NETWORK = new Network(
            "quarters",
            Lesson.SHAPE,
            List.of(
                    new Layer.BatchNorm("bn0", .9f, 1e-3f, Layer.BatchNorm.Rule.STANDARD),
                    Layer.Conv2d.square("conv1", 4, 3, 1, Padding.same(), false),
                    new Layer.BatchNorm("bn1", .9f, 1e-3f, Layer.BatchNorm.Rule.STANDARD),
                    new Layer.Activation("relu1", ActivationFunction.RELU, 0),
                    Layer.Conv2d.square("conv2", 4, 3, 2, Padding.same(), false),
                    new Layer.BatchNorm("bn2", .9f, 1e-5f, Layer.BatchNorm.Rule.DARKNET),
                    new Layer.Activation("relu2", ActivationFunction.TANH, 0),
                    new Layer.Dense("dense", 6, false, Initializer.GLOROT_UNIFORM, Initializer.ZEROS),
                    new Layer.BatchNorm("bn3", .9f, 1e-3f, Layer.BatchNorm.Rule.STANDARD),
                    new Layer.Dense("out", 4, true, Initializer.GLOROT_UNIFORM, Initializer.ZEROS)));

    /** The engine under test. */
    protected abstract Engine engine();

    private record Learnt(List<Double> losses, Checkpoint end) {}

    private static ProgramSpec spec(int rows, boolean synchronize) {
        return ProgramSpec.training(
                        NETWORK,
                        ProgramSpec.InputFormat.FLOAT32_NCHW,
                        rows,
                        new SoftmaxCrossEntropy(),
                        new Optimizer.Momentum(.9f),
                        11)
                .toBuilder()
                .l2(1e-3f)
                .threads(1)
                .syncBatchNorm(synchronize)
                .build();
    }

    private static Learnt learn(Engine engine, Collective collective, BatchStream batches) throws Exception {
        int ranks = collective == null ? 1 : collective.size();
        List<Double> losses = new ArrayList<>();
        try (Program program = engine.compile(spec((BATCH + ranks - 1) / ranks, collective != null))) {
            TrainingLoopBuilder builder = TrainingLoop.of(program, Lesson.TASK, batches)
                    .schedule(new Schedule.Constant(.02))
                    .steps(STEPS)
                    .hook(new Hook() {
                        @Override
                        public void onStepped(LoopControl control, StepReport report, Batch batch) {
                            losses.add(report.loss());
                        }
                    });
            if (collective != null) {
                builder.gang(new Gang(collective, ThreadGang.PATIENCE), BATCH);
            }
            TrainingLoop loop = builder.build();
            loop.run();
            return new Learnt(losses, loop.snapshot());
        }
    }

    /** 43 samples: the last batch of an epoch has three rows, which do not go round. */
    private static BatchStream batches() {
        return new ArrayBatches(Lesson.SHAPE, Lesson.samples(43, 1), BATCH, 0, 3L);
    }

    private static BatchStream batches(Collective collective) {
        return new RankBatches(batches(), RowShare.of(collective.rank(), collective.size(), BATCH));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void shouldLearnOnAnyNumberOfRanksWhatTheReferenceLearnsAlone(int ranks) throws Exception {
        Learnt alone = learn(new JavaEngine(), null, batches());
        assertThat(alone.losses.get(STEPS - 2)).isLessThan(.7 * alone.losses.get(0));
        List<Learnt> gang = ThreadGang.runAll(ranks, its -> learn(engine(), its, batches(its)));
        for (int step = 0; step < STEPS; step++) {
            assertThat(gang.get(0).losses.get(step))
                    .as("step %d", step)
                    .isCloseTo(alone.losses.get(step), within(1e-3));
        }
        for (Learnt rank : gang) {
            Map<String, float[]> parameters = rank.end.parameters();
            alone.end.parameters().forEach((name, values) -> {
                for (int i = 0; i < values.length; i++) {
                    assertThat(parameters.get(name)[i])
                            .as("%s %d", name, i)
                            .isCloseTo(values[i], within(1e-3f * (1 + Math.abs(values[i]))));
                }
                // Rolling values too are those of all ranks, to the last bit.
                assertThat(Arrays.equals(
                                parameters.get(name),
                                gang.get(0).end.parameters().get(name)))
                        .as(name)
                        .isTrue();
            });
        }
    }

    /** Without it ranks learn something else, so that the test above can fail. */
    @Test
    void shouldNotBeWhatRanksLearnThatGoByTheirOwnRows() throws Exception {
        Learnt alone = learn(new JavaEngine(), null, batches());
        List<Learnt> gang = ThreadGang.runAll(4, its -> {
            try (Program program = engine().compile(spec((BATCH + 3) / 4, false))) {
                TrainingLoop loop = TrainingLoop.of(program, Lesson.TASK, batches(its))
                        .schedule(new Schedule.Constant(.02))
                        .steps(STEPS)
                        .gang(new Gang(its, ThreadGang.PATIENCE), BATCH)
                        .build();
                loop.run();
                return new Learnt(List.of(), loop.snapshot());
            }
        });
        float[] own = gang.get(0).end.parameters().get("conv1/weights");
        float[] wanted = alone.end.parameters().get("conv1/weights");
        double difference = 0;
        for (int i = 0; i < own.length; i++) {
            difference = Math.max(difference, Math.abs(own[i] - wanted[i]));
        }
        assertThat(difference).isGreaterThan(.02);
    }

    @Test
    void shouldEndWhereARankFailsInAPass() throws Exception {
        List<Callable<Learnt>> results = ThreadGang.run(3, its -> {
            try (Program program = engine().compile(spec(4, true))) {
                TrainingLoopBuilder builder = TrainingLoop.of(program, Lesson.TASK, batches(its))
                        .gang(new Gang(its, ThreadGang.PATIENCE), BATCH);
                if (its.rank() == 0) {
                    builder.hook(new Hook() {
                        @Override
                        public void onAccumulated(LoopControl loop, int rows, float[] targets) throws IOException {
                            throw new IOException("no space left on device");
                        }
                    });
                }
                builder.steps(STEPS).build().run();
                return null;
            }
        });
        assertThatThrownBy(results.get(0)::call).isInstanceOf(IOException.class).hasMessage("no space left on device");
        for (int rank : new int[] {1, 2}) {
            assertThatThrownBy(results.get(rank)::call)
                    .isInstanceOf(LostRankException.class)
                    .hasMessageContaining("rank 0 has left the gang");
        }
    }

    @Test
    void shouldRefusePieces() throws Exception {
        for (Callable<Object> result : ThreadGang.run(2, its -> {
            try (Program program = engine().compile(spec(2, true))) {
                TrainingLoop.of(program, Lesson.TASK, batches(its))
                        .gang(new Gang(its, ThreadGang.PATIENCE), 2)
                        .steps(STEPS)
                        .build()
                        .run();
                return null;
            }
        })) {
            assertThatThrownBy(result::call)
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("goes by whole batches");
        }
    }

    @Test
    void shouldRefuseToExchangeWhatWasNotCompiledForIt() {
        try (Program program = engine().compile(spec(BATCH, false))) {
            assertThatThrownBy(() -> program.exchangeStatistics(own -> List.of(own)))
                    .isInstanceOf(UsageException.class);
        }
    }
}
