package org.batchmill.jobs.topic;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.batchmill.batches.Batch;
import org.batchmill.ingest.sources.kafka.TopicSource;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.input.ListedSamples;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.jobs.input.SampleBatches;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.task.Learning;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.train.loop.Evaluator;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.loop.Predictor;
import org.batchmill.train.loop.StepReport;

/**
 * Evaluates the network, every so many steps, on the last samples of a topic that are held out. Which they are follows from the journal
 * and the step alone, and a checkpoint names them, so that a resumed run evaluates on the same.
 */
final class HoldOutEvaluation implements Hook {

    private final TopicSource topic;
    private final Supplier<String> position;
    private final Learning learning;
    private final InputOptions input;
    private final long everySteps;
    private final JobListener listener;
    private double loss = Double.NaN;
    private double metric = Double.NaN;

    /** @param position where the trainer stands in the topic */
    HoldOutEvaluation(
            TopicSource topic,
            Supplier<String> position,
            Learning learning,
            InputOptions input,
            long everySteps,
            JobListener listener) {
        this.topic = topic;
        this.position = position;
        this.learning = learning;
        this.input = input;
        this.everySteps = everySteps;
        this.listener = listener;
    }

    /** Of the last evaluation; NaN before the first. */
    double loss() {
        return loss;
    }

    double metric() {
        return metric;
    }

    @Override
    public void onStepped(LoopControl loop, StepReport report, Batch batch) throws IOException {
        if (report.step() % everySteps != 0) {
            return;
        }
        List<Sample> samples = topic.heldOut(position.get());
        if (samples.isEmpty()) {
            return;
        }
        SampleBatches batches = new SampleBatches(
                new ListedSamples(samples),
                learning.shape(learning.recipe().rowsAtATime()),
                learning.evaluation(),
                input,
                new PipelineListener() {});
        try (PipelineBatches stream = batches.inOrder()) {
            Evaluator.Outcome outcome = new Evaluator(
                            Predictor.of(loop.program()),
                            loop.task(),
                            loop.program().spec().loss())
                    .evaluate(stream);
            loss = outcome.loss();
            metric = outcome.scores().get(loop.task().metric());
            listener.log(String.format(
                    Locale.ROOT,
                    "step %d: on %d held out: loss %.4g, %s %.4f",
                    report.step(),
                    outcome.samples(),
                    loss,
                    loop.task().metric(),
                    metric));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while samples held out were evaluated");
        }
    }

    @Override
    public String state() {
        try {
            return loss + " " + metric + " "
                    + topic.heldOutBefore(position.get()).stream()
                            .map(SampleId::value)
                            .collect(Collectors.joining(" "));
        } catch (IOException e) {
            throw new IllegalStateException("the position of a running topic is not read: " + e.getMessage(), e);
        }
    }

    @Override
    public void restore(String state) throws IOException {
        String[] words = state.split(" ", -1);
        loss = Double.parseDouble(words[0]);
        metric = Double.parseDouble(words[1]);
        List<SampleId> ids = Arrays.stream(words)
                .skip(2)
                .filter(id -> !id.isEmpty())
                .map(SampleId::new)
                .toList();
        try {
            int gone = ids.size() - topic.holdOut(ids);
            if (gone > 0) {
                listener.warn(gone + " of " + ids.size() + " samples held out are no longer in the topic");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while samples held out were fetched");
        }
    }
}
