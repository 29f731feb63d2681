package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.options.OptimizationOptions;
import org.batchmill.jobs.options.SchedulePlan;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.jobs.train.TrainJob;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.monitor.MetricsCsv;
import org.batchmill.train.monitor.MetricsRow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole trainings on ND4J, with shuffling, augmentation on two workers, batch norm, dropout, Adam, warm-up, a plateau schedule, hard
 * examples and a weight average: stopped behind any step and resumed, a run is the run that was never stopped, bit for bit.
 */
class ResumeEveryStepTest {

    private static final long STEPS = 5;

    @TempDir
    Path folder;

    private TrainOptions options(Path run, long steps, boolean resume) {
        TrainOptions options = TrainOptions.of(TaskKind.DIGITS);
        options.data().data = folder.resolve("digits").toString();
        options.input().batch = 8;
        options.input().seed = 5;
        options.input().workers = 2;
        OptimizationOptions optimization = options.optimization();
        optimization.model = "digits-cnn-bn";
        optimization.steps = steps;
        optimization.schedule = new SchedulePlan("plateau:1");
        optimization.warmup = 3;
        optimization.ema = .9f;
        optimization.clipNorm = 5f;
        optimization.hardExamples = .75;
        options.engine().threads = 2;
        options.run().run = run;
        options.run().resume = resume;
        options.run().keep = 100;
        options.run().checkpointSteps = 1L;
        options.run().evaluateSteps = 1L;
        return options;
    }

    @Test
    void shouldGoOnAsIfNothingHadHappenedFromEveryStep() throws Exception {
        DrawnDigits.write(folder.resolve("digits"), "train", 36, 1);
        DrawnDigits.write(folder.resolve("digits"), "val", 10, 2);
        Path whole = folder.resolve("whole");
        Checkpoint end = train(options(whole, STEPS, false));
        for (long step = 1; step < STEPS; step++) {
            Path cut = folder.resolve("cut-" + step);
            Files.createDirectories(cut.resolve("checkpoints"));
            String name = String.format(Locale.ROOT, "checkpoints/step-%09d.ckpt", step);
            Files.copy(whole.resolve(name), cut.resolve(name));
            Files.copy(whole.resolve("metrics.csv"), cut.resolve("metrics.csv"));
            Checkpoint resumed = train(options(cut, STEPS, true));
            assertSame(resumed, end, "after step " + step);
            assertThat(losses(cut)).as("after step %d", step).isEqualTo(losses(whole));
        }
    }

    private static Checkpoint train(TrainOptions options) throws IOException, InterruptedException {
        Path checkpoint =
                new TrainJob(options, JobListener.SILENT).run().result().checkpoint();
        return CheckpointFile.read(checkpoint);
    }

    private static List<Double> losses(Path run) throws IOException {
        return MetricsCsv.read(run.resolve("metrics.csv")).stream()
                .map(MetricsRow::loss)
                .filter(loss -> !loss.isNaN())
                .toList();
    }

    private static void assertSame(Checkpoint resumed, Checkpoint whole, String when) {
        assertSame(resumed.parameters(), whole.parameters(), when);
        assertSame(resumed.average(), whole.average(), when);
        assertThat(resumed.slots().keySet()).isEqualTo(whole.slots().keySet());
        whole.slots().forEach((name, slots) -> assertSame(resumed.slots().get(name), slots, when + ", " + name));
        assertThat(resumed.progress()).as(when).isEqualTo(whole.progress());
    }

    private static void assertSame(Map<String, float[]> resumed, Map<String, float[]> whole, String when) {
        assertThat(resumed.keySet()).isEqualTo(whole.keySet());
        whole.forEach((name, values) ->
                assertThat(resumed.get(name)).as("%s: %s", when, name).isEqualTo(values));
    }
}
