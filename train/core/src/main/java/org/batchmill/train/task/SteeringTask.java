package org.batchmill.train.task;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.augment.Batch;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;

/**
 * Predicts a steering angle from a picture; judged by the root of the mean squared error, in the unit of the labels.
 *
 * @param trainingMean the mean angle of the training data: the prediction of the simplest baseline, and kept in checkpoints
 */
public record SteeringTask(double trainingMean) implements Task {

    @Override
    public TaskDescription description() {
        return new TaskDescription("steering", List.of(), Map.of("training_mean", Double.toString(trainingMean)));
    }

    @Override
    public void encode(Batch batch, int truthSize, float[] truth) throws DataException {
        for (int row = 0; row < batch.size(); row++) {
            truth[row * truthSize] = angle(batch, row);
        }
    }

    private static float angle(Batch batch, int row) throws DataException {
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
    public Scoring scoring() {
        return new SteeringScoring();
    }

    /**
     * Sums over the frames in order. Successive frames are rows whose names differ only behind the last {@code #}, as {@code
     * SampleId.ofFrame} writes them; across videos nothing is compared with its predecessor.
     *
     * <p>The whiteness of a drive is the root mean square of the change of the prediction from frame to frame: how nervously it
     * steers.
     */
    private final class SteeringScoring implements Scoring {
        private long frames;
        private double sumSquared;
        private double sumAbsolute;
        private double sumSquaredFromMean;
        private double truthSum;
        private double truthSquares;
        private double guessSum;
        private double guessSquares;
        private double products;
        private long successive;
        private double sumSquaredFromPrevious;
        private double sumSquaredChange;
        private String video = "";
        private double previousTruth;
        private double previousGuess;

        @Override
        public void add(Batch batch, float[] outputs) throws DataException {
            int width = outputs.length / batch.size();
            for (int row = 0; row < batch.size(); row++) {
                add(videoOf(batch.id(row).value()), angle(batch, row), outputs[row * width]);
            }
        }

        private void add(String itsVideo, double truth, double guess) {
            frames++;
            double error = guess - truth;
            sumSquared += error * error;
            sumAbsolute += Math.abs(error);
            sumSquaredFromMean += (truth - trainingMean) * (truth - trainingMean);
            truthSum += truth;
            truthSquares += truth * truth;
            guessSum += guess;
            guessSquares += guess * guess;
            products += truth * guess;
            if (frames > 1 && itsVideo.equals(video)) {
                successive++;
                sumSquaredFromPrevious += (truth - previousTruth) * (truth - previousTruth);
                sumSquaredChange += (guess - previousGuess) * (guess - previousGuess);
            }
            video = itsVideo;
            previousTruth = truth;
            previousGuess = guess;
        }

        private static String videoOf(String id) {
            int hash = id.lastIndexOf('#');
            return hash < 0 ? "" : id.substring(0, hash);
        }

        @Override
        public Map<String, Double> scores() {
            Map<String, Double> scores = new LinkedHashMap<>();
            scores.put("frames", (double) frames);
            scores.put("rmse", Math.sqrt(sumSquared / frames));
            scores.put("mae", sumAbsolute / frames);
            scores.put("correlation", correlation());
            scores.put("baseline_mean_rmse", Math.sqrt(sumSquaredFromMean / frames));
            scores.put("baseline_previous_rmse", Math.sqrt(sumSquaredFromPrevious / successive));
            scores.put("whiteness", Math.sqrt(sumSquaredChange / successive));
            return scores;
        }

        /** Pearson's; 0 where one of the two does not vary. */
        private double correlation() {
            double truthVariance = truthSquares - truthSum * truthSum / frames;
            double guessVariance = guessSquares - guessSum * guessSum / frames;
            if (!(truthVariance > 0 && guessVariance > 0)) {
                return 0;
            }
            return (products - truthSum * guessSum / frames) / Math.sqrt(truthVariance * guessVariance);
        }
    }
}
