package org.batchmill.train.darknet;

import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.Schedule;
import org.batchmill.train.recipe.Recipe;
import org.batchmill.train.recipe.Recipes;

/** The {@code [net]} section as a recipe, with the reference program's own defaults. */
final class TrainingOptions {

    private TrainingOptions() {}

    /**
     * @param crop      the crop layer, which held flips and colours in 2015; null if there is none
     * @param detection the detection layer, which holds the jitter; null if there is none
     */
    static Recipe read(ConfigFile.Section net, ConfigFile.Section crop, ConfigFile.Section detection)
            throws DataException {
        net.requireZero("adam");
        int batch = net.integer("batch", 1, 1);
        int subdivisions = net.integer("subdivisions", 1, 1);
        if (batch % subdivisions != 0) {
            throw net.error("subdivisions", "batch=" + batch + " cannot be cut into subdivisions=" + subdivisions);
        }
        return Recipe.builder(Recipes.DARKNET)
                .batch(batch)
                .subdivisions(subdivisions)
                .steps(net.integer("max_batches", 40_000, 1))
                .optimizer(new Optimizer.Momentum(net.decimal("momentum", .9)))
                .schedule(schedule(net))
                .decay(net.decimal("decay", .0001))
                .augmentation(augmentation(net, crop, detection))
                .build();
    }

    private static Recipe.Augmentation augmentation(
            ConfigFile.Section net, ConfigFile.Section crop, ConfigFile.Section detection) throws DataException {
        ConfigFile.Section colours = crop == null ? net : crop;
        boolean flips = crop == null || crop.integer("flip", 0) != 0;
        return new Recipe.Augmentation(
                detection == null ? 0 : detection.number("jitter", .2),
                // The detection loader flips half of its images whatever the crop layer says.
                detection != null || flips ? .5 : 0,
                net.number("hue", 0),
                factor(colours, "saturation"),
                factor(colours, "exposure"),
                0);
    }

    /** The reference draws from 1 to the factor or from the factor to 1, and inverts half of what it draws: .75 is the same as 4/3. */
    private static double factor(ConfigFile.Section section, String key) throws DataException {
        double factor = section.number(key, 1);
        if (!(factor > 0)) {
            throw section.error(key, key + "=" + factor + " is not above 0");
        }
        return Math.max(factor, 1 / factor);
    }

    private static Schedule schedule(ConfigFile.Section net) throws DataException {
        double rate = net.number("learning_rate", .001);
        String policy = net.text("policy", "constant");
        Schedule schedule =
                switch (policy) {
                    case "constant" -> new Schedule.Constant(rate);
                    case "steps" -> steps(net, rate);
                    case "exp" ->
                        new Schedule.CountedFromOne(new Schedule.Exponential(rate, net.number("gamma", 1), 1, false));
                    case "poly" ->
                        new Schedule.CountedFromOne(new Schedule.Polynomial(
                                rate, 0, net.integer("max_batches", 40_000, 1), net.number("power", 4)));
                    case "step" ->
                        new Schedule.CountedFromOne(new Schedule.Exponential(
                                rate, net.number("scale", 1), net.integer("step", 1, 1), true));
                    default -> throw net.unsupported("policy", "policy " + policy);
                };
        int burnIn = net.integer("burn_in", 0, 0);
        return burnIn == 0 ? schedule : new Schedule.WarmUp(burnIn, net.number("power", 4), schedule);
    }

    private static Schedule steps(ConfigFile.Section net, double rate) throws DataException {
        List<Long> steps = net.numbers("steps").stream().map(Math::round).toList();
        List<Double> scales = net.numbers("scales");
        if (steps.isEmpty() || steps.size() != scales.size()) {
            throw net.error(
                    "steps",
                    "policy=steps needs as many steps as scales, but there are " + steps.size() + " and "
                            + scales.size());
        }
        return new Schedule.Steps(rate, steps, scales);
    }
}
