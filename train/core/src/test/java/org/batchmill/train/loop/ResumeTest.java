package org.batchmill.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.batchmill.batches.Batch;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.Program;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run that is stopped after any step and goes on from its checkpoint is the run that was never stopped, bit for bit. Engines subclass
 * this.
 */
public abstract class ResumeTest {

    private static final int STEPS = 17;

    @TempDir
    Path folder;

    /** The engine to test. */
    protected abstract Engine engine();

    /** What a run did, in full precision. */
    private static final class Trace implements Hook {
        final List<String> lines = new ArrayList<>();

        @Override
        public void onStepped(LoopControl loop, StepReport report, Batch batch) {
            lines.add(report.step() + " " + report.loss() + " " + report.learningRate() + " " + report.gradientNorm()
                    + " " + batch.id(0));
        }

        @Override
        public void onEvaluated(LoopControl loop, Evaluation evaluation) {
            lines.add(evaluation.toString());
        }
    }

    private static TrainingLoopBuilder lesson(Program program, ArrayBatches batches) {
        return TrainingLoop.of(program, Lesson.TASK, batches)
                .schedule(new Schedule.Plateau(
                        new Schedule.WarmUp(5, 1, new Schedule.Cosine(.05, .001, 20)), .5, 0, .001, 0))
                .weightAverage(.9)
                .hardExamples(.7)
                .evaluate(Lesson::validation, 3)
                .hook(new EarlyStopping(100, 0))
                .steps(STEPS);
    }

    @Test
    void shouldGoOnAsIfNothingHadHappenedFromEveryStep() throws Exception {
        Trace whole = new Trace();
        Set<Path> files = new LinkedHashSet<>();
        Checkpoint end;
        try (Program program = engine().compile(Lesson.spec(5))) {
            TrainingLoop[] loop = new TrainingLoop[1];
            Hook save = new Hook() {
                @Override
                public void onStepped(LoopControl control, StepReport report, Batch batch) throws IOException {
                    if (report.step() % 3 != 0) {
                        Path file = folder.resolve("after-" + report.step());
                        CheckpointFile.write(file, loop[0].snapshot());
                        files.add(file);
                    }
                }

                @Override
                public void onEvaluated(LoopControl control, Evaluation evaluation) throws IOException {
                    // The evaluation belongs to its step: schedule and early stopping have taken it in.
                    Path file = folder.resolve("after-" + evaluation.step());
                    CheckpointFile.write(file, loop[0].snapshot());
                    files.add(file);
                }
            };
            loop[0] = lesson(program, Lesson.batches(7)).hook(whole).hook(save).build();
            loop[0].run();
            end = loop[0].snapshot();
        }
        assertThat(files).hasSize(STEPS);
        for (Path file : files) {
            checkResumed(file, whole, end);
        }
    }

    private void checkResumed(Path file, Trace whole, Checkpoint end) throws Exception {
        Checkpoint checkpoint = CheckpointFile.read(file);
        Trace rest = new Trace();
        try (Program program = engine().compile(Lesson.spec(5))) {
            ArrayBatches batches = Lesson.batches(7);
            batches.seek(checkpoint.progress().data());
            TrainingLoop loop =
                    lesson(program, batches).resume(checkpoint).hook(rest).build();
            loop.run();
            int from = whole.lines.size() - rest.lines.size();
            assertThat(rest.lines).as("%s", file).isEqualTo(whole.lines.subList(from, whole.lines.size()));
            assertSame(loop.snapshot(), end);
        }
    }

    private static void assertSame(Checkpoint resumed, Checkpoint whole) {
        assertThat(resumed.parameters().keySet()).isEqualTo(whole.parameters().keySet());
        whole.parameters()
                .forEach((name, values) ->
                        assertThat(resumed.parameters().get(name)).isEqualTo(values));
        whole.average().forEach((name, values) -> assertThat(resumed.average().get(name))
                .isEqualTo(values));
        whole.slots()
                .forEach((name, slots) -> slots.forEach((slot, values) ->
                        assertThat(resumed.slots().get(name).get(slot)).isEqualTo(values)));
        assertThat(resumed.progress().step()).isEqualTo(whole.progress().step());
        assertThat(resumed.progress().samples()).isEqualTo(whole.progress().samples());
        assertThat(resumed.progress().data()).isEqualTo(whole.progress().data());
        assertThat(resumed.progress().states()).isEqualTo(whole.progress().states());
    }

    @Test
    void shouldNotResumeWithAnotherOptimizerOrModel() throws Exception {
        Checkpoint checkpoint;
        try (Program program = engine().compile(Lesson.spec(5))) {
            TrainingLoop loop = lesson(program, Lesson.batches(7)).steps(1).build();
            loop.run();
            checkpoint = loop.snapshot();
        }
        var other = Lesson.spec(5).toBuilder().optimizer(new Optimizer.Sgd()).build();
        try (Program program = engine().compile(other)) {
            TrainingLoop loop =
                    lesson(program, Lesson.batches(7)).resume(checkpoint).build();
            assertThatThrownBy(loop::run).isInstanceOf(UsageException.class).hasMessageContaining("not Sgd[]");
        }
    }
}
