package org.batchmill.train.recipe;

import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.Schedule;

/**
 * A {@link Recipe} in the making, by the names of its parts: one piece a batch, steps as long as there is data, images as they are, and
 * nothing else, unless it says so. Not thread-safe.
 */
public final class RecipeBuilder {

    private final String name;
    private int batch = 1;
    private int subdivisions = 1;
    private long steps;
    private Optimizer optimizer;
    private Schedule schedule;
    private float decay;
    private float clipNorm;
    private Recipe.Augmentation augmentation = Recipe.Augmentation.NONE;
    private double weightAverage;
    private int patience;

    RecipeBuilder(String name) {
        this.name = name;
    }

    public RecipeBuilder batch(int value) {
        batch = value;
        return this;
    }

    public RecipeBuilder subdivisions(int value) {
        subdivisions = value;
        return this;
    }

    public RecipeBuilder steps(long value) {
        steps = value;
        return this;
    }

    /** Must be given. */
    public RecipeBuilder optimizer(Optimizer value) {
        optimizer = value;
        return this;
    }

    /** Must be given. */
    public RecipeBuilder schedule(Schedule value) {
        schedule = value;
        return this;
    }

    public RecipeBuilder decay(float value) {
        decay = value;
        return this;
    }

    public RecipeBuilder clipNorm(float value) {
        clipNorm = value;
        return this;
    }

    public RecipeBuilder augmentation(Recipe.Augmentation value) {
        augmentation = value;
        return this;
    }

    public RecipeBuilder weightAverage(double value) {
        weightAverage = value;
        return this;
    }

    public RecipeBuilder patience(int value) {
        patience = value;
        return this;
    }

    /** @throws IllegalArgumentException if the pieces do not divide the batch */
    public Recipe build() {
        return new Recipe(
                name,
                batch,
                subdivisions,
                steps,
                new Recipe.Optimization(optimizer, schedule, decay, clipNorm, weightAverage),
                augmentation,
                patience);
    }
}
