package org.batchmill.train.recipe;

import java.util.List;
import org.batchmill.records.UsageException;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.Schedule;

/** The recipes for detectors that have names. */
public final class Recipes {

    /** The reference program's recipe; a configuration of it makes one of this name too. */
    public static final String DARKNET = "darknet";

    /** The recipe of today. */
    public static final String MODERN = "modern";

    private static final long DARKNET_STEPS = 40_000;

    /** That are computed at a time. */
    private static final int MOST_ROWS = 32;

    private Recipes() {}

    /**
     * A recipe by name: {@code darknet} or {@code modern}.
     *
     * @param model what is trained: the reference program has settings of its own for yolo-v1-tiny
     * @param batch samples an update; 0 for the recipe's own
     * @param steps updates; 0 for the recipe's own
     * @throws UsageException if there is no such recipe
     */
    public static Recipe byName(String name, String model, int batch, long steps) {
        return switch (name) {
            case DARKNET -> darknet(model, batch, steps);
            case MODERN -> modern(batch, steps);
            default -> throw UsageException.unknownName("recipe", name, List.of(DARKNET, MODERN));
        };
    }

    /**
     * The reference program's: momentum .9, decay 5e-4, a rate that rises in steps and falls at 20,000 and 30,000, jitter .2, flips, and
     * colours. The settings of 2015 for {@code yolo-v1-tiny}, the later ones otherwise. With fewer steps than its 40,000 the last two
     * reductions come at the same shares of the run, and a short run rises sooner.
     */
    public static Recipe darknet(String model, int batch, long steps) {
        long updates = steps == 0 ? DARKNET_STEPS : steps;
        boolean of2015 = model.equals("yolo-v1-tiny");
        double rate = of2015 ? 1e-4 : 5e-4;
        long rise = Math.max(1, Math.min(of2015 ? 20 : 200, updates / 50));
        List<Double> scales = of2015 ? List.of(5.0, 5.0, 2.0, 2.0, .1, .1) : List.of(2.5, 2.0, 2.0, 2.0, .1, .1);
        List<Long> at = List.of(rise, 2 * rise, 3 * rise, 4 * rise, updates / 2, updates * 3 / 4);
        int size = batch == 0 ? 64 : batch;
        return Recipe.builder(DARKNET)
                .batch(size)
                .subdivisions(subdivisions(size))
                .steps(updates)
                .optimizer(new Optimizer.Momentum(.9f))
                .schedule(new Schedule.Steps(rate, at, scales))
                .decay(5e-4f)
                .augmentation(
                        of2015
                                ? new Recipe.Augmentation(.2, .5, 0, 1.5, 1.5, 0)
                                : new Recipe.Augmentation(.2, .5, .1, 4 / 3.0, 4 / 3.0, 0))
                .build();
    }

    /**
     * The reference's configurations compute 64 images in 2 pieces or more; 32 at a time bounds the memory. Pieces are equal where that
     * takes at most twice as many: a batch of 37 would be computed image by image.
     */
    private static int subdivisions(int batch) {
        int fewest = (batch + MOST_ROWS - 1) / MOST_ROWS;
        for (int pieces = fewest; pieces <= 2 * fewest; pieces++) {
            if (batch % pieces == 0) {
                return pieces;
            }
        }
        return fewest;
    }

    /**
     * Adam with a linear warm-up and a cosine to almost nothing, a moving average of the weights, mosaics in half of the images, and an
     * end when 10 evaluations bring nothing.
     */
    public static Recipe modern(int batch, long steps) {
        long updates = steps == 0 ? 5_000 : steps;
        double rate = 2e-3;
        return Recipe.builder(MODERN)
                .batch(batch == 0 ? 32 : batch)
                .steps(updates)
                .optimizer(new Optimizer.Adam(.9f, .999f, 1e-8f))
                .schedule(new Schedule.WarmUp(
                        Math.max(1, Math.min(500, updates / 20)), 1, new Schedule.Cosine(rate, rate / 100, updates)))
                .clipNorm(10)
                .augmentation(new Recipe.Augmentation(.2, .5, .02, 1.5, 1.5, .5))
                .weightAverage(.998)
                .patience(10)
                .build();
    }
}
