package org.batchmill.train.task;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.batches.Batch;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;

/**
 * Predicts a steering angle from an image; measured by the root of the mean squared error, in the unit of the labels.
 *
 * @param trainingMean the mean angle of the training data: the prediction of the simplest baseline, and kept in checkpoints
 * @param range        the largest angle of the training data, whatever its sign: the unit of what counts as straight
 * @param view         what the network sees of each frame
 */
public record SteeringTask(double trainingMean, double range, SteeringView view) implements Task {

    /** The kind in a checkpoint. */
    public static final String KIND = "steering";

    private static final String MEAN = "training_mean";
    private static final String RANGE = "angle_range";

    public SteeringTask {
        if (!(range > 0)) {
            throw new IllegalArgumentException("the range of the angles is above 0, not " + range);
        }
    }

    /** Angles from -1 to 1, whole frames. */
    public SteeringTask(double trainingMean) {
        this(trainingMean, 1, SteeringView.WHOLE);
    }

    /** The task that a checkpoint was trained for. */
    public static SteeringTask of(TaskDescription description) {
        Map<String, String> facts = description.facts();
        return new SteeringTask(
                Double.parseDouble(facts.get(MEAN)),
                Double.parseDouble(facts.getOrDefault(RANGE, "1")),
                SteeringView.of(facts));
    }

    @Override
    public TaskDescription description() {
        Map<String, String> facts = new HashMap<>(view.facts());
        facts.put(MEAN, Double.toString(trainingMean));
        facts.put(RANGE, Double.toString(range));
        return new TaskDescription(KIND, List.of(), facts);
    }

    @Override
    public void encode(Batch batch, int targetSize, float[] targets) throws DataException {
        for (int row = 0; row < batch.size(); row++) {
            targets[row * targetSize] = angle(batch, row);
        }
    }

    /**
     * The angle of a row of a batch.
     *
     * @throws DataException if it has none
     */
    public static float angle(Batch batch, int row) throws DataException {
        if (batch.labels(row) instanceof Labels.Steering steering) {
            return steering.angle();
        }
        throw new DataException(DataException.Kind.BAD_ANNOTATION, batch.id(row).value(), "has no steering angle");
    }

    @Override
    public String metric() {
        return "rmse";
    }

    @Override
    public boolean higherIsBetter() {
        return false;
    }

    @Override
    public SteeringMetrics metrics() {
        return new SteeringMetrics(trainingMean, range);
    }
}
