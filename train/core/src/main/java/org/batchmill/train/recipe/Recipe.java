package org.batchmill.train.recipe;

import java.util.Objects;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.Schedule;

/**
 * How a network is trained. A plain value; what a user sets on the command line replaces parts of it.
 *
 * @param name           what the user calls it
 * @param batch          samples an update
 * @param subdivisions   pieces that a batch is computed in, one after the other, with gradients accumulated; the last is the smallest
 *                       where they do not divide it
 * @param steps          updates, 0 for as long as there is data
 * @param optimization   how a gradient becomes an update
 * @param augmentation   of the training images
 * @param patience       evaluations without a better metric after which training stops, 0 for never
 */
public record Recipe(
        String name,
        int batch,
        int subdivisions,
        long steps,
        Optimization optimization,
        Augmentation augmentation,
        int patience) {

    /**
     * How a gradient becomes an update.
     *
     * @param optimizer     the update rule
     * @param schedule      of the learning rate
     * @param decay         l2 coefficient on weights: darknet's decay
     * @param clipNorm      largest global norm of the gradients, 0 for any
     * @param weightAverage decay of the moving average of weights that is validated and kept, 0 for none
     */
    public record Optimization(
            Optimizer optimizer, Schedule schedule, float decay, float clipNorm, double weightAverage) {

        public Optimization {
            Objects.requireNonNull(optimizer, "optimizer");
            Objects.requireNonNull(schedule, "schedule");
        }
    }

    /**
     * How training images are varied.
     *
     * @param jitter     each side of the crop moves by up to this share of the image, edges repeated, then stretched
     * @param flip       probability of a horizontal flip
     * @param hue        the hue moves by up to this share of the circle
     * @param saturation factor of up to this, or its reciprocal: 1 leaves it alone
     * @param exposure   the same for the value of HSV
     * @param mosaic     probability that an image is put together from four
     */
    public record Augmentation(
            double jitter, double flip, double hue, double saturation, double exposure, double mosaic) {

        /** Images as they are. */
        public static final Augmentation NONE = new Augmentation(0, 0, 0, 1, 1, 0);
    }

    public Recipe {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(optimization, "optimization");
        Objects.requireNonNull(augmentation, "augmentation");
        if (batch < 1 || subdivisions < 1 || subdivisions > batch || steps < 0) {
            throw new IllegalArgumentException(
                    "batch " + batch + " in " + subdivisions + " subdivisions for " + steps + " steps");
        }
    }

    /** The rows that are computed at a time, at most. */
    public int rowsAtATime() {
        return (batch + subdivisions - 1) / subdivisions;
    }

    /** A recipe to be filled in. */
    public static RecipeBuilder builder(String name) {
        return new RecipeBuilder(name);
    }

    /** A builder that holds all of this. */
    public RecipeBuilder toBuilder() {
        return new RecipeBuilder(name)
                .batch(batch)
                .subdivisions(subdivisions)
                .steps(steps)
                .optimizer(optimization.optimizer)
                .schedule(optimization.schedule)
                .decay(optimization.decay)
                .clipNorm(optimization.clipNorm)
                .augmentation(augmentation)
                .weightAverage(optimization.weightAverage)
                .patience(patience);
    }

    /** The same for data without an end: what follows from a planned number of steps, a falling rate or an early end, is left out. */
    public Recipe endless() {
        return toBuilder()
                .steps(0)
                .schedule(optimization.schedule.endless())
                .patience(0)
                .build();
    }

    public Recipe withBatch(int newBatch, int newSubdivisions) {
        return toBuilder().batch(newBatch).subdivisions(newSubdivisions).build();
    }

    /** The schedule stays: its steps are those of the configuration or recipe. */
    public Recipe withSteps(long newSteps) {
        return toBuilder().steps(newSteps).build();
    }

    /** The same with another largest norm of the gradients; 0 for none. */
    public Recipe withClipNorm(float newClipNorm) {
        return toBuilder().clipNorm(newClipNorm).build();
    }
}
