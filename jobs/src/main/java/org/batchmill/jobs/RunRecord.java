package org.batchmill.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.train.loop.Evaluation;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.loop.StepReport;

/** What a run writes about itself beside its checkpoints, and what it shows while it goes on. */
final class RunRecord implements AutoCloseable {

    private final Path run;
    private final Learning learning;
    private final JobListener listener;

    private RunRecord(Path run, Learning learning, JobListener listener) {
        this.run = run;
        this.learning = learning;
        this.listener = listener;
    }

    static RunRecord open(Path run, TrainOptions options, Learning learning, JobListener listener) throws IOException {
        Files.writeString(run.resolve("config.yaml"), options.toYaml());
        return new RunRecord(run, learning, listener);
    }

    /** The listener that the pipeline reports to: spans too if a trace is wanted. */
    PipelineListener tracing(SkippedSamples skipped) {
        return skipped;
    }

    /** The hooks of the loop. */
    List<Hook> hooks(PipelineBatches batches) {
        return List.of(new Progress());
    }

    @Override
    public void close() {
        listener.finished("training");
    }

    private final class Progress implements Hook {
        private String metric = "";

        @Override
        public void stepped(LoopControl loop, StepReport report, org.batchmill.augment.Batch batch) {
            listener.progress(
                    "training",
                    report.step(),
                    report.steps(),
                    String.format(
                            Locale.ROOT,
                            "loss %.4g%s  lr %.2g  %.0f images/s  waiting %.0f %%",
                            report.loss(),
                            metric,
                            report.learningRate(),
                            report.imagesPerSecond(),
                            100 * report.waitedShare()));
        }

        @Override
        public void evaluated(LoopControl loop, Evaluation evaluation) {
            metric = String.format(Locale.ROOT, "  %s %.3g", learning.task().metric(), evaluation.metric());
            listener.says(String.format(
                    Locale.ROOT,
                    "step %d: validation loss %.4g, %s %.4f%s",
                    evaluation.step(),
                    evaluation.loss(),
                    learning.task().metric(),
                    evaluation.metric(),
                    evaluation.best() ? " (best)" : ""));
        }
    }
}
