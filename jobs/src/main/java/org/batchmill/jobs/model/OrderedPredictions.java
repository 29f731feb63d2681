package org.batchmill.jobs.model;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.jobs.input.SampleBatches;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.task.Learning;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.SampleSource;

/**
 * Predicts samples by the way of an evaluation, so that each is seen here as it is there, and tells of all of them in their order: of what
 * was predicted, and of what could not be read, why.
 */
public final class OrderedPredictions {

    private final TrainedModel model;
    private final Results results;
    private final Map<Long, Exception> failures = new ConcurrentHashMap<>();
    private long next;

    private OrderedPredictions(TrainedModel model, Results results) {
        this.model = model;
        this.results = results;
    }

    /** Told of each sample once, in order, by the thread that called {@link #run}. */
    public interface Results {

        /** Of a sample's outputs: row {@code row} of [rows][outputSize]. */
        void predicted(long index, float[] outputs, int row) throws IOException;

        /** Of a sample that could not be read. */
        void leftOut(long index, Exception cause) throws IOException;
    }

    /**
     * Predicts all samples of a source, which stays open.
     *
     * @param rows    samples predicted at a time, as the model was loaded for
     * @param workers threads that decode; null for the usual number
     */
    public static void run(
            TrainedModel model,
            int rows,
            SampleSource source,
            long size,
            Policy policy,
            Integer workers,
            Results results)
            throws IOException, InterruptedException {
        new OrderedPredictions(model, results).run(rows, source, size, policy, workers);
    }

    private void run(int rows, SampleSource source, long size, Policy policy, Integer workers)
            throws IOException, InterruptedException {
        InputOptions input = new InputOptions();
        input.onError = ErrorMode.SKIP;
        input.maxErrors = size;
        input.workers = workers;
        SampleBatches batches = new SampleBatches(
                source, Learning.shapeOf(model.network(), rows, model.format()), policy, input, new PipelineListener() {
                    @Override
                    public void onSkipped(String name, Draw draw, Exception cause) {
                        failures.put(draw.sequence(), cause);
                    }
                });
        try (PipelineBatches stream = batches.inOrder()) {
            for (Batch batch = stream.next(); batch != null; batch = stream.next()) {
                try (Batch open = batch) {
                    predict(open);
                }
            }
        }
        tellOfLeftOut();
    }

    private void predict(Batch batch) throws IOException {
        float[] outputs = new float[batch.size() * model.network().output().size()];
        model.predictor().predict(batch.pixels(), batch.size(), outputs);
        for (int row = 0; row < batch.size(); row++) {
            // What was left out before this row was told before the row was given.
            tellOfLeftOut();
            results.predicted(next++, outputs, row);
        }
    }

    /** Of the samples from the next on that could not be read, up to the first that could. */
    private void tellOfLeftOut() throws IOException {
        for (Exception cause = failures.remove(next); cause != null; cause = failures.remove(next)) {
            results.leftOut(next++, cause);
        }
    }
}
