package org.batchmill.jobs.evaluate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.batchmill.augment.Batch;
import org.batchmill.jobs.steering.AngleCharts;
import org.batchmill.records.AtomicFile;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.UsageException;
import org.batchmill.train.task.Scoring;
import org.batchmill.train.task.SteeringTask;
import org.batchmill.train.task.Task;

/** Keeps what a steering network predicts for each frame, to draw it and to write it down. */
final class DrivePredictions {

    private final boolean wanted;
    private final List<String> ids = new ArrayList<>();
    private final List<Float> truths = new ArrayList<>();
    private final List<Float> predictions = new ArrayList<>();

    private DrivePredictions(boolean wanted) {
        this.wanted = wanted;
    }

    /** @throws UsageException if a network of another task is to be drawn */
    static DrivePredictions of(Task task, EvaluateJob.Extras extras) {
        boolean wanted = extras.plot() != null || extras.predictions() != null;
        if (wanted && !(task instanceof SteeringTask)) {
            throw new UsageException("--plot and --predictions are for steering");
        }
        return new DrivePredictions(wanted);
    }

    /** A scoring that shows this what it judges. */
    Scoring watching(Scoring scoring) {
        if (!wanted) {
            return scoring;
        }
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

    private void keep(Batch batch, float[] outputs) {
        int width = outputs.length / batch.size();
        for (int row = 0; row < batch.size(); row++) {
            ids.add(batch.id(row).value());
            truths.add(((Labels.Steering) batch.labels(row)).angle());
            predictions.add(outputs[row * width]);
        }
    }

    void write(EvaluateJob.Extras extras) throws IOException {
        if (extras.plot() != null) {
            AngleCharts.predictions(doubles(truths), doubles(predictions), extras.plot());
        }
        if (extras.predictions() != null) {
            StringBuilder text = new StringBuilder("sample,truth,prediction\n");
            for (int i = 0; i < ids.size(); i++) {
                text.append(ids.get(i)).append(',').append(truths.get(i)).append(',');
                text.append(predictions.get(i)).append('\n');
            }
            AtomicFile.write(extras.predictions(), text.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static double[] doubles(List<Float> values) {
        return values.stream().mapToDouble(Float::doubleValue).toArray();
    }
}
