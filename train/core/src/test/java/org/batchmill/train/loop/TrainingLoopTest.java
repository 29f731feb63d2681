package org.batchmill.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.batchmill.batches.Batch;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.CheckpointFolder;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;
import org.batchmill.train.network.Shape;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.Schedule;
import org.batchmill.train.reference.JavaEngine;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("concurrent")
class TrainingLoopTest {

    @TempDir
    Path folder;

    private static TrainingLoopBuilder lesson(Program program) {
        return TrainingLoop.of(program, Lesson.TASK, Lesson.batches(8)).schedule(new Schedule.Constant(.02));
    }

    @Test
    void shouldLearnTheLesson() throws Exception {
        try (Program program = Lesson.program(16)) {
            TrainingResult result = lesson(program)
                    .steps(100)
                    .evaluate(Lesson::validation, 25)
                    .build()
                    .run();
            assertThat(result.reason()).isEqualTo(TrainingResult.Reason.STEPS_DONE);
            assertThat(result.step()).isEqualTo(100);
            assertThat(result.evaluation().metric()).isGreaterThan(.95);
            assertThat(result.evaluation().scores()).containsEntry("images", 60.0);
        }
    }

    @Test
    void shouldEndWithTheData() throws Exception {
        try (Program program = Lesson.program(8)) {
            ArrayBatches once = new ArrayBatches(Lesson.SHAPE, Lesson.samples(20, 1), 8, 2, 1L);
            TrainingResult result =
                    TrainingLoop.of(program, Lesson.TASK, once).build().run();
            assertThat(result.reason()).isEqualTo(TrainingResult.Reason.DATA_ENDED);
            assertThat(result.step()).as("two epochs of 8, 8 and 4").isEqualTo(6);
        }
    }

    @Test
    void shouldMakeTheSameUpdateFromPiecesAsFromTheWholeBatch() throws Exception {
        // Without batch norm and dropout, whose results depend on the size of a pass.
        var network = new Network(
                "plain",
                Lesson.SHAPE,
                List.of(Lesson.NETWORK.layers().get(3), Lesson.NETWORK.layers().get(5)));
        List<float[]> results = new ArrayList<>();
        for (int rows : new int[] {10, 4}) {
            var spec = ProgramSpec.training(
                    network,
                    ProgramSpec.InputFormat.FLOAT32_NCHW,
                    rows,
                    Lesson.spec(1).loss(),
                    new Optimizer.Momentum(.9f),
                    1);
            try (Program program = new JavaEngine().compile(spec)) {
                TrainingLoop.of(program, Lesson.TASK, Lesson.batches(10))
                        .schedule(new Schedule.Constant(.1))
                        .steps(5)
                        .build()
                        .run();
                results.add(program.parameter("out/weights"));
            }
        }
        for (int i = 0; i < results.get(0).length; i++) {
            assertThat(results.get(1)[i]).isCloseTo(results.get(0)[i], within(1e-6f));
        }
    }

    @Test
    void shouldStopWhenTheMetricNoLongerImproves() throws Exception {
        try (Program program = Lesson.program(16)) {
            TrainingResult result = lesson(program)
                    .schedule(new Schedule.Constant(1e-9))
                    .evaluate(Lesson::validation, 2)
                    .hook(new EarlyStopping(2, 1.0))
                    .build()
                    .run();
            assertThat(result.reason()).isEqualTo(TrainingResult.Reason.HOOK);
            assertThat(result.step())
                    .as("evaluations after 2, 4 and 6 steps, the last two without a better one")
                    .isEqualTo(6);
            assertThat(result.message())
                    .startsWith("accuracy has not improved on")
                    .endsWith("for 2 evaluations");
        }
    }

    @Test
    void shouldNameLayerStepAndSamplesWhereALossIsNoNumber() {
        List<Sample> samples = new ArrayList<>(Lesson.samples(8, 1));
        Sample bad = samples.get(5);
        float[] pixels = new float[36];
        pixels[7] = Float.NaN;
        samples.set(5, new Sample(bad.id(), new Content.Features(pixels), bad.labels()));
        try (Program program = Lesson.program(4)) {
            var batches = new ArrayBatches(Lesson.SHAPE, samples, 4, 1, null);
            assertThatThrownBy(() -> TrainingLoop.of(program, Lesson.TASK, batches)
                            .build()
                            .run())
                    .isInstanceOf(DivergenceException.class)
                    .hasMessageStartingWith("step 2: the loss is NaN")
                    .hasMessageContaining("samples: image4, image5, image6, image7");
        }
    }

    @Test
    void shouldNameTheFirstLayerThatOverflows() {
        try (Program program = Lesson.program(8)) {
            float[] huge = program.parameter("out/weights");
            Arrays.fill(huge, 3e38f);
            program.setParameter("out/weights", huge);
            assertThatThrownBy(() -> lesson(program).steps(1).build().run()).hasMessageContaining("that of layer out");
        }
    }

    @Test
    void shouldGoBackToTheLastCheckpointAndPassTheBatchAtFault() throws Exception {
        List<Sample> samples = new ArrayList<>(Lesson.samples(32, 1));
        float[] pixels = new float[36];
        pixels[0] = Float.NaN;
        Sample bad = samples.get(13);
        samples.set(13, new Sample(bad.id(), new Content.Features(pixels), bad.labels()));
        List<Double> rates = new ArrayList<>();
        Hook watch = new Hook() {
            @Override
            public void onStepped(LoopControl loop, StepReport report, Batch batch) {
                rates.add(report.learningRate());
            }
        };
        try (Program program = Lesson.program(4)) {
            TrainingResult result = TrainingLoop.of(
                            program, Lesson.TASK, new ArrayBatches(Lesson.SHAPE, samples, 4, 1, null))
                    .schedule(new Schedule.Constant(.01))
                    .checkpoints(new CheckpointFolder(folder, 3), new CheckpointPolicy(2, null))
                    .rollback(new Rollback(1, .5))
                    .hook(watch)
                    .build()
                    .run();
            assertThat(rates).containsExactly(.01, .01, .01, .005, .005, .005, .005);
            assertThat(result.step()).as("2 steps kept, 1 lost, 1 bad, 4 more").isEqualTo(6);
            assertThat(program.parameter("bn1/mean")).doesNotContain(Float.NaN);
        }
    }

    @Test
    void shouldRefuseLabelsOfAnotherKindByTheNameOfTheSample() {
        Sample image = Lesson.samples(1, 1).get(0);
        Sample steering = new Sample(image.id(), image.content(), new Labels.Steering(0));
        try (Program program = Lesson.program(1)) {
            var batches = new ArrayBatches(Lesson.SHAPE, List.of(steering), 1, 1, null);
            assertThatThrownBy(() -> TrainingLoop.of(program, Lesson.TASK, batches)
                            .build()
                            .run())
                    .isInstanceOf(DataException.class)
                    .hasMessage("image0: bad-annotation: has no class");
        }
    }

    @Test
    void shouldRefuseImagesOfAnotherSize() {
        try (Program program = Lesson.program(1)) {
            List<Sample> samples = Lesson.samples(1, 1);
            var batches = new ArrayBatches(new Shape(1, 36, 1), samples, 1, 1, null);
            assertThatThrownBy(() -> TrainingLoop.of(program, Lesson.TASK, batches)
                            .build()
                            .run())
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("but the network takes 1x6x6");
        }
    }

    @Test
    @Timeout(300)
    void shouldLeaveWhileItWaitsForDataAndKeepACheckpoint() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        try (Program program = Lesson.program(8);
                ArrayBatches source = Lesson.batches(8)) {
            BatchStream stalling = new BatchStream() {
                private int given;

                @Override
                public Batch next() throws InterruptedException {
                    if (given++ < 3) {
                        return source.next();
                    }
                    waiting.countDown();
                    new CountDownLatch(1).await();
                    return null;
                }

                @Override
                public String state() {
                    return source.state();
                }

                @Override
                public void close() {}
            };
            TrainingLoop loop = TrainingLoop.of(program, Lesson.TASK, stalling)
                    .checkpoints(new CheckpointFolder(folder, 3), new CheckpointPolicy(0, null))
                    .build();
            Thread signal = new Thread(() -> {
                try {
                    waiting.await();
                    loop.requestStop();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            signal.start();
            TrainingResult result = loop.run();
            signal.join();
            assertThat(result.reason()).isEqualTo(TrainingResult.Reason.REQUESTED);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            assertThat(new CheckpointFolder(folder, 3)
                            .loadLatest(false)
                            .checkpoint()
                            .progress()
                            .step())
                    .isEqualTo(3);
        }
    }

    @Test
    void shouldAverageWeightsAndEvaluateWithThem() throws Exception {
        try (Program program = Lesson.program(16)) {
            float[][] seen = new float[2][];
            TrainingLoop loop = lesson(program)
                    .steps(20)
                    .weightAverage(.9)
                    .evaluate(Lesson::validation, 0)
                    .build();
            loop.run();
            seen[0] = loop.snapshot().average().get("out/weights");
            seen[1] = program.parameter("out/weights");
            assertThat(seen[0]).isNotEqualTo(seen[1]);
            assertThat(loop.snapshot().average()).doesNotContainKey("bn1/mean");
        }
    }

    @Test
    void shouldAverageAsDefined() {
        try (Program program = Lesson.program(1)) {
            WeightAverage average = new WeightAverage(.5);
            program.setParameter("out/biases", new float[] {1, 1, 1, 1});
            average.start(program);
            program.setParameter("out/biases", new float[] {3, 3, 3, 3});
            // After 1 update: decay min(.5, 2/11); 2/11 * 1 + 9/11 * 3 = 29/11. After 1000: .5 of that and .5 * 3.
            average.update(program, 1);
            assertThat(average.values().get("out/biases")[0]).isCloseTo(29 / 11f, within(1e-6f));
            average.update(program, 1000);
            assertThat(average.values().get("out/biases")[0]).isCloseTo((29 / 11f + 3) / 2, within(1e-6f));
        }
    }

    @Test
    void shouldStartAnAverageWhereTheCheckpointHoldsNone() throws Exception {
        try (Program program = Lesson.program(8)) {
            TrainingLoop without = lesson(program).steps(3).build();
            without.run();
            TrainingLoop with = lesson(program)
                    .steps(6)
                    .weightAverage(.9)
                    .resume(without.snapshot())
                    .build();
            with.run();
            assertThat(with.snapshot().average().get("out/weights"))
                    .isNotEqualTo(without.snapshot().parameters().get("out/weights"))
                    .isNotEqualTo(program.parameter("out/weights"));
        }
    }

    @Test
    void shouldSaveByStepsAndByTime() {
        CheckpointPolicy both = new CheckpointPolicy(10, Duration.ofMinutes(1));
        assertThat(both.isDue(20, 0)).isTrue();
        assertThat(both.isDue(21, Duration.ofSeconds(59).toNanos())).isFalse();
        assertThat(both.isDue(21, Duration.ofSeconds(60).toNanos())).isTrue();
        assertThat(new CheckpointPolicy(0, null).isDue(20, Long.MAX_VALUE)).isFalse();
        assertThat(new CheckpointPolicy(0, Duration.ofDays(400_000)).isDue(20, Long.MAX_VALUE))
                .isFalse();
        assertThatThrownBy(() -> new CheckpointPolicy(-1, null)).isInstanceOf(UsageException.class);
    }

    @Test
    void shouldNotTrainFrozenLayers() throws Exception {
        var frozen = Lesson.spec(8).toBuilder().freeze("conv*").build();
        try (Program program = new JavaEngine().compile(frozen)) {
            Map<String, float[]> before = Snapshots.parameters(program);
            lesson(program).steps(3).build().run();
            for (Parameter parameter : Lesson.NETWORK.parameters()) {
                boolean same = Arrays.equals(before.get(parameter.name()), program.parameter(parameter.name()));
                assertThat(same).as(parameter.name()).isEqualTo(parameter.name().startsWith("conv"));
            }
        }
    }

    @Test
    void shouldPassOnTheStreamsErrors() {
        BatchStream broken = new BatchStream() {
            @Override
            public Batch next() throws IOException {
                throw new DataException(DataException.Kind.CORRUPT, "a.tfrecord: record 3", "bad CRC");
            }

            @Override
            public String state() {
                return "";
            }

            @Override
            public void close() {}
        };
        try (Program program = Lesson.program(1)) {
            assertThatThrownBy(() -> TrainingLoop.of(program, Lesson.TASK, broken)
                            .build()
                            .run())
                    .hasMessage("a.tfrecord: record 3: corrupt: bad CRC");
        }
    }
}
