package org.batchmill.train.task;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.batchmill.batches.Batch;
import org.batchmill.records.DataException;

/**
 * Metrics of steering over frames in order. Successive frames are rows whose names differ only behind the last {@code #}, as {@code
 * SampleId.ofFrame} writes them; across videos nothing is compared with its predecessor.
 *
 * <p>The whiteness of a drive is the root mean square of the change of the prediction from frame to frame: how nervously it
 * steers (Tampuu et al. 2022); that of the targets is the error of repeating the previous angle. An angle is straight up to a
 * twentieth of the range, else left (negative) or right; F1 is that of this classification. The bins of targets end at the same
 * shares of the range, so that the rare sharp turns are seen apart from the many frames straight on. Used by one thread at a time.
 */
public final class SteeringMetrics implements TaskMetrics {

    /** Up to this share of the range an angle is straight. */
    private static final double STRAIGHT = .05;

    /** The inner ends of the bins, as shares of the range. */
    private static final double[] ENDS = {-.5, -.2, -STRAIGHT, STRAIGHT, .2, .5};

    private static final String[] CLASSES = {"left", "straight", "right"};

    private final double trainingMean;
    private final double range;
    private final long[][] confusion = new long[CLASSES.length][CLASSES.length];
    private final AnglesOverFrames frames = new AnglesOverFrames();
    private final Errors all = new Errors();
    private final Errors steering = new Errors();
    private final Errors[] bins = new Errors[ENDS.length + 1];
    private double sumSquaredFromMean;
    private double targetSum;
    private double targetSquares;
    private double guessSum;
    private double guessSquares;
    private double products;
    private long successive;
    private double targetChange;
    private double guessChange;
    private String video = "";
    private double previousTarget;
    private double previousGuess;

    SteeringMetrics(double trainingMean, double range) {
        this.trainingMean = trainingMean;
        this.range = range;
        for (int i = 0; i < bins.length; i++) {
            bins[i] = new Errors();
        }
    }

    /** Sums over some of the frames. */
    private static final class Errors {
        private long frames;
        private double squares;
        private double absolutes;

        void add(double error) {
            frames++;
            squares += error * error;
            absolutes += Math.abs(error);
        }

        double rootMeanSquare() {
            return Math.sqrt(squares / frames);
        }

        double mean() {
            return absolutes / frames;
        }
    }

    @Override
    public void add(Batch batch, float[] outputs) throws DataException {
        int width = outputs.length / batch.size();
        for (int row = 0; row < batch.size(); row++) {
            float truth = SteeringTask.angle(batch, row);
            frames.add(truth, outputs[row * width]);
            add(videoOf(batch.id(row).value()), truth, outputs[row * width]);
        }
    }

    /** The angles so far. */
    public AnglesOverFrames frames() {
        return frames;
    }

    private void add(String itsVideo, double targets, double guess) {
        double error = guess - targets;
        all.add(error);
        bins[bin(targets)].add(error);
        if (direction(targets) != 1) {
            steering.add(error);
        }
        confusion[direction(targets)][direction(guess)]++;
        sumSquaredFromMean += (targets - trainingMean) * (targets - trainingMean);
        targetSum += targets;
        targetSquares += targets * targets;
        guessSum += guess;
        guessSquares += guess * guess;
        products += targets * guess;
        if (all.frames > 1 && itsVideo.equals(video)) {
            successive++;
            targetChange += (targets - previousTarget) * (targets - previousTarget);
            guessChange += (guess - previousGuess) * (guess - previousGuess);
        }
        video = itsVideo;
        previousTarget = targets;
        previousGuess = guess;
    }

    private static String videoOf(String id) {
        int hash = id.lastIndexOf('#');
        return hash < 0 ? "" : id.substring(0, hash);
    }

    /** The index among {@link #CLASSES}. */
    private int direction(double angle) {
        return Math.abs((float) angle) <= end(STRAIGHT) ? 1 : angle < 0 ? 0 : 2;
    }

    private int bin(double targets) {
        int bin = 0;
        while (bin < ENDS.length
                && (bin < ENDS.length / 2 ? (float) targets >= end(ENDS[bin]) : (float) targets > end(ENDS[bin]))) {
            bin++;
        }
        return bin;
    }

    /** An end as a float, as angles are: an angle of .1 is not beyond an end of .1. */
    private float end(double share) {
        return (float) (share * range);
    }

    @Override
    public Map<String, Double> scores() {
        Map<String, Double> scores = new LinkedHashMap<>();
        scores.put("frames", (double) all.frames);
        scores.put("rmse", all.rootMeanSquare());
        scores.put("mae", all.mean());
        scores.put("correlation", correlation());
        scores.put("baseline_mean_rmse", Math.sqrt(sumSquaredFromMean / all.frames));
        scores.put("baseline_previous_rmse", Math.sqrt(targetChange / successive));
        scores.put("whiteness", Math.sqrt(guessChange / successive));
        scores.put("steering_frames", (double) steering.frames);
        scores.put("steering_rmse", steering.rootMeanSquare());
        scores.put("steering_mae", steering.mean());
        for (int i = 0; i < CLASSES.length; i++) {
            scores.put("f1/" + CLASSES[i], f1(i));
        }
        for (int i = 0; i < bins.length; i++) {
            String name =
                    "bins/" + (i == 0 ? "" : named(ENDS[i - 1])) + ".." + (i == ENDS.length ? "" : named(ENDS[i]));
            scores.put(name + "/frames", (double) bins[i].frames);
            scores.put(name + "/rmse", bins[i].rootMeanSquare());
            scores.put(name + "/mae", bins[i].mean());
        }
        return scores;
    }

    private String named(double share) {
        return BigDecimal.valueOf(share * range)
                .setScale(3, RoundingMode.HALF_EVEN)
                .stripTrailingZeros()
                .toPlainString();
    }

    /** NaN where neither targets nor prediction has any of the class. */
    private double f1(int of) {
        long hits = confusion[of][of];
        long either = -hits;
        for (int other = 0; other < CLASSES.length; other++) {
            either += confusion[of][other] + confusion[other][of];
        }
        return either == 0 ? Double.NaN : 2.0 * hits / (either + hits);
    }

    /** Pearson's; 0 where one of the two does not vary. */
    private double correlation() {
        double targetVariance = targetSquares - targetSum * targetSum / all.frames;
        double guessVariance = guessSquares - guessSum * guessSum / all.frames;
        if (!(targetVariance > 0 && guessVariance > 0)) {
            return 0;
        }
        return (products - targetSum * guessSum / all.frames) / Math.sqrt(targetVariance * guessVariance);
    }
}
