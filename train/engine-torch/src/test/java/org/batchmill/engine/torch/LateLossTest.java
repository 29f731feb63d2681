package org.batchmill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.batchmill.batches.Batch;
import org.batchmill.engine.torch.device.Natives;
import org.batchmill.records.Content;
import org.batchmill.records.Sample;
import org.batchmill.train.checkpoint.CheckpointFolder;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.Program.PendingLoss;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loop.ArrayBatches;
import org.batchmill.train.loop.BatchStream;
import org.batchmill.train.loop.CheckpointPolicy;
import org.batchmill.train.loop.DivergenceException;
import org.batchmill.train.loop.EarlyStopping;
import org.batchmill.train.loop.Evaluation;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.Lesson;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.loop.Rollback;
import org.batchmill.train.loop.StepReport;
import org.batchmill.train.loop.TrainingLoop;
import org.batchmill.train.loop.TrainingLoopBuilder;
import org.batchmill.train.optimize.Schedule;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Steps that go on beside their caller, as on a GPU, with batches that are sent ahead and losses that are read when the next batch is on its
 * way: the run is the one of a program that waits for each, to the last bit. On a CPU both make the same calls.
 */
class LateLossTest {

    private static final int STEPS = 14;

    @TempDir
    Path folder;

    @BeforeAll
    static void loadNatives() {
        Natives.failure();
    }

    /** What a run did: each step and evaluation, each checkpoint, how it ended. */
    private record Run(List<String> lines, Map<String, byte[]> checkpoints, String end) {

        void assertSame(Run other) {
            assertThat(lines).isEqualTo(other.lines);
            assertThat(end).isEqualTo(other.end);
            assertThat(checkpoints.keySet())
                    .isEqualTo(other.checkpoints.keySet())
                    .isNotEmpty();
            checkpoints.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(other.checkpoints.get(name)));
        }
    }

    private interface Change {
        TrainingLoopBuilder of(TrainingLoopBuilder loop);
    }

    private interface Stop {
        void after(LoopControl loop, StepReport report);
    }

    private static ProgramSpec spec() {
        // Batches of 7 are learnt in pieces of 5 and 2.
        return Lesson.spec(5).toBuilder().clipNorm(1).l2(1e-3f).build();
    }

    private Run run(boolean beside, BatchStream batches, Change change, Stop stop) throws Exception {
        List<String> lines = new ArrayList<>();
        Hook trace = new Hook() {
            @Override
            public void onArrived(LoopControl loop, Batch batch) {
                lines.add("arrived behind step " + loop.step() + ": " + batch.id(0));
            }

            @Override
            public void onStepped(LoopControl loop, StepReport report, Batch batch) {
                lines.add(report.step() + " of " + report.steps() + " " + report.loss() + " " + report.learningRate()
                        + " " + report.gradientNorm() + " " + batch.id(0));
                stop.after(loop, report);
            }

            @Override
            public void onEvaluated(LoopControl loop, Evaluation evaluation) {
                lines.add(evaluation.toString());
            }

            @Override
            public void onRolledBack(LoopControl loop, DivergenceException cause, Path checkpoint) {
                lines.add(cause.getMessage() + " " + checkpoint.getFileName());
            }
        };
        Path its = Files.createTempDirectory(folder, "run");
        String end;
        try (Program program = new TorchProgram(spec(), "cpu", 1, beside)) {
            assertThat(program.computesBeside()).isEqualTo(beside);
            TrainingLoop loop = change.of(TrainingLoop.of(program, Lesson.TASK, batches)
                            .schedule(new Schedule.Plateau(
                                    new Schedule.WarmUp(5, 1, new Schedule.Cosine(.05, .001, 20)), .5, 0, .001, 0))
                            .weightAverage(.9)
                            .evaluate(Lesson::validation, 3)
                            .checkpoints(new CheckpointFolder(its, 100), new CheckpointPolicy(1, null))
                            .hook(new EarlyStopping(100, 0))
                            .hook(trace)
                            .steps(STEPS))
                    .build();
            try {
                end = loop.run().message();
            } catch (IOException | RuntimeException e) {
                end = e.toString();
            }
        }
        Map<String, byte[]> checkpoints = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(its)) {
            for (Path file : files.sorted().toList()) {
                checkpoints.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return new Run(lines, checkpoints, end);
    }

    private interface Streams {
        BatchStream open();
    }

    private Run both(Streams batches, Change change, Stop stop) throws Exception {
        Run late = run(true, batches.open(), change, stop);
        late.assertSame(run(false, batches.open(), change, stop));
        return late;
    }

    @Test
    void shouldLearnTheSame() throws Exception {
        assertThat(both(() -> Lesson.batches(7), loop -> loop, (loop, report) -> {}).end)
                .isEqualTo("all 14 steps are done");
    }

    @Test
    void shouldLearnTheSameOfHardExamples() throws Exception {
        both(() -> Lesson.batches(7), loop -> loop.hardExamples(.7), (loop, report) -> {});
    }

    @Test
    void shouldEndWithTheData() throws Exception {
        Streams once = () -> new ArrayBatches(Lesson.SHAPE, Lesson.samples(40, 1), 7, 1, 3L);

        assertThat(both(once, loop -> loop.steps(0), (loop, report) -> {}).end).isEqualTo("the data is at its end");
    }

    @Test
    void shouldEndWhereAHookEndsIt() throws Exception {
        Run run = both(() -> Lesson.batches(7), loop -> loop, (loop, report) -> {
            if (report.step() == 5) {
                loop.stop("enough");
            }
        });
        assertThat(run.end).isEqualTo("enough");
    }

    /** A pixel of one sample is no number. */
    private static BatchStream withBadSample() {
        List<Sample> samples = new ArrayList<>(Lesson.samples(40, 1));
        Sample bad = samples.get(17);
        float[] pixels = ((Content.Features) bad.content()).values().clone();
        pixels[5] = Float.NaN;
        samples.set(17, new Sample(bad.id(), new Content.Features(pixels), bad.labels()));
        return new ArrayBatches(Lesson.SHAPE, samples, 7, 0, 3L);
    }

    @Test
    void shouldNameTheStepTheLayerAndTheSamplesOfALossThatIsNoNumber() throws Exception {
        assertThat(both(LateLossTest::withBadSample, loop -> loop, (loop, report) -> {}).end)
                .contains("the loss is NaN", "image17");
    }

    @Test
    void shouldGoBackToTheSameCheckpoints() throws Exception {
        Run run = both(LateLossTest::withBadSample, loop -> loop.rollback(new Rollback(2, .5)), (loop, report) -> {});
        assertThat(run.lines).anyMatch(line -> line.contains("image17") && line.contains(".ckpt"));
    }

    /** Ends with an error where its sixth batch would be. */
    private static BatchStream failing() {
        ArrayBatches batches = Lesson.batches(7);
        return new BatchStream() {
            private int given;

            @Override
            public Batch next() throws IOException {
                given++;
                if (given == 6) {
                    throw new IOException("the disk is gone");
                }
                return batches.next();
            }

            @Override
            public String state() {
                return batches.state();
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void shouldFinishTheStepBeforeDataThatCannotBeRead() throws Exception {
        Run run = both(LateLossTest::failing, loop -> loop, (loop, report) -> {});
        assertThat(run.end).contains("the disk is gone");
        assertThat(run.lines).filteredOn(line -> line.startsWith("5 of")).hasSize(1);
    }

    @Test
    void shouldForgetWhatWasSentAndNotAskedFor() {
        StepContext context = new StepContext(0, 0, 1e-3);
        ProgramSpec spec = OneStep.spec();
        ByteBuffer other = ByteBuffer.allocateDirect(OneStep.pixels().capacity());
        float[] targets = OneStep.targets();
        try (Program late = new TorchProgram(spec, "cpu", 1, true);
                Program program = new TorchProgram(spec, "cpu", 1)) {
            double expected = program.accumulate(other, OneStep.ROWS, targets, context);
            ByteBuffer pixels = OneStep.pixels();
            late.stage(pixels, OneStep.ROWS);
            PendingLoss loss = late.begin(other, OneStep.ROWS, targets, OneStep.ROWS, context);
            assertThat(loss.isKnown()).isTrue();
            assertThat(loss.value()).isEqualTo(expected);
            // The memory holds other bytes by now: what was sent of it is not what is learnt.
            for (int i = 0; i < pixels.capacity(); i++) {
                pixels.put(i, (byte) 0);
            }
            late.update(context);
            program.update(context);
            assertThat(late.accumulate(pixels, OneStep.ROWS, targets, context))
                    .isEqualTo(program.accumulate(other, OneStep.ROWS, targets, context));
        }
    }

    @Test
    void shouldLearnWhatWasSentAheadAndNotWhatTheMemoryHoldsSince() {
        StepContext context = new StepContext(0, 0, 1e-3);
        ByteBuffer pixels = OneStep.pixels();
        try (Program late = new TorchProgram(OneStep.spec(), "cpu", 1, true);
                Program program = new TorchProgram(OneStep.spec(), "cpu", 1)) {
            double expected = program.accumulate(pixels, OneStep.ROWS, OneStep.targets(), context);
            late.stage(pixels, OneStep.ROWS);
            pixels.put(0, (byte) (pixels.get(0) + 100));
            assertThat(late.accumulate(pixels, OneStep.ROWS, OneStep.targets(), context))
                    .isEqualTo(expected);
        }
    }
}
