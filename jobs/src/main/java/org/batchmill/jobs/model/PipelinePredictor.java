package org.batchmill.jobs.model;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.batchmill.augment.transform.Policy;
import org.batchmill.jobs.input.ListedSamples;
import org.batchmill.jobs.task.InputView;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;

/** Predicts by the way of an evaluation, so that a sample is seen here as it is there. Used by one thread; owns its model until it is closed. */
public final class PipelinePredictor implements SamplePredictor {

    private final TrainedModel model;
    private final int rows;
    private final Policy policy;
    private final InputView view;
    private final boolean shown;
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
        this(model, rows, asked, labels, keys, false);
    }

    private PipelinePredictor(
            TrainedModel model,
            int rows,
            Policy asked,
            Labels labels,
            BiFunction<float[], Integer, Map<String, Object>> keys,
            boolean shown) {
        this.model = model;
        this.rows = rows;
        this.shown = shown;
        this.view = model.networkTask().view(model.network());
        this.policy = view.policy(asked);
        this.labels = labels;
        this.keys = keys;
    }

    /** For samples that are already what the network is shown of the data: a constructor's predictor but for that. */
    public static PipelinePredictor ofShown(
            TrainedModel model,
            int rows,
            Policy asked,
            Labels labels,
            BiFunction<float[], Integer, Map<String, Object>> keys) {
        return new PipelinePredictor(model, rows, asked, labels, keys, true);
    }

    @Override
    public List<Prediction> predict(List<Sample> samples) throws IOException, InterruptedException {
        List<Sample> labelled = samples.stream()
                .map(sample -> new Sample(sample.id(), sample.content(), labels))
                .toList();
        List<Prediction> predictions = new ArrayList<>();
        ListedSamples listed = new ListedSamples(labelled);
        try (SampleSource source = shown ? listed : view.show(listed)) {
            OrderedPredictions.run(model, rows, source, samples.size(), policy, null, new OrderedPredictions.Results() {
                @Override
                public void predicted(long index, float[] outputs, int row) {
                    predictions.add(new Prediction(keys.apply(outputs, row), null));
                }

                @Override
                public void leftOut(long index, Exception cause) {
                    predictions.add(new Prediction(
                            Map.of(),
                            cause instanceof IOException io ? io : new IOException(cause.getMessage(), cause)));
                }
            });
        }
        return predictions;
    }

    @Override
    public void close() {
        model.close();
    }
}
