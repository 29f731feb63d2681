package org.batchmill.jobs.task;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.batchmill.batches.Batch;
import org.batchmill.jobs.steering.AngleCharts;
import org.batchmill.records.DataException;
import org.batchmill.records.storage.Storage;
import org.batchmill.train.task.Scoring;
import org.batchmill.train.task.SteeringTask;

/** Keeps what a steering network predicts for each frame, to draw it and to write it down. Used by one thread. */
public final class AnglePredictions {

    private final List<String> ids = new ArrayList<>();
    private final List<Float> truths = new ArrayList<>();
    private final List<Float> predictions = new ArrayList<>();

    /** A scoring that shows this what it judges. */
    public Scoring watching(Scoring scoring) {
        return new Scoring() {
            @Override
            public void add(Batch batch, float[] outputs) throws DataException {
                scoring.add(batch, outputs);
                keep(batch, outputs);
            }

            @Override
            public Map<String, Double> scores() {
                return scoring.scores();
            }
        };
    }

    private void keep(Batch batch, float[] outputs) throws DataException {
        int width = outputs.length / batch.size();
        for (int row = 0; row < batch.size(); row++) {
            ids.add(batch.id(row).value());
            truths.add(SteeringTask.angle(batch, row));
            predictions.add(outputs[row * width]);
        }
    }

    /** Draws truth and prediction over the frames. */
    public void draw(Path png) throws IOException {
        AngleCharts.predictions(doubles(truths), doubles(predictions), png);
    }

    /** Writes every frame's name, truth and prediction as CSV. */
    public void write(Path csv) throws IOException {
        StringBuilder text = new StringBuilder("sample,truth,prediction\n");
        for (int i = 0; i < ids.size(); i++) {
            text.append(ids.get(i)).append(',').append(truths.get(i)).append(',');
            text.append(predictions.get(i)).append('\n');
        }
        Storage.write(csv, text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static double[] doubles(List<Float> values) {
        return values.stream().mapToDouble(Float::doubleValue).toArray();
    }
}
