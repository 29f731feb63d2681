package org.batchmill.jobs.model;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.jobs.input.SampleBatches;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.task.InputView;
import org.batchmill.jobs.task.Learning;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;

/** Predicts by the way of an evaluation, so that a sample is seen here as it is there. */
public final class PipelinePredictor implements SamplePredictor {

    private final TrainedModel model;
    private final int rows;
    private final Policy policy;
    private final InputView view;
    private final Labels labels;
    private final BiFunction<float[], Integer, Map<String, Object>> keys;

    /**
     * @param model  becomes the predictor's, which closes it
     * @param rows   samples predicted at a time, as the model was loaded for
     * @param asked  how images are fitted
     * @param labels of the kind that the task's samples have; nothing of them is looked at
     * @param keys   what is said of a row of outputs [rows][outputSize]
     */
    public PipelinePredictor(
            TrainedModel model,
            int rows,
            Policy asked,
            Labels labels,
            BiFunction<float[], Integer, Map<String, Object>> keys) {
        this.model = model;
        this.rows = rows;
        this.view = model.networkTask().view(model.network());
        this.policy = view.policy(asked);
        this.labels = labels;
        this.keys = keys;
    }

    @Override
    public List<Prediction> predict(List<Sample> samples) throws IOException, InterruptedException {
        InputOptions input = new InputOptions();
        input.onError = ErrorMode.SKIP;
        input.maxErrors = samples.size();
        Map<Long, Exception> failures = new ConcurrentHashMap<>();
        Prediction[] predictions = new Prediction[samples.size()];
        try (SampleSource source = view.show(new Listed(samples, labels))) {
            SampleBatches batches = new SampleBatches(
                    source,
                    Learning.shapeOf(model.network(), rows, model.format()),
                    policy,
                    input,
                    new PipelineListener() {
                        @Override
                        public void onSkipped(String name, Draw draw, Exception cause) {
                            failures.put(draw.sequence(), cause);
                        }
                    });
            List<Map<String, Object>> said = new ArrayList<>();
            try (PipelineBatches stream = batches.inOrder()) {
                for (Batch batch = stream.next(); batch != null; batch = stream.next()) {
                    try (Batch open = batch) {
                        said.addAll(predict(open));
                    }
                }
            }
            int next = 0;
            for (int i = 0; i < predictions.length; i++) {
                Exception failure = failures.get((long) i);
                predictions[i] = failure == null
                        ? new Prediction(said.get(next++), null)
                        : new Prediction(
                                Map.of(),
                                failure instanceof IOException io
                                        ? io
                                        : new IOException(failure.getMessage(), failure));
            }
        }
        return Arrays.asList(predictions);
    }

    private List<Map<String, Object>> predict(Batch batch) {
        float[] outputs = new float[batch.size() * model.network().output().size()];
        model.predictor().predict(batch.pixels(), batch.size(), outputs);
        List<Map<String, Object>> said = new ArrayList<>();
        for (int row = 0; row < batch.size(); row++) {
            said.add(keys.apply(outputs, row));
        }
        return said;
    }

    @Override
    public void close() {
        model.close();
    }

    /** Samples that are at hand. */
    private record Listed(List<Sample> samples, Labels labels) implements SampleSource.Indexed {

        @Override
        public List<String> classes() {
            return List.of();
        }

        @Override
        public long size() {
            return samples.size();
        }

        @Override
        public Sample read(long index) {
            Sample sample = samples.get((int) index);
            return new Sample(sample.id(), sample.content(), labels);
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
