package org.batchmill.jobs.task;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.batchmill.batches.Batch;
import org.batchmill.jobs.CsvField;
import org.batchmill.jobs.steering.AngleCharts;
import org.batchmill.records.DataException;
import org.batchmill.records.storage.Storage;
import org.batchmill.train.task.SteeringTask;
import org.batchmill.train.task.TaskMetrics;

/** Keeps what a steering network predicts for each frame, to draw it and to write it down. Used by one thread. */
public final class AnglePredictions {

    private final List<String> ids = new ArrayList<>();
    private final List<Float> targets = new ArrayList<>();
    private final List<Float> predictions = new ArrayList<>();

    /** Metrics that show this what they measure. */
    public TaskMetrics watching(TaskMetrics metrics) {
        return new TaskMetrics() {
            @Override
            public void add(Batch batch, float[] outputs) throws DataException {
                metrics.add(batch, outputs);
                keep(batch, outputs);
            }

            @Override
            public Map<String, Double> scores() {
                return metrics.scores();
            }
        };
    }

    private void keep(Batch batch, float[] outputs) throws DataException {
        int width = outputs.length / batch.size();
        for (int row = 0; row < batch.size(); row++) {
            add(batch.id(row).value(), SteeringTask.angle(batch, row), outputs[row * width]);
        }
    }

    /** Keeps a frame's angles; NaN for a truth that is not known. */
    public void add(String id, float truth, float prediction) {
        ids.add(id);
        targets.add(truth);
        predictions.add(prediction);
    }

    /** Draws targets and prediction over the frames. */
    public void draw(Path png) throws IOException {
        AngleCharts.predictions(doubles(targets), doubles(predictions), png);
    }

    /** Writes every frame's name, target and prediction as CSV; an empty target where it is not known. */
    public void write(Path csv) throws IOException {
        StringBuilder text = new StringBuilder("sample,truth,prediction\n");
        for (int i = 0; i < ids.size(); i++) {
            text.append(CsvField.of(ids.get(i))).append(',');
            text.append(targets.get(i).isNaN() ? "" : targets.get(i)).append(',');
            text.append(predictions.get(i)).append('\n');
        }
        Storage.write(csv, text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static double[] doubles(List<Float> values) {
        return values.stream().mapToDouble(Float::doubleValue).toArray();
    }
}
